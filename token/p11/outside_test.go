//go:build cgo

package p11_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"certdesk/service"
)

// signer is a token's key for Go's library, which hands over digests; the token hashes, so the message is kept beside.
type signer struct {
	t   *testing.T
	s   service.TokenSession
	pub crypto.PublicKey
}

func (k signer) Public() crypto.PublicKey { return k.pub }

func (k signer) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	k.t.Fatal("digest signed")
	return nil, nil
}

// SignMessage implements crypto.MessageSigner.
func (k signer) SignMessage(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	return k.s.Sign(context.Background(), "job", message)
}

// issue makes a certificate that the token's key signs itself.
func issue(t *testing.T, s service.TokenSession, spki []byte) *x509.Certificate {
	t.Helper()
	pub, err := x509.ParsePKIXPublicKey(spki)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "单证书"}, NotBefore: time.Now(),
		NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, pub, signer{t, s, pub})
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	return cert
}

// run runs another program, which must be there.
func run(t *testing.T, pkg, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing: install the Debian package %s", name, pkg)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// TestOpenSC has pkcs11-tool find what the driver made, sign with it, and read the certificate; openssl judges.
func TestOpenSC(t *testing.T) {
	for alg, mech := range map[service.KeyAlg][]string{
		service.AlgP256: {"-m", "ECDSA", "--signature-format", "openssl"}, service.AlgRSA: {"-m", "SHA256-RSA-PKCS"},
		service.AlgRSA3072: {"-m", "RSA-PKCS"}} {
		t.Run(string(alg), func(t *testing.T) { openSC(t, alg, mech) })
	}
}

func openSC(t *testing.T, alg service.KeyAlg, mech []string) {
	ctx := context.Background()
	h := newHSM(t)
	s := h.free(t)
	_, err := s.Initialise(ctx, spec("job"))
	must(t, err)
	must(t, s.Login(ctx, []byte(pin)))
	spki, err := s.GenerateKey(ctx, "job", alg)
	must(t, err)
	cert := issue(t, s, spki)
	must(t, cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature))
	must(t, s.WriteCertificate(ctx, "job", service.UsageBoth, cert.Raw))
	must(t, s.Close())

	tool := func(args ...string) string {
		return run(t, "opensc", "pkcs11-tool", append([]string{"--module", h.module, "--token-label", "job", "--login", "--pin", pin}, args...)...)
	}
	id := oneID(t, tool("--list-objects"))
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	tool("--read-object", "--type", "cert", "--id", id, "--output-file", file("cert.der"))
	if got, err := os.ReadFile(file("cert.der")); err != nil || string(got) != string(cert.Raw) {
		t.Fatalf("certificate read outside: %v, %d bytes", err, len(got))
	}
	message := []byte("what another program signs")
	must(t, os.WriteFile(file("message"), message, 0o600))
	must(t, os.WriteFile(file("input"), toolInput(alg, message), 0o600))
	tool(append(mech, "--sign", "--id", id, "--input-file", file("input"), "--output-file", file("sig"))...)
	run(t, "openssl", "openssl", "x509", "-inform", "DER", "-in", file("cert.der"), "-pubkey", "-noout", "-out", file("pub.pem"))
	run(t, "openssl", "openssl", "dgst", "-sha256", "-verify", file("pub.pem"), "-signature", file("sig"), file("message"))
}

// toolInput is what the mechanism given to pkcs11-tool wants of a message.
func toolInput(alg service.KeyAlg, message []byte) []byte {
	digest := sha256.Sum256(message)
	switch alg {
	case service.AlgP256:
		return digest[:]
	case service.AlgRSA3072:
		return append([]byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}, digest[:]...)
	}
	return message
}

// oneID finds private key, public key and certificate in pkcs11-tool's list under one label and id, and nothing else.
func oneID(t *testing.T, list string) string {
	t.Helper()
	labels := regexp.MustCompile(`label: +job`).FindAllString(list, -1)
	ids := regexp.MustCompile(`ID: +([0-9a-f]+)`).FindAllStringSubmatch(list, -1)
	if len(labels) != 3 || len(ids) != 3 || ids[0][1] != ids[1][1] || ids[1][1] != ids[2][1] {
		t.Fatalf("pkcs11-tool lists\n%s", list)
	}
	access := regexp.MustCompile(`(?m)Access: +sensitive, always sensitive, never extractable, local$`)
	if !access.MatchString(list) {
		t.Fatalf("the private key is not bound to the token:\n%s", list)
	}
	return ids[0][1]
}
