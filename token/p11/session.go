//go:build cgo

package p11

import (
	"context"
	"sync"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// session is one open token of one insertion.
type session struct {
	d *Driver

	mu     sync.Mutex
	serial string
	slot   uint
	h      pkcs11.SessionHandle
	open   bool // the library has the session h; false on a token that is not initialised
	logged bool
	dead   bool // of an insertion that has ended
	closed bool
}

var _ service.TokenSession = (*session)(nil)

// act is one call under way, with what the token said of itself when the call began.
type act struct {
	s    *session
	name string
	seat seat
}

func (a *act) op() string { return "p11." + a.name }

func (a *act) err(code service.Code, args service.Args, cause error) error {
	return service.E(code, a.op(), args, cause)
}

func (a *act) none(what string) error {
	return a.err(service.TokenObject, service.Args{"what": what}, nil)
}

func (a *act) c() cryptoki { return a.s.d.m.c }

// do makes one act: it begins only on a present token and under a living context, and is not broken off afterwards.
func (s *session) do(ctx context.Context, name string, body func(*act) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &act{s: s, name: name}
	if err := ctx.Err(); err != nil {
		return a.err(service.Cancelled, nil, err)
	}
	if s.closed {
		return a.err(service.TokenFailed, nil, errClosed)
	}
	defer s.d.m.enter()()
	err := guard(a.op(), func() error {
		if err := a.present(); err != nil {
			return err
		}
		return body(a)
	})
	return a.judge(err)
}

// in is do for acts that need a login.
func (s *session) in(ctx context.Context, name string, body func(*act) error) error {
	return s.do(ctx, name, func(a *act) error {
		if !s.logged {
			return a.err(service.TokenLogin, nil, nil)
		}
		return body(a)
	})
}

// judge tells a failure of the token from a token that is no longer there: libraries have many words for the latter.
func (a *act) judge(err error) error {
	switch service.CodeOf(err) {
	case service.TokenFailed, service.TokenDamaged:
		if gone := guard(a.op(), a.present); service.IsCode(gone, service.TokenRemoved) {
			return a.err(service.TokenRemoved, service.Args{"serial": a.s.serial}, err)
		}
	case service.TokenLogin:
		a.s.logged = false
	}
	return err
}

// present gives TokenRemoved where this insertion has ended, for ever after.
func (a *act) present() error {
	if a.s.dead {
		return a.removed(nil)
	}
	a.s.d.mu.Lock()
	info, err := a.c().GetTokenInfo(a.s.slot)
	a.s.d.mu.Unlock()
	if err != nil {
		return a.fail(err)
	}
	a.seat = seat{slot: a.s.slot, serial: serialOf(a.s.slot, info), info: info}
	if a.seat.serial != a.s.serial {
		return a.removed(nil)
	}
	return a.alive()
}

// alive looks whether the library still has the session and the login.
func (a *act) alive() error {
	if !a.s.open {
		return nil
	}
	state, err := a.c().GetSessionInfo(a.s.h)
	if err != nil {
		return a.fail(err)
	}
	if state.State != pkcs11.CKS_RW_USER_FUNCTIONS && state.State != pkcs11.CKS_RO_USER_FUNCTIONS {
		a.s.logged = false
	}
	return nil
}

func (a *act) removed(cause error) error {
	a.s.dead, a.s.logged = true, false
	return a.err(service.TokenRemoved, service.Args{"serial": a.s.serial}, cause)
}

// connect opens the library's session on an initialised token, logged out, also where a write-protected token allows reading only.
func (a *act) connect() error {
	if !initialised(a.seat.info) {
		return nil
	}
	h, err := a.c().OpenSession(a.s.slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if is(err, pkcs11.CKR_TOKEN_WRITE_PROTECTED) {
		h, err = a.c().OpenSession(a.s.slot, pkcs11.CKF_SERIAL_SESSION)
	}
	if is(err, pkcs11.CKR_TOKEN_NOT_RECOGNIZED) {
		return nil
	}
	if err != nil {
		return a.fail(err)
	}
	a.s.h, a.s.open = h, true
	a.logout()
	return nil
}

// disconnect ends the library's session. A library that has forgotten it already has nothing to end.
func (a *act) disconnect() {
	if a.s.open {
		a.logout()
		_ = a.c().CloseSession(a.s.h)
	}
	a.s.open = false
}

// logout ends the login, whoever's it is: the standard shares it between the sessions of a process.
func (a *act) logout() {
	if a.s.open {
		_ = a.c().Logout(a.s.h)
	}
	a.s.logged = false
}

// over tells, without waiting for an act under way, whether the session's insertion has ended.
func (s *session) over() bool {
	if !s.mu.TryLock() {
		return false
	}
	defer s.mu.Unlock()
	if s.closed || s.dead {
		return true
	}
	info, err := s.d.m.c.GetTokenInfo(s.slot)
	if err == nil && serialOf(s.slot, info) == s.serial && s.open {
		_, err = s.d.m.c.GetSessionInfo(s.h)
	}
	s.dead = s.dead || isGone(err) || err == nil && serialOf(s.slot, info) != s.serial
	return s.dead
}

// Info implements service.TokenSession.
func (s *session) Info(ctx context.Context) (info service.TokenInfo, err error) {
	err = s.do(ctx, "Info", func(a *act) error {
		info = a.describe()
		return nil
	})
	return info, err
}

func (a *act) describe() service.TokenInfo {
	a.s.d.mu.Lock()
	defer a.s.d.mu.Unlock()
	return a.s.d.describe(a.seat)
}

// Close logs out and frees the token; closing twice is no error.
func (s *session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	defer s.d.release(s)
	defer s.d.m.enter()()
	return guard("p11.Close", func() error {
		(&act{s: s, name: "Close"}).disconnect()
		return nil
	})
}
