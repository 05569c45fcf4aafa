package flow

import (
	"context"
	"encoding/json"

	"certdesk/service"
)

// Answer checks and keeps the answer to the open prompt, in one act. A step that asks and acts runs its act here.
// Errors: CaseChanged, StepAnswered, NotPermitted, SelfReview, CaseClosed and whatever the step's own check says.
// The answer's secrets are wiped.
func (e *Engine) Answer(ctx context.Context, who service.Actor, no string, a Answer) error {
	defer wipeAll(a.Secrets)
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	var step Step
	err = e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		p, err := e.locate(tx.Read, who, no)
		if err != nil {
			return err
		}
		p.facts.Now = tx.Now
		if step, err = p.mayAnswer(a); err != nil {
			return err
		}
		return e.take(tx, p, step, a)
	})
	if err == nil && step.Do != nil {
		return e.perform(ctx, who, no, step, answered(a.Secrets), nil)
	}
	e.spooled()
	return err
}

// answered marks a step that asked as answered, even where it needs no secret.
func answered(secrets map[string][]byte) map[string][]byte {
	if secrets == nil {
		return map[string][]byte{}
	}
	return secrets
}

func (e *Engine) spooled() {
	if e.cfg.Spooled != nil {
		e.cfg.Spooled()
	}
}

// mayAnswer refuses an answer to anything but the open prompt, and one by the wrong person.
func (p *place) mayAnswer(a Answer) (Step, error) {
	c := p.facts.Case
	cur, open := p.current()
	switch {
	case c.Status.Closed() || !open:
		return cur, service.E(service.CaseClosed, "flow.Answer", service.Args{"no": c.No}, nil)
	case cur.Name != a.Step || cur.Ask == nil:
		return cur, service.E(service.StepAnswered, "flow.Answer", service.Args{"no": c.No}, nil)
	case a.Version != 0 && a.Version != c.Version:
		return cur, service.E(service.CaseChanged, "flow.Answer", service.Args{"no": c.No}, nil)
	}
	perm := cur.Permission
	if perm == "" {
		perm = p.def.Permission
	}
	if !p.facts.Who.May(perm) {
		return cur, notPermitted(perm)
	}
	if cur.Other && p.facts.Who.ID == c.By[service.EnteredBy].Staff {
		return cur, service.E(service.SelfReview, "flow.Answer", service.Args{"no": c.No}, nil)
	}
	return cur, nil
}

// take applies the answer, journals the step and moves the case on.
func (e *Engine) take(tx *service.Tx, p *place, step Step, a Answer) error {
	result := Next
	if step.Take != nil {
		var err error
		if result, err = step.Take(tx, p.facts, a); err != nil {
			return err
		}
	}
	p.facts.Set(draftKey(step.Name), "")
	if err := tx.Audit.Append("step."+result.String(), p.facts.Case.No, step.Name); err != nil {
		return err
	}
	switch result {
	case Again:
		return tx.Cases.PutCase(p.facts.Case)
	case SendBack:
		return p.sendBack(tx, a.Reason)
	case Stop:
		return p.stop(tx, a.Reason)
	}
	if step.Do != nil {
		return p.start(tx, step)
	}
	if err := p.journal(tx, step, service.StepDone, "", nil); err != nil {
		return err
	}
	return p.goOn(tx)
}

// goOn applies the steps that need neither a person nor a device, in the same act, and moves the case on.
func (p *place) goOn(tx *service.Tx) error {
	for {
		cur, open := p.current()
		if !open || cur.Ask != nil || cur.Do != nil || p.gate(cur) != nil {
			return p.settle(tx)
		}
		if err := cur.Commit(tx, p.facts); err != nil {
			return err
		}
		if err := p.journal(tx, cur, service.StepDone, "", nil); err != nil {
			return err
		}
	}
}

// String names the result for the audit.
func (r Result) String() string {
	return [...]string{"done", "again", "back", "stop"}[r]
}

