//go:build cgo

package p11_test

import (
	"context"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// initialise is a token of Blank initialised by spec.
func (h hsm) initialise(t *testing.T, spec service.InitSpec) (service.TokenSession, string) {
	t.Helper()
	serial := h.Blank(t)
	s, err := h.Open(context.Background(), serial)
	must(t, err)
	_, err = s.Initialise(context.Background(), spec)
	must(t, err)
	return s, serial
}

// protect makes tokens write-protected, as the switch on some does.
func (l *liar) protect() {
	l.info = func(_ uint, i *pkcs11.TokenInfo) error {
		i.Flags |= pkcs11.CKF_WRITE_PROTECTED
		return nil
	}
	l.open = func(flags uint) error {
		if flags&pkcs11.CKF_RW_SESSION != 0 {
			return rv(pkcs11.CKR_TOKEN_WRITE_PROTECTED)
		}
		return nil
	}
	l.erase = func() error { return rv(pkcs11.CKR_TOKEN_WRITE_PROTECTED) }
}

// Protect implements tokentest.Protects.
func (h hsm) Protect(t *testing.T, spec service.InitSpec) string {
	t.Helper()
	ctx := context.Background()
	s, serial := h.initialise(t, spec)
	must(t, s.Login(ctx, spec.UserPIN))
	_, err := s.GenerateKey(ctx, "box", service.AlgP256)
	must(t, err)
	must(t, s.Close())
	h.l.protect()
	return serial
}

// Narrow implements tokentest.Narrows: after one certificate the memory is full.
func (h hsm) Narrow(t *testing.T, spec service.InitSpec) string {
	t.Helper()
	s, serial := h.initialise(t, spec)
	must(t, s.Close())
	written := 0
	h.l.create = func() error {
		if written++; written > 1 {
			return rv(pkcs11.CKR_DEVICE_MEMORY)
		}
		return nil
	}
	return serial
}

// Twin implements tokentest.Twins.
func (h hsm) Twin(t *testing.T, spec service.InitSpec) string {
	t.Helper()
	s, serial := h.initialise(t, spec)
	must(t, s.Close())
	other := h.Blank(t)
	h.l.info = func(_ uint, i *pkcs11.TokenInfo) error {
		if i.SerialNumber == other {
			i.SerialNumber = serial
		}
		return nil
	}
	return serial
}
