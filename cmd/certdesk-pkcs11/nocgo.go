//go:build !cgo

// Command certdesk-pkcs11 is a PKCS #11 module (docs/pkcs11.md). Built without cgo it can only say so.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "certdesk-pkcs11: build with CGO_ENABLED=1 go build -buildmode=c-shared -o libcertdesk-pkcs11.so")
	os.Exit(1)
}
