// Package queue is the page of cases that wait for one post: review, making, hand-over.
package queue

import (
	"context"
	"fmt"
	"sort"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/desk"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Page is a queue.
type Page struct {
	env    *page.Env
	addr   page.Address
	title  service.Text
	of     []service.Status
	list   part.Cases
	loaded bool
}

// New builds the queue of some statuses.
func New(env *page.Env, title service.Text, of []service.Status) *Page {
	return &Page{env: env, addr: env.Address(), title: title, of: of, list: part.Cases{Lang: env.Lang}}
}

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Head is the queue's name.
func (p *Page) Head() page.Head {
	h := page.Head{Title: p.env.In(p.title)}
	if p.loaded {
		h.No = fmt.Sprintf(p.env.In(text.FindCount), len(p.list.Rows))
	}
	return h
}

// Open reads the queue.
func (p *Page) Open() tea.Cmd {
	who, files, of := p.env.Who, p.env.Files, p.of
	return p.env.Ask(&p.addr, false, func(ctx context.Context) any {
		rows, err := files.Find(ctx, who, service.CaseQuery{Statuses: of})
		if err != nil {
			return err
		}
		sort.SliceStable(rows, func(i, k int) bool { return rows[i].Updated.Before(rows[k].Updated) })
		return rows
	})
}

// Leave keeps nothing.
func (p *Page) Leave() tea.Cmd { return nil }

// Help of the page.
func (p *Page) Help() string { return p.env.In(text.QueueHelp) }

// Typing is false.
func (p *Page) Typing() bool { return false }

// Bindings of the page.
func (p *Page) Bindings() []keys.Binding {
	return []keys.Binding{
		{Act: keys.Up, Name: "↑↓", Label: text.KeyChoose}, {Act: keys.Enter, Label: text.KeyOpen}, {Act: keys.Submit, Label: text.KeyOpen, Quiet: true},
		{Act: keys.Refresh, Label: text.KeyRefresh}, {Act: keys.Text, Name: "/", Label: text.KeySearch}, {Act: keys.Back, Label: text.KeyBack},
	}
}

// Key moves and opens.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Back, keys.Escape:
		return p.env.Shell.Back()
	case keys.Refresh:
		return p.Open()
	case keys.Enter, keys.Submit:
		if c, ok := p.list.Selected(); ok {
			return p.env.Shell.Go(desk.New(p.env, c.No))
		}
	}
	p.list.Key(ev)
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

// Draw writes the queue.
func (p *Page) Draw(a look.Area) {
	p.list.Draw(a, p.loaded, true)
}
