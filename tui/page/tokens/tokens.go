// Package tokens is the page that looks at inserted tokens: PINs, space, certificates. It asks for no PIN and changes nothing.
package tokens

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/over"
	"certdesk/tui/text"
)

// Page is the token page.
type Page struct {
	env   *page.Env
	addr  page.Address
	at    int
	asked string // serial that was asked for
	view  flow.TokenView
	err   error
	raw   bool // for support: everything as the token says it
}

// New builds the page.
func New(env *page.Env) *Page { return &Page{env: env, addr: env.Address()} }

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Head is the page's name.
func (p *Page) Head() page.Head { return page.Head{Title: "2003 " + p.env.In(text.ActDiagnose)} }

// Open reads the selected token.
func (p *Page) Open() tea.Cmd {
	list := p.env.Shell.Tokens()
	if len(list) == 0 {
		return nil
	}
	p.at = min(p.at, len(list)-1)
	p.asked, p.view, p.err = list[p.at].Serial, flow.TokenView{}, nil
	tokens, serial := p.env.Tokens, p.asked
	return p.env.Ask(&p.addr, false, func(ctx context.Context) any {
		v, err := tokens.Inspect(ctx, serial)
		if err != nil {
			return err
		}
		return v
	})
}

// Leave keeps nothing.
func (p *Page) Leave() tea.Cmd { return nil }

// Help of the page.
func (p *Page) Help() string { return p.env.In(text.TokensHelp) }

// Typing is false.
func (p *Page) Typing() bool { return false }

// Bindings of the page.
func (p *Page) Bindings() []keys.Binding {
	bs := []keys.Binding{
		{Act: keys.Up, Name: "↑↓", Label: text.KeyChoose}, {Act: keys.Enter, Label: text.KeyToken}, {Act: keys.Refresh, Label: text.KeyRefresh, Quiet: true},
		{Act: keys.Submit, Label: text.TokenRaw}, p.ownBinding(), {Act: keys.Back, Label: text.KeyBack},
	}
	if p.env.Drawer != nil {
		bs = append(bs, keys.Binding{Act: keys.List, Label: text.DrawerTitle})
	}
	return bs
}

// Key chooses a token and reads it.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	n := len(p.env.Shell.Tokens())
	switch ev.Act {
	case keys.Back, keys.Escape:
		return p.env.Shell.Back()
	case keys.List:
		return over.OpenDrawer(p.env)
	case keys.Enter, keys.Refresh:
		return p.Open()
	case keys.Submit:
		p.raw = !p.raw
	case keys.Override:
		return p.own()
	case keys.Up:
		p.at = max(0, p.at-1)
		return p.Open()
	case keys.Down:
		p.at = max(0, min(n-1, p.at+1))
		return p.Open()
	case keys.Text:
		if d, err := strconv.Atoi(ev.Text); err == nil && d > 0 && d <= n {
			p.at = d - 1
			return p.Open()
		}
	}
	return nil
}

// Result takes what is on the token.
func (p *Page) Result(msg any) tea.Cmd {
	switch msg := msg.(type) {
	case flow.TokenView:
		p.view = msg
	case booked:
		p.addr.Done()
		if msg.err != nil {
			return p.env.Shell.Fault(page.Fault{Err: msg.err})
		}
	case error:
		p.err = msg
	}
	return nil
}

// Inserted reads a token again where the list of tokens changed under the page.
func (p *Page) Inserted() tea.Cmd { return p.Open() }

// Draw writes the list of tokens, and what is on the selected one.
func (p *Page) Draw(a look.Area) {
	list := p.env.Shell.Tokens()
	if len(list) == 0 {
		a.Text(2, 0, look.Dim, "○")
		a.Text(4, 0, look.Strong, p.env.In(text.TokensNone))
		a.Cursor(2, 0)
		return
	}
	for i, t := range list {
		st := look.Normal
		if i == p.at {
			st = look.Accent
			a.Text(2, i, st, "▸")
			a.Cursor(2, i)
		}
		a.Text(4, i, look.Key, strconv.Itoa(i+1))
		a.Clip(7, i, 22, st, t.Serial)
		a.Clip(31, i, a.W-33, look.Dim, p.says(t))
	}
	y := len(list)
	a.Rule(2, y, a.W-4)
	p.inside(a.In(2, y+1, a.W-4, a.H-y-1))
}

