package skf

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"certdesk/service"
)

// lockWait is how long a session waits for a device that another program has locked, in milliseconds.
const lockWait = 200

// errOther says that another token answers under a device's name.
var errOther = errors.New("another token")

// session is one open token of one insertion.
type session struct {
	d            *Driver
	name, serial string

	gone atomic.Bool // somebody saw that the device is out
	dead atomic.Bool // the session knows it

	mu     sync.Mutex
	api    api
	dev    handle
	app    opened
	locked bool
	logged bool // the user's PIN was right
	closed bool
}

var _ service.TokenSession = (*session)(nil)

// begin connects to the device and takes it for this session alone.
func (s *session) begin() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dev, err = s.d.connect(s.name); err != nil {
		return err
	}
	s.api = s.d.api()
	if err = s.take(); err != nil {
		s.disconnect()
	}
	return err
}

func (s *session) take() error {
	if _, err := s.look(); err != nil {
		return err
	}
	if s.api.has(fnLockDev) && s.api.has(fnUnlockDev) {
		err := s.api.simple(fnLockDev, uintptr(s.dev), lockWait)
		if is(err, sarTimeout, sarRemoved) {
			return err
		}
		s.locked = err == nil
	}
	var err error
	s.app, err = s.api.application(s.dev, s.d.prof.SKF.Application)
	return err
}

// look reads DEVINFO and sees whether the token is still the one that was opened.
func (s *session) look() ([]byte, error) {
	raw, err := s.api.devInfo(s.dev)
	if err != nil {
		return nil, err
	}
	dev, err := parseDevInfo(raw, s.api.layout)
	if err == nil && dev.serial != s.serial {
		err = errOther
	}
	return raw, err
}

// act is one call under way, with DEVINFO as it was when the call began.
type act struct {
	s    *session
	name string
	raw  []byte
}

func (a *act) op() string { return "skf." + a.name }

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
	raw, err := s.present()
	if err != nil {
		return a.translate(err)
	}
	a.raw = raw
	if err := body(a); err != nil {
		return a.failed(err)
	}
	return nil
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

var errRemoved = &sarError{"device", sarRemoved}

// present reads DEVINFO, and ends the session where the token is not in any more.
func (s *session) present() ([]byte, error) {
	if s.dead.Load() || s.gone.Load() {
		s.die()
		return nil, errRemoved
	}
	raw, err := s.look()
	var l *lying
	switch {
	case err == nil, errors.As(err, &l):
		return raw, err
	case is(err, sarRemoved, sarInvalidHandle), errors.Is(err, errOther), !s.listed():
		s.die()
		return nil, errRemoved
	}
	return nil, err
}

// listed asks whether the library still names the device.
func (s *session) listed() bool {
	names, err := s.api.list(fnEnumDev, boolean(true))
	return err != nil || slices.Contains(names, s.name)
}

// failed looks whether an act failed because the token was pulled in it: libraries have many words for that.
func (a *act) failed(err error) error {
	if _, gone := a.s.present(); is(gone, sarRemoved) {
		return a.translate(gone)
	}
	if is(err, sarRemoved) || !a.s.listed() {
		a.s.die()
		return a.translate(errRemoved)
	}
	return a.translate(err)
}

// translate turns the library's refusals into the service's codes, once.
func (a *act) translate(err error) error {
	if done := new(service.Error); errors.As(err, &done) {
		return done
	}
	switch code := plainCode(err); code {
	case service.TokenRemoved, service.TokenDamaged, service.TokenProtected:
		return a.err(code, service.Args{"serial": a.s.serial}, err)
	case service.TokenUnsupported:
		return a.err(code, service.Args{"what": unsupported(err)}, err)
	case service.TokenFull:
		return a.full(err, 1, "containers")
	case service.TokenLogin:
		a.s.logged = false
		return a.err(code, nil, err)
	default:
		return a.err(code, nil, err)
	}
}

func unsupported(err error) string {
	var m *missing
	var r *sarError
	switch {
	case errors.As(err, &m):
		return m.fn
	case errors.As(err, &r):
		return r.fn
	}
	return ""
}

// full says what was needed and what the device claims to have. A claim that is enough is no use to anybody: then there is nothing.
func (a *act) full(err error, need int, unit string) error {
	free := 0
	if raw, e := a.s.look(); e == nil && unit == "bytes" {
		if dev, e := parseDevInfo(raw, a.s.api.layout); e == nil && dev.free < uint64(need) {
			free = int(dev.free)
		}
	}
	args := service.Args{"need": strconv.Itoa(need), "free": strconv.Itoa(free), "unit": unit}
	return a.err(service.TokenFull, args, err)
}

// die ends a session whose token is out. What hangs on it in the library is let go before a new insertion can bear the same names.
func (s *session) die() {
	s.logged = false
	if s.dead.Swap(true) {
		return
	}
	s.d.forget(s.name)
	s.disconnect()
	s.d.drop(s)
}

// alive looks whether a session that holds a device still may.
func (s *session) alive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	_, err := s.present()
	return !is(err, sarRemoved)
}

// disconnect lets the device go; what the library says to it changes nothing.
func (s *session) disconnect() {
	if s.dev == 0 {
		return
	}
	s.closeApp()
	if s.locked {
		_ = s.api.simple(fnUnlockDev, uintptr(s.dev))
	}
	_ = s.api.simple(fnDisConnectDev, uintptr(s.dev))
	s.dev, s.locked = 0, false
}

func (s *session) closeApp() {
	if s.app.h != 0 {
		_ = s.api.maybe(fnCloseApplication, uintptr(s.app.h))
		s.app.h = 0
	}
}

// Info implements service.TokenSession.
func (s *session) Info(ctx context.Context) (info service.TokenInfo, err error) {
	err = s.do(ctx, "Info", func(a *act) error {
		info, err = s.describe(a.raw)
		return err
	})
	if err != nil {
		return service.TokenInfo{}, err
	}
	return info, nil
}

// describe tells the driver's list, too.
func (s *session) describe(raw []byte) (service.TokenInfo, error) {
	info, err := s.d.describe(s.api, raw, s.app.h)
	if err == nil {
		s.d.note(s.name, info, false)
	}
	return info, err
}

// Close logs out and frees the token; closing twice is no error.
func (s *session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed, s.logged = true, false
	if !s.dead.Load() {
		s.clearLogin()
		if raw, err := s.look(); err == nil {
			_, _ = s.describe(raw)
		} else {
			s.d.forget(s.name)
		}
		s.disconnect()
	}
	s.d.drop(s)
	return nil
}
