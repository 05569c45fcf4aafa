package softkey

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"certdesk/service"
	"certdesk/token"
)

// Driver is a drawer of software tokens. Safe for concurrent use; several drivers, also of several processes, may share a
// folder.
type Driver struct {
	dir string
	env service.Env
	opt options

	settling  sync.Mutex
	unsettled atomic.Bool // what was renamed last is not known to be durable

	mu       sync.Mutex
	sessions map[*session]struct{}
	closed   bool
}

var _ token.Driver = (*Driver)(nil)

// Open opens the folder dir, making it (mode 0700) where it is missing. env.Rand makes keys, nonces, salts and serials.
// InputInvalid for option values out of range; StoreFull, StoreReadOnly or TokenFailed where the folder cannot be
// used.
func Open(dir string, env service.Env, opts ...Option) (*Driver, error) {
	const op = "softkey.Open"
	d := &Driver{dir: dir, env: env, opt: defaults(), sessions: map[*session]struct{}{}}
	for _, o := range opts {
		o(&d.opt)
	}
	if err := d.opt.check(); err != nil {
		return nil, service.E(service.InputInvalid, op, service.Args{"field": "option", "reason": err.Error()}, err)
	}
	if err := d.opt.disk.MakeFolder(dir); err != nil {
		return nil, service.E(diskCode(err), op, nil, err)
	}
	return d, nil
}

func (o options) check() error {
	for _, n := range o.tries {
		if n < 1 || n > maxTries {
			return errors.New("tries")
		}
	}
	if o.space < systemSpace || o.space > maxImage/4 || o.boxes < 1 {
		return errors.New("space")
	}
	return o.kdf.check()
}

// Name is "softkey".
func (d *Driver) Name() string { return "softkey" }

// Close closes the sessions. The tokens stay plugged in.
func (d *Driver) Close() error {
	d.mu.Lock()
	d.closed = true
	open := d.sessions
	d.sessions = map[*session]struct{}{}
	d.mu.Unlock()
	var errs []error
	for s := range open {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// List implements service.Tokens. A token whose file makes no sense is listed with its serial alone; Open says TokenDamaged.
func (d *Driver) List(ctx context.Context) ([]service.TokenInfo, error) {
	list, _, err := d.look(ctx)
	return list, err
}

func (d *Driver) look(ctx context.Context) ([]service.TokenInfo, string, error) {
	const op = "softkey.List"
	if err := ctx.Err(); err != nil {
		return nil, "", service.E(service.Cancelled, op, nil, err)
	}
	d.forget()
	serials, err := d.names(plugExt)
	if err != nil {
		return nil, "", service.E(service.TokenFailed, op, nil, err)
	}
	list := []service.TokenInfo{}
	var stamp strings.Builder
	for _, serial := range serials {
		plug, err := d.plug(serial)
		if err != nil {
			return nil, "", service.E(service.TokenFailed, op, nil, err)
		}
		img, err := d.load(op, serial)
		if plug == "" || service.IsCode(err, service.TokenAbsent) {
			continue
		}
		list = append(list, d.info(serial, img))
		stamp.WriteString(serial + " " + plug + "\n")
	}
	return list, stamp.String(), nil
}

// Watch implements service.Tokens by polling.
func (d *Driver) Watch(ctx context.Context) <-chan []service.TokenInfo {
	return token.Watch(ctx, token.Poll, d.look)
}

// Open implements service.Tokens.
func (d *Driver) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	const op = "softkey.Open"
	if err := ctx.Err(); err != nil {
		return nil, service.E(service.Cancelled, op, nil, err)
	}
	plug, err := d.plug(serial)
	if err != nil {
		return nil, service.E(service.TokenFailed, op, nil, err)
	}
	if plug == "" {
		return nil, service.E(service.TokenAbsent, op, service.Args{"serial": serial}, nil)
	}
	// A process that was killed between a rename and its sync left what may still be lost: nobody builds on that.
	if err := d.settle(); err != nil {
		return nil, service.E(diskCode(err), op, nil, err)
	}
	if _, err := d.load(op, serial); err != nil {
		return nil, err
	}
	return d.hold(op, serial, plug)
}

func (d *Driver) hold(op, serial, plug string) (service.TokenSession, error) {
	unlock, err := d.opt.disk.Lock(d.lockPath(serial, plug), false)
	if err != nil {
		return nil, service.E(diskCode(err), op, nil, err)
	}
	if unlock == nil {
		return nil, service.E(service.TokenBusy, op, service.Args{"serial": serial}, nil)
	}
	s := &session{d: d, serial: serial, plug: plug, unlock: unlock}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, service.E(service.TokenFailed, op, nil, errors.Join(errClosed, unlock()))
	}
	d.sessions[s] = struct{}{}
	return s, nil
}

// info says of a token what reads without a PIN. img is nil for a damaged one.
func (d *Driver) info(serial string, img *image) service.TokenInfo {
	info := service.TokenInfo{Serial: serial, Driver: d.Name(), Model: "softkey", Manufacturer: "certdesk",
		Total: d.opt.space, Free: -1, PINRule: pinRule(), Algs: algs(), Envelope: true}
	if img == nil {
		return info
	}
	info.Label, info.Initialised = img.Label, img.initialised()
	info.Free = max(d.opt.space-img.used(), 0)
	info.User, info.SO = img.User.state(), img.SO.state()
	return info
}

func (s *slot) state() service.PINState {
	if s == nil {
		return service.PINState{}
	}
	return service.PINState{Max: s.Max, Left: s.Left, Known: true, Locked: s.Left == 0, Default: s.Default, Set: true}
}
