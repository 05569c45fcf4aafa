// Package home is the page a clerk comes back to: the transaction code, what waits, and today's figures.
package home

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/over"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Page is the home page.
type Page struct {
	env     *page.Env
	addr    page.Address
	code    part.Field
	entries []page.Entry
	menu    *part.Menu
	figures flow.Home
	known   bool
}

// New builds the page for who is signed in.
func New(env *page.Env) *Page {
	p := &Page{env: env, addr: env.Address(), code: part.Field{Max: 20}}
	p.narrow()
	return p
}

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Head is empty: the page begins at line 2.
func (p *Page) Head() page.Head { return page.Head{} }

// Open reads the figures afresh.
func (p *Page) Open() tea.Cmd {
	p.code.Wipe()
	p.narrow()
	who, files := p.env.Who, p.env.Files
	return p.env.Ask(&p.addr, false, func(ctx context.Context) any {
		h, err := files.Home(ctx, who)
		if err != nil {
			return err
		}
		return h
	})
}

// Leave keeps nothing.
func (p *Page) Leave() tea.Cmd { return nil }

// Help of the page.
func (p *Page) Help() string { return p.env.In(text.HomeHelp) }

// Typing is false: no transaction code holds ? / : or =, so these remain commands.
func (p *Page) Typing() bool { return false }

// Bindings of the page.
func (p *Page) Bindings() []keys.Binding {
	return []keys.Binding{
		{Act: keys.Up, Name: "↑↓", Label: text.KeyChoose}, {Act: keys.Enter, Label: text.KeyEnter}, {Act: keys.Submit, Label: text.KeyEnter, Quiet: true},
		{Act: keys.Text, Name: "/", Label: text.KeySearch}, {Act: keys.Refresh, Label: text.KeyRefresh, Quiet: true}, {Act: keys.Back, Label: text.KeyQuit},
	}
}

// Key types the code, moves in the list and opens.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Enter, keys.Submit:
		return p.open()
	case keys.Refresh:
		return p.Open()
	case keys.Back:
		return p.env.Shell.Push(over.NewConfirm(p.env, p.env.In(text.KeyQuit), p.env.In(text.HomeQuit), p.env.Shell.SignOut))
	case keys.Escape:
		ev.Act = keys.Clear
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		p.menu.Key(ev)
		return nil
	}
	if _, changed := p.code.Key(ev); changed {
		p.narrow()
	}
	return nil
}

func (p *Page) narrow() {
	p.entries = page.Narrow(p.env.Entries(), p.code.Value())
	var cs []flow.Choice
	for _, e := range p.entries {
		cs = append(cs, flow.Choice{Key: e.Code, Value: e.Code, Label: e.Title, Note: e.Off})
	}
	p.menu = part.NewMenu(cs, false, p.env.Lang)
	p.menu.Bare = true
}

func (p *Page) open() tea.Cmd {
	i := p.menu.At()
	if i < 0 {
		return nil
	}
	if e := p.entries[i]; e.Off.Zero() {
		return e.Open()
	}
	p.env.Shell.Toast(p.env.In(p.entries[i].Off), false)
	return nil
}

// Figures takes figures that were read for the status line too.
func (p *Page) Figures(h flow.Home) { p.figures, p.known = h, true }

// Result takes the figures.
func (p *Page) Result(msg any) tea.Cmd {
	switch msg := msg.(type) {
	case flow.Home:
		p.figures, p.known = msg, true
	case error:
		return p.env.Shell.Fault(page.Fault{Err: msg})
	}
	return nil
}

// Draw writes the list at the left and the figures at the right.
func (p *Page) Draw(a look.Area) {
	left := 40
	if a.W >= 110 {
		left = 64
	}
	p.business(a.In(1, 0, left, min(a.H, max(13, len(p.entries)+4))))
	right := a.In(left+1, 0, a.W-left-2, a.H)
	p.todo(right.In(0, 0, right.W, 8))
	p.today(right.In(0, 8, right.W, 5))
}

func (p *Page) business(a look.Area) {
	in := a.Box(p.env.In(text.HomeBusiness))
	x := in.Text(1, 0, look.Dim, p.env.In(text.HomeCode)) + 1
	p.code.Draw(in, x, 0, 16, true, "")
	p.menu.Draw(in.In(0, 2, in.W, in.H-2), true)
	if len(p.entries) == 0 {
		in.Text(2, 2, look.Dim, p.env.In(text.HomeNone))
	}
}

// todo are the queues with the code that opens each.
func (p *Page) todo(a look.Area) {
	in := a.Box(p.env.In(text.HomeTodo)).Inset(1, 0)
	n := func(ss ...service.Status) int {
		sum := 0
		for _, s := range ss {
			sum += p.figures.Counts[s]
		}
		return sum
	}
	p.count(in, 0, service.Review.Title(), n(service.Review), "4001")
	p.count(in, 1, service.Approved.Title(), n(service.Approved, service.Making, service.Unfinished), "5001")
	p.count(in, 2, service.Produced.Title(), n(service.Produced), "5002")
	p.count(in, 3, service.Rejected.Title(), n(service.Rejected), "6002")
	p.count(in, 4, service.Failed.Title(), n(service.Failed), "6002")
	p.count(in, 5, service.Draft.Title(), n(service.Draft, service.Accepted, service.Unpaid), "6002")
}

func (p *Page) count(a look.Area, y int, title service.Text, n int, code string) {
	st := look.Dim
	if n > 0 {
		st = look.Normal
		a.Text(a.W-7, y, look.Key, "▸ "+code)
	}
	a.Clip(0, y, a.W-14, st, p.env.In(title))
	if st = look.Strong; n == 0 {
		st = look.Dim
	}
	if p.known {
		a.Right(a.W-10, y, st, fmt.Sprint(n))
	}
}

// today are the day's sums, and its cases by the hour.
func (p *Page) today(a look.Area) {
	in := a.Box(p.env.In(text.HomeToday)).Inset(1, 0)
	f := p.figures
	x := in.Text(0, 0, look.Normal, fmt.Sprintf(p.env.In(text.HomeCases), f.Cases)) + 2
	in.Text(x, 0, look.Normal, fmt.Sprintf(p.env.In(text.HomeIssued), f.Issued))
	in.Text(0, 1, look.Normal, fmt.Sprintf(p.env.In(text.HomeTaken), f.Taken))
	first, last := hours(f.Hours)
	x = in.Text(0, 2, look.Dim, fmt.Sprintf("%02d ", first))
	x = in.Text(x, 2, look.Accent, part.Spark(f.Hours[first:last+1]))
	in.Text(x, 2, look.Dim, fmt.Sprintf(" %02d", last))
}

// hours is the opening time, stretched by cases outside it.
func hours(counts [24]int) (first, last int) {
	first, last = 8, 17
	for h, n := range counts {
		if n > 0 {
			first, last = min(first, h), max(last, h)
		}
	}
	return first, last
}
