package host

import (
	"context"
	"reflect"
	"time"

	"certdesk/service"
)

// retry is how long a watch waits where there is no child to ask.
const retry = 500 * time.Millisecond

// Watch implements service.Tokens. It goes on over the ends of children: the first list of a new child is sent where it differs from
// the last one. Where no child can be started nothing is sent; List says why. While somebody watches, the child is asked for a list now
// and then, which finds a library that hangs.
func (d *Driver) Watch(ctx context.Context) <-chan []service.TokenInfo {
	w := &watcher{d: d, ctx: ctx, out: make(chan []service.TokenInfo, 1)}
	go w.run()
	return w.out
}

type watcher struct {
	d    *Driver
	ctx  context.Context
	out  chan []service.TokenInfo
	last []service.TokenInfo // what was sent last; nil: nothing yet
}

func (w *watcher) run() {
	defer close(w.out)
	for w.ctx.Err() == nil {
		c, err := w.d.child(w.ctx, "Watch")
		if err == nil {
			w.follow(c)
			continue
		}
		select {
		case <-w.ctx.Done():
		case <-w.d.quit:
			return
		case <-w.d.cfg.After(retry):
		}
	}
}

// follow passes on one child's lists until it is dead or the watch ends.
func (w *watcher) follow(c *child) {
	stop := make(chan struct{})
	defer close(stop)
	go w.probe(c, stop)
	id, lists := c.watch(w.ctx)
	defer func() { go c.unwatch(id) }() // nobody needs to wait for that
	for fresh := true; ; fresh = false {
		select {
		case <-w.ctx.Done():
			return
		case <-c.dead:
			return
		case list := <-lists:
			if !fresh || w.last == nil || !reflect.DeepEqual(list, w.last) {
				w.send(list)
			}
		}
	}
}

// probe asks for lists, for what their limit finds out.
func (w *watcher) probe(c *child, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-c.dead:
			return
		case <-w.d.cfg.After(w.d.cfg.Probe):
			_, _, _ = c.do(&request{op: opList})
		}
	}
}

// send replaces a list that nobody has read. It has one caller, so the place is free after the look.
func (w *watcher) send(list []service.TokenInfo) {
	select {
	case <-w.out:
	default:
	}
	w.out <- list
	w.last = list
}