func (p *place) journal(tx *service.Tx, s Step, st service.StepState, code service.Code, data map[string]string) error {
	j := service.JournalEntry{
		Case: p.facts.Case.No, Step: s.Name, Attempt: p.facts.Case.Attempt, State: st, Code: code, Data: data, By: stamp(tx),
	}
	p.last[s.Name] = j
	return tx.Journal.Append(j)
}

// sendBack reopens what the clerk can correct; everything typed stays as it was, money taken stays taken.
func (p *place) sendBack(tx *service.Tx, reason string) error {
	c := p.facts.Case
	c.Rejection, c.Approved = reason, ""
	delete(c.By, service.ReviewedBy)
	for _, s := range p.def.Steps {
		if !s.Reopen || !p.done(s) {
			continue
		}
		if err := p.journal(tx, s, service.StepUndone, "", nil); err != nil {
			return err
		}
	}
	if _, ok := stepTowards(c.Status, service.Rejected); !ok {
		return p.settle(tx)
	}
	return p.become(tx, service.Rejected)
}

// stop ends the case; a payment becomes a refund due.
func (p *place) stop(tx *service.Tx, reason string) error {
	c := p.facts.Case
	if !c.Status.CanBecome(service.CancelledS) {
		return service.E(service.CaseStatus, "flow.stop", service.Args{"no": c.No, "status": string(c.Status)}, nil)
	}
	c.Rejection = reason
	if c.Money == service.MoneyPaid {
		c.Money = service.MoneyRefundDue
	}
	return p.become(tx, service.CancelledS)
}

// Back reopens the step before the current one. Its answer stays in the form.
func (e *Engine) Back(ctx context.Context, who service.Actor, no string) error {
	return e.change(ctx, who, no, func(tx *service.Tx, p *place) error {
		prev, ok := p.before()
		if !ok {
			return service.E(service.StepAnswered, "flow.Back", service.Args{"no": no}, nil)
		}
		for _, s := range p.from(prev.Name) {
			if err := p.journal(tx, s, service.StepUndone, "", nil); err != nil {
				return err
			}
		}
		if err := tx.Audit.Append("step.reopen", no, prev.Name); err != nil {
			return err
		}
		return p.settle(tx)
	})
}

// Draft keeps what stands in an open form and was not submitted yet; a power cut loses nothing typed. Secrets are never given here.
func (e *Engine) Draft(ctx context.Context, who service.Actor, no, step string, values map[string]string) error {
	return e.change(ctx, who, no, func(tx *service.Tx, p *place) error {
		cur, open := p.current()
		if !open || cur.Name != step {
			return service.E(service.StepAnswered, "flow.Draft", service.Args{"no": no}, nil)
		}
		b, err := json.Marshal(values)
		if err != nil {
			return err
		}
		p.facts.Set(draftKey(step), string(b))
		if err := tx.Audit.Append("case.draft", no, step); err != nil {
			return err
		}
		return tx.Cases.PutCase(p.facts.Case)
	})
}

// Cancel ends a case before anything is made; money taken becomes a refund due. Errors: CaseStatus once making began.
func (e *Engine) Cancel(ctx context.Context, who service.Actor, no, reason string) error {
	return e.change(ctx, who, no, func(tx *service.Tx, p *place) error {
		if err := tx.Audit.Append("case.cancel", no, ""); err != nil {
			return err
		}
		return p.stop(tx, reason)
	})
}

// change runs one act on a case that nobody else works on.
func (e *Engine) change(ctx context.Context, who service.Actor, no string, fn func(*service.Tx, *place) error) error {
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	return e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		p, err := e.locate(tx.Read, who, no)
		if err != nil {
			return err
		}
		p.facts.Now = tx.Now
		return fn(tx, p)
	})
}

func wipeAll(secrets map[string][]byte) {
	for _, s := range secrets {
		clear(s)
	}
}
