package desk

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// Result takes what a command came back with.
func (p *Page) Result(msg any) tea.Cmd {
	switch msg := msg.(type) {
	case shown:
		return p.shown(msg)
	case progress:
		return p.progressed(msg)
	case saveMsg:
		if int(msg) == p.changes {
			return p.draft()
		}
	case drafted:
		if msg.err != nil {
			p.env.Shell.Toast(p.env.In(text.DraftFailed), true)
		}
	case secondMsg:
		return p.second()
	}
	return nil
}

func (p *Page) shown(s shown) tea.Cmd {
	p.addr.Done()
	if s.no != "" {
		p.no = s.no
	}
	if s.read != nil {
		back := p.env.Shell.Back()
		return tea.Batch(back, p.env.Shell.Fault(page.Fault{Err: s.read}))
	}
	if s.err != nil {
		return p.failed(s)
	}
	if s.acted {
		p.as = nil
		p.env.Shell.Stir()
	}
	return p.set(s.screen)
}

// failed shows an act's error at the field it names, else in a box. A screen that is still the same is left as it stands: nothing
// typed is lost.
func (p *Page) failed(s shown) tea.Cmd {
	if p.view != nil && p.view.fail(service.ArgsOf(s.err)["field"], s.err) {
		p.screen.Version = s.screen.Version
		return nil
	}
	var cmd tea.Cmd
	if !same(p.screen, s.screen) || p.secret() || service.IsCode(s.err, service.CaseChanged, service.StepAnswered, service.DigestChanged, service.TariffStale) {
		p.as = nil
		cmd = p.set(s.screen)
	}
	return tea.Batch(cmd, p.env.Shell.Fault(page.Fault{Err: s.err}))
}

func same(a, b flow.Screen) bool {
	return a.Prompt != nil && b.Prompt != nil && a.Prompt.Step == b.Prompt.Step && a.Need == b.Need
}

// wipe overwrites a PIN that was typed and not sent, before its page or its prompt is left.
func (p *Page) wipe() {
	if v, ok := p.view.(*secretView); ok {
		v.wipe()
	}
}

func (p *Page) secret() bool {
	_, ok := p.view.(*secretView)
	return ok
}

// set shows a screen.
func (p *Page) set(s flow.Screen) tea.Cmd {
	before := p.screen
	p.screen, p.loaded, p.kind, p.work = s, true, s.Kind, nil
	p.wipe()
	p.steady = before.Prompt != nil && s.Prompt != nil && before.Prompt.Stage == s.Prompt.Stage && s.Need == "" && typable(s.Prompt.Type)
	clear(p.overrides)
	p.view = p.viewOf(s)
	if s.Work != nil && s.Need == "" {
		p.work = newWorking(s.Work)
		if s.Work.Auto && before.Work == nil {
			return p.start()
		}
	}
	return nil
}

// typable prompts take keys that were typed before they came; a secret, a confirmation, a token or a report never does.
func typable(t flow.PromptType) bool {
	return t == flow.PromptForm || t == flow.PromptChoose || t == flow.PromptCode || t == flow.PromptFile
}

func (p *Page) viewOf(s flow.Screen) view {
	switch {
	case s.Closed:
		return nil
	case s.Need != "":
		return newNeed(p.env, s)
	case s.Prompt == nil:
		return nil
	}
	switch s.Prompt.Type {
	case flow.PromptForm, flow.PromptCode, flow.PromptFile:
		return newForm(p.env, s.Prompt)
	case flow.PromptChoose:
		return newChoose(p.env, s.Prompt)
	case flow.PromptSecret:
		return newSecret(p.env, s.Prompt)
	case flow.PromptToken:
		return newToken(p.env, s.Prompt)
	}
	return newConfirm(p.env, s.Prompt)
}

// Steady reports whether the screen is the one that keys were typed ahead for: the same case at the same stage, asking for values.
func (p *Page) Steady() bool { return p.steady }

// Replay gives a kept key to the open prompt. It never submits and never types into an amount.
func (p *Page) Replay(ev keys.Event) bool {
	if p.view == nil || p.guarded() {
		return false
	}
	return !p.view.key(press{Event: ev, ahead: true})
}

func (p *Page) guarded() bool {
	f, ok := p.view.(*formView)
	if !ok {
		return false
	}
	fd, ok := f.form.Current()
	return ok && fd.Type == flow.FieldMoney
}

// submit gives the answer. The gate and the busy mark keep a repeated F10 from giving it twice.
func (p *Page) submit() tea.Cmd {
	if p.view == nil || p.addr.Busy() {
		return nil
	}
	a := flow.Answer{Step: p.screen.Prompt.Step}
	if len(p.overrides) > 0 {
		a.Overrides = map[string]flow.Override{}
		for name, o := range p.overrides {
			a.Overrides[name] = o
		}
	}
	if !p.view.answer(&a) {
		return nil
	}
	p.remember(a)
	return p.give(a)
}

func (p *Page) give(a flow.Answer) tea.Cmd {
	desk, no := p.env.Desk, p.no
	doing := text.Submitting
	if p.secret() {
		doing = text.Writing
	}
	forget := p.env.Forget
	return p.act(doing, func(ctx context.Context, who service.Actor, version int64) error {
		if a.Secrets != nil {
			defer forget()
		}
		a.Version = version
		return desk.Answer(ctx, who, no, a)
	})
}

// remember keeps for F9, until the person signs out, what customers of one morning have in common.
func (p *Page) remember(a flow.Answer) {
	for _, fd := range p.screen.Prompt.Fields {
		if v := a.Values[fd.Name]; v != "" && common(fd) {
			p.env.Memory[p.memory(fd.Name)] = v
		}
	}
}

// common fields are choices, the address, and the texts that a project asks for. Names, numbers, amounts and the answer to the
// verification question belong to one customer and are never offered at the next.
func common(fd flow.Field) bool {
	if fd.Type == flow.FieldText {
		return fd.Name == "address" || strings.HasPrefix(fd.Name, "x.")
	}
	return fd.Type == flow.FieldChoice
}

func (p *Page) memory(field string) string {
	return string(p.screen.Kind) + "/" + p.screen.Prompt.Step + "/" + field
}
