package softkey_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
)

// opened gives a session of a fresh token, initialised and logged in.
func opened(t *testing.T) softkey.Direct {
	t.Helper()
	d := open(t, t.TempDir())
	must(t, d.Create("DIRECT01"))
	must(t, d.Insert("DIRECT01"))
	s, err := d.Open(t.Context(), "DIRECT01")
	if err != nil {
		t.Fatal(err)
	}
	spec := service.InitSpec{Label: "direct", SOPIN: []byte(softkey.FactorySOPIN), NewSOPIN: []byte("so-12345"), UserPIN: []byte("user-123")}
	if _, err := s.Initialise(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	must(t, s.Login(t.Context(), spec.UserPIN))
	return s.(softkey.Direct)
}

func wants(t *testing.T, err error, code service.Code) {
	t.Helper()
	if !service.IsCode(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestSignDigestSM2(t *testing.T) {
	s, ctx := opened(t), t.Context()
	spki, err := s.GenerateKey(ctx, "box", service.AlgSM2)
	must(t, err)
	e, err := sm.Digest(spki, []byte("message"))
	must(t, err)
	sig, err := s.SignDigest(ctx, "box", e, crypto.Hash(0))
	must(t, err)
	must(t, sm.Verify(spki, []byte("message"), sig))
	_, err = s.SignDigest(ctx, "box", e[:31], crypto.Hash(0))
	wants(t, err, service.InputInvalid)
	_, err = s.SignDigest(ctx, "none", e, crypto.Hash(0))
	wants(t, err, service.TokenObject)
	must(t, s.Logout(ctx))
	_, err = s.SignDigest(ctx, "box", e, crypto.Hash(0))
	wants(t, err, service.TokenLogin)
}

func TestSignDigestRSA(t *testing.T) {
	s, ctx := opened(t), t.Context()
	spki, err := s.GenerateKey(ctx, "box", service.AlgRSA)
	must(t, err)
	key, err := x509.ParsePKIXPublicKey(spki)
	must(t, err)
	pub := key.(*rsa.PublicKey)
	digest := sha256.Sum256([]byte("message"))
	sig, err := s.SignDigest(ctx, "box", digest[:], crypto.SHA256)
	must(t, err)
	must(t, rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest[:], sig))
	sig, err = s.SignDigest(ctx, "box", digest[:], &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256})
	must(t, err)
	must(t, rsa.VerifyPSS(pub, crypto.SHA256, digest[:], sig, nil))
	_, err = s.SignDigest(ctx, "box", make([]byte, 300), crypto.Hash(0))
	wants(t, err, service.InputInvalid)
}

func TestDrop(t *testing.T) {
	s, ctx := opened(t), t.Context()
	spki, err := s.GenerateKey(ctx, "box", service.AlgSM2)
	must(t, err)
	key, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	envelope, err := sm.SealEnvelope(rand.Reader, spki, key)
	must(t, err)
	wants(t, s.DropEncryptionKey(ctx, "box"), service.TokenObject)
	wants(t, s.DropCertificate(ctx, "box", service.UsageSign), service.TokenObject)
	before, err := s.Info(ctx)
	must(t, err)
	must(t, s.ImportEncryptionKey(ctx, "box", envelope))
	must(t, s.WriteCertificate(ctx, "box", service.UsageSign, bytes.Repeat([]byte{1}, 400)))
	must(t, s.WriteCertificate(ctx, "box", service.UsageEncrypt, bytes.Repeat([]byte{2}, 400)))
	must(t, s.DropCertificate(ctx, "box", service.UsageEncrypt))
	list, err := s.Containers(ctx)
	must(t, err)
	if c := list[0]; !c.EncKey || c.Sign == nil || c.Encrypt != nil {
		t.Fatalf("after dropping the encryption certificate: %+v", c)
	}
	must(t, s.DropEncryptionKey(ctx, "box"))
	must(t, s.DropCertificate(ctx, "box", service.UsageSign))
	_, err = s.PublicKey(ctx, "box", service.UsageEncrypt)
	wants(t, err, service.TokenObject)
	after, err := s.Info(ctx)
	must(t, err)
	if after.Free != before.Free {
		t.Errorf("%d bytes free, %d before", after.Free, before.Free)
	}
	must(t, s.Logout(ctx))
	wants(t, s.DropCertificate(ctx, "box", service.UsageSign), service.TokenLogin)
}

func TestPresent(t *testing.T) {
	d := open(t, t.TempDir())
	must(t, d.Create("DIRECT01"))
	must(t, d.Insert("DIRECT01"))
	s, err := d.Open(t.Context(), "DIRECT01")
	must(t, err)
	key := s.(softkey.Direct)
	must(t, key.Present(t.Context()))
	must(t, d.Remove("DIRECT01"))
	wants(t, key.Present(t.Context()), service.TokenRemoved)
	must(t, d.Insert("DIRECT01"))
	wants(t, key.Present(t.Context()), service.TokenRemoved)
	must(t, s.Close())
	wants(t, key.Present(t.Context()), service.TokenFailed)
}
