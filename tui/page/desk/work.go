package desk

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// working is the list of machine steps as it is shown.
type working struct {
	steps   []flow.WorkStep
	keepIn  bool
	running bool
	from    time.Time
}

func newWorking(w *flow.Work) *working {
	return &working{steps: append([]flow.WorkStep(nil), w.Steps...), keepIn: w.KeepIn}
}

func (w *working) done() int {
	n := 0
	for _, s := range w.steps {
		if s.State == flow.WorkDone {
			n++
		}
	}
	return n
}

func (w *working) note(p flow.Progress) {
	for i := range w.steps {
		if w.steps[i].Name == p.Step {
			w.steps[i] = p.WorkStep
			return
		}
	}
	w.steps = append(w.steps, p.WorkStep)
}

// progress is one report of the work, or its end.
type progress struct {
	from *stream
	step flow.Progress
	end  *shown
}

// stream carries the reports of one run of machine steps from its goroutine to the screen.
type stream struct {
	ch   chan progress
	over <-chan struct{}
}

// put gives a report to the screen; where that has ended, the work goes on without it.
func (s *stream) put(pr progress) {
	select {
	case s.ch <- pr:
	case <-s.over:
	}
}

// take waits for the next report; nil where the screen has ended.
func (s *stream) take() any {
	select {
	case pr := <-s.ch:
		return pr
	case <-s.over:
		return nil
	}
}

// start runs the machine steps. Keys wait, quitting is refused.
func (p *Page) start() tea.Cmd {
	if p.work == nil || p.addr.Busy() || p.env.Ending {
		return nil
	}
	p.work.running, p.work.from = true, p.env.Now()
	env, desk, who, main, no, g := p.env, p.env.Desk, p.who(), p.env.Who, p.no, p.gate
	run := p.env.Ask(&p.addr, true, func(ctx context.Context) any {
		s := &stream{ch: make(chan progress, 16), over: env.Over()}
		if !env.Go(func() { defer env.Forget(); s.run(ctx, desk, who, main, no, g) }) { // the work has used PINs of its own
			return nil
		}
		return s.take()
	})
	return tea.Batch(run, p.env.Later(&p.addr, time.Second, secondMsg{}))
}

func (s *stream) run(ctx context.Context, desk page.Desk, who, main service.Actor, no string, g *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer s.recovered(no)
	err := desk.Work(ctx, who, no, func(pr flow.Progress) { s.put(progress{from: s, step: pr}) })
	if err != nil {
		main = who
	}
	end := g.read(context.WithoutCancel(ctx), desk, main, no, shown{err: err, acted: true})
	s.put(progress{from: s, end: &end})
}

// recovered turns a fault of the program in this goroutine into an error on the screen: the terminal and the case stay as they were.
func (s *stream) recovered(no string) {
	if r := recover(); r != nil {
		s.put(progress{from: s, end: &shown{no: no, read: service.E(service.Internal, "desk.work", nil, fmt.Errorf("panic: %v", r))}})
	}
}

// secondMsg moves the time shown while work runs.
type secondMsg struct{}

func (p *Page) second() tea.Cmd {
	if p.work == nil || !p.work.running {
		return nil
	}
	return p.env.Later(&p.addr, time.Second, secondMsg{})
}

func (p *Page) progressed(pr progress) tea.Cmd {
	if pr.end == nil {
		if p.work != nil {
			p.work.note(pr.step)
		}
		return p.env.More(&p.addr, func(context.Context) any { return pr.from.take() })
	}
	p.addr.Done()
	p.env.Shell.Stir()
	end := *pr.end
	if end.read != nil || end.err == nil {
		return p.shown(end)
	}
	set := p.set(end.screen)
	return tea.Batch(set, p.env.Shell.Fault(page.Fault{Err: end.err, Safe: true, Ways: p.ways()}))
}

// ways on from work that stopped.
func (p *Page) ways() []page.Way {
	ws := []page.Way{
		{Label: text.FaultRetry, Do: p.start},
		{Label: text.FaultLeave, Do: func() tea.Cmd { return p.env.Shell.Home() }},
	}
	if p.screen.CanReplace {
		ws = append(ws, page.Way{Label: text.FaultSwap, Do: p.replace})
	}
	return ws
}

// KeepIn reports whether a token is being written, so that it must not be pulled.
func (p *Page) KeepIn() bool { return p.work != nil && p.work.running && p.work.keepIn }
