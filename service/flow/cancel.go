package flow

import (
	"context"
	"encoding/json"
	"strconv"

	"certdesk/service"
)

// Cancel ends a case before anything is issued; money taken becomes a refund due. A request to the CA whose answer was lost is
// withdrawn first, whatever became of it. Errors: CaseStatus once certificates are out, NotPermitted, those of a reason that is no
// text, and the CA's.
func (e *Engine) Cancel(ctx context.Context, who service.Actor, no, reason string) error {
	if err := checkReason("reason", reason); err != nil {
		return err
	}
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	if err := e.recall(ctx, who, no); err != nil {
		return err
	}
	return e.act(ctx, who, no, func(tx *service.Tx, p *place) error {
		if !who.May(p.def.Permission) {
			return notPermitted(p.def.Permission)
		}
		if err := tx.Audit.Append("case.cancel", no, ""); err != nil {
			return err
		}
		return p.stop(tx, reason)
	})
}

// recall withdraws what a case that may be cancelled has asked of the CA without an answer.
func (e *Engine) recall(ctx context.Context, who service.Actor, no string) error {
	var asked request
	err := e.cfg.Store.Read(ctx, func(v service.View) error {
		p, err := e.locate(v, who, no)
		if err == nil && p.cancellable() && who.May(p.def.Permission) {
			asked = p.unanswered()
		}
		return err
	})
	if err != nil {
		return err
	}
	return e.withdraw(ctx, asked)
}

// cancellable: nothing is issued that this counter knows of, and no machine step is in the air.
func (p *place) cancellable() bool {
	c := p.facts.Case
	if c.Status.Closed() || p.facts.Out[IssuedKey] != "" || p.givingUp() {
		return false
	}
	if c.Status == service.Making && p.inTheAir() {
		return false
	}
	_, ok := stepTowards(c.Status, service.CancelledS)
	return ok
}

func (p *place) inTheAir() bool {
	for _, s := range p.def.Steps {
		if p.last[s.Name].State == service.StepStarted {
			return true
		}
	}
	return false
}

// stop ends the case; a payment becomes a refund due, what was due is waived.
func (p *place) stop(tx *service.Tx, reason string) error {
	if !p.cancellable() {
		return p.wrongStatus("flow.stop")
	}
	c := p.facts.Case
	c.Rejection = reason
	switch c.Money {
	case service.MoneyPaid:
		c.Money = service.MoneyRefundDue
	case service.MoneyDue:
		c.Money = service.MoneyNone
	}
	if c.Receipt == "" && onTable(p.facts) > 0 { // given, and no receipt written yet: it goes back the way it came
		c.Money = service.MoneyRefundDue
	}
	p.facts.Visit.Closed = tx.Now
	if err := tx.Cases.PutVisit(*p.facts.Visit); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"case": c.No, "kind": string(c.Kind), "money": string(c.Money)})
	if err != nil {
		return service.E(service.Internal, "flow.stop", nil, err)
	}
	if err := tx.Outbox.Append("case.cancelled", body); err != nil {
		return err
	}
	return p.walk(tx, service.CancelledS)
}

// OnTableField holds, in fen, what lies on the table of a case and is not booked yet.
const OnTableField = "~ontable"

func onTable(f *Facts) int64 {
	n, err := strconv.ParseInt(f.Get(OnTableField), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (p *place) wrongStatus(op string) error {
	c := p.facts.Case
	return service.E(service.CaseStatus, op, service.Args{"no": c.No, "status": string(c.Status)}, nil)
}
