package softkey_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
)

// desk is a session on a token with the parameters of production, fsync and all.
func desk(b *testing.B) service.TokenSession {
	b.Helper()
	d, err := softkey.Open(b.TempDir(), env())
	must(b, err)
	b.Cleanup(func() { must(b, d.Close()) })
	must(b, d.Create("BENCH-1"))
	must(b, d.Insert("BENCH-1"))
	s, err := d.Open(context.Background(), "BENCH-1")
	must(b, err)
	initialise(b, s, softkey.FactorySOPIN)
	must(b, s.Login(context.Background(), []byte(userPIN)))
	_, err = s.GenerateKey(context.Background(), "box", service.AlgSM2)
	must(b, err)
	must(b, s.WriteCertificate(context.Background(), "box", service.UsageSign, make([]byte, 1000)))
	return s
}

func initialise(b *testing.B, s service.TokenSession, so string) {
	b.Helper()
	_, err := s.Initialise(context.Background(), service.InitSpec{Label: "job", SOPIN: []byte(so), NewSOPIN: []byte(soPIN),
		UserPIN: []byte(userPIN)})
	must(b, err)
}

func BenchmarkLogin(b *testing.B) {
	s := desk(b)
	for b.Loop() {
		must(b, s.Login(context.Background(), []byte(userPIN)))
	}
}

func BenchmarkSign(b *testing.B) {
	s := desk(b)
	for b.Loop() {
		_, err := s.Sign(context.Background(), "box", []byte("a certification request"))
		must(b, err)
	}
}

func BenchmarkInfo(b *testing.B) {
	s := desk(b)
	for b.Loop() {
		_, err := s.Info(context.Background())
		must(b, err)
	}
}

// BenchmarkPersonalise is what making does to a token: initialise, log in, key, signature, envelope, challenge, two certificates
// with comparison, the customer's PIN.
func BenchmarkPersonalise(b *testing.B) {
	s := desk(b)
	for i := 0; b.Loop(); i++ {
		personalise(b, s, fmt.Sprint("job", i))
	}
}

func personalise(b *testing.B, s service.TokenSession, box string) {
	b.Helper()
	ctx := context.Background()
	initialise(b, s, soPIN)
	must(b, s.Login(ctx, []byte(userPIN)))
	spki, err := s.GenerateKey(ctx, box, service.AlgSM2)
	must(b, err)
	_, err = s.Sign(ctx, box, []byte("a certification request"))
	must(b, err)
	key, err := sm.GenerateKey(rand.Reader)
	must(b, err)
	envelope, err := sm.SealEnvelope(rand.Reader, spki, key)
	must(b, err)
	must(b, s.ImportEncryptionKey(ctx, box, envelope))
	ciphertext, err := sm.Encrypt(rand.Reader, key.PublicKey(), []byte("challenge"))
	must(b, err)
	_, err = s.Decrypt(ctx, box, ciphertext)
	must(b, err)
	for _, usage := range []service.KeyUsage{service.UsageSign, service.UsageEncrypt} {
		must(b, s.WriteCertificate(ctx, box, usage, make([]byte, 1000)))
		_, err = s.ReadCertificate(ctx, box, usage)
		must(b, err)
	}
	must(b, s.ChangePIN(ctx, []byte(userPIN), []byte("customer1")))
}
