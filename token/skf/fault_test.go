package skf_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/skf/skftest"
)

// personalise is a job: initialise, key, envelope, certificates, proofs, the customer's PIN. It begins anew on a token that an earlier one
// left half done.
func personalise(ctx context.Context, d service.Tokens, serial string) (err error) {
	s, err := d.Open(ctx, serial)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	info, err := s.Info(ctx)
	if err != nil {
		return err
	}
	spec := spec()
	if !info.SO.Default {
		spec.SOPIN = spec.NewSOPIN
	}
	if _, err := s.Initialise(ctx, spec); err != nil {
		return err
	}
	if err := s.Login(ctx, spec.UserPIN); err != nil {
		return err
	}
	spki, err := s.GenerateKey(ctx, "box", service.AlgSM2)
	if err != nil {
		return err
	}
	if err := fill(ctx, s, spki); err != nil {
		return err
	}
	return s.ChangePIN(ctx, spec.UserPIN, []byte("97531864"))
}

func fill(ctx context.Context, s service.TokenSession, spki []byte) error {
	sig, err := s.Sign(ctx, "box", []byte("message"))
	if err != nil {
		return err
	}
	if err := sm.Verify(spki, []byte("message"), sig); err != nil {
		return err
	}
	enc, envelope, ciphertext, err := encryption(spki)
	if err != nil {
		return err
	}
	if err := s.ImportEncryptionKey(ctx, "box", envelope); err != nil {
		return err
	}
	if err := s.ProveEncryption(ctx, "box", ciphertext, []byte("sixteen byte key")); err != nil {
		return err
	}
	got, err := s.PublicKey(ctx, "box", service.UsageEncrypt)
	if err != nil || !bytes.Equal(got, enc) {
		return err
	}
	der := append([]byte{0x30, 0x82, 0x03, 0xE4}, make([]byte, 996)...)
	for _, usage := range []service.KeyUsage{service.UsageSign, service.UsageEncrypt} {
		if err := s.WriteCertificate(ctx, "box", usage, der); err != nil {
			return err
		}
		if back, err := s.ReadCertificate(ctx, "box", usage); err != nil || !bytes.Equal(back, der) {
			return err
		}
	}
	_, err = s.Containers(ctx)
	return err
}

func encryption(spki []byte) (enc, envelope, ciphertext []byte, err error) {
	pair, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	if envelope, err = sm.SealEnvelope(rand.Reader, spki, pair); err == nil {
		ciphertext, err = sm.Encrypt(rand.Reader, pair.PublicKey(), []byte("sixteen byte key"))
	}
	return pair.PublicKey(), envelope, ciphertext, err
}

// TestFaults makes each function fail, lie, or meet a pulled token, once. The error has a code, a pull is told as one, and the token can
// be made afterwards.
func TestFaults(t *testing.T) {
	drawer := skftest.New(t)
	d := open(t, skftest.Library(t, 64), soft())
	have, _ := d.Functions()
	ctx := t.Context()
	told := 0
	for _, fn := range have {
		for _, kind := range []string{"fail", "lie", "pull-after"} {
			serial := drawer.Blank(t)
			drawer.Fault(t, kind+":"+fn)
			// What a new token has not is met by the second job alone.
			for range 2 {
				code := service.CodeOf(personalise(ctx, d, serial))
				if code != "" {
					told++
				}
				if code == service.Internal || strings.HasPrefix(kind, "pull") && code != "" && code != service.TokenRemoved && code != service.TokenAbsent {
					t.Errorf("%s %s: %s", kind, fn, code)
				}
				must(t, drawer.Insert(serial))
			}
			if err := personalise(ctx, d, serial); err != nil {
				t.Errorf("after %s %s: %v", kind, fn, err)
			}
			must(t, drawer.Remove(serial))
		}
	}
	t.Logf("%d functions, %d of the faults were told", len(have), told)
	if told < 60 {
		t.Errorf("only %d faults were noticed", told)
	}
}

// TestBeside lists and watches while a session works.
func TestBeside(t *testing.T) {
	drawer := skftest.New(t)
	d := open(t, skftest.Library(t, 32), soft())
	serial, other := drawer.Blank(t), drawer.Blank(t)
	ctx, cancel := context.WithCancel(t.Context())
	var beside sync.WaitGroup
	for range 3 {
		beside.Go(func() {
			for ctx.Err() == nil {
				if _, err := d.List(ctx); err != nil && !service.IsCode(err, service.Cancelled) {
					t.Error(err)
				}
			}
		})
	}
	lists := d.Watch(ctx)
	beside.Go(func() {
		for range lists {
		}
	})
	for range 3 {
		must(t, personalise(ctx, d, serial))
		must(t, drawer.Remove(other))
		must(t, drawer.Insert(other))
	}
	cancel()
	beside.Wait()
}

// TestWithoutExtension: a library without SKF_ECCDecrypt proves keys by a session key and cannot decrypt.
func TestWithoutExtension(t *testing.T) {
	drawer := skftest.New(t)
	d := open(t, skftest.Library(t, 32, "SKF_NO_DECRYPT"), soft())
	serial := drawer.Blank(t)
	must(t, personalise(t.Context(), d, serial))
	s, err := d.Open(t.Context(), serial)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	must(t, s.Login(t.Context(), []byte("97531864")))
	spki, err := s.PublicKey(t.Context(), "box", service.UsageEncrypt)
	must(t, err)
	ciphertext, err := sm.Encrypt(rand.Reader, spki, []byte("another 16 bytes"))
	must(t, err)
	_, err = s.Decrypt(t.Context(), "box", ciphertext)
	wants(t, err, service.TokenUnsupported)
	wants(t, s.ProveEncryption(t.Context(), "box", ciphertext, []byte("sixteen byte key")), service.VerifyFailed)
	must(t, s.ProveEncryption(t.Context(), "box", ciphertext, []byte("another 16 bytes")))
}

func wants(t *testing.T, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("got %v, want %q", err, code)
	}
}
