//go:build cgo && unix

package main_test

import (
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
)

// BenchmarkSign is one SM2 signature through the C interface, with the digest made by the caller.
func BenchmarkSign(b *testing.B) {
	p := newDesk(b, "UKEY0001").load(b, library(b, ""))
	h := p.initialise()
	_, priv := p.key(h, "box", "id")
	e := make([]byte, 32)
	for b.Loop() {
		p.sign(h, module.SM2Digest, priv, e)
	}
}

// BenchmarkFind lists what is on a token with three keys and reads the IDs.
func BenchmarkFind(b *testing.B) {
	p := newDesk(b, "UKEY0001").load(b, library(b, ""))
	h := p.initialise()
	for _, label := range []string{"a", "b", "c"} {
		p.key(h, label, label)
	}
	for b.Loop() {
		for _, o := range p.find(h) {
			p.attribute(h, o, pkcs11.CKA_ID)
		}
	}
}
