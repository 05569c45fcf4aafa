package over

import (
	"context"
	"sort"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Drawer is the drawer of soft UKeys: it plugs one in, pulls one out, or takes a blank one.
type Drawer struct {
	base
	menu *part.Menu
	err  error
}

// newToken is the choice that takes a blank one.
const newToken = "new"

// OpenDrawer lays the drawer over the screen and looks into it. Nil where tokens are devices that a hand plugs in.
func OpenDrawer(env *page.Env) tea.Cmd {
	if env.Drawer == nil {
		return nil
	}
	o := &Drawer{base: newBase(env), menu: part.NewMenu(nil, false, env.Lang)}
	push := env.Shell.Push(o)
	return tea.Batch(push, env.Ask(&o.addr, false, func(context.Context) any { return inside(env) }))
}

type drawerSeen struct {
	serials []string
	err     error
}

type drawerDone struct{ err error }

func inside(env *page.Env) drawerSeen {
	s, err := env.Drawer.Serials()
	sort.Strings(s)
	return drawerSeen{serials: s, err: err}
}

// Result takes what lies in the drawer, or what came of the choice.
func (o *Drawer) Result(msg any) tea.Cmd {
	switch msg := msg.(type) {
	case drawerSeen:
		o.err = msg.err
		o.menu = part.NewMenu(o.choices(msg.serials), false, o.env.Lang)
	case drawerDone:
		o.addr.Done()
		o.env.Shell.Drop(o)
		if msg.err != nil {
			return o.env.Shell.Fault(page.Fault{Err: msg.err})
		}
	}
	return nil
}

// choices are the soft UKeys: those that are in come first, to be pulled out.
func (o *Drawer) choices(serials []string) []flow.Choice {
	in := map[string]bool{}
	for _, t := range o.env.Shell.Tokens() {
		in[t.Serial] = true
	}
	sort.SliceStable(serials, func(i, j int) bool { return in[serials[i]] && !in[serials[j]] })
	out := []flow.Choice{{Key: "0", Value: newToken, Label: text.DrawerNew}}
	for i, s := range serials {
		c := flow.Choice{Key: strconv.Itoa(i + 1), Value: s, Label: service.T("插入 "+s, "plug in "+s)}
		if in[s] {
			c.Label, c.Note = service.T("拔出 "+s, "pull out "+s), text.DrawerIn
			c.Tick = true
		}
		out = append(out, c)
	}
	return out
}

// Key chooses.
func (o *Drawer) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Escape, keys.Back:
		o.env.Shell.Drop(o)
		return nil
	case keys.Enter, keys.Submit:
		return o.take()
	}
	if _, hit := o.menu.Key(ev); hit {
		return o.take()
	}
	return nil
}

func (o *Drawer) take() tea.Cmd {
	c, ok := o.menu.Selected()
	if !ok || o.addr.Busy() {
		return nil
	}
	d, pull := o.env.Drawer, c.Tick
	return o.env.Ask(&o.addr, true, func(context.Context) any { return drawerDone{err: plug(d, c.Value, pull)} })
}

func plug(d page.Drawer, serial string, pull bool) (err error) {
	if pull {
		return d.Remove(serial)
	}
	if serial == newToken {
		if serial, err = d.NewSerial(); err != nil {
			return err
		}
		if err = d.Create(serial); err != nil {
			return err
		}
	}
	return d.Insert(serial)
}

// Bindings of the drawer.
func (o *Drawer) Bindings() []keys.Binding {
	return []keys.Binding{{Act: keys.Up, Name: "↑↓", Label: text.KeyMove}, {Act: keys.Enter, Label: text.KeyOK}, {Act: keys.Submit, Label: text.KeyOK, Quiet: true},
		{Act: keys.Back, Label: text.KeyClose, Quiet: true}, {Act: keys.Escape, Label: text.KeyClose}}
}

// Draw writes the drawer.
func (o *Drawer) Draw(a look.Area) {
	in := box(a, o.env.In(text.DrawerTitle), 52, min(len(o.menu.Items), 12)+4)
	if o.err != nil {
		in.Wrap(0, 0, in.W, look.Bad, text.Explain(o.err, o.env.Lang).Title)
		return
	}
	o.menu.Draw(in, true)
}
