package host

import (
	"errors"
	"io"
	"strconv"
	"sync"
	"time"

	"certdesk/service"
)

// child is the station's end of one helper process.
type child struct {
	cfg    *Config
	proc   *process
	began  time.Time
	frames chan []byte   // to the writer, which clears them
	hello  chan *hello   // the one hello
	dead   chan struct{} // closed when why is set: nothing is answered any more
	ended  func(*child)  // told once when the child is dead

	mu       sync.Mutex
	name     string // the driver's
	met      bool   // its hello was right
	why      *ending
	retiring bool
	last     uint64
	calls    map[uint64]*call
	watches  map[uint64]chan []service.TokenInfo
	sessions int
	ops      int
	first    uint64 // resident memory as it was reported first
	rss      uint64
}

// ending is why a child is no more.
type ending struct {
	code    service.Code
	args    service.Args
	err     error
	fault   bool // counts as a death
	gentle  bool // it may close what it has open
	retired bool // it had to make room for a fresh one; nobody was waiting for it
}

// of is the error of a call by that ending.
func (w *ending) of(name string) error {
	if e, ok := w.err.(*service.Error); ok {
		return e // what kept the driver from opening
	}
	return service.E(w.code, at(name), w.args, w.err)
}

// call is a request that has no reply yet.
type call struct {
	id      uint64
	op      op
	done    chan *reply
	overdue bool
	limit   time.Duration // what ran out
	horizon uint64        // the last call that had begun by then
}

func newChild(cfg *Config, p *process, name string, ended func(*child)) *child {
	c := &child{cfg: cfg, proc: p, name: name, began: cfg.Env.Now(), ended: ended, frames: make(chan []byte), hello: make(chan *hello, 1),
		dead: make(chan struct{}), calls: map[uint64]*call{}, watches: map[uint64]chan []service.TokenInfo{}}
	go c.write(p.in)
	go c.listen(p.out)
	return c
}

// write is the only writer. A child that does not read holds it up, and nobody else.
func (c *child) write(w io.Writer) {
	for {
		select {
		case frame := <-c.frames:
			_, err := w.Write(frame)
			clear(frame)
			if err != nil {
				return // the reader finds out why
			}
		case <-c.dead:
			return
		}
	}
}

// listen takes the child's messages until they end or make no sense.
func (c *child) listen(r io.Reader) {
	err := c.receive(r)
	close(c.proc.drained)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		c.die(c.died("protocol", err))
		return
	}
	select { // the pipe ended: the process is about to
	case <-c.proc.exited:
		c.die(c.died(c.proc.state, err))
	case <-c.cfg.After(time.Second):
		c.die(c.died("pipe closed", err))
	}
}

func (c *child) receive(r io.Reader) error {
	body, err := readFrame(r)
	if err != nil {
		return err
	}
	h, err := decodeHello(body)
	if err != nil {
		return err
	}
	c.hello <- h
	for {
		body, err := readFrame(r)
		if err != nil {
			return err
		}
		answer, err := decodeReply(body)
		clear(body)
		if err != nil {
			return err
		}
		if !c.deliver(answer) {
			return errStray
		}
	}
}

var errStray = errors.New("a reply that nobody asked for")

func (c *child) died(reason string, err error) *ending {
	args := service.Args{"driver": c.driver(), "reason": reason}
	return &ending{code: service.TokenHostDied, args: args, err: err, fault: true}
}

// die ends the child for one reason, the first.
func (c *child) die(why *ending) {
	c.mu.Lock()
	if c.why != nil {
		c.mu.Unlock()
		return
	}
	c.why = why
	c.mu.Unlock()
	c.ended(c)
	close(c.dead)
	c.proc.end(c.cfg, why.gentle)
}

// do makes one call. sent is false where the child never heard of it and another may be asked.
func (c *child) do(q *request) (r *reply, sent bool, err error) {
	name := q.op.String()
	k, why := c.begin(q)
	if why != nil {
		return nil, false, why.of(name)
	}
	frame, err := q.encode()
	if err != nil {
		c.forget(k)
		return nil, true, service.E(service.InputTooLong, at(name), service.Args{"field": "frame", "max": strconv.Itoa(maxFrame)}, err)
	}
	r, why = c.wait(k, frame, c.cfg.limit(q.limitName()))
	switch {
	case why != nil:
		return nil, true, why.of(name)
	case r.fault != nil:
		return nil, true, r.fault
	}
	return r, true, nil
}

// wait hands the frame over and waits for the reply, the child's end or the limit.
func (c *child) wait(k *call, frame []byte, limit time.Duration) (*reply, *ending) {
	frames, late := c.frames, c.cfg.After(limit)
	defer func() {
		if frames != nil {
			clear(frame)
		}
	}()
	for {
		select {
		case frames <- frame:
			frames = nil
		case r := <-k.done:
			return r, nil
		case <-late:
			c.overdue(k, limit)
			late = c.cfg.After(limit)
		case <-c.dead:
			select {
			case r := <-k.done:
				return r, nil
			default:
				return nil, c.why
			}
		}
	}
}

// overdue ends the child unless the call may be waiting for another one that is within its limit.
func (c *child) overdue(k *call, limit time.Duration) {
	c.mu.Lock()
	if !k.overdue {
		k.overdue, k.limit, k.horizon = true, limit, c.last
	}
	stuck, excused := k, false
	for _, other := range c.calls {
		excused = excused || !other.overdue && other.id <= k.horizon
		if other.overdue && other.id < stuck.id {
			stuck = other
		}
	}
	c.mu.Unlock()
	if !excused {
		c.die(c.hung(stuck.op.String(), stuck.limit))
	}
}

func (c *child) hung(name string, limit time.Duration) *ending {
	args := service.Args{"driver": c.driver(), "op": name, "seconds": strconv.Itoa(int((limit + time.Second - 1) / time.Second))}
	return &ending{code: service.TokenHung, args: args, fault: true}
}
