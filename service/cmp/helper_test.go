package cmp_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// party is an SM2 key with a certificate.
type party struct {
	*sm.PrivateKey
	cert *sm.Certificate
}

func newParty(t testing.TB, cn string, serial int64, ekus ...asn1.ObjectIdentifier) *party {
	t.Helper()
	k, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &party{k, certify(t, k, cn, serial, ekus...)}
}

func certify(t testing.TB, k *sm.PrivateKey, cn string, serial int64, ekus ...asn1.ObjectIdentifier) *sm.Certificate {
	t.Helper()
	der, err := sm.CreateCertificate(rand.Reader, sm.CertSpec{Serial: big.NewInt(serial), Subject: sm.Subject{C: "CN", CN: cn},
		SPKI: k.PublicKey(), NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: ekus}, nil, k)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sm.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sequenceOf(t testing.TB, content []byte) []byte {
	t.Helper()
	der, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: content})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func nameOf(t testing.TB, cn string) []byte {
	t.Helper()
	der, err := sm.Subject{C: "CN", O: "某某科技有限公司", CN: cn}.DER()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func message(t testing.TB, body cmp.Body) *cmp.Message {
	t.Helper()
	h, err := cmp.NewHeader(rand.Reader, noon, nil, nameOf(t, "中心"))
	if err != nil {
		t.Fatal(err)
	}
	return &cmp.Message{Header: h, Body: body}
}

func protect(t testing.TB, m *cmp.Message, by *party) []byte {
	t.Helper()
	der, err := m.Protect(rand.Reader, by, [][]byte{by.cert.Raw})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func parse(t testing.TB, der []byte) *cmp.Message {
	t.Helper()
	m, err := cmp.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func wantCode(t testing.TB, err error, code service.Code) {
	t.Helper()
	if got := service.CodeOf(err); got != code {
		t.Fatalf("code %q (%v), want %q", got, err, code)
	}
}

func wantReason(t testing.TB, err error, reason string) {
	t.Helper()
	wantCode(t, err, service.CAUntrusted)
	if got := service.ArgsOf(err)["reason"]; got != reason {
		t.Fatalf("reason %q (%v), want %q", got, err, reason)
	}
}

func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// openssl runs the real tool; its absence is a failure, as nothing else proves interoperability.
func openssl(t testing.TB, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("openssl 3 is needed by this test")
	}
	out, err := exec.Command("openssl", args...).CombinedOutput()
	return string(out), err
}
