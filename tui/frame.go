package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// toast is one line above the footer.
type toast struct {
	text string
	bad  bool
}

// View draws the screen.
func (m *Model) View() tea.View {
	m.canvas.Reset(max(1, m.w), max(1, m.h))
	m.draw(m.canvas.All())
	v := tea.NewView(m.canvas.Lines(m.theme))
	v.AltScreen = true
	v.WindowTitle = "certdesk " + m.cfg.Station.Hall
	if x, y, ok := m.canvas.Cursor(); ok {
		v.Cursor = tea.NewCursor(x, y)
		v.Cursor.Shape, v.Cursor.Blink = tea.CursorBar, true
	}
	return v
}

func (m *Model) draw(a look.Area) {
	if m.small() {
		a.Wrap(0, 0, a.W, look.Normal, fmt.Sprintf(m.env.In(text.Small), m.w, m.h))
		return
	}
	if m.locked() {
		m.top().Draw(a)
		m.header(a.In(0, 0, a.W, 1))
		m.footer(a.In(0, a.H-2, a.W, 1))
		return
	}
	m.header(a.In(0, 0, a.W, 1))
	body := m.body(a)
	if len(m.overlays) > 0 {
		m.top().Draw(body)
	} else {
		m.page().Draw(body)
	}
	m.toastLine(a.In(0, a.H-3, a.W, 1))
	m.footer(a.In(0, a.H-2, a.W, 1))
	m.statusLine(a.In(0, a.H-1, a.W, 1))
}

// body draws the page's head, where it has one, and gives what is left for the page.
func (m *Model) body(a look.Area) look.Area {
	h := m.page().Head()
	if h.Title == "" && len(m.overlays) == 0 {
		return a.In(0, 2, a.W, a.H-5)
	}
	m.head(a, h)
	return a.In(0, 4, a.W, a.H-7)
}

// head is lines 2 and 3: business, case and customer, then the stepper and a rule.
func (m *Model) head(a look.Area, h page.Head) {
	left := min(a.W/3, 34)
	a.Clip(1, 1, left-2, look.Heading, h.Title)
	if x := a.Clip(left, 1, 24, look.Normal, h.No); h.Customer != "" {
		x = max(x+2, left+24)
		a.Clip(x, 1, a.W-x-1, look.Strong, h.Customer)
	}
	part.Stepper(a, 1, 2, h.Stepper, m.cfg.Lang)
	a.Rule(0, 3, a.W)
}

// header is line 1: place and person.
func (m *Model) header(a look.Area) {
	x := a.Text(1, 0, look.Brand, "certdesk")
	right := m.clock()
	if m.signedIn() {
		right = m.env.Who.Name + " " + m.env.In(m.env.Who.Role.Title()) + "  " + right
	}
	at := a.Right(a.W-1, 0, look.Normal, right)
	a.Clip(x+2, 0, at-x-4, look.Normal, m.env.Place())
}

func (m *Model) clock() string {
	now := service.Local(m.cfg.Now())
	days := strings.Split(m.env.In(text.Weekdays), ",")
	return now.Format("2006-01-02 ") + days[now.Weekday()] + now.Format(" 15:04")
}

func (m *Model) toastLine(a look.Area) {
	switch {
	case m.toast.text == "":
		return
	case m.toast.bad:
		a.Text(2, 0, look.Bad, "✗")
		a.Clip(4, 0, a.W-6, look.Bad, m.toast.text)
	default:
		a.Text(2, 0, look.Warn, "!")
		a.Clip(4, 0, a.W-6, look.Normal, m.toast.text)
	}
}

// bindings are the top surface's keys and those of the frame.
func (m *Model) bindings() []keys.Binding {
	s := m.top()
	help := keys.Binding{Act: keys.Help, Label: text.KeyHelp}
	if s.Address().Busy() {
		return []keys.Binding{help}
	}
	bs := s.Bindings()
	if len(m.overlays) > 0 {
		return bs
	}
	bs = append(bs, help)
	if m.signedIn() {
		bs = append(bs, keys.Binding{Act: keys.Lock, Label: text.KeyLock})
	}
	return bs
}

// footer shows the keys that work now, as many as fit; F1 is always among them and lists the rest.
func (m *Model) footer(a look.Area) {
	shown := fitting(m.bindings(), m.cfg.Lang, a.W-3)
	x := 2
	for _, b := range shown {
		x = a.Text(x, 0, look.Key, b.Cap())
		x = a.Text(x+1, 0, look.Normal, b.Label.In(m.cfg.Lang)) + 3
	}
}

// fitting leaves out keys from the end until the rest fits; help stays.
func fitting(bs []keys.Binding, lang service.Lang, room int) []keys.Binding {
	var out []keys.Binding
	for _, b := range bs {
		if b.On() && !b.Quiet {
			out = append(out, b)
		}
	}
	for footWidth(out, lang) > room && len(out) > 1 {
		drop := len(out) - 1
		if out[drop].Act == keys.Help {
			drop--
		}
		out = append(out[:drop:drop], out[drop+1:]...)
	}
	return out
}

func footWidth(bs []keys.Binding, lang service.Lang) int {
	n := 0
	for _, b := range bs {
		n += look.Width(b.Cap()) + 1 + look.Width(b.Label.In(lang)) + 3
	}
	return max(0, n-3)
}
