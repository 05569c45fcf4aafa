package softkey_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

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
// with comparison, the customer's PIN. Its ratio is to the bare floor, measured in turn with it.
func BenchmarkPersonalise(b *testing.B) {
	s, bare := desk(b), newFloor(b)
	var ours, floor time.Duration
	for i := 0; b.Loop(); i++ {
		j := newJob(b, fmt.Sprint("job", i))
		begin := time.Now()
		j.personalise(b, s)
		middle := time.Now()
		bare.personalise(b)
		ours, floor = ours+middle.Sub(begin), floor+time.Since(middle)
	}
	b.ReportMetric(float64(ours)/float64(floor), "ratio")
	b.ReportMetric(float64(ours.Microseconds())/1000/float64(b.N), "ms/token")
}

// job is what the centre brings to a personalisation.
type job struct {
	box  string
	key  *sm.PrivateKey
	cert []byte
}

func newJob(b *testing.B, box string) job {
	b.Helper()
	key, err := sm.GenerateKey(rand.Reader)
	must(b, err)
	return job{box: box, key: key, cert: make([]byte, 1000)}
}

func (j job) personalise(b *testing.B, s service.TokenSession) {
	b.Helper()
	ctx := context.Background()
	initialise(b, s, soPIN)
	must(b, s.Login(ctx, []byte(userPIN)))
	spki, err := s.GenerateKey(ctx, j.box, service.AlgSM2)
	must(b, err)
	_, err = s.Sign(ctx, j.box, []byte("a certification request"))
	must(b, err)
	envelope, ciphertext := sealed(b, spki, j.key)
	must(b, s.ImportEncryptionKey(ctx, j.box, envelope))
	_, err = s.Decrypt(ctx, j.box, ciphertext)
	must(b, err)
	for _, usage := range []service.KeyUsage{service.UsageSign, service.UsageEncrypt} {
		must(b, s.WriteCertificate(ctx, j.box, usage, j.cert))
		_, err = s.ReadCertificate(ctx, j.box, usage)
		must(b, err)
	}
	must(b, s.ChangePIN(ctx, []byte(userPIN), []byte("customer1")))
}

// sealed is the centre's part: the envelope, and a challenge for the key in it.
func sealed(b *testing.B, spki []byte, key *sm.PrivateKey) (envelope, challenge []byte) {
	b.Helper()
	envelope, err := sm.SealEnvelope(rand.Reader, spki, key)
	must(b, err)
	challenge, err = sm.Encrypt(rand.Reader, key.PublicKey(), []byte("challenge"))
	must(b, err)
	return envelope, challenge
}
