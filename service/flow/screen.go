package flow

import (
	"context"
	"encoding/json"

	"certdesk/service"
)

// Screen shows where a case stands and what is asked next. It changes nothing.
func (e *Engine) Screen(ctx context.Context, who service.Actor, no string) (Screen, error) {
	var s Screen
	err := e.cfg.Store.Read(ctx, func(v service.View) error {
		entries, err := v.Journal.Entries(no)
		if err != nil {
			return err
		}
		p, err := e.locateWith(v, who, no, entries)
		if err != nil {
			return err
		}
		s, err = p.screen(entries)
		return err
	})
	return s, err
}

func (p *place) screen(entries []service.JournalEntry) (Screen, error) {
	c := p.facts.Case
	s := Screen{
		No: c.No, Version: c.Version, Kind: c.Kind, Title: p.title(), Customer: p.customerName(), Status: c.Status,
		Stepper: p.stepper(), Aside: p.aside(entries),
		CanCancel: p.cancellable(),
	}
	_, s.CanBack = p.before()
	cur, open := p.current()
	if c.Status.Closed() || !open {
		s.Closed, s.Done = true, p.outcome()
		return s, nil
	}
	s.CanReplace = p.replaceable()
	s.Need = p.need(cur)
	if cur.Ask == nil || p.halted(cur) {
		s.Work = p.work(cur)
		return s, nil
	}
	prompt, err := p.prompt(cur)
	s.Prompt = &prompt
	return s, err
}

// halted is true where a step that asks and acts was cut off in the act: it reconciles before it asks again.
func (p *place) halted(cur Step) bool {
	return cur.Do != nil && p.last[cur.Name].State == service.StepStarted
}

// prompt builds the open question, with what was typed and not yet submitted.
func (p *place) prompt(cur Step) (Prompt, error) {
	pr, err := cur.Ask(p.facts)
	if err != nil {
		return pr, err
	}
	pr.Step, pr.Stage = cur.Name, cur.Stage
	if pr.Title.Zero() {
		pr.Title = cur.Title
	}
	if p.facts.Get(unknownKey(cur.Name)) != "" && pr.Warning.Zero() {
		pr.Warning = service.T("上一次的结果不明（介质被拔出、断电或超时），请再做一次。", "Nobody knows what the last try came to (token pulled, power cut or time-out); do it again.")
	}
	var typed map[string]string
	if d := p.facts.Get(draftKey(cur.Name)); d != "" && json.Unmarshal([]byte(d), &typed) == nil {
		for i, f := range pr.Fields {
			if val, ok := typed[f.Name]; ok && !f.Locked {
				pr.Fields[i].Value = val
			}
		}
	}
	return pr, nil
}

func (p *place) title() service.Text {
	c := p.facts.Case
	t := service.T(string(c.Kind)+" "+p.def.Title.ZH, string(c.Kind)+" "+p.def.Title.EN)
	if c.CustomerType != "" {
		ct := c.CustomerType.Title()
		t.ZH, t.EN = t.ZH+" · "+ct.ZH, t.EN+" · "+ct.EN
	}
	return t
}

func (p *place) customerName() string {
	if h := p.facts.Case.Holder.Name; h != "" && p.facts.Customer.Type == service.Organisation {
		return p.facts.Customer.Name + " " + h
	}
	return p.facts.Customer.Name
}

func (p *place) outcome() service.Text {
	if p.facts.Case.Status == service.CancelledS {
		if p.facts.Case.Money == service.MoneyRefundDue {
			return service.T("业务已撤销，已收款项待退费", "Cancelled; a refund is due")
		}
		return service.T("业务已撤销", "Cancelled")
	}
	return service.T("业务已完成，请归还客户证件", "Completed; hand the customer's papers back")
}

// work lists the machine steps of the stage in hand.
func (p *place) work(cur Step) *Work {
	w := &Work{Token: p.facts.Case.Token, Auto: p.last[cur.Name].State == "", Primary: service.T("继续", "Continue")}
	if cur.Stage == service.StageMake {
		w.Primary = service.T("开始制证", "Write the token")
	}
	if p.last[cur.Name].State != "" {
		w.Primary = service.T("继续", "Continue")
	}
	for _, s := range p.def.Steps {
		if s.Stage != cur.Stage || s.Do == nil || !p.applies(s) && !p.done(s) {
			continue
		}
		w.Steps = append(w.Steps, p.workStep(s))
		w.KeepIn = w.KeepIn || s.KeepIn && !p.done(s)
	}
	return w
}

func (p *place) workStep(s Step) WorkStep {
	ws := WorkStep{Name: s.Name, Title: s.Title, State: WorkTodo}
	switch p.last[s.Name].State {
	case service.StepDone:
		ws.State = WorkDone
		ws.Note = service.T(p.last[s.Name].Data[noteKey], p.last[s.Name].Data[noteKeyEN])
	case service.StepFailed, service.StepStarted:
		ws.State = WorkFailed
	}
	return ws
}

// These hold, in a done step's journal data, what the step did in words.
const (
	noteKey   = "~note"
	noteKeyEN = "~note.en"
)
