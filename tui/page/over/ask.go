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

// Ask is a dialog that asks for a few values.
type Ask struct{ form }

// NewAsk builds a dialog; then gets the values once all of them pass.
func NewAsk(env *page.Env, title, note string, fs []flow.Field, then func(map[string]string) tea.Cmd) *Ask {
	o := &Ask{form{base: newBase(env), title: title, note: note, fields: part.NewForm(fs, env.Lang)}}
	o.close = func() { env.Shell.Drop(o) }
	o.submit = func() tea.Cmd {
		env.Shell.Drop(o)
		return then(o.fields.Values())
	}
	return o
}

// NewCancel asks for the end of the case's number, so that no slip of a finger cancels it, and for the reason.
func NewCancel(env *page.Env, no string, then func(reason string) tea.Cmd) *Ask {
	var why []flow.Choice
	for _, p := range text.CancelReasons {
		why = append(why, flow.Choice{Key: p.Key, Value: p.Text.ZH, Label: p.Text})
	}
	end := no[max(0, len(no)-4):]
	fs := []flow.Field{
		{Name: "why", Label: text.CancelWhy, Type: flow.FieldChoice, Required: true, Choices: why},
		{Name: "no", Label: text.CancelType, Type: flow.FieldDigits, Required: true, Fixed: 4, Max: 4, Hint: service.T(" ", " "), Check: func(v string) (string, error) {
			if v != end {
				return "", service.E(service.InputInvalid, "over.Cancel", service.Args{"reason": env.In(text.CancelWrong)}, nil)
			}
			return v, nil
		}},
	}
	return NewAsk(env, env.In(text.CancelTitle)+" "+no, env.In(text.CancelNote), fs, func(v map[string]string) tea.Cmd { return then(v["why"]) })
}

// NewReason asks for a reason in words.
func NewReason(env *page.Env, title string, then func(reason string) tea.Cmd) *Ask {
	fs := []flow.Field{{Name: "reason", Label: text.Reason, Required: true, Max: 60, Hint: text.ReasonNote}}
	return NewAsk(env, title, "", fs, func(v map[string]string) tea.Cmd { return then(v["reason"]) })
}

// Confirm asks yes or no.
type Confirm struct {
	base
	title, note string
	yes         func() tea.Cmd
}

// NewConfirm asks before yes is done.
func NewConfirm(env *page.Env, title, note string, yes func() tea.Cmd) *Confirm {
	return &Confirm{base: newBase(env), title: title, note: note, yes: yes}
}

// Key takes Enter or F10 for yes, Esc or F3 for no.
func (o *Confirm) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Enter, keys.Submit:
		o.env.Shell.Drop(o)
		return o.yes()
	case keys.Escape, keys.Back:
		o.env.Shell.Drop(o)
	}
	return nil
}

// Bindings of the question.
func (o *Confirm) Bindings() []keys.Binding {
	return []keys.Binding{{Act: keys.Enter, Label: text.KeyOK}, {Act: keys.Submit, Label: text.KeyOK, Quiet: true},
		{Act: keys.Back, Label: text.KeyClose, Quiet: true}, {Act: keys.Escape, Label: text.KeyClose}}
}

// Draw writes the question.
func (o *Confirm) Draw(a look.Area) {
	const w = 56
	in := box(a, o.title, w, len(look.Wrap(o.note, w-8))+4)
	in.Wrap(0, 0, in.W, look.Normal, o.note)
}

// List shows the values of a field to choose from; typing narrows it.
type List struct {
	base
	title string
	all   []flow.Choice
	menu  *part.Menu
	query part.Field
	then  func(value string) tea.Cmd
}

// NewList builds a list of values.
func NewList(env *page.Env, title string, all []flow.Choice, then func(string) tea.Cmd) *List {
	o := &List{base: newBase(env), title: title, all: all, then: then}
	o.narrow()
	return o
}

// Key moves, narrows and chooses.
func (o *List) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Escape, keys.Back:
		o.env.Shell.Drop(o)
		return nil
	case keys.Enter, keys.Submit:
		return o.take()
	}
	if ev.Act != keys.Text || ev.Text >= "0" && ev.Text <= "9" {
		if used, hit := o.menu.Key(ev); hit {
			return o.take()
		} else if used {
			return nil
		}
	}
	if _, changed := o.query.Key(ev); changed {
		o.narrow()
	}
	return nil
}

func (o *List) take() tea.Cmd {
	c, ok := o.menu.Selected()
	if !ok {
		return nil
	}
	o.env.Shell.Drop(o)
	return o.then(c.Value)
}

func (o *List) narrow() {
	q := strings.ToLower(o.query.Value())
	var left []flow.Choice
	for _, c := range o.all {
		if strings.Contains(strings.ToLower(o.env.In(c.Label)+c.Value), q) {
			left = append(left, c)
		}
	}
	o.menu = part.NewMenu(left, false, o.env.Lang)
	o.menu.Bare = true
}

// Typing is true: letters narrow the list.
func (o *List) Typing() bool { return true }

// Bindings of the list.
func (o *List) Bindings() []keys.Binding {
	return []keys.Binding{{Act: keys.Up, Name: "↑↓", Label: text.KeyMove}, {Act: keys.Enter, Label: text.KeyOK}, {Act: keys.Text, Name: "a–z", Label: text.HelpFilter},
		{Act: keys.Submit, Label: text.KeyOK, Quiet: true}, {Act: keys.Back, Label: text.KeyClose, Quiet: true}, {Act: keys.Escape, Label: text.KeyClose}}
}

// Draw writes the list.
func (o *List) Draw(a look.Area) {
	in := box(a, o.title, 56, min(len(o.all), 12)+6)
	o.query.Draw(in, 0, 0, in.W, true, o.env.In(text.HelpFilter))
	o.menu.Draw(in.In(0, 2, in.W, in.H-2), true)
}
