package softkey_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
)

func TestSerials(t *testing.T) {
	d := open(t, t.TempDir())
	serial, err := d.NewSerial()
	if err != nil || !regexp.MustCompile(`^[0-9A-F]{16}$`).MatchString(serial) {
		t.Fatalf("serial %q, %v", serial, err)
	}
	must(t, d.Create(serial))
	cases := map[string]service.Code{serial: service.TokenExists, "DEMO-1": "", "abc1": service.InputInvalid, "ABC": service.InputInvalid,
		"../ABCD": service.InputInvalid, "": service.InputInvalid, "-ABC": service.InputInvalid, "ABC-": service.InputInvalid,
		strings.Repeat("A", 33): service.InputInvalid, "ABCÉ": service.InputInvalid}
	for s, want := range cases {
		if err := d.Create(s); service.CodeOf(err) != want {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
	for _, s := range []string{"NONE-1", "../ABCD", ""} {
		if err := d.Insert(s); !service.IsCode(err, service.TokenAbsent) {
			t.Errorf("insert %q: %v", s, err)
		}
		if err := d.Remove(s); !service.IsCode(err, service.TokenAbsent) {
			t.Errorf("remove %q: %v", s, err)
		}
	}
	all, err := d.Serials()
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if list, err := d.List(context.Background()); err != nil || len(list) != 0 {
		t.Fatalf("a token that was never plugged in is listed: %v, %v", list, err)
	}
}

func TestInsertTwiceKeepsSession(t *testing.T) {
	r := newRig(t)
	must(t, r.d.Insert(r.serial))
	r.info()
}

// TestLocksDoNotPileUp plugs a used token in and out: the lock files of ended insertions go.
func TestLocksDoNotPileUp(t *testing.T) {
	r := newRig(t)
	for range 3 {
		must(t, r.s.Close())
		must(t, r.d.Remove(r.serial))
		must(t, r.d.Insert(r.serial))
		r.reopen()
	}
	locks, err := filepath.Glob(filepath.Join(r.dir, r.serial+".*.lock"))
	if err != nil || len(locks) != 1 {
		t.Fatalf("locks %v, %v", locks, err)
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	for name, opt := range map[string]softkey.Option{"passes": softkey.WithKDF(0, 8, 1), "memory": softkey.WithKDF(1, 1<<20, 1),
		"tries": softkey.WithTries(0, 10), "so tries": softkey.WithTries(10, 100), "space": softkey.WithSpace(10, 8)} {
		if _, err := softkey.Open(t.TempDir(), env(), opt); !service.IsCode(err, service.InputInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDriverClose(t *testing.T) {
	r := newRig(t)
	must(t, r.d.Close())
	_, err := r.s.Info(context.Background())
	r.wants(err, service.TokenFailed)
	_, err = r.d.Open(context.Background(), r.serial)
	r.wants(err, service.TokenFailed)
	other := open(t, r.dir)
	s, err := other.Open(context.Background(), r.serial)
	must(t, err)
	must(t, s.Close())
}

func TestContainersFull(t *testing.T) {
	r := newRig(t)
	for _, name := range strings.Split("bcdefgh", "") {
		_, err := r.s.GenerateKey(context.Background(), name, service.AlgSM2)
		must(t, err)
	}
	_, err := r.s.GenerateKey(context.Background(), "i", service.AlgSM2)
	r.wants(err, service.TokenFull)
	if args := service.ArgsOf(err); args["need"] != "1" || args["free"] != "0" || args["unit"] != "containers" {
		t.Fatalf("args %v", args)
	}
}

func TestTokenKeepsItsTriesAndSpace(t *testing.T) {
	r := newRig(t)
	must(t, r.s.Close())
	other := open(t, r.dir, softkey.WithTries(3, 3), softkey.WithSpace(4096, 8))
	s, err := other.Open(context.Background(), r.serial)
	must(t, err)
	info, err := s.Info(context.Background())
	must(t, err)
	if info.User.Max != 10 || info.Total != 4096 || info.Free < 0 {
		t.Fatalf("info %+v", info)
	}
	must(t, s.Login(context.Background(), []byte(userPIN)))
	r.wants(s.WriteCertificate(context.Background(), "box", service.UsageSign, make([]byte, 4000)), service.TokenFull)
}

// classicKey makes a key of a classic algorithm and signs with it.
func classicKey(r *rig, alg service.KeyAlg) (pub any, digest, sig []byte) {
	r.Helper()
	ctx := context.Background()
	spki, err := r.s.GenerateKey(ctx, string(alg), alg)
	must(r, err)
	pub, err = x509.ParsePKIXPublicKey(spki)
	must(r, err)
	sig, err = r.s.Sign(ctx, string(alg), []byte("message"))
	must(r, err)
	sum := sha256.Sum256([]byte("message"))
	return pub, sum[:], sig
}

func TestP256(t *testing.T) {
	r := newRig(t)
	pub, digest, sig := classicKey(r, service.AlgP256)
	if !ecdsa.VerifyASN1(pub.(*ecdsa.PublicKey), digest, sig) {
		t.Fatal("signature")
	}
}

func TestRSA(t *testing.T) {
	r := newRig(t)
	pub, digest, sig := classicKey(r, service.AlgRSA)
	must(t, rsa.VerifyPKCS1v15(pub.(*rsa.PublicKey), crypto.SHA256, digest, sig))
}

func TestEnvelopeForClassicKey(t *testing.T) {
	r := newRig(t)
	classicKey(r, service.AlgP256)
	key, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	envelope, err := sm.SealEnvelope(rand.Reader, key.PublicKey(), key)
	must(t, err)
	r.wants(r.s.ImportEncryptionKey(context.Background(), string(service.AlgP256), envelope), service.TokenUnsupported)
}
