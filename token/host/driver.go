package host

import (
	"context"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/token"
)

// Driver is a token driver over child processes, one at a time. Safe for concurrent use.
type Driver struct {
	cfg  Config
	log  *shared
	turn chan struct{} // held by who starts a child
	quit chan struct{}
	once sync.Once

	mu     sync.Mutex
	name   string
	cur    *child // the newest child; it may be dead
	young  int    // young deaths in a row
	last   *ending
	paused <-chan time.Time // gives one value when the next start may be; nil: now
	counts Counts
}

// Counts is what a driver has seen of its children.
type Counts struct {
	Starts, Deaths, Retired int
	PID                     int // of the newest child
}

var _ token.Driver = (*Driver)(nil)

// Start starts the first child and waits until its driver is open. ctx is for that alone; the driver lives until Close.
// Errors: InputRequired (field) for a configuration without command or clock; what the child's open says; TokenHostDied,
// TokenHung, Cancelled. With Config.Late only the first.
func Start(ctx context.Context, cfg Config) (*Driver, error) {
	cfg, err := cfg.filled()
	if err != nil {
		return nil, err
	}
	d := &Driver{cfg: cfg, name: cfg.Driver, log: &shared{w: cfg.Log}, turn: make(chan struct{}, 1), quit: make(chan struct{})}
	if _, err := d.child(ctx, "Start"); err != nil && !cfg.Late {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Name is the name of the child's driver; Config.Driver where no child has told yet.
func (d *Driver) Name() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.name
}

// Counts tells how the children have fared.
func (d *Driver) Counts() Counts {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counts
}

// Close ends the child: it has three seconds to close what is open. Calls under way give TokenFailed at once.
func (d *Driver) Close() error {
	d.once.Do(func() { close(d.quit) })
	d.turn <- struct{}{} // a start under way ends by quit
	defer func() { <-d.turn }()
	if c := d.newest(); c != nil {
		c.die(&ending{code: service.TokenFailed, err: errClosed, gentle: true})
		select {
		case <-c.proc.exited:
		case <-d.cfg.After(grace + 3*time.Second): // not even killing helps
		}
	}
	return nil
}

func (d *Driver) newest() *child {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cur
}

// List implements service.Tokens. It changes nothing, so it is tried again where a child dies of it.
func (d *Driver) List(ctx context.Context) ([]service.TokenInfo, error) {
	r, _, err := d.ask(ctx, opList, "", service.TokenHostDied)
	if err != nil {
		return nil, err
	}
	return r.infos, nil
}

// Open implements service.Tokens. The session needs no token.Owned: the child gives it a thread.
func (d *Driver) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	r, c, err := d.ask(ctx, opOpen, serial)
	if err != nil {
		return nil, err
	}
	return &session{c: c, ref: r.ref}, nil
}

// ask makes a call of no session, on another child where the first never heard of it or ended it with one of again.
func (d *Driver) ask(ctx context.Context, o op, name string, again ...service.Code) (r *reply, c *child, err error) {
	for range d.cfg.Deaths {
		sent := true
		if c, err = d.child(ctx, o.String()); err == nil {
			r, sent, err = c.do(&request{op: o, name: name})
		}
		if sent && !service.IsCode(err, again...) {
			break
		}
	}
	return r, c, err
}

// child gives the living child and starts one where there is none.
func (d *Driver) child(ctx context.Context, name string) (*child, error) {
	if err := ctx.Err(); err != nil {
		return nil, service.E(service.Cancelled, at(name), nil, err)
	}
	if c := d.newest(); c != nil && c.lives() {
		return c, nil
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, service.E(service.Cancelled, at(name), nil, ctx.Err())
	}
	if c := d.newest(); c != nil && c.lives() {
		return c, nil
	}
	if err := d.rest(ctx, name); err != nil {
		return nil, err
	}
	return d.launch(ctx, name)
}
