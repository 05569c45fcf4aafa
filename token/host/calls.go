package host

import (
	"context"

	"certdesk/service"
)

func retired() *ending { return &ending{code: service.TokenHostDied, gentle: true, retired: true} }

// lives tells a child that takes calls.
func (c *child) lives() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why == nil && !c.retiring
}

// accept notes that the hello was right.
func (c *child) accept(driver string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.name, c.met = driver, true
}

func (c *child) accepted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.met
}

func (c *child) driver() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.name
}

// begin numbers a call. It gives why there is no child for it.
func (c *child) begin(q *request) (*call, *ending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.why != nil:
		return nil, c.why
	case c.retiring:
		return nil, retired()
	}
	c.last++
	c.ops++
	q.id = c.last
	k := &call{id: q.id, op: q.op, done: make(chan *reply, 1)}
	c.calls[k.id] = k
	return k, nil
}

func (c *child) forget(k *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, k.id)
}

// deliver hands a reply to who waits for it. false where nobody ever asked.
func (c *child) deliver(r *reply) bool {
	c.mu.Lock()
	k, asked := c.calls[r.id]
	if r.more {
		known := r.id <= c.last
		c.show(c.watches[r.id], r.infos)
		c.mu.Unlock()
		return known
	}
	delete(c.calls, r.id)
	if asked {
		c.note(k.op, r)
		k.done <- r
	}
	retire := asked && c.due()
	c.retiring = c.retiring || retire
	c.mu.Unlock()
	if retire {
		go c.die(retired())
	}
	return asked
}

// note keeps count of what the child has open and how big it is.
func (c *child) note(o op, r *reply) {
	switch {
	case o == opClose:
		c.sessions--
	case o == opOpen && r.fault == nil:
		c.sessions++
	case o == opList && r.rss > 0:
		c.rss = r.rss
		if c.first == 0 {
			c.first = r.rss
		}
	}
}

// due tells a child that has leaked or worked enough and that nobody is using now.
func (c *child) due() bool {
	if c.retiring || c.sessions > 0 || len(c.calls) > 0 {
		return false
	}
	worn := c.cfg.MaxOps > 0 && c.ops >= c.cfg.MaxOps
	leaked := c.cfg.MaxRSS > 0 && c.rss > uint64(c.cfg.MaxRSS) && c.rss > 2*c.first
	return worn || leaked
}

// watch asks for a watch. Its number is given also where the child did not hear of it any more.
func (c *child) watch(ctx context.Context) (id uint64, lists chan []service.TokenInfo) {
	q := &request{op: opWatch}
	k, why := c.begin(q)
	if why != nil {
		return 0, nil
	}
	lists = make(chan []service.TokenInfo, 1)
	c.mu.Lock()
	delete(c.calls, k.id) // its replies are lists, and take their time
	c.watches[k.id] = lists
	c.mu.Unlock()
	frame, err := q.encode()
	if err != nil {
		return k.id, lists
	}
	select {
	case c.frames <- frame:
	case <-c.dead:
	case <-ctx.Done():
	}
	return k.id, lists
}

func (c *child) unwatch(id uint64) {
	c.mu.Lock()
	delete(c.watches, id)
	c.mu.Unlock()
	_, _, _ = c.do(&request{op: opUnwatch, ref: id})
}

// show replaces a list that nobody has taken yet. Its callers hold the lock, so the place is free after the look.
func (c *child) show(lists chan []service.TokenInfo, list []service.TokenInfo) {
	if lists == nil {
		return
	}
	select {
	case <-lists:
	default:
	}
	lists <- list
}
