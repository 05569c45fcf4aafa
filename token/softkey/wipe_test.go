package softkey

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"testing"
	"time"

	"certdesk/service"
)

const wipeSerial = "WIPE-1"

// loggedIn is a session that is logged in, and the master key as it lies in memory.
func loggedIn(t *testing.T, opts ...Option) (*Driver, *session, []byte) {
	t.Helper()
	d, err := Open(t.TempDir(), service.Env{Rand: rand.Reader, Now: time.Now}, append(opts, WithKDF(1, 8, 1))...)
	noError(t, err, d.Create(wipeSerial), d.Insert(wipeSerial))
	opened, err := d.Open(t.Context(), wipeSerial)
	noError(t, err)
	s := opened.(*session)
	_, err = s.Initialise(t.Context(), service.InitSpec{Label: "job", SOPIN: []byte(FactorySOPIN), NewSOPIN: []byte("so-13579"),
		UserPIN: []byte("246813")})
	noError(t, err, s.Login(t.Context(), []byte("246813")))
	if len(s.master) != masterSize || bytes.Equal(s.master, make([]byte, masterSize)) {
		t.Fatal("no master key to wipe")
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, s, s.master
}

func noError(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// TestMasterIsWiped ends a login in every way there is: the master key's memory is zero then.
func TestMasterIsWiped(t *testing.T) {
	ctx := context.Background()
	pin, so, wrong := []byte("246813"), []byte("so-13579"), []byte("000000")
	ways := map[string]func(*Driver, *session){
		"logout":        func(_ *Driver, s *session) { _ = s.Logout(ctx) },
		"close":         func(_ *Driver, s *session) { _ = s.Close() },
		"driver close":  func(d *Driver, _ *session) { _ = d.Close() },
		"pulled":        func(d *Driver, _ *session) { _ = d.Remove(wipeSerial) },
		"login again":   func(_ *Driver, s *session) { _ = s.Login(ctx, pin) },
		"wrong PIN":     func(_ *Driver, s *session) { _ = s.Login(ctx, wrong) },
		"wrong old PIN": func(_ *Driver, s *session) { _ = s.ChangePIN(ctx, wrong, pin) },
		"SO PIN":        func(_ *Driver, s *session) { _ = s.ChangeSOPIN(ctx, so, so) },
		"unblock":       func(_ *Driver, s *session) { _ = s.Unblock(ctx, so, pin) },
		"initialise": func(_ *Driver, s *session) {
			_, _ = s.Initialise(ctx, service.InitSpec{Label: "new", SOPIN: so, NewSOPIN: so, UserPIN: pin})
		},
		"pulled elsewhere, listed": func(d *Driver, _ *session) {
			_ = d.opt.disk.Remove(d.path(wipeSerial, plugExt))
			_, _ = d.List(ctx)
		},
		"pulled elsewhere, used": func(d *Driver, s *session) {
			_ = d.opt.disk.Remove(d.path(wipeSerial, plugExt))
			_, _ = s.Sign(ctx, "box", []byte("m"))
		},
	}
	for name, way := range ways {
		d, s, master := loggedIn(t)
		way(d, s)
		if !bytes.Equal(master, make([]byte, masterSize)) {
			t.Errorf("%s: the master key is still there", name)
		}
		if name != "login again" && s.master != nil {
			t.Errorf("%s: still logged in", name)
		}
	}
}

// TestPulledDuringAFailedAct pulls the token in the middle of an act that fails anyway: the login is gone with it.
func TestPulledDuringAFailedAct(t *testing.T) {
	d, s, master := loggedIn(t)
	if err := s.in(t.Context(), "Test", func(a *act) error {
		noError(t, d.Remove(wipeSerial))
		return a.none("it")
	}); !service.IsCode(err, service.TokenObject) {
		t.Fatal(err)
	}
	if !bytes.Equal(master, make([]byte, masterSize)) {
		t.Error("the master key is still there")
	}
}

// TestPINsAreTheCallers shows the contract of service.InitSpec and service.TokenPINs: the caller's slices are left as they are,
// and are his to wipe.
func TestPINsAreTheCallers(t *testing.T) {
	_, s, _ := loggedIn(t)
	ctx := t.Context()
	pin, other, so, otherSO := []byte("246813"), []byte("975311"), []byte("so-13579"), []byte("so-24680")
	noError(t, s.Login(ctx, pin), s.ChangePIN(ctx, pin, other), s.ChangeSOPIN(ctx, so, otherSO), s.Unblock(ctx, otherSO, pin))
	_, err := s.Initialise(ctx, service.InitSpec{Label: "new", SOPIN: otherSO, NewSOPIN: so, UserPIN: pin})
	noError(t, err)
	if got := string(bytes.Join([][]byte{pin, other, so, otherSO}, nil)); got != "246813975311so-13579so-24680" {
		t.Fatalf("the caller's PINs became %q", got)
	}
}

// TestFailedActWipesItsResult loses the reply to a decryption: what was opened is wiped, not only withheld.
func TestFailedActWipesItsResult(t *testing.T) {
	secret := []byte("opened")
	if v, err := onlyIf(secret, errSpoilt); v != nil || err == nil || !bytes.Equal(secret, make([]byte, 6)) {
		t.Fatalf("%q, %v", secret, err)
	}
}

// TestClassicKeysAreWiped looks at the numbers of an RSA key after its use.
func TestClassicKeysAreWiped(t *testing.T) {
	for _, alg := range []service.KeyAlg{service.AlgRSA, service.AlgP256, service.AlgSM2} {
		p, err := newPair(rand.Reader, alg)
		noError(t, err)
		c, _ := p.(*classic)
		var key *rsa.PrivateKey
		if c != nil {
			key, _ = c.key.(*rsa.PrivateKey)
		}
		wipe(p)
		if c != nil && c.key != nil {
			t.Errorf("%s: the key is still in its pair", alg)
		}
		if key != nil && (!zero(key.D.Bits()) || !zero(key.Primes[0].Bits()) || !zero(key.Primes[1].Bits())) {
			t.Errorf("%s: numbers are still there", alg)
		}
	}
}

func zero[W ~uint](words []W) bool {
	for _, w := range words {
		if w != 0 {
			return false
		}
	}
	return true
}
