// Package over holds the overlays: boxes that lie on top of a page and take its keys until they are answered.
package over

import (
	tea "charm.land/bubbletea/v2"

	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// base is what overlays share.
type base struct {
	env  *page.Env
	addr page.Address
}

func newBase(env *page.Env) base { return base{env: env, addr: env.Address()} }

// Address names the overlay.
func (b *base) Address() *page.Address { return &b.addr }

// Result of an overlay that asks for nothing.
func (b *base) Result(any) tea.Cmd { return nil }

// Typing is false where there is no text field.
func (b *base) Typing() bool { return false }

// box draws an empty box of w by h cells in the middle and gives its inside. Where the screen is too low, the margin goes first.
func box(a look.Area, title string, w, h int) look.Area {
	if h > a.H {
		b := a.In((a.W-w)/2, 0, min(w, a.W-4), min(h-2, a.H))
		return b.Box(title).Inset(3, 0)
	}
	w = min(w, a.W-4)
	b := a.In((a.W-w)/2, max(0, (a.H-h)/2), w, h)
	b.Blank()
	return b.Box(title).Inset(3, 1)
}

// form is a dialog around a form: note above, fields, one action.
type form struct {
	base
	title, note string
	fields      *part.Form
	submit      func() tea.Cmd
	close       func()
}

// Key edits the fields; Enter at the last one and F10 submit.
func (f *form) Key(ev keys.Event) tea.Cmd {
	switch {
	case ev.Act == keys.Escape || ev.Act == keys.Back:
		f.close()
		return nil
	case ev.Act == keys.Submit:
		return f.try()
	case f.fields.Key(ev) == part.Last:
		return f.try()
	}
	return nil
}

func (f *form) try() tea.Cmd {
	if !f.fields.Ready() {
		return nil
	}
	return f.submit()
}

// Typing reports whether a text field has the focus.
func (f *form) Typing() bool { return f.fields.Typing() }

// Bindings of a dialog.
func (f *form) Bindings() []keys.Binding {
	return []keys.Binding{
		{Act: keys.Enter, Label: text.KeyNext}, {Act: keys.Submit, Label: text.KeyOK}, {Act: keys.Back, Label: text.KeyClose, Quiet: true},
		{Act: keys.Escape, Label: text.KeyClose},
	}
}

// Draw writes the dialog.
func (f *form) Draw(a look.Area) {
	const w = 64
	lines := look.Wrap(f.note, w-8)
	if f.note == "" {
		lines = nil
	}
	in := box(a, f.title, w, f.fields.Rows(w-8)+len(lines)+6)
	y := 0
	for _, l := range lines {
		in.Text(0, y, look.Normal, l)
		y++
	}
	if y > 0 {
		y++
	}
	f.fields.Draw(in.In(0, y, in.W, in.H-y-1), true)
	if f.addr.Busy() {
		in.Text(0, in.H-1, look.Accent, "● "+f.env.In(text.SignInWait))
	}
}
