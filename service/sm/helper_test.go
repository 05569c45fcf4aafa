package sm_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func newKey(t testing.TB) *sm.PrivateKey {
	t.Helper()
	k, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// party is a certificate with its key.
type party struct {
	key  *sm.PrivateKey
	cert *sm.Certificate
}

func issue(t testing.TB, spec sm.CertSpec, by *party) *party {
	t.Helper()
	k := newKey(t)
	spec.SPKI = k.PublicKey()
	var issuer *sm.Certificate
	signer := sm.Signer(k)
	if by != nil {
		issuer, signer = by.cert, by.key
	}
	der, err := sm.CreateCertificate(rand.Reader, spec, issuer, signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sm.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &party{k, c}
}

func caSpec(serial int64, name string, pathLen int) sm.CertSpec {
	return sm.CertSpec{Serial: big.NewInt(serial), Subject: sm.Subject{C: "CN", O: "示例认证", CN: name},
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(9, 0, 0), CA: true, PathLen: pathLen,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
}

func leafSpec(serial int64) sm.CertSpec {
	return sm.CertSpec{Serial: big.NewInt(serial),
		Subject:   sm.Subject{C: "CN", ST: "四川省", L: "成都市", O: "某某科技有限公司", OU: "财务部", CN: "张三𠮷", Serial: "91510100MA61X0AA1X"},
		NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		CRLURL:   "http://ca.example/crl", OCSPURL: "http://ca.example/ocsp", AIA: "http://ca.example/ca.cer"}
}

// hierarchy makes root, issuing CA and leaf.
func hierarchy(t testing.TB) (root, ca, leaf *party) {
	root = issue(t, caSpec(1, "示例根", 1), nil)
	ca = issue(t, caSpec(2, "示例签发", 0), root)
	return root, ca, issue(t, leafSpec(0x0A0B0C), ca)
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

// flipped calls f with copies of data that differ in one byte each.
func flipped(data []byte, f func(at int, changed []byte)) {
	for i := range data {
		c := bytes.Clone(data)
		c[i] ^= 0x01
		f(i, c)
	}
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// openssl runs the real tool; its absence is a failure, as nothing else proves interoperability.
func openssl(t *testing.T, args ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("openssl 3 is needed by this test")
	}
	out, err := exec.Command("openssl", args...).CombinedOutput()
	return string(out), err
}
