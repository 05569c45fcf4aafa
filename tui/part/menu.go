package part

import (
	"strings"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
)

// Menu is a list to choose one of, or to tick several.
type Menu struct {
	Items []flow.Choice
	Multi bool
	// Bare leaves the terminal's cursor to a text field beside the menu.
	Bare  bool
	lang  service.Lang
	at    int
	top   int
	typed string // digits of a key longer than one
	// prices are right-aligned notes: every note is an amount. notes is the width of the widest.
	prices bool
	notes  int
}

// NewMenu builds a menu on the choice that is ticked already, if one is.
func NewMenu(items []flow.Choice, multi bool, lang service.Lang) *Menu {
	m := &Menu{Items: append([]flow.Choice(nil), items...), Multi: multi, lang: lang}
	m.prices = true
	for i, c := range m.Items {
		if c.Tick && !multi {
			m.at = i
		}
		note := c.Note.In(lang)
		m.notes = max(m.notes, look.Width(note))
		m.prices = m.prices && (note == "" || strings.HasPrefix(note, "￥"))
	}
	return m
}

// At is the place of the selection; -1 in an empty menu.
func (m *Menu) At() int {
	if len(m.Items) == 0 {
		return -1
	}
	return m.at
}

// Selected is the choice under the selection; false in an empty menu.
func (m *Menu) Selected() (flow.Choice, bool) {
	if m.at >= len(m.Items) {
		return flow.Choice{}, false
	}
	return m.Items[m.at], true
}

// Ticked lists the values that are ticked.
func (m *Menu) Ticked() []string {
	out := []string{}
	for _, c := range m.Items {
		if c.Tick {
			out = append(out, c.Value)
		}
	}
	return out
}

// Select moves the selection to a place.
func (m *Menu) Select(i int) { m.at = max(0, min(i, len(m.Items)-1)) }

// Key moves and ticks. hit is true where a digit named one choice without doubt.
func (m *Menu) Key(ev keys.Event) (used, hit bool) {
	switch ev.Act {
	case keys.Up, keys.BackTab:
		m.Select(m.at - 1)
	case keys.Down:
		m.Select(m.at + 1)
	case keys.Home:
		m.Select(0)
	case keys.End:
		m.Select(len(m.Items) - 1)
	case keys.PageUp:
		m.Select(m.at - 8)
	case keys.PageDown:
		m.Select(m.at + 8)
	case keys.Text:
		return m.text(ev.Text)
	default:
		return false, false
	}
	m.typed = ""
	return true, false
}

func (m *Menu) text(s string) (used, hit bool) {
	if s == " " && m.Multi {
		m.tick(m.at)
		return true, false
	}
	if m.Multi && s == "0" && m.typed == "" {
		m.tickAll()
		return true, false
	}
	s = string(fold([]rune(s)[0]))
	if s < "0" || s > "9" {
		return false, false
	}
	return true, m.digit(s)
}

// digit selects by key; with more than nine choices a first digit waits for a second where both are possible.
func (m *Menu) digit(s string) bool {
	m.typed += s
	exact, longer := m.match(m.typed)
	if exact < 0 && !longer {
		m.typed = s
		exact, longer = m.match(s)
	}
	if exact >= 0 {
		m.at = exact
		if m.Multi && !longer {
			m.tick(exact)
		}
	}
	if !longer {
		m.typed = ""
	}
	return exact >= 0 && !longer
}

func (m *Menu) match(s string) (exact int, longer bool) {
	exact = -1
	for i, c := range m.Items {
		switch {
		case c.Key == s:
			exact = i
		case len(c.Key) > len(s) && c.Key[:len(s)] == s:
			longer = true
		}
	}
	return exact, longer
}

func (m *Menu) tick(i int) {
	if i < len(m.Items) {
		m.Items[i].Tick = !m.Items[i].Tick
	}
}

// tickAll ticks everything, or clears everything where all was ticked.
func (m *Menu) tickAll() {
	all := len(m.Ticked()) == len(m.Items)
	for i := range m.Items {
		m.Items[i].Tick = !all
	}
}

// Rows is the height the menu would like.
func (m *Menu) Rows() int { return len(m.Items) }

// Draw writes the menu with its keys, labels and notes in columns.
func (m *Menu) Draw(a look.Area, focus bool) {
	m.top = Window(m.at, m.top, len(m.Items), a.H)
	kw, lw := m.columns(a.W)
	for i := m.top; i < len(m.Items) && i-m.top < a.H; i++ {
		m.row(a, i, i-m.top, kw, lw, focus)
	}
	Marks(a, m.top, len(m.Items))
}

func (m *Menu) columns(w int) (kw, lw int) {
	for _, c := range m.Items {
		kw = max(kw, look.Width(c.Key))
		lw = max(lw, look.Width(c.Label.In(m.lang)))
	}
	left := 2 + kw + 2
	if m.Multi {
		left += 2
	}
	return kw, max(8, min(lw, w-left-min(m.notes, 12)-3))
}

func (m *Menu) row(a look.Area, i, y, kw, lw int, focus bool) {
	c, st, x := m.Items[i], look.Normal, 2
	if i == m.at && focus {
		st = look.Accent
		a.Text(0, y, st, "▸")
		if !m.Bare {
			a.Cursor(0, y)
		}
	}
	if m.Multi {
		sign, s := "☐", look.Dim
		if c.Tick {
			sign, s = "☑", look.Good
		}
		x = a.Text(x, y, s, sign) + 1
	}
	a.Text(x, y, look.Key, look.PadLeft(c.Key, kw))
	x += kw + 2
	a.Clip(x, y, lw, st, c.Label.In(m.lang))
	note := c.Note.In(m.lang)
	if m.prices {
		note = look.PadLeft(note, m.notes)
	}
	a.Clip(x+lw+3, y, a.W-x-lw-4, look.Dim, note)
}

// Window gives the first row to show of n so that row at is among h, moving as little as possible.
func Window(at, top, n, h int) int {
	if at < top {
		top = at
	}
	if at >= top+h {
		top = at - h + 1
	}
	return max(0, min(top, n-h))
}

// Marks shows at the right edge that rows stand above or below.
func Marks(a look.Area, top, n int) {
	if top > 0 {
		a.Text(a.W-1, 0, look.Dim, "↑")
	}
	if n-top > a.H {
		a.Text(a.W-1, a.H-1, look.Dim, "↓")
	}
}
