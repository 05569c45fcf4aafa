package host

import (
	"context"
	"errors"
	"time"

	"certdesk/service"
)

// rest waits until the last child is out of the way and the pause is over.
func (d *Driver) rest(ctx context.Context, name string) error {
	if err := d.vacated(ctx, name); err != nil {
		return err
	}
	d.mu.Lock()
	paused, last, many := d.paused, d.last, d.young >= d.cfg.Deaths
	d.mu.Unlock()
	if paused == nil || many && passed(paused) {
		return nil
	}
	if many {
		return last.of(name) // nobody is kept waiting any more
	}
	select {
	case <-paused:
		return nil
	case <-ctx.Done():
		return service.E(service.Cancelled, at(name), nil, ctx.Err())
	case <-d.quit:
		return closed(name)
	}
}

func passed(paused <-chan time.Time) bool {
	select {
	case <-paused:
		return true
	default:
		return false
	}
}

// vacated waits for the last process: two of them would fight for the device.
func (d *Driver) vacated(ctx context.Context, name string) error {
	c := d.newest()
	if c == nil {
		return nil
	}
	select {
	case <-c.proc.exited:
		return nil
	case <-d.cfg.After(2 * grace):
		return c.died("stuck", nil).of(name)
	case <-ctx.Done():
		return service.E(service.Cancelled, at(name), nil, ctx.Err())
	case <-d.quit:
		return closed(name)
	}
}

// launch starts a child and waits for its hello. It runs in the starter's turn.
func (d *Driver) launch(ctx context.Context, name string) (*child, error) {
	select {
	case <-d.quit:
		return nil, closed(name)
	default:
	}
	d.mu.Lock()
	d.paused = nil
	d.mu.Unlock()
	p, err := startProcess(&d.cfg, &logger{to: d.log, left: d.cfg.LogLimit})
	if err != nil {
		why := &ending{code: service.TokenHostDied, args: service.Args{"driver": d.Name(), "reason": "start"}, err: err, fault: true}
		d.bury(why, true)
		return nil, why.of(name)
	}
	c := newChild(&d.cfg, p, d.Name(), d.ended)
	d.mu.Lock()
	d.cur = c
	d.counts.Starts++
	d.counts.PID = p.cmd.Process.Pid
	d.mu.Unlock()
	d.log.printf("token-host: %v started\n", p)
	return c, d.greet(ctx, name, c)
}

// greet waits for the hello; a child that says the wrong one is ended.
func (d *Driver) greet(ctx context.Context, name string, c *child) error {
	limit := d.cfg.limit("Start")
	select {
	case h := <-c.hello:
		if why := d.hear(c, h); why != nil {
			c.die(why)
		}
	case <-d.cfg.After(limit):
		c.die(c.hung("Start", limit))
	case <-ctx.Done():
		c.die(&ending{code: service.Cancelled, err: ctx.Err()})
	case <-d.quit:
		c.die(&ending{code: service.TokenFailed, err: errClosed, gentle: true})
	case <-c.dead:
	}
	if !c.lives() {
		return c.why.of(name)
	}
	return nil
}

// hear checks a hello.
func (d *Driver) hear(c *child, h *hello) *ending {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case h.version != version:
		return c.died("version", nil)
	case h.fault != nil:
		return &ending{code: h.fault.Code, args: h.fault.Args, err: h.fault, fault: true, gentle: true}
	case d.name != "" && h.driver != d.name:
		return c.died("driver", errors.New(h.driver))
	}
	d.name = h.driver
	c.accept(h.driver)
	return nil
}

// ended notes a child's end.
func (d *Driver) ended(c *child) {
	age := d.cfg.Env.Now().Sub(c.began)
	d.log.printf("token-host: %v ended: %v\n", c.proc, c.why.of("child"))
	if c.why.fault {
		d.bury(c.why, !c.accepted() || age < d.cfg.Young)
		return
	}
	if c.why.retired {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.young = 0
		d.counts.Retired++
	}
}

// bury counts a death and sets the pause before the next start.
func (d *Driver) bury(why *ending, young bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counts.Deaths++
	d.last = why
	if !young {
		d.young, d.paused = 0, nil
		return
	}
	d.young++
	d.paused = d.cfg.After(pause(d.young))
}
