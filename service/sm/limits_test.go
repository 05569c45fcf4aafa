package sm_test

import (
	"bytes"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

// nested is a SEQUENCE in a SEQUENCE in a SEQUENCE, as deep as n bytes allow.
func nested(n int) []byte {
	var der []byte
	for len(der) < n-6 {
		der = append([]byte{0x30, 0x84, byte(len(der) >> 24), byte(len(der) >> 16), byte(len(der) >> 8), byte(len(der))}, der...)
	}
	return der
}

// Every parser of strangers' bytes refuses what is too long, empty, nested without end or a lie about its own length, by a code.
func TestParsersRefuseMonsters(t *testing.T) {
	k := newKey(t)
	for parser, read := range map[string]func([]byte) error{
		"certificate":  func(b []byte) error { _, err := sm.ParseCertificate(b); return err },
		"CRL":          func(b []byte) error { _, err := sm.ParseCRL(b); return err },
		"private key":  func(b []byte) error { _, err := sm.ParsePrivateKey(b); return err },
		"envelope":     func(b []byte) error { _, err := sm.OpenEnvelope(k, b); return err },
		"envelope key": func(b []byte) error { _, err := sm.EnvelopePublicKey(b); return err },
		"ciphertext":   func(b []byte) error { _, err := k.Decrypt(b); return err },
		"public key":   sm.CheckPublicKey,
		"point":        func(b []byte) error { _, err := sm.FromPoint(b); return err },
		"subject":      func(b []byte) error { _, err := sm.ParseSubject(b); return err },
		"signature":    func(b []byte) error { return sm.Verify(k.PublicKey(), []byte("m"), b) },
		"signer":       func(b []byte) error { return sm.Verify(b, []byte("m"), []byte{0x30, 0}) },
	} {
		for monster, der := range map[string][]byte{
			"nothing": nil, "empty": {}, "one byte": {0x30}, "too long": make([]byte, sm.MaxCRL+1), "a long certificate": bytes.Repeat([]byte{0x30}, sm.MaxDER+1),
			"nested": nested(32 << 10), "a length of 4 GiB": {0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0}, "a length of lengths": {0x30, 0xff},
			"indefinite": {0x30, 0x80, 0, 0}, "a huge tag": {0x3f, 0xff, 0xff, 0xff, 0xff, 0x7f, 0}, "zeros": make([]byte, 4096),
			"a negative number": {0x30, 6, 2, 1, 0x80, 2, 1, 0x80}, "a huge number": append([]byte{0x30, 0x82, 0x10, 4, 2, 0x82, 0x10, 0}, make([]byte, 0x1000)...),
		} {
			if err := read(der); !service.IsCode(err, service.CryptoBad, service.SignatureBad) {
				t.Errorf("%s of %s: %v", parser, monster, err)
			}
		}
	}
}
