//go:build cgo && !faulty

package main

// #include "ck.h"
import "C"

import "certdesk/cmd/certdesk-pkcs11/module"

// faults are for tests and only in builds with the tag faulty (fault_faulty.go).
type faults struct{}

func (*faults) around(_ string, body func() module.RV) module.RV { return body() }
func (*faults) lieNumber(string, *C.CK_ULONG)                    {}
func (*faults) lieToken(*module.TokenInfo)                       {}
func (*faults) lieAttributes(*C.CK_ATTRIBUTE, C.CK_ULONG)        {}
