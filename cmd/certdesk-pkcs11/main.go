//go:build cgo

// Command certdesk-pkcs11 is a PKCS #11 v2.40 module over soft UKeys, built with -buildmode=c-shared (docs/pkcs11.md). The files
// beside this one are the C face: they turn pointers into slices and back, and let nothing through that could crash the caller.
// What the module does is in the folder module.
package main

// #include "ck.h"
// #include <stdlib.h>
import "C"

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"certdesk/cmd/certdesk-pkcs11/module"
	"certdesk/service"
	"certdesk/token/softkey"
)

// library is what the module knows in this process: PKCS #11 has one state per process and no place to keep it but here.
var library struct {
	module.Module
	faults faults
}

// main is never run: the module is loaded by other programs.
func main() {}

// serve runs one function of the interface, with the faults of test builds; no panic crosses into C.
func serve(name string, body func() module.RV) (rv C.CK_RV) {
	defer func() {
		if recover() != nil {
			rv = C.CK_RV(module.GeneralError)
		}
	}()
	return C.CK_RV(library.faults.around(name, body))
}

// config looks at the caller's environment as it is now: the copy that Go took when it was loaded may be older.
func config() module.Config {
	c := module.Config{Dir: drawer(), Env: service.Env{Now: time.Now, Rand: rand.Reader, NewID: newID}}
	if getenv("CERTDESK_UKEYS_KDF") == "light" {
		c.Options = append(c.Options, softkey.WithKDF(1, 64, 1))
	}
	return c
}

// drawer is CERTDESK_UKEYS, else the folder ukeys of the station's data folder (docs/CLI.md).
func drawer() string {
	if dir := getenv("CERTDESK_UKEYS"); dir != "" {
		return dir
	}
	data := getenv("CERTDESK_DATA")
	if data == "" {
		data = filepath.Join(dataHome(), "certdesk")
	}
	return filepath.Join(data, "ukeys")
}

// dataHome follows the XDG Base Directory Specification.
func dataHome() string {
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	home := getenv("HOME")
	if home == "" {
		home, _ = os.UserHomeDir() // another name on other systems; without any, the drawer is sought here
	}
	return filepath.Join(home, ".local", "share")
}

func getenv(name string) string {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	if v := C.getenv(c); v != nil {
		return C.GoString(v)
	}
	return ""
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
