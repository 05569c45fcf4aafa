package flow

import (
	"context"

	"certdesk/service"
)

// Back reopens the step before the current one. Its answer stays in the form. Errors: StepAnswered where there is no way back,
// NotPermitted.
func (e *Engine) Back(ctx context.Context, who service.Actor, no string) error {
	return e.change(ctx, who, no, func(tx *service.Tx, p *place) error {
		prev, ok := p.before()
		if !ok {
			return service.E(service.StepAnswered, "flow.Back", service.Args{"no": no}, nil)
		}
		if err := p.permitted(prev); err != nil {
			return err
		}
		if err := p.undo(tx, p.since(prev)); err != nil {
			return err
		}
		if err := tx.Audit.Append("step.reopen", no, prev.Name); err != nil {
			return err
		}
		return p.settle(tx)
	})
}

// before is the step F3 goes back to: the nearest earlier step that a person answered, unless a final one stands between. Once
// something final is done behind it (money taken before the case was sent back), only what may be corrected opens again.
func (p *place) before() (Step, bool) {
	cur, ok := p.current()
	if !ok || p.facts.Case.Status.Closed() || p.givingUp() || p.unclear(cur) {
		return Step{}, false
	}
	var found Step
	have := false
	for _, s := range p.def.Steps {
		if s.Name == cur.Name {
			break
		}
		switch {
		case !p.done(s):
		case s.Final:
			have = false
		case s.Ask != nil && s.Do == nil && (s.Reopen || !p.sealedBehind(s)):
			found, have = s, true
		}
	}
	return found, have
}

// unclear is true where a step was cut off in an act that leaves something behind: it is reconciled first.
func (p *place) unclear(s Step) bool {
	return p.last[s.Name].State == service.StepStarted && (s.Reconcile != nil || s.Ask != nil || s.Issues)
}

// sealedBehind reports whether a final step is done that comes after s.
func (p *place) sealedBehind(s Step) bool {
	for _, later := range p.def.Steps {
		if later.Final && p.done(later) && p.comesAfter(later.Name, s.Name) {
			return true
		}
	}
	return false
}

// comesAfter compares places in the business.
func (p *place) comesAfter(name, first string) bool {
	seen := false
	for _, s := range p.def.Steps {
		if s.Name == name {
			return seen
		}
		seen = seen || s.Name == first
	}
	return false
}

// since lists the done steps that are undone when the case goes back to prev: all up to the open one, or, behind a seal, those that
// may be corrected.
func (p *place) since(prev Step) []Step {
	cur, _ := p.current()
	sealed := p.sealedBehind(prev)
	var out []Step
	on := false
	for _, s := range p.def.Steps {
		if s.Name == cur.Name {
			break
		}
		if on = on || s.Name == prev.Name; on && p.done(s) && (s.Reopen || !sealed) {
			out = append(out, s)
		}
	}
	return out
}

// undo journals steps as reopened.
func (p *place) undo(tx *service.Tx, steps []Step) error {
	for _, s := range steps {
		if err := p.journal(tx, s.Name, service.StepUndone, "", nil); err != nil {
			return err
		}
	}
	return nil
}

// doneWhere lists the done steps of a sort.
func (p *place) doneWhere(sort func(Step) bool) []Step {
	var out []Step
	for _, s := range p.def.Steps {
		if p.done(s) && sort(s) {
			out = append(out, s)
		}
	}
	return out
}

// sendBack reopens what the clerk can correct, and the approval, which was of something else; everything typed stays as it was,
// money taken stays taken. Errors: CaseStatus once certificates are issued.
func (p *place) sendBack(tx *service.Tx, reason string) error {
	if p.facts.Out[IssuedKey] != "" {
		return p.wrongStatus("flow.sendBack")
	}
	p.facts.Case.Rejection = reason
	p.unapprove()
	if err := p.undo(tx, p.doneWhere(func(s Step) bool { return s.Reopen || s.Other })); err != nil {
		return err
	}
	if err := tx.Cases.PutCase(p.facts.Case); err != nil {
		return err
	}
	return p.walk(tx, service.Rejected)
}

func (p *place) unapprove() {
	p.facts.Case.Approved = ""
	delete(p.facts.Case.By, service.ReviewedBy)
}

// voidApproval reopens the review of a case that is no longer what was approved, and what the customer confirmed of it. It
// returns cause, so that the clerk learns why.
func (e *Engine) voidApproval(ctx context.Context, who service.Actor, no string, cause error) error {
	err := e.act(ctx, who, no, func(tx *service.Tx, p *place) error {
		p.unapprove()
		if err := p.undo(tx, p.doneWhere(func(s Step) bool { return s.Other || s.Reopen && s.Stage == service.StageMake })); err != nil {
			return err
		}
		if err := tx.Audit.Append("review.void", no, ""); err != nil {
			return err
		}
		return p.settle(tx)
	})
	if err != nil {
		return err
	}
	return cause
}
