// Package signin is the page where a person signs in.
package signin

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/over"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// Page asks for a sign-in number and a password.
type Page struct {
	env    *page.Env
	addr   page.Address
	form   *part.Form
	notice string
}

// New builds the page. notice stands under the form, such as the sign-ins of a demo.
func New(env *page.Env, notice string) *Page {
	return &Page{env: env, addr: env.Address(), form: over.NewSignIn(env.Lang, false), notice: notice}
}

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Head is empty: there is no case.
func (p *Page) Head() page.Head { return page.Head{} }

// Open needs nothing.
func (p *Page) Open() tea.Cmd { return nil }

// Leave keeps nothing, and wipes a password that was not sent.
func (p *Page) Leave() tea.Cmd {
	p.form.Wipe()
	return nil
}

// Help of the page.
func (p *Page) Help() string { return p.env.In(text.SignInHelp) }

// Typing is true: a field has the focus.
func (p *Page) Typing() bool { return true }

// Bindings of the page.
func (p *Page) Bindings() []keys.Binding {
	return []keys.Binding{
		{Act: keys.Enter, Label: text.KeyNext}, {Act: keys.Submit, Label: text.SignIn}, {Act: keys.Back, Label: text.KeyQuit},
	}
}

// Key edits the form; Enter at the password and F10 sign in.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	switch {
	case ev.Act == keys.Back:
		return tea.Quit
	case ev.Act == keys.Submit || p.form.Key(ev) == part.Last:
		if p.form.Ready() {
			return over.SignIn(p.env, &p.addr, p.form.Values()["login"], p.form.Secret("password"))
		}
	}
	return nil
}

// Result takes the outcome. What is wrong stands at the password.
func (p *Page) Result(msg any) tea.Cmd {
	p.addr.Done()
	who, err, ok := over.SignedIn(msg)
	switch {
	case !ok:
		return nil
	case err != nil:
		p.form.Fail("password", err)
		return nil
	}
	p.env.Login = p.form.Values()["login"]
	return p.env.Shell.SignedIn(who)
}

// Draw writes the form in the middle, and the notice as a block under it.
func (p *Page) Draw(a look.Area) {
	const w, indent = 56, 4
	rows := p.form.Rows(w - 8 - indent)
	h := rows + 8
	notes, below := p.notes()
	top := max(0, (a.H-h-below)/2)
	in := a.In((a.W-w)/2, top, w, h).Box("certdesk").Inset(3, 1)
	in.Center(0, look.Heading, p.env.In(text.SignInNote))
	in.Center(1, look.Dim, p.env.Place())
	p.form.Draw(in.In(indent, 3, in.W-indent, rows), true)
	if p.addr.Busy() {
		in.Center(4+rows, look.Accent, "● "+p.env.In(text.SignInWait))
	}
	wide := 0
	for _, l := range notes {
		wide = max(wide, look.Width(l))
	}
	for i, l := range notes {
		a.Text(max(0, (a.W-wide)/2), top+h+1+i, look.Dim, l)
	}
}

// notes are the lines of the notice and the rows they take.
func (p *Page) notes() ([]string, int) {
	if p.notice == "" {
		return nil, 0
	}
	lines := strings.Split(strings.TrimRight(p.notice, "\n"), "\n")
	return lines, len(lines) + 1
}
