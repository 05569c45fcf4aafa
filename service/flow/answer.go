package flow

import (
	"context"
	"slices"

	"certdesk/service"
)

// Answer checks and keeps the answer to the open prompt, in one act. A step that asks and acts runs its act here.
// Errors: CaseChanged, StepAnswered, NotPermitted, SelfReview, CaseClosed, TokenSeveral (serials), DigestChanged (the approval is
// void and asked for again) and whatever the step's own check says. The answer's secrets are wiped.
func (e *Engine) Answer(ctx context.Context, who service.Actor, no string, a Answer) error {
	defer wipeAll(a.Secrets)
	if err := a.check(); err != nil {
		return err
	}
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	t, err := e.takeAnswer(ctx, who, no, a)
	switch {
	case service.IsCode(err, service.DigestChanged):
		return e.voidApproval(ctx, who, no, err)
	case err != nil:
		return e.several(ctx, a, err)
	case t != nil:
		t.job.Secrets = a.Secrets
		r := &run{Engine: e, who: who, no: no, at: &seat{}, single: true}
		defer r.at.close()
		_, err := r.perform(ctx, t)
		return err
	}
	e.spooled()
	return nil
}

// takeAnswer is the act of an answer; it gives the machine's part of the step, started, where there is one.
func (e *Engine) takeAnswer(ctx context.Context, who service.Actor, no string, a Answer) (t *task, err error) {
	err = e.act(ctx, who, no, func(tx *service.Tx, p *place) error {
		step, err := p.mayAnswer(a)
		if err != nil {
			return err
		}
		acts, err := p.take(tx, step, a)
		if err != nil || !acts {
			return err
		}
		t = e.taskOf(p, step)
		return tx.Audit.Append("step.start", no, step.Name)
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// several tells two tokens from none: which one is meant is a question to the clerk, never a guess.
func (e *Engine) several(ctx context.Context, a Answer, err error) error {
	if a.Choice != "" || !service.IsCode(err, service.TokenAbsent) {
		return err
	}
	infos, listErr := e.cfg.Desk.Tokens.List(ctx)
	infos = slices.DeleteFunc(e.marked(ctx, infos), func(t service.TokenInfo) bool { return t.Staff })
	if listErr != nil || len(infos) < 2 {
		return err
	}
	return service.E(service.TokenSeveral, "flow.Answer", service.Args{"serials": serials(infos)}, err)
}

func (e *Engine) spooled() {
	if e.cfg.Spooled != nil {
		e.cfg.Spooled()
	}
}

// mayAnswer refuses an answer to anything but the open prompt, and one by the wrong person.
func (p *place) mayAnswer(a Answer) (Step, error) {
	cur, err := p.isAsked(a)
	if err != nil {
		return cur, err
	}
	if err := p.permitted(cur); err != nil {
		return cur, err
	}
	if cur.Other && p.self() {
		return cur, service.E(service.SelfReview, "flow.Answer", service.Args{"no": p.facts.Case.No}, nil)
	}
	return cur, p.mayRefuse(cur, a)
}

// mayRefuse keeps a no from being taken for a yes where the prompt knows no other way out.
func (p *place) mayRefuse(cur Step, a Answer) error {
	if !a.Refused {
		return nil
	}
	prompt, err := cur.Ask(p.facts)
	if err == nil && prompt.Refuse.Zero() {
		err = service.E(service.InputChoice, "flow.Answer", service.Args{"field": cur.Name}, nil)
	}
	return err
}

// isAsked finds the step that an answer is to. Where another step opened in front of it meanwhile, that step says why.
func (p *place) isAsked(a Answer) (Step, error) {
	c := p.facts.Case
	refuse := func(code service.Code) error { return service.E(code, "flow.Answer", service.Args{"no": c.No}, nil) }
	cur, open := p.current()
	switch {
	case c.Status.Closed() || !open:
		return cur, refuse(service.CaseClosed)
	case p.givingUp():
		return cur, mustDecide(replaceStep)
	case cur.Name != a.Step && cur.Stale != nil && p.comesAfter(a.Step, cur.Name):
		return cur, cur.Stale(p.facts)
	case cur.Name != a.Step || cur.Ask == nil || p.halted(cur):
		return cur, refuse(service.StepAnswered)
	case !p.shownAs(a.Version):
		return cur, refuse(service.CaseChanged)
	}
	return cur, nil
}

// take applies the answer, journals the step and moves the case on; it reports whether the step's machine part follows.
func (p *place) take(tx *service.Tx, step Step, a Answer) (acts bool, err error) {
	result := Next
	if step.Take != nil {
		if result, err = step.Take(tx, p.facts, a); err != nil {
			return false, err
		}
	}
	p.facts.Set(draftKey(step.Name), "")
	if err := tx.Audit.Append("step."+result.String(), p.facts.Case.No, step.Name); err != nil {
		return false, err
	}
	if result == Next && step.Do != nil {
		return true, p.start(tx, step)
	}
	return false, p.turn(tx, step, result, a.Reason)
}

// turn is where a question ends: in the next step, in itself once more, back at intake, or nowhere.
func (p *place) turn(tx *service.Tx, step Step, result Result, reason string) error {
	switch result {
	case Again:
		return tx.Cases.PutCase(p.facts.Case)
	case SendBack:
		return p.sendBack(tx, reason)
	case Stop:
		return p.stop(tx, reason)
	}
	if err := p.journal(tx, step.Name, service.StepDone, "", nil); err != nil {
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
		if err := p.journal(tx, cur.Name, service.StepDone, "", nil); err != nil {
			return err
		}
	}
}

// String names the result for the audit.
func (r Result) String() string {
	return [...]string{"done", "again", "back", "stop"}[r]
}

func (p *place) journal(tx *service.Tx, step string, st service.StepState, code service.Code, data map[string]string) error {
	j := service.JournalEntry{
		Case: p.facts.Case.No, Step: step, Attempt: p.facts.Case.Attempt, State: st, Code: code, Data: data, By: stamp(tx),
	}
	p.last[step] = j
	return tx.Journal.Append(j)
}

// change runs one act on a case that nobody else works on.
func (e *Engine) change(ctx context.Context, who service.Actor, no string, fn func(*service.Tx, *place) error) error {
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	return e.act(ctx, who, no, fn)
}

// act is one act on a case. What a draft noted of the version it was typed under ends with the act, unless that is a draft too.
func (e *Engine) act(ctx context.Context, who service.Actor, no string, fn func(*service.Tx, *place) error) error {
	return e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		p, err := e.locate(tx.Read, who, no)
		if err != nil {
			return err
		}
		p.facts.Now = tx.Now
		p.facts.Set(draftVersion, "")
		return fn(tx, p)
	})
}

func wipeAll(secrets map[string][]byte) {
	for _, s := range secrets {
		clear(s)
	}
}
