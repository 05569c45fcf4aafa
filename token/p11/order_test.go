//go:build cgo

package p11_test

import (
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token/p11"
)

// parts counts and refuses the parts of initialising behind C_InitToken.
type parts struct {
	p11.Cryptoki
	refuse  bool // C_InitPIN
	setPINs int
}

func (p *parts) InitPIN(h pkcs11.SessionHandle, pin string) error {
	if p.refuse {
		return rv(pkcs11.CKR_DEVICE_ERROR)
	}
	return p.Cryptoki.InitPIN(h, pin)
}

func (p *parts) SetPIN(h pkcs11.SessionHandle, old, new string) error {
	p.setPINs++
	return p.Cryptoki.SetPIN(h, old, new)
}

func (p *parts) open(t *testing.T) hsm {
	t.Helper()
	module, prof := softHSM(t)
	store(t)
	d, err := p11.OpenThrough(p11.Config{Module: module, Profile: prof, Env: env()}, func(c p11.Cryptoki) p11.Cryptoki {
		p.Cryptoki = c
		return p
	})
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return hsm{Driver: d}
}

// TestUserPINComesLast: where initialising ends before the user PIN is set, the token obeys its own SO PIN already, so that a user PIN
// that works proves both.
func TestUserPINComesLast(t *testing.T) {
	p := &parts{}
	h := p.open(t)
	s, err := h.Open(t.Context(), h.Blank(t))
	must(t, err)
	defer s.Close()
	p.refuse = true
	if _, err := s.Initialise(t.Context(), spec("job")); err == nil {
		t.Fatal("initialised without a user PIN")
	}
	p.refuse = false
	must(t, s.Unblock(t.Context(), spec("").NewSOPIN, []byte(pin)))
	wants(t, s.Unblock(t.Context(), []byte(factorySO), []byte(pin)), service.SOPINWrong)
}

// TestSameSOPINIsNotSet: a SO PIN that stays is not set again, which some tokens cannot or refuse.
func TestSameSOPINIsNotSet(t *testing.T) {
	p := &parts{}
	h := p.open(t)
	s, err := h.Open(t.Context(), h.Blank(t))
	must(t, err)
	defer s.Close()
	same := spec("job")
	same.NewSOPIN = same.SOPIN
	p.setPINs = 0
	_, err = s.Initialise(t.Context(), same)
	must(t, err)
	if p.setPINs != 0 {
		t.Errorf("%d times set", p.setPINs)
	}
	must(t, s.Login(t.Context(), []byte(pin)))
}
