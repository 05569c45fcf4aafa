//go:build cgo

package p11

import (
	"context"
	"unsafe"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token"
)

// PIN lengths of a device that tells none that make sense.
const (
	defaultMin = 6
	defaultMax = 16
	longestPIN = 255
)

// rule is what the profile says of PINs, and what the device says where the profile is silent.
func (d *Driver) rule(info pkcs11.TokenInfo) service.PINRule {
	r := service.PINRule{Min: int(info.MinPinLen), Max: int(info.MaxPinLen), DigitsOnly: d.profile.PIN.DigitsOnly}
	if info.MinPinLen > info.MaxPinLen || info.MaxPinLen == 0 || info.MaxPinLen > longestPIN {
		r.Min, r.Max = defaultMin, defaultMax
	}
	if d.profile.PIN.Min > 0 {
		r.Min = d.profile.PIN.Min
	}
	if d.profile.PIN.Max > 0 {
		r.Max = d.profile.PIN.Max
	}
	r.Min = max(r.Min, 1)
	return r
}

// lend is a PIN as the binding wants it, without a copy: valid until the caller of the act gets its slice back.
func lend(pin []byte) string { return unsafe.String(unsafe.SliceData(pin), len(pin)) }

// ready refuses malformed PINs, which cost no try, and blank tokens.
func (a *act) ready(pins ...[]byte) error {
	for _, pin := range pins {
		if err := token.CheckPIN(a.op(), a.s.d.rule(a.seat.info), pin); err != nil {
			return err
		}
	}
	if !a.s.open {
		return a.err(service.TokenBlank, service.Args{"serial": a.s.serial}, nil)
	}
	return nil
}

// asSO logs in as the SO, does something and logs out again.
func (a *act) asSO(pin []byte, body func() error) error {
	a.logout()
	if err := a.loginSO(pin); err != nil {
		return a.refused(soRole(), err)
	}
	defer a.logout()
	return body()
}

func (a *act) loginSO(pin []byte) error {
	a.s.d.mu.Lock()
	defer a.s.d.mu.Unlock()
	a.s.d.dismiss(a.s.serial)
	return a.c().Login(a.s.h, pkcs11.CKU_SO, lend(pin))
}

// Login implements service.TokenPINs. It ends an earlier login first, so a wrong PIN leaves the session logged out.
func (s *session) Login(ctx context.Context, pin []byte) error {
	return s.do(ctx, "Login", func(a *act) error {
		if err := a.ready(pin); err != nil {
			return err
		}
		return a.login(pin)
	})
}

func (a *act) login(pin []byte) error {
	a.logout()
	if err := a.c().Login(a.s.h, pkcs11.CKU_USER, lend(pin)); err != nil {
		return a.refused(userRole(), err)
	}
	a.s.logged = true
	return nil
}

// Logout implements service.TokenPINs. Logging out twice is no error.
func (s *session) Logout(ctx context.Context) error {
	return s.do(ctx, "Logout", func(a *act) error {
		a.logout()
		return nil
	})
}

// ChangePIN implements service.TokenPINs. It needs no login and keeps the one there is; a wrong old PIN ends it.
func (s *session) ChangePIN(ctx context.Context, old, new []byte) error {
	return s.do(ctx, "ChangePIN", func(a *act) error {
		if err := a.ready(old, new); err != nil {
			return err
		}
		logged := s.logged
		if err := a.c().SetPIN(s.h, lend(old), lend(new)); err != nil {
			a.logout()
			return a.refused(userRole(), err)
		}
		if err := a.alive(); err != nil || s.logged == logged {
			return err
		}
		return a.login(new)
	})
}

// ChangeSOPIN implements service.TokenPINs. The session is logged out afterwards.
func (s *session) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	return s.do(ctx, "ChangeSOPIN", func(a *act) error {
		if err := a.ready(old, new); err != nil {
			return err
		}
		return a.asSO(old, func() error { return a.changeSO(old, new) })
	})
}

func (a *act) changeSO(old, new []byte) error {
	if err := a.c().SetPIN(a.s.h, lend(old), lend(new)); err != nil {
		return a.refused(soRole(), err)
	}
	return nil
}

// Unblock implements service.TokenPINs.
func (s *session) Unblock(ctx context.Context, so, new []byte) error {
	return s.do(ctx, "Unblock", func(a *act) error {
		if err := a.ready(so, new); err != nil {
			return err
		}
		return a.asSO(so, func() error { return a.initPIN(new) })
	})
}

func (a *act) initPIN(pin []byte) error {
	if err := a.c().InitPIN(a.s.h, lend(pin)); err != nil {
		return a.refused(userRole(), err)
	}
	return nil
}
