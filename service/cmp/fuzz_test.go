package cmp_test

import (
	"crypto/rand"
	"reflect"
	"testing"

	"certdesk/service"
	"certdesk/service/cmp"
)

// FuzzParse also sends on what was understood: it must come back as the same body.
func FuzzParse(f *testing.F) {
	by := newParty(f, "受理点", 1)
	for _, body := range bodies(f) {
		f.Add(protect(f, message(f, body), by))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := cmp.Parse(in)
		if err != nil {
			wantCode(t, err, service.CAGarbage)
			return
		}
		if err := m.VerifyProtection(by.cert); err != nil {
			wantCode(t, err, service.CAUntrusted)
		}
		m.Body = proofless(t, m.Body)
		body := m.Body
		der, err := m.Protect(rand.Reader, by, [][]byte{by.cert.Raw})
		if err != nil {
			wantCode(t, err, service.CAGarbage)
			return
		}
		if again := parse(t, der); !reflect.DeepEqual(plain(again.Body), plain(body)) {
			t.Fatalf("got  %+v\nwant %+v", plain(again.Body), plain(body))
		}
	})
}

// proofless checks the proofs and takes them off: a signature covers bytes that are not ours to encode again.
func proofless(t *testing.T, b cmp.Body) cmp.Body {
	c, ok := plain(b).(*cmp.CertRequests)
	if !ok {
		return b
	}
	for i, r := range b.(*cmp.CertRequests).Requests {
		if err := r.VerifyPOP(); err != nil {
			wantCode(t, err, service.SignatureBad)
		}
		c.Requests[i].POP = cmp.POPNone
	}
	return c
}
