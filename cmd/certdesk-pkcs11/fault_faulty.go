//go:build cgo && faulty

package main

// #include "ck.h"
// #include <signal.h>
// static void p11_crash(void) {
//	signal(SIGSEGV, SIG_DFL);
//	*(volatile int *)16 = 1;
// }
import "C"

import (
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"certdesk/cmd/certdesk-pkcs11/module"
	"certdesk/token/softkey"
)

// faults makes this build of the module misbehave. CERTDESK_FAULT holds KIND:FUNCTION[:N], several joined by commas; FUNCTION is C_Sign
// or another, or * for all. Without N it strikes each call, else the N-th since loading. CERTDESK_FAULT_FILE names a file of the same
// form that is looked for at each call: what it holds is armed, the file removed, and it strikes once (N counts from then, 1 where
// it is missing). KIND:
//
//   - crash: a memory fault in C
//   - hang: five minutes, then the act
//   - slow: 0.3 s, then the act
//   - fail: CKR_DEVICE_ERROR without the act
//   - pull: the token in use, else the first one, is unplugged before the act
//   - crash-after, hang-after, slow-after, fail-after, pull-after: the same once the act is done
//   - lie: the act, and then nonsense: C_Sign, C_SignFinal, C_Decrypt, C_Encrypt, C_Digest, C_DigestFinal, C_GetSlotList,
//     C_GetMechanismList and C_FindObjects say more than the buffer holds, which they do not write past; C_GetAttributeValue says
//     so too and fills the values with 0xA5; C_GetTokenInfo gives the serial FFFFFFFFFFFFFFFF and a label that is no UTF-8; every
//     other function says OK and does nothing
type faults struct {
	plan plan
	mu   sync.Mutex
	lies map[string]bool // functions whose call under way lies
}

// around makes one call with the fault it meets.
func (f *faults) around(function string, body func() module.RV) module.RV {
	kind := f.plan.next(function, getenv("CERTDESK_FAULT"), getenv("CERTDESK_FAULT_FILE"))
	if kind == "lie" {
		return f.lie(function, body)
	}
	kind, after := strings.CutSuffix(kind, "-after")
	if after {
		if rv := body(); rv != module.OK {
			return rv
		}
		return strike(kind, func() module.RV { return module.OK })
	}
	return strike(kind, body)
}

func strike(kind string, body func() module.RV) module.RV {
	switch kind {
	case "crash":
		C.p11_crash()
	case "hang":
		time.Sleep(5 * time.Minute)
	case "slow":
		time.Sleep(300 * time.Millisecond)
	case "fail":
		return module.DeviceError
	case "pull":
		pull()
	}
	return body()
}

// pull unplugs the token that this process uses.
func pull() {
	c := config()
	d, err := softkey.Open(c.Dir, c.Env)
	if err != nil {
		return
	}
	defer d.Close()
	serial := library.InUse()
	if list, err := d.List(context.Background()); serial == "" && err == nil && len(list) > 0 {
		serial = list[0].Serial
	}
	if err := d.Remove(serial); err != nil {
		os.Stderr.WriteString("certdesk-pkcs11: " + err.Error() + "\n")
	}
}

// lie makes the act where it has something to lie about.
func (f *faults) lie(function string, body func() module.RV) module.RV {
	f.mu.Lock()
	f.lies = map[string]bool{function: true}
	f.mu.Unlock()
	switch function {
	case "C_Sign", "C_SignFinal", "C_Decrypt", "C_Encrypt", "C_Digest", "C_DigestFinal", "C_GetSlotList", "C_GetMechanismList",
		"C_FindObjects", "C_GetAttributeValue", "C_GetTokenInfo":
		return body()
	}
	return module.OK
}

// lying tells whether this call lies, once.
func (f *faults) lying(function string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer delete(f.lies, function)
	return f.lies[function]
}

func (f *faults) lieNumber(function string, n *C.CK_ULONG) {
	if n != nil && f.lying(function) {
		*n += 1 << 20
	}
}

func (f *faults) lieToken(i *module.TokenInfo) {
	if f.lying("C_GetTokenInfo") {
		i.Serial, i.Label = "FFFFFFFFFFFFFFFF", strings.Repeat("\xff\xfe", 16)
	}
}

func (f *faults) lieAttributes(list *C.CK_ATTRIBUTE, count C.CK_ULONG) {
	if !f.lying("C_GetAttributeValue") {
		return
	}
	for i := range count {
		room := C.p11_size(list, i)
		if v, ok := bytesOf((*C.CK_BYTE)(C.p11_value(list, i)), room); ok && C.p11_value(list, i) != nil {
			for at := range v {
				v[at] = 0xA5
			}
		}
		C.p11_set_size(list, i, room+1<<20)
	}
}
