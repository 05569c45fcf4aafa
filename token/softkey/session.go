package softkey

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"certdesk/service"
)

var errClosed = errors.New("session is closed")

// session is one open token of one insertion.
type session struct {
	d            *Driver
	serial, plug string
	unlock       func() error

	mu     sync.Mutex
	master []byte // nil: logged out
	closed bool
}

var _ service.TokenSession = (*session)(nil)

// act is one call under way, with the token's file as it was when the call began.
type act struct {
	s    *session
	name string
	img  *image
}

func (a *act) op() string { return "softkey." + a.name }

func (a *act) err(code service.Code, args service.Args, cause error) error {
	return service.E(code, a.op(), args, cause)
}

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
	if err := a.at(name, Before); err != nil {
		return err
	}
	if err := s.d.settled(a.op()); err != nil {
		return err
	}
	var err error
	if a.img, err = s.d.load(a.op(), s.serial); err != nil {
		return a.gone(err)
	}
	if err := body(a); err != nil {
		s.forget()
		return err
	}
	return a.at(name, After)
}

// in is do for acts that need a login. It proves that the readable part is still what the token wrote.
func (s *session) in(ctx context.Context, name string, body func(*act) error) error {
	return s.do(ctx, name, func(a *act) error {
		if s.master == nil {
			return a.err(service.TokenLogin, nil, nil)
		}
		if !a.img.authentic(s.master) {
			return a.damaged(errors.New("MAC"))
		}
		return body(a)
	})
}

// at is an edge of an act: the fault, if there is one, and a look whether the token is still in.
func (a *act) at(name string, phase Phase) error {
	var err error
	if a.s.d.opt.fault != nil {
		err = a.s.d.opt.fault(name, phase)
	}
	if removed := a.present(); removed != nil {
		return removed
	}
	if err != nil && service.CodeOf(err) == service.Internal {
		return a.err(service.TokenFailed, nil, err)
	}
	return err
}

// present gives TokenRemoved where this insertion has ended, and forgets the login then.
func (a *act) present() error {
	plug, err := a.s.d.plug(a.s.serial)
	if err != nil {
		return a.err(service.TokenFailed, nil, err)
	}
	if plug == a.s.plug {
		return nil
	}
	a.s.logout()
	return a.err(service.TokenRemoved, service.Args{"serial": a.s.serial}, nil)
}

// forget drops the login where the insertion has ended. The caller holds the session.
func (s *session) forget() {
	if s.master == nil {
		return
	}
	if plug, err := s.d.plug(s.serial); err == nil && plug != s.plug {
		s.logout()
	}
}

// forget wipes what the sessions of pulled tokens know. One in the middle of an act does it itself when the act ends.
func (d *Driver) forget() {
	for _, s := range d.open() {
		if s.mu.TryLock() {
			s.forget()
			s.mu.Unlock()
		}
	}
}

func (d *Driver) open() []*session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Keys(d.sessions))
}

// gone turns a vanished file into a removal.
func (a *act) gone(err error) error {
	if service.IsCode(err, service.TokenAbsent) {
		a.s.logout()
		return a.err(service.TokenRemoved, service.Args{"serial": a.s.serial}, err)
	}
	return err
}

func (a *act) damaged(cause error) error {
	return a.err(service.TokenDamaged, service.Args{"serial": a.s.serial}, cause)
}

// save renews the MAC and makes the image durable.
func (a *act) save(master []byte) error {
	if err := a.img.sign(master); err != nil {
		return a.err(service.TokenFailed, nil, err)
	}
	return a.commit()
}

// commit makes the image durable in one step, unless the token was pulled meanwhile.
func (a *act) commit() error {
	return a.s.d.change(a.op(), func() error {
		if err := a.present(); err != nil {
			return err
		}
		return a.s.d.store(a.img)
	})
}

func (s *session) logout() {
	clear(s.master)
	s.master = nil
}

// Info implements service.TokenSession.
func (s *session) Info(ctx context.Context) (info service.TokenInfo, err error) {
	err = s.do(ctx, "Info", func(a *act) error {
		info = s.d.info(s.serial, a.img)
		return nil
	})
	return info, err
}

// Close logs out and frees the token; closing twice is no error.
func (s *session) Close() error {
	s.d.mu.Lock()
	delete(s.d.sessions, s)
	s.d.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.logout()
	if err := s.unlock(); err != nil {
		return service.E(service.TokenFailed, "softkey.Close", nil, err)
	}
	return nil
}