func (p *Page) inside(a look.Area) {
	switch {
	case p.err != nil:
		e := text.Explain(p.err, p.env.Lang)
		a.Text(0, 0, look.Bad, "✗")
		y := a.Wrap(2, 0, a.W-2, look.Bad, e.Title)
		a.Wrap(2, y, a.W-2, look.Normal, e.Cause+" "+e.Next)
	case p.view.Info.Serial == "":
		a.Text(0, 0, look.Dim, p.env.In(text.Loading))
	case p.raw:
		p.rawFacts(a)
	default:
		p.history(a, p.certificates(a, p.facts(a)))
	}
}

func (p *Page) facts(a look.Area) int {
	in, i := p.env.In, p.view.Info
	rows := []struct {
		label service.Text
		value string
		st    look.Style
	}{
		{text.TokenLabel, i.Label, look.Normal}, {text.TokenSpace, p.space(), look.Normal},
		{text.TokenUser, p.pin(i.User), pinStyle(i.User)}, {text.TokenSO, p.pin(i.SO), pinStyle(i.SO)}, {text.TokenCase, p.lastCase(), look.Normal},
	}
	y := 0
	for _, r := range rows {
		if r.value == "" {
			continue
		}
		a.Clip(2, y, 12, look.Dim, in(r.label))
		a.Clip(16, y, a.W-16, r.st, r.value)
		y++
	}
	return y + 1
}

// lastCase is shown where the list of cases does not say it.
func (p *Page) lastCase() string {
	if len(p.view.History) > 0 {
		return ""
	}
	return p.view.Case
}

func (p *Page) space() string {
	i := p.view.Info
	if i.Free < 0 || i.Total <= 0 {
		return ""
	}
	return fmt.Sprintf(p.env.In(text.TokenSpaceOf), kb(i.Free), kb(i.Total))
}

func kb(n int64) string { return strconv.FormatInt(n/1024, 10) + " KB" }

func (p *Page) pin(s service.PINState) string {
	in := p.env.In
	switch {
	case s.Locked:
		return "✗ " + in(text.TokenLocked)
	case !s.Set:
		return in(text.TokenUnset)
	case s.Default:
		return "! " + in(text.TokenDefault)
	case !s.Known:
		return in(text.TokenUnknown)
	}
	return fmt.Sprintf(in(text.TokenLeft), s.Left, s.Max)
}

func pinStyle(s service.PINState) look.Style {
	switch {
	case s.Locked:
		return look.Bad
	case s.Default || s.Known && s.Left < s.Max:
		return look.Warn
	}
	return look.Normal
}

func (p *Page) certificates(a look.Area, y int) int {
	n := 0
	for _, c := range p.view.Containers {
		for _, cert := range c.Certificates {
			y = p.certificate(a, y, cert)
			n++
		}
	}
	if n == 0 {
		a.Text(2, y, look.Dim, p.env.In(text.TokenNoCerts))
		y++
	}
	return y
}

func (p *Page) certificate(a look.Area, y int, c flow.CertView) int {
	in := p.env.In
	sign, st := "✓", look.Good
	if c.Status != service.CertValid {
		sign, st = "✗", look.Bad
	}
	a.Text(0, y, st, sign)
	x := a.Text(2, y, look.Strong, in(usage(c.Usage))) + 2
	x = a.Clip(x, y, 40, look.Normal, c.Serial) + 2
	a.Text(x, y, st, in(c.Status.Title()))
	days := fmt.Sprintf(in(text.TokenDays), c.DaysLeft)
	if c.DaysLeft < 0 {
		days = fmt.Sprintf(in(text.TokenOver), -c.DaysLeft)
	}
	if c.Known {
		days = in(text.TokenKnown) + "  " + days
	}
	a.Right(a.W, y, look.Dim, days)
	a.Clip(2, y+1, a.W-2, look.Dim, c.Subject)
	return y + 2
}

func usage(u service.KeyUsage) service.Text {
	switch u {
	case service.UsageSign:
		return text.UsageSign
	case service.UsageEncrypt:
		return text.UsageEncrypt
	}
	return text.UsageBoth
}
