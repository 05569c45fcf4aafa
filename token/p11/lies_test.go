//go:build cgo

package p11_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token/p11"
	"certdesk/token/profile"
)

// liar is SoftHSM2 with answers of its own, as devices in the field give them. Nil answers are SoftHSM2's.
type liar struct {
	p11.Cryptoki
	info    func(slot uint, info *pkcs11.TokenInfo) error
	state   func() error
	attr    func(*pkcs11.Attribute)
	create  func() error
	sign    func() ([]byte, error)
	login   func(user uint) error
	open    func(flags uint) error
	initial func() error
	erase   func() error
	slots   []uint
}

func (l *liar) GetSlotList(present bool) ([]uint, error) {
	if l.slots != nil {
		return l.slots, nil
	}
	return l.Cryptoki.GetSlotList(present)
}

func (l *liar) Initialize(o ...pkcs11.InitializeOption) error {
	if l.initial != nil {
		if err := l.initial(); err != nil {
			return err
		}
	}
	return l.Cryptoki.Initialize(o...)
}

func (l *liar) InitToken(slot uint, pin, label string) error {
	if l.erase != nil {
		if err := l.erase(); err != nil {
			return err
		}
	}
	return l.Cryptoki.InitToken(slot, pin, label)
}

func (l *liar) GetTokenInfo(slot uint) (pkcs11.TokenInfo, error) {
	info, err := l.Cryptoki.GetTokenInfo(slot)
	if err == nil && l.info != nil {
		err = l.info(slot, &info)
	}
	return info, err
}

func (l *liar) GetSessionInfo(h pkcs11.SessionHandle) (pkcs11.SessionInfo, error) {
	if l.state != nil {
		if err := l.state(); err != nil {
			return pkcs11.SessionInfo{}, err
		}
	}
	return l.Cryptoki.GetSessionInfo(h)
}

func (l *liar) GetAttributeValue(h pkcs11.SessionHandle, o pkcs11.ObjectHandle, a []*pkcs11.Attribute) ([]*pkcs11.Attribute, error) {
	got, err := l.Cryptoki.GetAttributeValue(h, o, a)
	for _, v := range got {
		if l.attr != nil {
			l.attr(v)
		}
	}
	return got, err
}

func (l *liar) CreateObject(h pkcs11.SessionHandle, a []*pkcs11.Attribute) (pkcs11.ObjectHandle, error) {
	if l.create != nil {
		if err := l.create(); err != nil {
			return 0, err
		}
	}
	return l.Cryptoki.CreateObject(h, a)
}

func (l *liar) Sign(h pkcs11.SessionHandle, m []byte) ([]byte, error) {
	sig, err := l.Cryptoki.Sign(h, m) // ends the operation, whatever is told of it
	if l.sign != nil {
		return l.sign()
	}
	return sig, err
}

func (l *liar) Login(h pkcs11.SessionHandle, user uint, pin string) error {
	if l.login != nil {
		if err := l.login(user); err != nil {
			return err
		}
	}
	return l.Cryptoki.Login(h, user, pin)
}

func (l *liar) OpenSession(slot, flags uint) (pkcs11.SessionHandle, error) {
	if l.open != nil {
		if err := l.open(flags); err != nil {
			return 0, err
		}
	}
	return l.Cryptoki.OpenSession(slot, flags)
}

// lying is a store behind a liar.
func lying(t *testing.T, l *liar, change func(*profile.Profile)) hsm {
	t.Helper()
	module, p := softHSM(t)
	store(t)
	if change != nil {
		change(&p)
	}
	d, err := p11.OpenThrough(p11.Config{Module: module, Profile: p, Env: env()}, func(c p11.Cryptoki) p11.Cryptoki {
		l.Cryptoki = c
		return l
	})
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return hsm{d, module, l}
}

// made is a session on an initialised token, logged in, with a key in box.
func (h hsm) made(t *testing.T) service.TokenSession {
	t.Helper()
	ctx := context.Background()
	s := h.free(t)
	_, err := s.Initialise(ctx, spec("job"))
	must(t, err)
	must(t, s.Login(ctx, []byte(pin)))
	_, err = s.GenerateKey(ctx, "box", service.AlgP256)
	must(t, err)
	return s
}

func rv(code uint) error { return pkcs11.Error(code) }

