//go:build cgo && unix

package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
)

const (
	soPIN   = softkey.FactorySOPIN
	userPIN = "user-123"
)

// contains fails where a part is not in what a tool said.
func contains(t testing.TB, out string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(out, part) {
			t.Errorf("%q is not in:\n%s", part, out)
		}
	}
}

// made is a desk with one token that pkcs11-tool initialised.
func made(t testing.TB) *desk {
	t.Helper()
	d := newDesk(t, "00112233AABBCCDD")
	d.run(t, "--init-token", "--label", "job 17", "--so-pin", soPIN)
	if out := d.run(t, "-L"); strings.Contains(out, "PIN initialized") { // seen by another process
		t.Errorf("a user PIN before --init-pin:\n%s", out)
	}
	d.run(t, "--init-pin", "--login", "--so-pin", soPIN, "--new-pin", userPIN)
	return d
}

func TestToolShows(t *testing.T) {
	d := newDesk(t, "00112233AABBCCDD", "TOKEN2")
	contains(t, d.run(t, "-I"), "Cryptoki version 2.40", "certdesk soft UKeys")
	contains(t, d.run(t, "-L"), "certdesk soft UKey TOKEN2", "uninitialized")
	contains(t, d.run(t, "-M"), "ECDSA", "0x80008102", "RSA-PKCS-KEY-PAIR-GEN")
	must(t, d.Remove("TOKEN2"))
	if out := d.run(t, "-L"); strings.Contains(out, "TOKEN2") {
		t.Errorf("a pulled token is shown:\n%s", out)
	}
}

func TestToolInitialises(t *testing.T) {
	d := made(t)
	contains(t, d.run(t, "-L"), "job 17", "00112233AABBCCDD", "login required, rng, SO PIN to be changed, token initialized, PIN initialized")
	if out, err := d.try(t, "--init-token", "--label", "x", "--so-pin", "wrong-so-pin"); err == nil {
		t.Errorf("a wrong SO PIN initialised:\n%s", out)
	}
	contains(t, d.run(t, "-L"), "job 17", "SO PIN count low")
}

// TestToolKeys: keys that pkcs11-tool makes, found again by another process under label and ID, sign what OpenSSL verifies.
func TestToolKeys(t *testing.T) {
	for _, c := range []struct{ kind, mechanism, name string }{
		{"EC:prime256v1", "ECDSA-SHA256", "elliptic"}, {"rsa:2048", "SHA256-RSA-PKCS", "rivest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := made(t)
			d.run(t, "--login", "--pin", userPIN, "--keypairgen", "--key-type", c.kind, "--id", "4711", "--label", c.name)
			out := d.run(t, "--login", "--pin", userPIN, "--list-objects")
			contains(t, out, "Private Key Object", "Public Key Object", c.name, "4711", "never extractable", "always sensitive")
			if out := d.run(t, "--list-objects"); strings.Contains(out, "Private Key") {
				t.Errorf("private key seen without login:\n%s", out)
			}
			d.signAndVerify(t, c.mechanism)
		})
	}
}

func (d *desk) signAndVerify(t *testing.T, mechanism string) {
	t.Helper()
	message, dir := file(t, "message", []byte("what is signed")), t.TempDir()
	sig, pub := filepath.Join(dir, "sig"), filepath.Join(dir, "pub")
	d.run(t, "--login", "--pin", userPIN, "--sign", "-m", mechanism, "--id", "4711", "-i", message, "-o", sig, "--signature-format", "openssl")
	d.run(t, "--read-object", "--type", "pubkey", "--id", "4711", "-o", pub)
	out, err := exec.Command(tool(t, "openssl", "openssl"), "dgst", "-sha256", "-keyform", "DER", "-verify", pub, "-signature", sig, message).CombinedOutput()
	if err != nil {
		t.Errorf("openssl: %v\n%s", err, out)
	}
	args := []string{"--verify", "-m", mechanism, "--id", "4711", "-i", message, "--signature-file", sig, "--signature-format", "openssl"}
	contains(t, d.run(t, args...), "Signature is valid")
	must(t, os.WriteFile(message, []byte("something else"), 0o600))
	if out, _ := d.try(t, args...); strings.Contains(out, "Signature is valid") {
		t.Errorf("a changed message verifies:\n%s", out)
	}
}

