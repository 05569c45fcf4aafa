package sm_test

import (
	"crypto/rand"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"certdesk/service/sm"
)

const distID = "distid:1234567812345678"

func opensslVerify(t *testing.T, now time.Time, anchor, cert []byte) (string, error) {
	t.Helper()
	dir := t.TempDir()
	ca := write(t, dir, "ca.pem", []byte(sm.EncodePEM(anchor)))
	leaf := write(t, dir, "leaf.pem", []byte(sm.EncodePEM(cert)))
	return openssl(t, "verify", "-partial_chain", "-attime", big.NewInt(now.Unix()).String(), "-CAfile", ca, "-vfyopt", distID, leaf)
}

func TestOpenSSLVerifiesCertificates(t *testing.T) {
	root, ca, leaf := hierarchy(t)
	for name, pair := range map[string][2]*party{"root": {root, root}, "issuing CA": {root, ca}, "leaf": {ca, leaf}} {
		if out, err := opensslVerify(t, noon, pair[0].cert.Raw, pair[1].cert.Raw); err != nil {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
	_, other, _ := hierarchy(t)
	if out, err := opensslVerify(t, noon, other.cert.Raw, leaf.cert.Raw); err == nil {
		t.Errorf("another CA's certificate taken: %s", out)
	}
	if out, err := opensslVerify(t, noon.AddDate(2, 0, 0), ca.cert.Raw, leaf.cert.Raw); err == nil {
		t.Errorf("expired certificate taken: %s", out)
	}
}

func TestOpenSSLReadsCertificate(t *testing.T) {
	_, _, leaf := hierarchy(t)
	p := write(t, t.TempDir(), "leaf.pem", []byte(sm.EncodePEM(leaf.cert.Raw)))
	out, err := openssl(t, "x509", "-in", p, "-noout", "-serial", "-subject", "-nameopt", "RFC2253,-esc_msb,utf8", "-ext", "keyUsage")
	if err != nil {
		t.Fatal(err, out)
	}
	for _, want := range []string{"serial=" + sm.SerialText(leaf.cert.Serial), "CN=张三𠮷,OU=财务部", "Digital Signature, Non Repudiation"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
}

func TestOpenSSLVerifiesSignature(t *testing.T) {
	k, message, dir := newKey(t), []byte("经办人承诺"), t.TempDir()
	sig, err := k.Sign(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	pub := write(t, dir, "pub.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.PublicKey()}))
	in, s := write(t, dir, "message", message), write(t, dir, "signature", sig)
	args := []string{"pkeyutl", "-verify", "-pubin", "-inkey", pub, "-rawin", "-digest", "sm3", "-pkeyopt", distID, "-sigfile", s, "-in", in}
	if out, err := openssl(t, args...); err != nil {
		t.Fatal(err, out)
	}
	write(t, dir, "message", []byte("经办人承若"))
	if out, err := openssl(t, args...); err == nil {
		t.Fatalf("another message taken: %s", out)
	}
}

func TestOpenSSLExchangesCiphertext(t *testing.T) {
	k, dir := newKey(t), t.TempDir()
	der, err := k.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	key := write(t, dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	c, err := sm.Encrypt(rand.Reader, k.PublicKey(), []byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := openssl(t, "pkeyutl", "-decrypt", "-inkey", key, "-in", write(t, dir, "c", c))
	if err != nil || out != "0123456789abcdef" {
		t.Fatal(out, err)
	}
	back, err := openssl(t, "pkeyutl", "-encrypt", "-inkey", key, "-in", write(t, dir, "p", []byte("challenge")))
	if err != nil {
		t.Fatal(back, err)
	}
	if p, err := k.Decrypt([]byte(back)); err != nil || string(p) != "challenge" {
		t.Fatalf("%s %v", p, err)
	}
}

func TestOpenSSLReadsCRL(t *testing.T) {
	_, ca, leaf := hierarchy(t)
	der, err := sm.CreateCRL(rand.Reader, crlSpec(leaf), ca.cert, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	p := write(t, t.TempDir(), "crl.pem", []byte(sm.EncodePEMType("X509 CRL", der)))
	out, err := openssl(t, "crl", "-in", p, "-noout", "-text")
	if err != nil {
		t.Fatal(err, out)
	}
	for _, want := range []string{"Serial Number: " + sm.SerialText(leaf.cert.Serial), "Certificate Hold", "SM2-with-SM3"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
}