// TestTwins: two tokens of one serial are shown and not touched.
func TestTwins(t *testing.T) {
	ctx := context.Background()
	l := &liar{}
	h := lying(t, l, nil)
	s, other := h.made(t), h.Blank(t)
	info, err := s.Info(ctx)
	must(t, err)
	l.info = func(_ uint, i *pkcs11.TokenInfo) error {
		if i.SerialNumber == other {
			i.SerialNumber = info.Serial
		}
		return nil
	}
	list, err := h.List(ctx)
	must(t, err)
	list = slices.DeleteFunc(list, func(i service.TokenInfo) bool { return i.Unnamed }) // SoftHSM2's slot for the next token
	if len(list) != 2 || list[0].Serial != list[1].Serial || !list[0].Protected || !list[1].Protected || list[0].Algs != nil {
		t.Fatalf("list %+v", list)
	}
	_, err = s.Initialise(ctx, spec("again"))
	wants(t, err, service.TokenSeveral)
	must(t, s.Close())
	_, err = h.Open(ctx, info.Serial)
	wants(t, err, service.TokenSeveral)
}

// TestLooseKey: a private key that could be read out is refused and deleted.
func TestLooseKey(t *testing.T) {
	ctx := context.Background()
	for kind, value := range map[uint]byte{pkcs11.CKA_EXTRACTABLE: 1, pkcs11.CKA_SENSITIVE: 0, pkcs11.CKA_PRIVATE: 0, pkcs11.CKA_TOKEN: 0,
		pkcs11.CKA_NEVER_EXTRACTABLE: 0} {
		l := &liar{}
		h := lying(t, l, nil)
		s := h.made(t)
		l.attr = func(a *pkcs11.Attribute) {
			if a.Type == kind {
				a.Value = []byte{value}
			}
		}
		_, err := s.GenerateKey(ctx, "loose", service.AlgP256)
		wants(t, err, service.VerifyFailed)
		if list, err := s.Containers(ctx); err != nil || len(list) != 1 {
			t.Errorf("attribute %#x: left %+v, %v", kind, list, err)
		}
		must(t, h.Close())
	}
}

// TestPulled: whatever word the library has for it, a pulled token is TokenRemoved for ever.
func TestPulled(t *testing.T) {
	ctx := context.Background()
	for _, code := range []uint{pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_TOKEN_NOT_PRESENT, pkcs11.CKR_SESSION_HANDLE_INVALID, pkcs11.CKR_SLOT_ID_INVALID} {
		l := &liar{}
		h := lying(t, l, nil)
		s := h.made(t)
		info, err := s.Info(ctx)
		must(t, err)
		// The first sign is a signature that fails without saying why.
		l.sign = func() ([]byte, error) {
			l.state = func() error { return rv(code) }
			return nil, rv(pkcs11.CKR_DEVICE_ERROR)
		}
		_, err = s.Sign(ctx, "box", []byte("m"))
		wants(t, err, service.TokenRemoved)
		l.sign, l.state = nil, nil
		_, err = s.Sign(ctx, "box", []byte("m"))
		wants(t, err, service.TokenRemoved)
		fresh, err := h.Open(ctx, info.Serial)
		must(t, err)
		_, err = fresh.Sign(ctx, "box", []byte("m"))
		wants(t, err, service.TokenLogin)
		must(t, s.Close())
		must(t, fresh.Login(ctx, []byte(pin)))
		must(t, h.Close())
	}
}

// TestOtherToken: another token in the slot is not the one that was opened.
func TestOtherToken(t *testing.T) {
	l := &liar{}
	s := lying(t, l, nil).made(t)
	l.info = func(_ uint, i *pkcs11.TokenInfo) error { i.SerialNumber = "OTHER"; return nil }
	_, err := s.Info(context.Background())
	wants(t, err, service.TokenRemoved)
}

// TestNoRoom: one certificate is replaced where two do not fit; what does not fit at all leaves the old one.
func TestNoRoom(t *testing.T) {
	ctx := context.Background()
	l := &liar{}
	s := lying(t, l, nil).made(t)
	must(t, s.WriteCertificate(ctx, "box", service.UsageSign, []byte("first")))
	refusals := 1
	l.create = func() error {
		if refusals--; refusals >= 0 {
			return rv(pkcs11.CKR_DEVICE_MEMORY)
		}
		return nil
	}
	must(t, s.WriteCertificate(ctx, "box", service.UsageSign, []byte("second")))
	refusals = 2
	err := s.WriteCertificate(ctx, "box", service.UsageSign, []byte("third"))
	wants(t, err, service.TokenFull)
	if args := service.ArgsOf(err); args["need"] != "5" || args["free"] != "?" {
		t.Errorf("full: %v", args)
	}
	if got, err := s.ReadCertificate(ctx, "box", service.UsageSign); err != nil || string(got) != "second" {
		t.Fatalf("left %q, %v", got, err)
	}
}

