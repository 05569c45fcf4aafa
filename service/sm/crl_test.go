package sm_test

import (
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

func crlSpec(revoked *party) sm.CRLSpec {
	return sm.CRLSpec{Number: big.NewInt(7), ThisUpdate: noon, NextUpdate: noon.AddDate(0, 0, 1), Revoked: []sm.Revoked{
		{Serial: revoked.cert.Serial, At: noon.AddDate(0, 0, -1), Reason: 6},
		{Serial: big.NewInt(99), At: noon.AddDate(0, 0, -2)},
	}}
}

func newCRL(t *testing.T, ca, revoked *party) *sm.CRL {
	t.Helper()
	der, err := sm.CreateCRL(rand.Reader, crlSpec(revoked), ca.cert, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	crl, err := sm.ParseCRL(der)
	if err != nil {
		t.Fatal(err)
	}
	return crl
}

func TestCRL(t *testing.T) {
	_, ca, leaf := hierarchy(t)
	crl := newCRL(t, ca, leaf)
	if crl.Number.Int64() != 7 || !crl.ThisUpdate.Equal(noon) || !crl.NextUpdate.Equal(noon.AddDate(0, 0, 1)) || len(crl.Revoked) != 2 {
		t.Errorf("%+v", crl)
	}
	if r, ok := crl.Find(leaf.cert.Serial); !ok || r.Reason != 6 || !r.At.Equal(noon.AddDate(0, 0, -1)) {
		t.Errorf("%+v %v", r, ok)
	}
	if _, ok := crl.Find(big.NewInt(100)); ok {
		t.Error("found what is not there")
	}
}

func TestVerifyCRL(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	crl := newCRL(t, ca, leaf)
	for _, c := range []*sm.CRL{crl, {Raw: crl.Raw}} {
		if err := sm.VerifyCRL(c, ca.cert); err != nil {
			t.Fatal(err)
		}
	}
	_, otherCA, _ := hierarchy(t)
	renamed := caSpec(9, "改名", 0)
	renamed.SPKI = ca.key.PublicKey()
	sameKey, err := sm.CreateCertificate(rand.Reader, renamed, root.cert, root.key)
	if err != nil {
		t.Fatal(err)
	}
	namesake, err := sm.ParseCertificate(sameKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []*party{root, leaf, otherCA, {ca.key, namesake}} {
		wantReason(t, sm.VerifyCRL(crl, wrong.cert), "crl")
	}
	flipped(crl.Raw, func(at int, changed []byte) {
		c, err := sm.ParseCRL(changed)
		if err == nil && sm.VerifyCRL(c, ca.cert) == nil {
			t.Errorf("byte %d changed, still taken", at)
		}
	})
}

func TestCRLOfMany(t *testing.T) {
	_, ca, leaf := hierarchy(t)
	spec := crlSpec(leaf)
	for i := range int64(5000) {
		spec.Revoked = append(spec.Revoked, sm.Revoked{Serial: big.NewInt(1_000_000 + i), At: noon, Reason: 4})
	}
	der, err := sm.CreateCRL(rand.Reader, spec, ca.cert, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	if crl, err := sm.ParseCRL(der); err != nil || len(crl.Revoked) != 5002 || sm.VerifyCRL(crl, ca.cert) != nil {
		t.Fatalf("%v", err)
	}
}

func TestCreateCRLRefuses(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	if _, err := sm.CreateCRL(rand.Reader, crlSpec(leaf), ca.cert, root.key); err == nil {
		t.Error("another key's signature")
	}
	spec := caSpec(3, "不签列表", 0)
	spec.KeyUsage = x509.KeyUsageCertSign
	mute := issue(t, spec, root)
	_, err := sm.CreateCRL(rand.Reader, crlSpec(leaf), mute.cert, mute.key)
	wantCode(t, err, service.CryptoBad)
	_, err = sm.CreateCRL(rand.Reader, sm.CRLSpec{}, ca.cert, ca.key)
	wantCode(t, err, service.CryptoBad)
}
