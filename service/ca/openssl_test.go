package ca_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

// openssl runs the reference implementation. Without it the test fails: what it proves is not proved elsewhere.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func pemFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	ok(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// verify checks a leaf under an issuer. OpenSSL 3.0 applies distid to the leaf only, so that every step is checked apart.
func verify(t *testing.T, leaf, issuer []byte, at string, options ...string) {
	t.Helper()
	args := append([]string{"verify", "-partial_chain", "-attime", at}, options...)
	out := openssl(t, append(args, "-CAfile", pemFile(t, "ca.pem", sm.EncodePEM(issuer)), pemFile(t, "leaf.pem", sm.EncodePEM(leaf)))...)
	if !strings.Contains(out, ": OK") {
		t.Fatal(out)
	}
}

func TestOpenSSLVerifies(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	r := c.issue("0430", staffRequest(1, smKey(t)))
	at := strconv.FormatInt(c.now().Unix(), 10)
	distid := []string{"-vfyopt", "distid:1234567812345678"}
	for _, leaf := range [][]byte{r.Sign, r.Encrypt, m.reply.RACert, m.reply.EventsCert, m.reply.BundleCert, m.reply.Anchors.CMPSigner} {
		verify(t, leaf, r.Chain[0], at, distid...)
	}
	verify(t, r.Chain[0], r.Chain[1], at, distid...)
	verify(t, r.Chain[1], r.Chain[1], at, distid...)
	verify(t, m.reply.TLSCert, m.reply.Anchors.TLSRoot, at)
}

func TestOpenSSLReadsTheExtensions(t *testing.T) {
	c := found(t)
	c.joined("0430")
	for name, tc := range map[string]struct {
		r    service.CertReply
		want []string
	}{
		"organisation": {c.issue("0430", orgRequest(1, smKey(t))), []string{
			"1.2.156.10260.4.1.3:", "1.2.156.10260.4.1.4:", "1.2.156.10260.4.1.5:", "914403001922038216",
			"1.3.6.1.4.1.32473.1.10.1", "O = 长沙岳麓科技有限公司", "L = 长沙市"}},
		"person": {c.issue("0430", personRequest(2, smKey(t))), []string{
			"1.2.156.10260.4.1.1:", "11010519491231002X", "1.3.6.1.4.1.32473.1.10.3", "CN = 欧阳·𠮷"}},
		"staff": {c.issue("0430", staffRequest(3, smKey(t))), []string{
			"1.2.156.10260.4.1.1:", "E12345678", "1.2.156.10260.4.1.4:", "914403001922038216", "1.3.6.1.4.1.32473.1.10.2"}},
	} {
		t.Run(name, func(t *testing.T) {
			common := []string{"SM2-with-SM3", "C = CN", "CA:FALSE", "TLS Web Client Authentication", "E-mail Protection",
				"URI:http://localhost/crl", "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"}
			sign, encrypt := text(t, tc.r.Sign), text(t, tc.r.Encrypt)
			for _, want := range append(common, tc.want...) {
				if !strings.Contains(sign, want) || !strings.Contains(encrypt, want) {
					t.Errorf("no %q in\n%s", want, sign)
				}
			}
			if !strings.Contains(sign, "Digital Signature, Non Repudiation\n") ||
				!strings.Contains(encrypt, "Key Encipherment, Data Encipherment, Key Agreement\n") {
				t.Errorf("usages:\n%s\n%s", sign, encrypt)
			}
		})
	}
}

func text(t *testing.T, der []byte) string {
	t.Helper()
	return openssl(t, "x509", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus_space,space_eq",
		"-in", pemFile(t, "cert.pem", sm.EncodePEM(der)))
}

func TestOpenSSLReadsTheCRL(t *testing.T) {
	c := found(t)
	c.joined("0430")
	r := c.issue("0430", orgRequest(1, smKey(t)))
	ok(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), 1))
	der, err := c.CRL(c.ctx())
	ok(t, err)
	out := openssl(t, "crl", "-noout", "-text", "-in", pemFile(t, "crl.pem", sm.EncodePEMType("X509 CRL", der)))
	for _, want := range []string{"SM2-with-SM3", serial(t, r.Sign), serial(t, r.Encrypt), "Key Compromise", "X509v3 CRL Number"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
