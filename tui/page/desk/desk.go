// Package desk is the page that takes a case from its first question to its end. It knows no business: it renders the closed set of
// prompts that flow asks with, and the machine steps between them.
package desk

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// view asks one prompt.
type view interface {
	// key takes a key; submit is true where it means that the answer is complete.
	key(k press) (submit bool)
	// rows is the height it would like in w columns.
	rows(w int) int
	draw(d drawing)
	typing() bool
	// answer fills in the answer; false where something must be put right first.
	answer(a *flow.Answer) bool
	// fail shows an error at the field it names; false where it names none of them.
	fail(field string, err error) bool
}

// gate lets one act on the case run at a time, and knows the version that the screen was built from.
type gate struct {
	mu      sync.Mutex
	version int64
}

// Page is the case page.
type Page struct {
	env       *page.Env
	addr      page.Address
	kind      service.Kind // to be opened
	no        string
	screen    flow.Screen
	loaded    bool
	steady    bool // the screen is the one that keys were typed ahead for
	view      view
	as        *service.Actor // who does the open step instead of who is signed in
	overrides map[string]flow.Override
	work      *working
	gate      *gate
	changes   int  // counts edits, for the pause after which a draft is kept
	aside     bool // the context is shown in place of the prompt
	wide      bool // the screen has room for the context beside it
	doing     service.Text
}

// Begin is the page of a case that is still to be opened.
func Begin(env *page.Env, kind service.Kind) *Page {
	p := newPage(env)
	p.kind = kind
	return p
}

// New is the page of an open case.
func New(env *page.Env, no string) *Page {
	p := newPage(env)
	p.no = no
	return p
}

func newPage(env *page.Env) *Page {
	return &Page{env: env, addr: env.Address(), gate: &gate{}, overrides: map[string]flow.Override{}}
}

// Address names the page.
func (p *Page) Address() *page.Address { return &p.addr }

// Help of the page: the business's own, then the page's.
func (p *Page) Help() string {
	own := ""
	for _, d := range p.env.Desk.Definitions() {
		if d.Kind == p.kind {
			own = p.env.In(d.Help) + "\n\n"
		}
	}
	return own + p.env.In(text.DeskHelp)
}

// Head is business, case, customer and stages.
func (p *Page) Head() page.Head {
	return page.Head{Title: p.title(), No: p.no, Customer: p.screen.Customer, Stepper: p.screen.Stepper}
}

func (p *Page) title() string {
	if p.loaded {
		return p.env.In(p.screen.Title)
	}
	return string(p.kind) + " "
}

func (p *Page) who() service.Actor {
	if p.as != nil {
		return *p.as
	}
	return p.env.Who
}

// shown is a screen that was read, or why it could not be.
type shown struct {
	no     string
	screen flow.Screen
	err    error // of the act
	read   error // of reading the screen after it
	acted  bool
}

// Open opens the case where it has no number yet, and reads where it stands.
func (p *Page) Open() tea.Cmd {
	desk, who, kind, no, g := p.env.Desk, p.who(), p.kind, p.no, p.gate
	p.doing = text.Loading
	if no == "" {
		p.doing = text.Opening
	}
	return p.env.Ask(&p.addr, true, func(ctx context.Context) any {
		g.mu.Lock()
		defer g.mu.Unlock()
		if no == "" {
			opened, err := desk.Begin(ctx, who, kind)
			if err != nil {
				return shown{read: err}
			}
			no = opened
		}
		return g.read(ctx, desk, who, no, shown{no: no})
	})
}

// read adds the screen to what an act came to. The caller holds the gate.
func (g *gate) read(ctx context.Context, desk page.Desk, who service.Actor, no string, s shown) shown {
	s.no = no
	s.screen, s.read = desk.Screen(ctx, who, no)
	if s.read == nil {
		g.version = s.screen.Version
	}
	return s
}

// act runs one act on the case and reads the screen after it. Keys wait meanwhile; a second act cannot be started.
func (p *Page) act(doing service.Text, fn func(ctx context.Context, who service.Actor, version int64) error) tea.Cmd {
	if p.addr.Busy() {
		return nil
	}
	p.doing = doing
	desk, who, main, no, g := p.env.Desk, p.who(), p.env.Who, p.no, p.gate
	return p.env.Ask(&p.addr, true, func(ctx context.Context) any {
		g.mu.Lock()
		defer g.mu.Unlock()
		err := fn(ctx, who, g.version)
		if err != nil {
			main = who
		}
		return g.read(ctx, desk, main, no, shown{err: err, acted: true})
	})
}

// Leave keeps what was typed as a draft. A second person's word ends with it: whoever comes back to the page is who is signed in.
func (p *Page) Leave() tea.Cmd {
	p.wipe()
	keep := p.draft()
	if p.as == nil {
		return keep
	}
	p.as, p.view = nil, nil
	return tea.Batch(keep, p.Open())
}

// autosave is how long after the last change a draft is kept, so that a power cut loses nothing typed.
const autosave = 2 * time.Second

type saveMsg int

func (p *Page) changed() tea.Cmd {
	p.changes++
	return p.env.Later(&p.addr, autosave, saveMsg(p.changes))
}

type drafted struct{ err error }

// draft keeps what stands in an open form.
func (p *Page) draft() tea.Cmd {
	keep, g := p.keep(), p.gate
	if keep == nil {
		return nil
	}
	return p.env.Aside(&p.addr, func(ctx context.Context) any {
		g.mu.Lock()
		defer g.mu.Unlock()
		return drafted{err: keep(ctx)}
	})
}

// keep gives what keeps an open form as a draft; nil where there is nothing to keep. Its caller holds the gate. Where nobody else
// changed the case meanwhile, the answer may be given under its new version.
func (p *Page) keep() func(ctx context.Context) error {
	f, ok := p.view.(*formView)
	if !ok || !f.form.Dirty() || p.addr.Busy() || p.screen.Need != "" {
		return nil
	}
	f.form.Saved()
	desk, who, no, g := p.env.Desk, p.who(), p.no, p.gate
	step, values := p.screen.Prompt.Step, f.form.Values()
	return func(ctx context.Context) error {
		if err := desk.Draft(ctx, who, no, step, values); err != nil {
			return err
		}
		s, err := desk.Screen(ctx, who, no)
		if err == nil && s.Version == g.version+1 {
			g.version = s.Version
		}
		return err
	}
}

// refresh reads the case anew, after what was typed is kept: the form that comes back shows it.
func (p *Page) refresh() tea.Cmd {
	keep := p.keep()
	if keep == nil {
		return p.Open()
	}
	p.doing = text.Loading
	desk, who, no, g := p.env.Desk, p.who(), p.no, p.gate
	return p.env.Ask(&p.addr, true, func(ctx context.Context) any {
		g.mu.Lock()
		defer g.mu.Unlock()
		err := keep(ctx)
		return g.read(ctx, desk, who, no, shown{err: err})
	})
}
