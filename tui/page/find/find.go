// Package find is the page where cases are looked up.
package find

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/detail"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// scope is a group of statuses that the list can be narrowed to.
type scope struct {
	title service.Text
	of    []service.Status
}

func scopes() []scope {
	return []scope{
		{title: text.ScopeAll},
		{title: text.ScopeOpen, of: []service.Status{service.Draft, service.Accepted, service.Unpaid, service.Review, service.Approved, service.Making,
			service.Produced, service.Rejected, service.Unfinished, service.Failed}},
		{title: service.Review.Title(), of: []service.Status{service.Review}},
		{title: service.Approved.Title(), of: []service.Status{service.Approved, service.Making}},
		{title: service.Produced.Title(), of: []service.Status{service.Produced}},
		{title: service.Failed.Title(), of: []service.Status{service.Failed, service.Unfinished}},
	}
}

// Page is the search page.
type Page struct {
	env    *page.Env
	addr   page.Address
	query  part.Field
	asked  string
	scope  int
	list   part.Cases
	loaded bool
}

// New builds the page; it begins with the latest cases.
func New(env *page.Env) *Page {
	return &Page{env: env, addr: env.Address(), list: part.Cases{Lang: env.Lang}}
}

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Head is the page's name.
func (p *Page) Head() page.Head { return page.Head{Title: "6002 " + p.env.In(text.ActCases)} }

// Open searches again.
func (p *Page) Open() tea.Cmd {
	p.asked = p.query.Value()
	who, files := p.env.Who, p.env.Files
	q := service.CaseQuery{Text: p.asked, Statuses: scopes()[p.scope].of}
	return p.env.Ask(&p.addr, false, func(ctx context.Context) any {
		rows, err := files.Find(ctx, who, q)
		if err != nil {
			return err
		}
		return rows
	})
}

// Leave keeps nothing.
func (p *Page) Leave() tea.Cmd { return nil }

// Help of the page.
func (p *Page) Help() string { return p.env.In(text.FindHelp) }

// Typing is true: the search field has the focus.
func (p *Page) Typing() bool { return true }

// Bindings of the page.
func (p *Page) Bindings() []keys.Binding {
	enter := keys.Binding{Act: keys.Enter, Label: text.KeyDetail}
	if p.query.Value() != p.asked {
		enter.Label = text.KeyFind
	}
	return []keys.Binding{
		enter, {Act: keys.Submit, Label: text.KeyFind, Quiet: true}, {Act: keys.Up, Name: "↑↓", Label: text.KeyChoose}, {Act: keys.Tab, Label: text.KeyFilter},
		{Act: keys.Refresh, Label: text.KeyRefresh}, {Act: keys.Back, Label: text.KeyBack},
	}
}

// Key types, searches, moves and opens.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Back, keys.Escape:
		return p.env.Shell.Back()
	case keys.Refresh, keys.Submit:
		return p.Open()
	case keys.Tab:
		p.scope = (p.scope + 1) % len(scopes())
		return p.Open()
	case keys.BackTab:
		p.scope = (p.scope + len(scopes()) - 1) % len(scopes())
		return p.Open()
	case keys.Enter:
		return p.enter()
	}
	if !p.list.Key(ev) {
		p.query.Key(ev)
	}
	return nil
}

func (p *Page) enter() tea.Cmd {
	if p.query.Value() != p.asked {
		return p.Open()
	}
	if c, ok := p.list.Selected(); ok {
		return p.env.Shell.Go(detail.New(p.env, c.No))
	}
	return nil
}

// Result takes the rows.
func (p *Page) Result(msg any) tea.Cmd {
	switch msg := msg.(type) {
	case []service.CaseSummary:
		p.loaded = true
		p.list.Set(msg)
	case error:
		return p.env.Shell.Fault(page.Fault{Err: msg})
	}
	return nil
}

// Draw writes the search field, the scopes and the list.
func (p *Page) Draw(a look.Area) {
	x := a.Text(2, 0, look.Dim, p.env.In(text.FindLabel)) + 2
	p.query.Draw(a, x, 0, 34, true, p.env.In(text.FindHint))
	if p.loaded {
		a.Right(a.W-2, 0, look.Dim, fmt.Sprintf(p.env.In(text.FindCount), len(p.list.Rows)))
	}
	x = 2
	for i, s := range scopes() {
		label, st := " "+p.env.In(s.title)+" ", look.Dim
		if i == p.scope {
			label, st = "["+p.env.In(s.title)+"]", look.Accent
		}
		x = a.Text(x, 2, st, label) + 1
	}
	p.list.Draw(a.In(0, 4, a.W, a.H-4), p.loaded, false)
}
