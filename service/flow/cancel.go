package flow

import (
	"context"
	"encoding/json"

	"certdesk/service"
)

// Cancel ends a case before anything is issued; money taken becomes a refund due. Errors: CaseStatus once certificates are out or
// while a step's outcome is unknown, NotPermitted, and those of a reason that is no text.
func (e *Engine) Cancel(ctx context.Context, who service.Actor, no, reason string) error {
	if err := checkReason("reason", reason); err != nil {
		return err
	}
	return e.change(ctx, who, no, func(tx *service.Tx, p *place) error {
		if !who.May(p.def.Permission) {
			return notPermitted(p.def.Permission)
		}
		if err := tx.Audit.Append("case.cancel", no, ""); err != nil {
			return err
		}
		return p.stop(tx, reason)
	})
}

// cancellable: nothing is issued, and no machine step is in the air. A case that failed may be cancelled even so: the centre
// revokes a pair that nobody confirmed (DESIGN 4).
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

func (p *place) wrongStatus(op string) error {
	c := p.facts.Case
	return service.E(service.CaseStatus, op, service.Args{"no": c.No, "status": string(c.Status)}, nil)
}