// TestToolSM2: the key of a mechanism that pkcs11-tool does not know by name signs what this program verifies.
func TestToolSM2(t *testing.T) {
	d := made(t)
	d.run(t, "--login", "--pin", userPIN, "--keypairgen", "-m", "0x80008001", "--key-type", "EC:prime256v1", "--label", "国密", "--id", "02")
	contains(t, d.run(t, "--login", "--pin", userPIN, "--list-objects"), "国密", "Private Key Object", "sign, unwrap")
	dir, message := t.TempDir(), file(t, "message", []byte("what is signed"))
	sig, point := filepath.Join(dir, "sig"), filepath.Join(dir, "point")
	d.run(t, "--login", "--pin", userPIN, "--sign", "-m", "0x80008103", "--id", "02", "-i", message, "-o", sig)
	must(t, os.WriteFile(point, d.publicKey(t), 0o600))
	raw, err := os.ReadFile(sig)
	must(t, err)
	must(t, sm.Verify(d.publicKey(t), []byte("what is signed"), raw))
	out, err := exec.Command(tool(t, "openssl", "openssl"), "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", point, "-rawin", "-in", message,
		"-sigfile", sig, "-digest", "sm3", "-pkeyopt", "distid:1234567812345678").CombinedOutput()
	if err != nil {
		t.Errorf("openssl: %v\n%s", err, out)
	}
}

// publicKey reads the only key's SubjectPublicKeyInfo past the module.
func (d *desk) publicKey(t testing.TB) []byte {
	t.Helper()
	list, err := d.List(t.Context())
	must(t, err)
	s, err := d.Open(t.Context(), list[0].Serial)
	must(t, err)
	defer s.Close()
	boxes, err := s.Containers(t.Context())
	must(t, err)
	spki, err := s.PublicKey(t.Context(), boxes[0].Name, service.UsageSign)
	must(t, err)
	return spki
}

// TestToolPINs: wrong PINs run down to locked, across processes; the SO unblocks, and a wrong SO PIN does not.
func TestToolPINs(t *testing.T) {
	d := made(t)
	wrong := func() string {
		out, err := d.try(t, "--login", "--pin", "wrong-pin", "--list-objects")
		if err == nil {
			t.Fatalf("a wrong PIN logged in:\n%s", out)
		}
		return out
	}
	contains(t, wrong(), "CKR_PIN_INCORRECT")
	contains(t, d.run(t, "-L"), "user PIN count low")
	for range 8 {
		wrong()
	}
	contains(t, d.run(t, "-L"), "final user PIN try")
	contains(t, wrong(), "CKR_PIN_LOCKED")
	contains(t, d.run(t, "-L"), "user PIN locked")
	if out, err := d.try(t, "--login", "--pin", userPIN, "--list-objects"); err == nil {
		t.Errorf("the right PIN opens a locked token:\n%s", out)
	}
	if out, err := d.try(t, "--init-pin", "--login", "--so-pin", "wrong-so", "--new-pin", "fresh-pin"); err == nil {
		t.Errorf("a wrong SO PIN unblocks:\n%s", out)
	}
	d.run(t, "--init-pin", "--login", "--so-pin", soPIN, "--new-pin", "fresh-pin")
	d.run(t, "--change-pin", "--login", "--pin", "fresh-pin", "--new-pin", userPIN)
	d.run(t, "--login", "--pin", userPIN, "--list-objects")
}

// TestToolCertificate: what is written stands with its key, and goes alone.
func TestToolCertificate(t *testing.T) {
	d := made(t)
	d.run(t, "--login", "--pin", userPIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "0a", "--label", "tls")
	cert := certificateFor(t)
	d.run(t, "--login", "--pin", userPIN, "--write-object", file(t, "cert", cert), "--type", "cert", "--id", "0a", "--label", "my certificate")
	contains(t, d.run(t, "--list-objects", "--type", "cert"), "my certificate", "0a", "CN=Test")
	out := filepath.Join(t.TempDir(), "out")
	d.run(t, "--read-object", "--type", "cert", "--id", "0a", "-o", out)
	got, err := os.ReadFile(out)
	must(t, err)
	if string(got) != string(cert) {
		t.Error("another certificate came back")
	}
	d.run(t, "--login", "--pin", userPIN, "--delete-object", "--type", "cert", "--id", "0a")
	if out := d.run(t, "--login", "--pin", userPIN, "--list-objects"); strings.Contains(out, "Certificate") || !strings.Contains(out, "Private Key") {
		t.Errorf("after deleting the certificate:\n%s", out)
	}
	if out, err := d.try(t, "--login", "--pin", userPIN, "--write-object", file(t, "cert", cert), "--type", "cert", "--id", "0b", "--label", "alone"); err == nil {
		t.Errorf("a certificate without a key was taken:\n%s", out)
	}
}

func certificateFor(t testing.TB) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	spec := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, spec, spec, key.Public(), key)
	must(t, err)
	return der
}
