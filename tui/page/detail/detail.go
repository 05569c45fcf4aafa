// Package detail is the page of one case whole: what was entered, who did what, money, certificates, papers and history.
package detail

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/desk"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Page shows a case.
type Page struct {
	env    *page.Env
	addr   page.Address
	no     string
	detail flow.Detail
	loaded bool
	top    int
	rows   int
	seen   int
}

// New builds the page of a case.
func New(env *page.Env, no string) *Page { return &Page{env: env, addr: env.Address(), no: no} }

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Head is business, case and customer.
func (p *Page) Head() page.Head {
	return page.Head{Title: p.env.In(p.detail.Title) + " ", No: p.no, Customer: p.detail.Customer.Name}
}

// Open reads the case.
func (p *Page) Open() tea.Cmd {
	who, files, no := p.env.Who, p.env.Files, p.no
	return p.env.Ask(&p.addr, false, func(ctx context.Context) any {
		d, err := files.Detail(ctx, who, no)
		if err != nil {
			return err
		}
		return d
	})
}

// Leave keeps nothing.
func (p *Page) Leave() tea.Cmd { return nil }

// Help of the page.
func (p *Page) Help() string { return p.env.In(text.DetailHelp) }

// Typing is false.
func (p *Page) Typing() bool { return false }

func (p *Page) open() bool { return p.loaded && !p.detail.Case.Status.Closed() }

// Bindings of the page.
func (p *Page) Bindings() []keys.Binding {
	bs := []keys.Binding{}
	if p.open() {
		bs = append(bs, keys.Binding{Act: keys.Enter, Label: text.KeyOpen}, keys.Binding{Act: keys.Submit, Label: text.KeyOpen, Quiet: true})
	}
	return append(bs, keys.Binding{Act: keys.Up, Name: "↑↓", Label: text.KeyRead}, keys.Binding{Act: keys.Refresh, Label: text.KeyRefresh},
		keys.Binding{Act: keys.Back, Label: text.KeyBack})
}

// Key reads on, or goes on with the case.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Back, keys.Escape:
		return p.env.Shell.Back()
	case keys.Refresh:
		return p.Open()
	case keys.Enter, keys.Submit:
		if p.open() {
			return p.env.Shell.Go(desk.New(p.env, p.no))
		}
	case keys.Up:
		p.top--
	case keys.Down:
		p.top++
	case keys.PageUp:
		p.top -= p.seen - 1
	case keys.PageDown:
		p.top += p.seen - 1
	}
	p.top = max(0, min(p.top, p.rows-p.seen))
	return nil
}

// Result takes the case.
func (p *Page) Result(msg any) tea.Cmd {
	switch msg := msg.(type) {
	case flow.Detail:
		p.detail, p.loaded = msg, true
	case error:
		back := p.env.Shell.Back()
		return tea.Batch(back, p.env.Shell.Fault(page.Fault{Err: msg}))
	}
	return nil
}

// Draw writes the sections: under each other, or in two columns where there is room.
func (p *Page) Draw(a look.Area) {
	if !p.loaded {
		a.Text(2, 0, look.Dim, p.env.In(text.Loading))
		return
	}
	p.seen = a.H
	left, right := p.sections()
	s := a.Scrolled(p.top)
	if a.W >= 110 {
		w := a.W/2 - 3
		p.rows = max(column(s.In(2, 0, w, 500), left), column(s.In(w+4, 0, w, 500), right))
	} else {
		p.rows = column(s.In(2, 0, a.W-5, 500), append(left, right...))
	}
	p.top = max(0, min(p.top, p.rows-p.seen))
	part.Marks(a, p.top, p.rows)
	a.Cursor(0, 0)
}

// column writes sections under each other and returns their height.
func column(a look.Area, ss []section) int {
	y := 0
	for _, s := range ss {
		if len(s.rows) == 0 {
			continue
		}
		a.Clip(0, y, a.W, look.Heading, s.title)
		y++
		for _, r := range s.rows {
			y = line(a, y, r)
		}
		y++
	}
	return y - 1
}

func line(a look.Area, y int, r row) int {
	a.Clip(2, y, 14, look.Dim, r.label)
	room := a.W - 17
	if r.right != "" {
		at := a.Right(a.W, y, look.Dim, r.right)
		room = at - 19
	}
	return a.Wrap(18, y, room, look.Normal, r.value)
}
