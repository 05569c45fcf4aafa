package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/look"
	"certdesk/tui/text"
)

// status is what the last line shows.
type status struct {
	known  bool
	home   flow.Home
	tokens []service.TokenInfo
}

type figuresMsg struct {
	home flow.Home
	err  error
}

// figures reads counts and line state; without a line to the store the last ones stand.
func (m *Model) figures() tea.Cmd {
	if !m.signedIn() {
		return nil
	}
	ctx, who, files := m.env.Context(), m.env.Who, m.cfg.Files
	return func() tea.Msg {
		h, err := files.Home(ctx, who)
		return figuresMsg{home: h, err: err}
	}
}

func (s *status) figures(f figuresMsg) {
	if f.err == nil {
		s.known, s.home = true, f.home
	}
}

type watchMsg struct {
	ch   <-chan []service.TokenInfo
	list []service.TokenInfo
	ok   bool
}

// watch follows the tokens: each list is a message, and asks for the next.
func (m *Model) watch() tea.Cmd {
	ctx, tokens := m.env.Context(), m.cfg.Tokens
	return func() tea.Msg { return next(ctx, tokens.Watch(ctx)) }
}

func next(ctx context.Context, ch <-chan []service.TokenInfo) tea.Msg {
	select {
	case list, ok := <-ch:
		return watchMsg{ch: ch, list: list, ok: ok}
	case <-ctx.Done():
		return nil
	}
}

func (m *Model) watched(w watchMsg) tea.Cmd {
	if !w.ok {
		return nil
	}
	m.status.tokens = w.list
	ctx := m.env.Context()
	again := func() tea.Msg { return next(ctx, w.ch) }
	if p, ok := m.page().(interface{ Inserted() tea.Cmd }); ok {
		return tea.Batch(again, p.Inserted())
	}
	return again
}

// draw writes the status line: line and unsent at the left; token, printer, shift at the right.
func (m *Model) statusLine(a look.Area) {
	s, in := &m.status, m.env.In
	if s.known {
		sign, st, word := "●", look.Good, text.Online
		if !s.home.Online {
			sign, st, word = "○", look.Warn, text.Offline
		}
		x := a.Text(1, 0, st, sign)
		x = a.Text(x+1, 0, look.Normal, in(word))
		st = look.Dim
		if s.home.Unsent > 0 {
			st = look.Normal
		}
		a.Text(x+2, 0, st, fmt.Sprintf(in(text.Unsent), s.home.Unsent))
	}
	x := a.W - 1
	if m.cfg.Shift != "" {
		x = m.pair(a, x, in(text.Shift), m.cfg.Shift, look.Normal) - 3
	}
	if s.known {
		word, st := in(text.Ready), look.Normal
		if s.home.Printing != "" {
			word, st = "! "+in(text.PrintHalt), look.Warn
		}
		x = m.pair(a, x, in(text.Printer), word, st) - 3
	}
	m.pair(a, x, in(text.Token), m.tokenWord(), look.Normal)
}

func (m *Model) pair(a look.Area, x int, label, value string, st look.Style) int {
	x = a.Right(x, 0, st, value)
	return a.Right(x-1, 0, look.Dim, label)
}

func (m *Model) tokenWord() string {
	switch list := m.status.tokens; len(list) {
	case 0:
		return "─"
	case 1:
		return look.Clip(list[0].Serial, 16)
	default:
		return fmt.Sprintf(m.env.In(text.Tokens), len(list))
	}
}
