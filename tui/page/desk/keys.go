package desk

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/page"
	"certdesk/tui/page/over"
	"certdesk/tui/text"
)

// press is a key; ahead is true for one that was typed before the prompt came, which may fill in but not send.
type press struct {
	keys.Event
	ahead bool
}

// Key acts on a key.
func (p *Page) Key(ev keys.Event) tea.Cmd {
	switch ev.Act {
	case keys.Submit:
		return p.primary()
	case keys.Back:
		return p.back()
	case keys.Escape:
		return p.env.Shell.Back()
	case keys.Refresh:
		return p.refresh()
	case keys.Cancel:
		return p.env.Shell.Push(over.NewCancel(p.env, p.no, p.cancel))
	case keys.Override:
		return p.eight()
	case keys.List:
		return p.list()
	case keys.Repeat:
		return p.repeat()
	}
	return p.other(ev)
}

func (p *Page) other(ev keys.Event) tea.Cmd {
	if ev.Act == keys.Tab && !p.form() {
		p.aside = !p.aside
		return nil
	}
	if p.view == nil {
		if ev.Act == keys.Enter {
			return p.primary()
		}
		return nil
	}
	was := p.dirty()
	if p.view.key(press{Event: ev}) {
		return p.primary()
	}
	if p.dirty() && (ev.Act == keys.Text || ev.Act == keys.Paste || !was) {
		return p.changed()
	}
	return nil
}

func (p *Page) form() bool {
	_, ok := p.view.(*formView)
	return ok
}

func (p *Page) dirty() bool {
	f, ok := p.view.(*formView)
	return ok && f.form.Dirty()
}

// primary is what F10 does: start the work, leave a closed case, decide who does a step, or give the answer.
func (p *Page) primary() tea.Cmd {
	switch v := p.view.(type) {
	case nil:
		if p.screen.Closed {
			return p.env.Shell.Home()
		}
		return p.start()
	case *needView:
		return p.need(v)
	}
	return p.submit()
}

// back goes to the step before, after what was typed is kept, or leaves the case where it stands.
func (p *Page) back() tea.Cmd {
	if !p.screen.CanBack {
		return p.env.Shell.Back()
	}
	desk, no := p.env.Desk, p.no
	keep := p.keep()
	return p.act(text.Submitting, func(ctx context.Context, who service.Actor, _ int64) error {
		if keep != nil {
			if err := keep(ctx); err != nil {
				return err
			}
		}
		return desk.Back(ctx, who, no)
	})
}

func (p *Page) cancel(reason string) tea.Cmd {
	desk, no := p.env.Desk, p.no
	return p.act(text.Submitting, func(ctx context.Context, who service.Actor, _ int64) error {
		return desk.Cancel(ctx, who, no, reason)
	})
}

// eight is F8: the supervisor's word for a failing number, the other way out of a confirmation, or another token.
func (p *Page) eight() tea.Cmd {
	switch v := p.view.(type) {
	case *formView:
		return p.waive(v)
	case *confirmView:
		return p.refuse()
	}
	return p.replace()
}

func (p *Page) waive(v *formView) tea.Cmd {
	fd, _ := v.form.Failing()
	about := p.env.In(fd.Label) + " " + v.form.Values()[fd.Name] + "\n" + v.form.Word()
	return p.env.Shell.Push(over.NewAuth(p.env, p.env.In(text.Supervisor), service.MayOverride, false, true, func(who service.Actor, reason string) tea.Cmd {
		p.overrides[fd.Name] = flow.Override{By: who, Reason: reason}
		v.form.Waive(who.Name + p.env.In(text.Comma) + reason)
		return nil
	}).About(about))
}

func (p *Page) refuse() tea.Cmd {
	pr := p.screen.Prompt
	give := func(reason string) tea.Cmd { return p.give(flow.Answer{Step: pr.Step, Refused: true, Reason: reason}) }
	if pr.Reason {
		return p.env.Shell.Push(over.NewReason(p.env, p.env.In(pr.Refuse), give))
	}
	return p.env.Shell.Push(over.NewConfirm(p.env, p.env.In(pr.Refuse), p.env.In(text.Sure), func() tea.Cmd { return give("") }))
}

// replace gives up the pinned token on a supervisor's word.
func (p *Page) replace() tea.Cmd {
	desk, no := p.env.Desk, p.no
	return p.env.Shell.Push(over.NewAuth(p.env, p.env.In(text.KeyReplace), service.MayOverride, false, true, func(who service.Actor, reason string) tea.Cmd {
		return p.act(text.Submitting, func(ctx context.Context, _ service.Actor, _ int64) error {
			return desk.Replace(ctx, who, no, reason)
		})
	}))
}

// need decides who does a step that who is signed in may not do. The second person sees the prompt before answering it.
func (p *Page) need(v *needView) tea.Cmd {
	if v.menu.At() != 0 {
		return p.env.Shell.Home()
	}
	perm := p.screen.Need
	return p.env.Shell.Push(over.NewAuth(p.env, p.env.In(text.SecondSign), perm, p.env.Who.May(perm), false, func(who service.Actor, _ string) tea.Cmd {
		p.as = &who
		return p.Open()
	}))
}

func (p *Page) list() tea.Cmd {
	v, ok := p.view.(*formView)
	if !ok {
		return p.drawer()
	}
	fd, _ := v.form.Current()
	return p.env.Shell.Push(over.NewList(p.env, p.env.In(fd.Label), fd.Choices, func(value string) tea.Cmd {
		v.form.Put(fd.Name, value)
		v.form.Key(keys.Event{Act: keys.Tab})
		return p.changed()
	}))
}

// drawer opens the drawer of soft UKeys where a token is waited for, or where the pinned one was pulled.
func (p *Page) drawer() tea.Cmd {
	if _, waits := p.view.(*tokenView); !waits && p.screen.Work == nil {
		return nil
	}
	return over.OpenDrawer(p.env)
}

func (p *Page) repeat() tea.Cmd {
	v, ok := p.view.(*formView)
	if !ok {
		return nil
	}
	fd, _ := v.form.Current()
	v.form.Put(fd.Name, p.env.Memory[p.memory(fd.Name)])
	return p.changed()
}

// Typing reports whether letters go into a field.
func (p *Page) Typing() bool { return p.view != nil && p.view.typing() }

var _ page.Ahead = (*Page)(nil)