// TestWriteProtected: such a token opens for reading, says so and refuses by its own code.
func TestWriteProtected(t *testing.T) {
	ctx := context.Background()
	l := &liar{}
	h := lying(t, l, nil)
	s := h.made(t)
	info, err := s.Info(ctx)
	must(t, err)
	must(t, s.Close())
	l.protect()
	s, err = h.Open(ctx, info.Serial)
	must(t, err)
	if info, err := s.Info(ctx); err != nil || !info.Protected {
		t.Fatalf("%+v, %v", info, err)
	}
	must(t, s.Login(ctx, []byte(pin)))
	_, err = s.Sign(ctx, "box", []byte("m"))
	must(t, err)
	wants(t, s.WriteCertificate(ctx, "box", service.UsageSign, []byte("c")), service.TokenProtected)
}

// TestTries: the flags of CK_TOKEN_INFO tell the tries after a wrong PIN.
func TestTries(t *testing.T) {
	ctx := context.Background()
	for flags, want := range map[uint]string{pkcs11.CKF_USER_PIN_COUNT_LOW: "pin.wrong ?", pkcs11.CKF_USER_PIN_FINAL_TRY: "pin.wrong 1",
		pkcs11.CKF_USER_PIN_LOCKED: "pin.locked "} {
		l := &liar{}
		h := lying(t, l, func(p *profile.Profile) { p.PIN.Tries, p.P11.Counters = 6, true })
		s := h.made(t)
		l.info = func(_ uint, i *pkcs11.TokenInfo) error {
			i.Flags = i.Flags&^pkcs11.CKF_USER_PIN_COUNT_LOW | flags
			return nil
		}
		err := s.Login(ctx, []byte("000000"))
		if got := string(service.CodeOf(err)) + " " + service.ArgsOf(err)["left"]; got != want {
			t.Errorf("flags %#x: %q, want %q", flags, got, want)
		}
		must(t, h.Close())
	}
}

// TestNonsense: answers that are no answers end in TokenDamaged, not in a crash.
func TestNonsense(t *testing.T) {
	ctx := context.Background()
	l := &liar{}
	h := lying(t, l, nil)
	s := h.made(t)
	for _, sig := range [][]byte{nil, {1}, bytes.Repeat([]byte{1}, 63), bytes.Repeat([]byte{1}, 1<<20)} {
		l.sign = func() ([]byte, error) { return sig, nil }
		_, err := s.Sign(ctx, "box", []byte("m"))
		wants(t, err, service.TokenDamaged)
	}
	l.sign = func() ([]byte, error) { return make([]byte, int(^uint(0)>>1)), nil }
	_, err := s.Sign(ctx, "box", []byte("m"))
	wants(t, err, service.TokenDamaged)
	l.slots = make([]uint, 100_000)
	_, err = h.List(ctx)
	wants(t, err, service.TokenDamaged)
	l.slots = nil
	l.attr = func(a *pkcs11.Attribute) { a.Value = nil }
	_, err = s.PublicKey(ctx, "box", service.UsageSign)
	wants(t, err, service.TokenObject)
	l.attr = func(a *pkcs11.Attribute) {
		if a.Type == pkcs11.CKA_EC_POINT {
			a.Value = bytes.Repeat([]byte{4}, 67)
		}
	}
	_, err = s.PublicKey(ctx, "box", service.UsageSign)
	wants(t, err, service.TokenUnsupported)
}

// TestCannotLock: a library that cannot lock is called by one at a time.
func TestCannotLock(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var asked, inside atomic.Int32
	l := &liar{initial: func() error {
		if asked.Add(1) == 1 {
			return rv(pkcs11.CKR_CANT_LOCK)
		}
		return nil
	}}
	l.info = func(uint, *pkcs11.TokenInfo) error {
		defer inside.Add(-1)
		if inside.Add(1) > 1 {
			t.Error("two calls at a time")
		}
		return nil
	}
	h := lying(t, l, nil)
	lists := h.Watch(ctx)
	s := h.made(t)
	for range 20 {
		_, err := s.Sign(ctx, "box", []byte("m"))
		must(t, err)
		_, err = h.List(ctx)
		must(t, err)
	}
	must(t, s.Close())
	cancel()
	for range lists {
	}
}

// TestReplugSeen: the session that the watch keeps ends with the insertion, so the watch tells a replug between two looks.
func TestReplugSeen(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l := &liar{}
	h := lying(t, l, nil)
	serial := h.Blank(t)
	var pulled atomic.Bool
	l.state = func() error {
		if pulled.CompareAndSwap(true, false) {
			return rv(pkcs11.CKR_SESSION_HANDLE_INVALID)
		}
		return nil
	}
	lists := h.Watch(ctx)
	<-lists
	pulled.Store(true)
	for _, info := range <-lists {
		if strings.HasPrefix(info.Serial, serial) {
			return
		}
	}
	t.Fatal("not listed after the replug")
}
