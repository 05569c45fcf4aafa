package stormtest

import (
	"context"
	"errors"
	"fmt"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// The people of the counter.
var (
	clerk      = flowtest.Clerk
	reviewer   = flowtest.Reviewer
	supervisor = flowtest.Supervisor
)

// desk plays the people: a patient clerk who puts the token back in and tries again, a reviewer, a supervisor, the customers.
type desk struct {
	*World
	script *Script
	cases  []*work
	spare  int
	seen   map[service.Code]int // refusals and failures that somebody read
}

// work is one customer's business.
type work struct {
	Turn
	no     string
	token  string
	pin    string // in force once the case is completed
	maybe  string // in force instead, where a change of it was given up with its outcome unknown
	unsure bool   // the PIN step came to an error
	stuck  int    // rounds in a row that ended in an error
	last   service.Code
	closed bool
}

var errStuck = errors.New("the case goes neither forward nor back")

// Play runs the script to the end, faults and all, and then the clean restart that finishes all open work.
func (w *World) Play(ctx context.Context, s *Script) (*Ending, error) {
	d := &desk{World: w, script: s, seen: map[service.Code]int{}}
	for i := range s.Visits {
		if err := d.serve(ctx, i); err != nil {
			return nil, err
		}
	}
	half, err := d.ending(ctx, false)
	if err != nil {
		return nil, err
	}
	if err := d.finish(ctx); err != nil {
		return nil, err
	}
	whole, err := d.ending(ctx, true)
	if err == nil {
		whole.Broken = append(half.Broken, whole.Broken...)
	}
	return whole, err
}

// serve goes as far with one visit as the faults let it, a hundred rounds at most.
func (d *desk) serve(ctx context.Context, i int) error {
	c := &work{Turn: d.script.Visits[i]}
	c.token, c.pin = c.Customer.Token, c.Customer.PIN
	if c.After >= 0 {
		c.token = d.cases[c.After].token
		if !d.cases[c.After].closed || c.token == "" {
			return nil // nothing to bring back
		}
	}
	d.cases = append(d.cases, c)
	for range 100 {
		if c.closed {
			return nil
		}
		if err := d.alive(ctx); err != nil {
			return err
		}
		d.aside(ctx)
		if err := d.alive(ctx); err != nil {
			return err
		}
		if err := d.round(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// A program that cannot open on a disk in trouble is begun anew until the trouble is over.
func (d *desk) alive(ctx context.Context) error {
	if !d.Board.Dead() && d.Station != nil {
		return nil
	}
	var err error
	for range 10 {
		if err = d.Restart(ctx); err == nil {
			return nil
		}
	}
	return err
}

// aside is what goes on beside the case: uploads, paper, somebody who restarts the program, a message that arrives at last.
func (d *desk) aside(ctx context.Context) {
	if d.chance(d.script.often.upload) {
		_ = d.upload(ctx)
	}
	if d.chance(d.script.often.print) {
		_ = d.queue.Drain(ctx)
	}
	if d.chance(d.script.often.late) {
		d.wire.deliver()
	}
	if d.chance(d.script.often.restart) && !d.Board.Dead() {
		_ = d.Restart(ctx) // a disk in trouble: the next round begins it anew
	}
}

func (d *desk) chance(of100 int) bool { return d.script.moods.IntN(100) < of100 }

// round does the next thing of a case. An error of the counter is what a clerk reads; what is returned ends the schedule.
func (d *desk) round(ctx context.Context, c *work) error {
	if c.no == "" {
		return d.begin(ctx, c)
	}
	s, err := d.Engine.Screen(ctx, clerk, c.no)
	if err != nil {
		return d.read(c, err)
	}
	if s.Closed {
		c.closed = true
		return d.closed(ctx, c)
	}
	if err := d.plug(c); err != nil {
		return d.read(c, err)
	}
	return d.read(c, d.act(ctx, c, s))
}

// begin opens the case. Where the act's outcome is unknown the clerk begins again; the first one is found in the list later.
func (d *desk) begin(ctx context.Context, c *work) error {
	no, err := d.Engine.Begin(ctx, clerk, c.Kind)
	if err == nil {
		c.no = no
	}
	return d.read(c, err)
}

// plug puts the case's token in: a customer's own or one from the drawer.
func (d *desk) plug(c *work) error {
	all, err := d.Drawer.Serials()
	if err != nil {
		return err
	}
	for _, s := range all {
		if s == c.token {
			return d.insert(c.token)
		}
	}
	if err := d.Drawer.Create(c.token); err != nil {
		return err
	}
	return d.insert(c.token)
}

// read is a clerk reading an error. The same case in trouble for many rounds is taken to the supervisor.
func (d *desk) read(c *work, err error) error {
	if err == nil {
		c.stuck, c.last = 0, ""
		return nil
	}
	code := service.CodeOf(err)
	d.seen[code]++
	c.stuck++
	c.last = code
	if code == "" || code == service.Internal && !errors.Is(err, errDark) && !errors.Is(err, errInjected) {
		return fmt.Errorf("an error without words: %w", err)
	}
	return nil
}

func (d *desk) act(ctx context.Context, c *work, s flow.Screen) error {
	often := d.script.often
	if d.chance(often.wander) {
		if err := d.mischief(ctx, c, s); err != nil {
			return err
		}
	}
	if c.noAnswer() && d.chance(often.despair) {
		return d.despair(ctx, c, s)
	}
	switch {
	case c.stuck > 6 || s.CanReplace && d.chance(often.replace):
		return d.giveUp(ctx, c, s)
	case s.CanCancel && d.chance(often.cancel):
		return d.Engine.Cancel(ctx, clerk, c.no, "客户改变主意")
	case s.CanBack && d.chance(often.back):
		return d.Engine.Back(ctx, clerk, c.no)
	case s.Work != nil:
		return d.Engine.Work(ctx, clerk, c.no, nil)
	}
	return d.say(ctx, c, s)
}

// noAnswer: what was asked last has had no answer that could be believed.
func (c *work) noAnswer() bool {
	switch c.last {
	case service.CASlow, service.CAUnreachable, service.CAGarbage, service.StoreFailed:
		return true
	}
	return false
}

// despair gives up at once, where others try again: the request may or may not have been served.
func (d *desk) despair(ctx context.Context, c *work, s flow.Screen) error {
	if s.CanCancel && d.chance(50) {
		return d.Engine.Cancel(ctx, clerk, c.no, "客户不等了")
	}
	if s.CanReplace {
		return d.giveUp(ctx, c, s)
	}
	return nil
}

// giveUp is the way out of a case that fails again and again: another token, or no case.
func (d *desk) giveUp(ctx context.Context, c *work, s flow.Screen) error {
	err := d.Engine.Replace(ctx, supervisor, c.no, "介质故障")
	if err == nil {
		d.spare++
		c.token, c.stuck = fmt.Sprintf("SPARE-%d", 1000+d.spare), 0
		return nil
	}
	if c.stuck > 12 && s.CanCancel {
		return d.Engine.Cancel(ctx, clerk, c.no, "无法继续")
	}
	if c.stuck > 9 && s.Work != nil {
		return errors.Join(err, d.Engine.Work(ctx, clerk, c.no, nil))
	}
	if c.stuck > 9 {
		return errors.Join(err, d.say(ctx, c, s))
	}
	return err
}

// say answers the open prompt; now and then twice, as a hand that bounces on F10 does.
func (d *desk) say(ctx context.Context, c *work, s flow.Screen) error {
	give := func() error {
		who, cust := clerk, *c.Customer
		if s.Need != "" {
			who = reviewer
		}
		cust.Token = c.token
		a := cust.Answer(s.Prompt)
		a.Version = s.Version
		if s.Prompt.Step == "review" && !s.Prompt.Refuse.Zero() && d.chance(d.script.often.refuse) {
			a.Refused, a.Reason = true, "材料不清"
		}
		return d.Engine.Answer(ctx, who, c.no, a)
	}
	err := give()
	c.unsure = c.unsure || err != nil && s.Prompt.Step == "pin"
	if d.chance(d.script.often.double) {
		if twice := give(); twice == nil && err == nil && s.Prompt.Step != "tender" {
			return errTwice
		}
	}
	return err
}

var errTwice = errors.New("one answer was taken twice")

// login takes the PIN in force: the customer tries the one that he set last, then the one before.
func (c *work) login(ctx context.Context, session service.TokenSession) error {
	if c.maybe != "" && session.Login(ctx, []byte(c.maybe)) == nil {
		return nil
	}
	return session.Login(ctx, []byte(c.pin))
}

// closed notes what came of a case: a cancelled one leaves no token behind, a new PIN replaces the old one. Where a change of PIN was
// given up after an error, both may be in force: the customer knows both.
func (d *desk) closed(ctx context.Context, c *work) error {
	detail, err := d.Engine.Detail(ctx, clerk, c.no)
	if err != nil {
		c.closed = false
		return d.read(c, err)
	}
	switch {
	case detail.Case.Status != service.Completed:
		c.token = ""
		if c.After >= 0 && c.unsure {
			d.cases[c.After].maybe = c.pin
		}
	case c.After >= 0:
		d.cases[c.After].pin, d.cases[c.After].maybe = c.pin, ""
	}
	return nil
}
