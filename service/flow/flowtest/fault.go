package flowtest

import (
	"context"
	"errors"
	"sync"

	"certdesk/service"
	"certdesk/service/central"
	"certdesk/token/softkey"
)

// errPower is what everything answers once the power is cut.
var errPower = errors.New("power cut")

// Power is a store under a mains switch. After so many acts it goes out before the next one: nothing more is read or written until
// the counter restarts.
type Power struct {
	service.Store
	mu   sync.Mutex
	acts int
	last int // acts that still happen; 0: no cut
	out  bool
}

// CutAfter lets n more acts happen.
func (p *Power) CutAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = p.acts + n
}

// Acts counts the acts so far.
func (p *Power) Acts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acts
}

// Out reports whether the power is cut.
func (p *Power) Out() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out
}

// Read implements service.Store.
func (p *Power) Read(ctx context.Context, fn func(service.View) error) error {
	if p.Out() {
		return service.E(service.StoreFailed, "flowtest.Read", nil, errPower)
	}
	return p.Store.Read(ctx, fn)
}

// Act implements service.Store.
func (p *Power) Act(ctx context.Context, who service.Actor, fn func(*service.Tx) error) error {
	if p.turn() {
		return service.E(service.StoreFailed, "flowtest.Act", nil, errPower)
	}
	return p.Store.Act(ctx, who, fn)
}

func (p *Power) turn() (out bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last > 0 && p.acts >= p.last {
		p.out = true
	}
	if !p.out {
		p.acts++
	}
	return p.out
}

// Broken is a store whose acts do all their work and then fail to commit.
type Broken struct{ service.Store }

// Act implements service.Store.
func (b *Broken) Act(ctx context.Context, who service.Actor, fn func(*service.Tx) error) error {
	return b.Store.Act(ctx, who, func(tx *service.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return service.E(service.StoreFailed, "flowtest.Act", nil, errPower)
	})
}

// Trap strikes token calls.
type Trap struct {
	mu     sync.Mutex
	fault  softkey.Fault
	record []string
}

// Set arms the trap; nil disarms it.
func (t *Trap) Set(f softkey.Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fault, t.record = f, nil
}

// Edges lists the edges of token calls passed since Set.
func (t *Trap) Edges() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.record...)
}

func (t *Trap) strike(op string, phase softkey.Phase) error {
	t.mu.Lock()
	f := t.fault
	t.record = append(t.record, op+map[softkey.Phase]string{softkey.Before: " before", softkey.After: " after"}[phase])
	t.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(op, phase)
}

// Nth strikes once, at the n-th edge of a token call (from 1), by do.
func Nth(n int, do func() error) softkey.Fault {
	count := 0
	return func(string, softkey.Phase) error {
		if count++; count != n {
			return nil
		}
		return do()
	}
}

// Line is the way to the centre, where replies get lost. It remembers what the centre issued, whether or not the station heard.
type Line struct {
	client *central.Client
	mu     sync.Mutex
	fault  func(op string, lost bool) error
	Pairs  []service.CertReply
	Calls  map[string]int
}

// Set arms the line: fault is asked before each exchange (lost false) and after it (lost true); nil disarms it.
func (l *Line) Set(fault func(op string, lost bool) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = fault
}

// Once strikes one exchange.
func Once(op string, lost bool, code service.Code) func(string, bool) error {
	hit := false
	return func(o string, l bool) error {
		if hit || o != op || l != lost {
			return nil
		}
		hit = true
		return service.E(code, "flowtest."+op, nil, nil)
	}
}

// Always strikes every exchange of one sort.
func Always(op string, code service.Code) func(string, bool) error {
	return func(o string, lost bool) error {
		if o != op || lost {
			return nil
		}
		return service.E(code, "flowtest."+op, nil, nil)
	}
}

func (l *Line) at(op string, lost bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !lost {
		l.Calls[op]++
	}
	if l.fault == nil {
		return nil
	}
	return l.fault(op, lost)
}

func over[T any](l *Line, op string, call func() (T, error)) (T, error) {
	var none T
	if err := l.at(op, false); err != nil {
		return none, err
	}
	got, err := call()
	if err != nil {
		return none, err
	}
	if r, ok := any(got).(service.CertReply); ok {
		l.remember(r)
	}
	if err := l.at(op, true); err != nil {
		return none, err
	}
	return got, nil
}

func (l *Line) remember(r service.CertReply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.Pairs {
		if string(p.Sign) == string(r.Sign) {
			return
		}
	}
	l.Pairs = append(l.Pairs, r)
}

// Issue implements service.CertificateAuthority.
func (l *Line) Issue(ctx context.Context, r service.CertRequest) (service.CertReply, error) {
	return over(l, "Issue", func() (service.CertReply, error) { return l.client.Issue(ctx, r) })
}

// Confirm implements service.CertificateAuthority.
func (l *Line) Confirm(ctx context.Context, r service.CertReply) error {
	_, err := over(l, "Confirm", func() (bool, error) { return true, l.client.Confirm(ctx, r) })
	return err
}

// Revoke implements service.CertificateAuthority.
func (l *Line) Revoke(ctx context.Context, serial string, reason int) error {
	_, err := over(l, "Revoke", func() (bool, error) { return true, l.client.Revoke(ctx, serial, reason) })
	return err
}

// Withdraw implements service.CertificateAuthority.
func (l *Line) Withdraw(ctx context.Context, key [32]byte) (bool, error) {
	return over(l, "Withdraw", func() (bool, error) { return l.client.Withdraw(ctx, key) })
}

// Ticket implements service.TicketOffice.
func (l *Line) Ticket(ctx context.Context, serial string, generation int) (service.Ticket, error) {
	return over(l, "Ticket", func() (service.Ticket, error) { return l.client.Ticket(ctx, serial, generation) })
}
