//go:build cgo

package p11

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/profile"
)

var (
	errClosed = errors.New("session is closed")
	errTwice  = errors.New("two tokens of one serial")
)

// Driver is a PKCS #11 module. Safe for concurrent use.
type Driver struct {
	m       *module
	profile profile.Profile
	env     service.Env

	// mu is held around everything here and around every call that reads or changes the library's table of slots: some libraries
	// change it while they list it.
	mu     sync.Mutex
	held   map[string]*session // by serial
	mechs  map[string][]uint   // by serial: what the token offers does not change while it is in
	guards map[string]*sentry  // by serial, while somebody watches
	closed bool
}

var _ token.Driver = (*Driver)(nil)

// Open loads a module. TokenLibrary (file, reason, detail) where it cannot be used, TokenBusy where this process has it open already.
func Open(cfg Config) (*Driver, error) {
	m, err := load("p11.Open", cfg.Module, func(c cryptoki) cryptoki { return c })
	if err != nil {
		return nil, err
	}
	return newDriver(cfg, m), nil
}

func newDriver(cfg Config, m *module) *Driver {
	return &Driver{m: m, profile: cfg.Profile, env: cfg.Env, held: map[string]*session{}, mechs: map[string][]uint{},
		guards: map[string]*sentry{}}
}

// Name is "p11".
func (d *Driver) Name() string { return Name }

// Close closes the sessions and ends the module's work. It may be called twice.
func (d *Driver) Close() error {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return nil
	}
	d.closed = true
	open := slices.Collect(maps.Values(d.held))
	d.mu.Unlock() // a session's act under way may need it to end
	var errs []error
	for _, s := range open {
		errs = append(errs, s.Close())
	}
	defer d.m.enter()()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.m.unload(); err != nil {
		errs = append(errs, service.E(service.TokenFailed, "p11.Close", nil, err))
	}
	return errors.Join(errs...)
}

// List implements service.Tokens.
func (d *Driver) List(ctx context.Context) ([]service.TokenInfo, error) {
	list, _, err := d.look(ctx, false)
	return list, err
}

// Watch implements service.Tokens by polling. A session on each token tells one that was pulled and put back between
// two looks.
func (d *Driver) Watch(ctx context.Context) <-chan []service.TokenInfo {
	return token.Watch(ctx, token.Poll, func(ctx context.Context) ([]service.TokenInfo, string, error) {
		return d.look(ctx, true)
	})
}

func (d *Driver) look(ctx context.Context, watch bool) (list []service.TokenInfo, stamp string, err error) {
	const op = "p11.List"
	if err := ctx.Err(); err != nil {
		return nil, "", service.E(service.Cancelled, op, nil, err)
	}
	defer d.m.enter()()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, "", service.E(service.TokenFailed, op, nil, errClosed)
	}
	err = guard(op, func() error {
		seats, err := d.seats()
		if err != nil {
			return err
		}
		list = d.infos(seats)
		if watch {
			stamp = d.stand(seats)
		}
		return nil
	})
	return list, stamp, err
}

// Open implements service.Tokens. TokenSeveral where two tokens that are in have the serial.
func (d *Driver) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	const op = "p11.Open"
	if err := ctx.Err(); err != nil {
		return nil, service.E(service.Cancelled, op, nil, err)
	}
	defer d.m.enter()()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, service.E(service.TokenFailed, op, nil, errClosed)
	}
	if s := d.held[serial]; s != nil && !s.over() {
		return nil, service.E(service.TokenBusy, op, service.Args{"serial": serial}, nil)
	}
	s := &session{d: d, serial: serial}
	if err := d.seat(op, s); err != nil {
		return nil, err
	}
	d.held[serial] = s
	return s, nil
}

// seat finds the token of s and opens the library's session.
func (d *Driver) seat(op string, s *session) error {
	return guard(op, func() error {
		seat, err := d.find(op, s.serial)
		if err != nil {
			return err
		}
		s.slot = seat.slot
		return (&act{s: s, name: "Open", seat: seat}).connect()
	})
}

// find gives the one token of a serial. The caller holds the driver's lock.
func (d *Driver) find(op, serial string) (seat, error) {
	seats, err := d.seats()
	if err != nil {
		return seat{}, err
	}
	seats = slices.DeleteFunc(seats, func(s seat) bool { return s.serial != serial })
	switch len(seats) {
	case 0:
		return seat{}, service.E(service.TokenAbsent, op, service.Args{"serial": serial}, nil)
	case 1:
		return seats[0], nil
	}
	return seat{}, service.E(service.TokenSeveral, op, service.Args{"serials": serial + ", " + serial}, errTwice)
}

// release forgets a session that is over, under whatever serial it stood.
func (d *Driver) release(s *session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.held, func(_ string, held *session) bool { return held == s })
}

// sentry is a session that does nothing but end when its token is pulled.
type sentry struct {
	h      pkcs11.SessionHandle
	round  int // insertions seen
	alive  bool
	barred bool // the token takes no session
}
