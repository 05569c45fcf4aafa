package over

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Help shows what the page is for and which keys it knows; typing filters the lines.
type Help struct {
	base
	intro string
	keys  []keys.Binding
	query part.Field
	top   int
	rows  int
}

// NewHelp builds the help from a page's words and its bindings.
func NewHelp(env *page.Env, intro string, bs []keys.Binding) *Help {
	return &Help{base: newBase(env), intro: intro, keys: bs}
}

// Key scrolls, filters and closes.
func (o *Help) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Escape, keys.Enter, keys.Back, keys.Submit:
		o.env.Shell.Drop(o)
	case keys.Up:
		o.top--
	case keys.Down:
		o.top++
	case keys.PageUp:
		o.top -= 8
	case keys.PageDown:
		o.top += 8
	default:
		if _, changed := o.query.Key(ev); changed {
			o.top = 0
		}
	}
	o.top = max(0, min(o.top, o.rows-4))
	return nil
}

// Typing is true: letters filter.
func (o *Help) Typing() bool { return true }

// Bindings of the help.
func (o *Help) Bindings() []keys.Binding {
	return []keys.Binding{{Act: keys.Text, Name: "a–z", Label: text.HelpFilter}, {Act: keys.Up, Name: "↑↓ PgUp PgDn", Label: text.KeyRead},
		{Act: keys.Submit, Label: text.KeyClose, Quiet: true}, {Act: keys.Back, Label: text.KeyClose, Quiet: true}, {Act: keys.Escape, Label: text.KeyClose}}
}

// row is one line of the help: a key with what it does, or words.
type row struct{ left, mid, right string }

func (o *Help) lines(w int) []row {
	var out []row
	for _, l := range look.Wrap(o.intro, w) {
		out = append(out, row{mid: l})
	}
	if o.intro != "" {
		out = append(out, row{})
	}
	for _, b := range o.keys {
		r := row{left: b.Cap(), mid: o.env.In(b.Label), right: b.Twins()}
		if !b.On() {
			r.mid += o.env.In(service.T("（", " (")) + o.env.In(b.Off) + o.env.In(service.T("）", ")"))
		}
		out = append(out, r)
	}
	return filter(out, o.query.Value())
}

func filter(rows []row, q string) []row {
	if q == "" {
		return rows
	}
	var out []row
	for _, r := range rows {
		if strings.Contains(strings.ToLower(r.left+" "+r.mid+" "+r.right), strings.ToLower(q)) {
			out = append(out, r)
		}
	}
	return out
}

// Draw writes the help.
func (o *Help) Draw(a look.Area) {
	in := box(a, o.env.In(text.HelpTitle), 72, min(a.H, 26))
	o.query.Draw(in, 0, 0, 24, true, o.env.In(text.HelpFilter))
	lines := o.lines(in.W)
	o.rows = len(lines)
	body := in.In(0, 2, in.W, in.H-2)
	for i := 0; i < body.H && o.top+i < len(lines); i++ {
		l := lines[o.top+i]
		if l.left == "" {
			body.Text(0, i, look.Normal, l.mid)
			continue
		}
		body.Clip(0, i, 11, look.Key, l.left)
		body.Clip(12, i, in.W-30, look.Normal, l.mid)
		body.Clip(in.W-16, i, 16, look.Dim, l.right)
	}
	part.Marks(body, o.top, len(lines))
}

// Jump goes to what a transaction code stands for, from anywhere.
type Jump struct {
	base
	query part.Field
	menu  *part.Menu
}

// NewJump builds the jump.
func NewJump(env *page.Env) *Jump {
	o := &Jump{base: newBase(env)}
	o.narrow()
	return o
}

func (o *Jump) narrow() {
	var cs []flow.Choice
	for _, e := range page.Narrow(o.env.Entries(), o.query.Value()) {
		cs = append(cs, flow.Choice{Key: e.Code, Value: e.Code, Label: e.Title, Note: e.Off})
	}
	o.menu = part.NewMenu(cs, false, o.env.Lang)
	o.menu.Bare = true
}

// Key types and goes.
func (o *Jump) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Escape, keys.Back:
		o.env.Shell.Drop(o)
		return nil
	case keys.Enter, keys.Submit:
		return o.jump()
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		o.menu.Key(ev)
		return nil
	}
	if _, changed := o.query.Key(ev); changed {
		o.narrow()
	}
	return nil
}

func (o *Jump) jump() tea.Cmd {
	c, ok := o.menu.Selected()
	if !ok {
		return nil
	}
	cmd, ok := o.env.Shell.Jump(c.Value)
	if !ok {
		o.env.Shell.Toast(o.env.In(c.Note), false)
	}
	return cmd
}

// Typing is true.
func (o *Jump) Typing() bool { return true }

// Bindings of the jump.
func (o *Jump) Bindings() []keys.Binding {
	return []keys.Binding{{Act: keys.Up, Name: "↑↓", Label: text.KeyMove}, {Act: keys.Enter, Label: text.KeyEnter},
		{Act: keys.Submit, Label: text.KeyEnter, Quiet: true}, {Act: keys.Back, Label: text.KeyClose, Quiet: true}, {Act: keys.Escape, Label: text.KeyClose}}
}

// Draw writes the jump.
func (o *Jump) Draw(a look.Area) {
	in := box(a, o.env.In(text.JumpTitle), 60, 16)
	y := in.Wrap(0, 0, in.W, look.Dim, o.env.In(text.JumpNote)) + 1
	x := in.Text(0, y, look.Dim, o.env.In(text.JumpCode)) + 2
	o.query.Draw(in, x, y, 24, true, "")
	o.menu.Draw(in.In(0, y+2, in.W, in.H-y-2), true)
}
