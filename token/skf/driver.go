package skf

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/profile"
)

// Config is what a driver needs.
type Config struct {
	Module  string          // the library: a path, or a name that the system finds
	Profile profile.Profile // what is known of the tokens; its zero value asks them
	Env     service.Env     // Now alone is used
}

// Driver is one library with the tokens it reaches. Safe for concurrent use.
type Driver struct {
	lib  *library
	prof profile.Profile
	env  service.Env

	look sync.Mutex // one look at the devices at a time

	mu       sync.Mutex
	dialect  Dialect
	seen     map[string]*device // by the library's device name
	scanned  time.Time
	count    int // insertions so far
	sessions map[string]*session
	closed   bool
}

var _ token.Driver = (*Driver)(nil)

// fresh is how long what was read of a device is believed while nobody looks whether it is still the one that is in.
const fresh = time.Second

var errClosed = errors.New("closed")

// Open loads a library. TokenLibrary (file, reason, detail) where it cannot be used, TokenUnsupported on systems that this driver
// does not serve.
func Open(cfg Config) (*Driver, error) {
	if !served {
		return nil, service.E(service.TokenUnsupported, "skf.Open", service.Args{"what": "skf"}, nil)
	}
	lib, err := load(cfg.Module)
	if err != nil {
		return nil, err
	}
	return drive(lib, cfg), nil
}

func drive(lib *library, cfg Config) *Driver {
	d := &Driver{lib: lib, prof: cfg.Profile, env: cfg.Env, seen: map[string]*device{}, sessions: map[string]*session{}}
	d.dialect = told(cfg.Profile.SKF)
	d.probeUlong()
	return d
}

// Name is "skf".
func (d *Driver) Name() string { return profile.SKF }

// Dialect says how the library was compiled, as far as that is known by now.
func (d *Driver) Dialect() Dialect {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dialect
}

// Functions names those functions of GM/T 0016 that this driver uses and the library has or lacks.
func (d *Driver) Functions() (have, lack []string) { return d.lib.exports() }

// Close closes the sessions. The library stays in memory.
func (d *Driver) Close() error {
	d.mu.Lock()
	d.closed = true
	open := d.sessions
	d.sessions = map[string]*session{}
	d.mu.Unlock()
	var errs []error
	for _, s := range open {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// List implements service.Tokens. A device that does not answer is left out; where none answers, TokenFailed or TokenDamaged. What is
// told of a token that a session works on is as old as the session's last Info or Initialise.
func (d *Driver) List(ctx context.Context) ([]service.TokenInfo, error) {
	list, _, err := d.scan(ctx)
	return list, err
}

// Watch implements service.Tokens by polling SKF_EnumDev. SKF_WaitForDevEvent is not used: it blocks a thread in the library, some
// libraries hold their lock meanwhile, and a poll sees a new name within the time that a clerk waits.
func (d *Driver) Watch(ctx context.Context) <-chan []service.TokenInfo {
	return token.Watch(ctx, token.Poll, d.scan)
}

func (d *Driver) scan(ctx context.Context) ([]service.TokenInfo, string, error) {
	const op = "skf.List"
	if err := ctx.Err(); err != nil {
		return nil, "", service.E(service.Cancelled, op, nil, err)
	}
	devices, err := d.devices()
	if err != nil {
		return nil, "", service.E(plainCode(err), op, nil, err)
	}
	list := make([]service.TokenInfo, 0, len(devices))
	var stamp strings.Builder
	for _, dev := range devices {
		list = append(list, dev.info)
		stamp.WriteString(dev.stamp())
	}
	return list, stamp.String(), nil
}

// Open implements service.Tokens. TokenSeveral (serials) where two devices bear the serial.
func (d *Driver) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	const op = "skf.Open"
	if err := ctx.Err(); err != nil {
		return nil, service.E(service.Cancelled, op, nil, err)
	}
	devices, err := d.devices()
	if err != nil {
		return nil, service.E(plainCode(err), op, nil, err)
	}
	devices = slices.DeleteFunc(devices, func(dev *device) bool { return dev.info.Serial != serial })
	switch len(devices) {
	case 0:
		return nil, service.E(service.TokenAbsent, op, service.Args{"serial": serial}, nil)
	case 1:
		return d.hold(op, devices[0])
	}
	return nil, service.E(service.TokenSeveral, op, service.Args{"serials": serial + ", " + serial}, nil)
}

// hold opens the one session that a device may have.
func (d *Driver) hold(op string, dev *device) (service.TokenSession, error) {
	busy := service.E(service.TokenBusy, op, service.Args{"serial": dev.info.Serial}, nil)
	if other := d.session(dev.name); other != nil && other.alive() {
		return nil, busy
	}
	s := &session{d: d, api: d.api(), name: dev.name, serial: dev.info.Serial}
	switch free, err := d.claim(s); {
	case err != nil:
		return nil, service.E(service.TokenFailed, op, nil, err)
	case !free:
		return nil, busy
	}
	if err := s.begin(); err != nil {
		d.drop(s)
		return nil, d.notHeld(op, s, err)
	}
	return s, nil
}

// claim enters a session as its device's one; false where there is another.
func (d *Driver) claim(s *session) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false, errClosed
	}
	if held := d.sessions[s.name]; held != nil && !held.dead.Load() {
		return false, nil
	}
	d.sessions[s.name] = s
	return true, nil
}

// notHeld translates what kept a session from beginning.
func (d *Driver) notHeld(op string, s *session, err error) error {
	args := service.Args{"serial": s.serial}
	switch code := plainCode(err); {
	case is(err, sarTimeout):
		return service.E(service.TokenBusy, op, args, err)
	case errors.Is(err, errOther), code == service.TokenRemoved, is(err, sarInvalidHandle):
		d.forget(s.name)
		return service.E(service.TokenAbsent, op, args, err)
	default:
		return service.E(code, op, args, err)
	}
}

func (d *Driver) session(name string) *session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sessions[name]
}

func (d *Driver) drop(s *session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sessions[s.name] == s {
		delete(d.sessions, s.name)
	}
}
