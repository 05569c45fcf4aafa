package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/page"
	"certdesk/tui/page/home"
	"certdesk/tui/page/over"
	"certdesk/tui/page/signin"
)

var _ page.Shell = (*Model)(nil)

// Go opens a page above the present one.
func (m *Model) Go(p page.Page) tea.Cmd {
	leave := m.page().Leave()
	m.overlays, m.ahead = nil, nil
	m.pages = append(m.pages, p)
	return tea.Batch(leave, p.Open())
}

// Swap opens a page in place of the present one.
func (m *Model) Swap(p page.Page) tea.Cmd {
	leave := m.page().Leave()
	m.overlays, m.ahead = nil, nil
	m.pages[len(m.pages)-1] = p
	return tea.Batch(leave, p.Open())
}

// Back leaves the page; the one below is read afresh.
func (m *Model) Back() tea.Cmd {
	if len(m.pages) < 2 {
		return nil
	}
	leave := m.page().Leave()
	m.overlays, m.ahead = nil, nil
	m.pages = m.pages[:len(m.pages)-1]
	return tea.Batch(leave, m.page().Open(), m.freshFigures())
}

// Home leaves all pages but the first.
func (m *Model) Home() tea.Cmd {
	leave := m.page().Leave()
	m.overlays, m.ahead = nil, nil
	m.pages = m.pages[:1]
	return tea.Batch(leave, m.page().Open(), m.freshFigures())
}

// Push lays an overlay on top, but never on top of the lock.
func (m *Model) Push(o page.Surface) tea.Cmd {
	m.ahead = nil
	at := len(m.overlays)
	if m.locked() {
		at--
	}
	m.overlays = append(m.overlays[:at:at], append([]page.Surface{o}, m.overlays[at:]...)...)
	return nil
}

// Drop takes an overlay away.
func (m *Model) Drop(o page.Surface) {
	for i, x := range m.overlays {
		if x == o {
			m.overlays = append(m.overlays[:i:i], m.overlays[i+1:]...)
			return
		}
	}
}

// Toast says something above the footer until the next key.
func (m *Model) Toast(s string, bad bool) {
	if s != "" {
		m.toast = toast{text: s, bad: bad}
	}
}

// Fault shows an error under a number; what is behind it goes to the log under the same one.
func (m *Model) Fault(f page.Fault) tea.Cmd {
	m.faulted = true
	id := m.number()
	if m.cfg.Log != nil {
		m.cfg.Log(id, f.Err)
	}
	return m.Push(over.NewFault(m.env, f, id))
}

func (m *Model) number() string {
	now := m.cfg.Now()
	if m.cfg.Number != nil {
		return m.cfg.Number(now)
	}
	m.faults++
	return fmt.Sprintf("E-%s-%04d", service.Day(now), m.faults)
}

// SignedIn opens the home page for a person.
func (m *Model) SignedIn(who service.Actor) tea.Cmd {
	m.env.Who = who
	m.overlays = nil
	h := home.New(m.env)
	m.pages = []page.Page{h}
	return h.Open()
}

// SignOut ends a sign-in: drafts are kept, what was remembered for F9 is forgotten.
func (m *Model) SignOut() tea.Cmd {
	leave := m.page().Leave()
	m.env.Who = service.Actor{}
	clear(m.env.Memory)
	m.overlays, m.ahead = nil, nil
	p := signin.New(m.env, m.cfg.Notice)
	m.pages = []page.Page{p}
	return tea.Batch(leave, p.Open())
}

// Jump opens what a transaction code stands for; the present page is left safely.
func (m *Model) Jump(code string) (tea.Cmd, bool) {
	for _, e := range m.entries() {
		if e.Code != code || !e.Off.Zero() {
			continue
		}
		back := m.Home()
		return tea.Batch(back, e.Open()), true
	}
	return nil, false
}

// Tokens lists what is inserted now.
func (m *Model) Tokens() []service.TokenInfo { return m.status.tokens }

// Stir asks for fresh figures.
func (m *Model) Stir() { m.pending = append(m.pending, m.figures()) }

// freshFigures reads the figures, unless the page that was come to reads them itself.
func (m *Model) freshFigures() tea.Cmd {
	if _, own := m.page().(interface{ Figures(flow.Home) }); own {
		return nil
	}
	return m.figures()
}

type tickMsg time.Time

// tick drives the clock in the header, the figures and the idle lock. Frames that do not change cost nothing.
func tick() tea.Cmd {
	return tea.Tick(10*time.Second, func(t time.Time) tea.Msg { return tickMsg(t) })
}

func (m *Model) ticked() tea.Cmd {
	var lock tea.Cmd
	if m.cfg.Now().Sub(m.lastKey) >= m.cfg.Idle {
		lock = m.lock()
	}
	return tea.Batch(tick(), m.figures(), lock)
}
