package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/page"
	"certdesk/tui/page/find"
	"certdesk/tui/page/over"
	"certdesk/tui/text"
)

// MinWidth and MinHeight are the smallest screen that takes keys.
const (
	MinWidth  = 80
	MinHeight = 24
)

type escMsg int

func (m *Model) small() bool { return m.w < MinWidth || m.h < MinHeight }

// press understands a key. On a screen too small to be seen no key acts.
func (m *Model) press(k tea.KeyPressMsg) tea.Cmd {
	if m.small() {
		return nil
	}
	m.lastKey = m.cfg.Now()
	evs, waiting := m.reader.Read(k)
	if waiting {
		m.escapes++
		n := m.escapes
		return tea.Tick(keys.EscWait, func(time.Time) tea.Msg { return escMsg(n) })
	}
	return m.events(evs)
}

func (m *Model) events(evs []keys.Event) tea.Cmd {
	if m.small() || m.env.Ending {
		return nil
	}
	var cmds []tea.Cmd
	for _, ev := range evs {
		m.toast = toast{}
		cmds = append(cmds, m.event(ev))
	}
	return tea.Batch(cmds...)
}

func (m *Model) event(ev keys.Event) tea.Cmd {
	s := m.top()
	switch {
	case ev.Act == keys.Quit:
		return m.askQuit()
	case ev.Act == keys.Help:
		return m.help()
	case s.Address().Busy():
		m.keep(s, ev)
		return nil
	case ev.Act == keys.Lock:
		return m.lock()
	case ev.Act == keys.Text && !s.Typing() && len(m.overlays) == 0 && m.signedIn():
		if cmd, ok := m.command(ev.Text); ok {
			return cmd
		}
	}
	if ev.Act > keys.Escape {
		if b, ok := keys.Find(s.Bindings(), ev.Act); !ok || !b.On() {
			m.Toast(m.env.In(b.Off), false)
			return nil
		}
	}
	return s.Key(ev)
}

// command is a single character that does something where no text field has the focus.
func (m *Model) command(s string) (tea.Cmd, bool) {
	switch s {
	case "?", "？":
		return m.help(), true
	case "/", "／":
		return m.Go(find.New(m.env)), true
	case ":", "：", "=", "＝":
		return m.Push(over.NewJump(m.env)), true
	}
	return nil, false
}

func (m *Model) help() tea.Cmd {
	if m.locked() || !m.signedIn() && len(m.overlays) > 0 {
		return nil
	}
	if _, open := m.top().(*over.Help); open {
		return nil
	}
	return m.Push(over.NewHelp(m.env, m.page().Help(), m.bindings()))
}

// keep stores a key that was typed while an act runs. Only keys that type and move are kept: nothing that submits, so that a repeated
// F10 never sends anything twice.
func (m *Model) keep(s page.Surface, ev keys.Event) {
	if _, ok := s.(page.Ahead); ok && ev.Act <= keys.Clear && len(m.ahead) < 200 {
		m.ahead = append(m.ahead, ev)
		return
	}
	m.Toast(m.env.In(text.BusyKey), false)
}

// replay gives kept keys to the page that is ready again, or drops them where the screen is not the one they were typed for.
func (m *Model) replay(s page.Surface) tea.Cmd {
	kept := m.ahead
	m.ahead = nil
	a, ok := s.(page.Ahead)
	if len(kept) == 0 {
		return nil
	}
	if ok && m.top() == s && !m.faulted && a.Steady() {
		for len(kept) > 0 && a.Replay(kept[0]) {
			kept = kept[1:]
		}
	}
	if len(kept) > 0 {
		m.Toast(m.env.In(text.Dropped), false)
	}
	return nil
}

// askQuit refuses while an act runs and asks otherwise.
func (m *Model) askQuit() tea.Cmd {
	if m.busy() {
		m.Toast(m.env.In(m.refusal()), true)
		return nil
	}
	if !m.signedIn() || m.locked() {
		return m.quit()
	}
	if _, open := m.top().(*over.Confirm); open {
		return nil
	}
	return m.Push(over.NewConfirm(m.env, m.env.In(text.KeyQuit), m.env.In(text.QuitAsk), m.quit))
}

// refusal says why the program does not end now.
func (m *Model) refusal() service.Text {
	if k, ok := m.page().(interface{ KeepIn() bool }); ok && k.KeepIn() {
		return text.NoQuitKey
	}
	return text.NoQuit
}

// quit keeps drafts first. Nothing is taken any more after it, so that no act starts behind it.
func (m *Model) quit() tea.Cmd {
	if m.busy() {
		m.Toast(m.env.In(m.refusal()), true)
		return nil
	}
	m.leaving = true
	leave := m.page().Leave()
	return func() tea.Msg {
		runAll(leave)
		return tea.Quit()
	}
}

// runAll runs a command and those that it stands for, one after another.
func runAll(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, c := range batch {
			runAll(c)
		}
	}
}

// lock covers the screen until the same person types the password. What stands in the page stays, and is kept as a draft too.
func (m *Model) lock() tea.Cmd {
	if !m.signedIn() || m.locked() || m.busy() {
		return nil
	}
	return tea.Batch(m.page().Leave(), m.Push(over.NewLock(m.env)))
}
