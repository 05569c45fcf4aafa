package flow

import (
	"context"
	"strings"

	"certdesk/service"
)

// TokenStep is the name of the step that pins a token; a replacement starts again from it.
const TokenStep = "token"

// supersededReason is RFC 5280 5.3.1 reason 4: the unused certificates of a spoilt token are superseded by the next attempt's.
const supersededReason = 4

// replaceStep is the journal's name for giving up a token: recorded as started before the pair is revoked, as done with the new
// attempt. In between the old token takes nothing more.
const replaceStep = "replace"

// Replace gives up the pinned token and reopens the case for another. The unused pair, if one was issued, is revoked first: attempt
// n+1 waits until the revocation of n is acknowledged. The spoilt token is booked out as bad. Supervisors only, with a reason; cut
// off in between, it is called again.
// Where nobody knows whether the CA has issued, the request is withdrawn by its key: that needs no token.
// Errors: NotPermitted, InputRequired (reason), CaseStatus, and the CA's.
func (e *Engine) Replace(ctx context.Context, who service.Actor, no, reason string) error {
	if !who.May(service.MayOverride) {
		return notPermitted(service.MayOverride)
	}
	if strings.TrimSpace(reason) == "" {
		return service.E(service.InputRequired, "flow.Replace", service.Args{"field": "reason"}, nil)
	}
	if err := checkReason("reason", reason); err != nil {
		return err
	}
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	return e.replace(ctx, who, no, reason)
}

func (e *Engine) replace(ctx context.Context, who service.Actor, no, reason string) error {
	issued, asked := "", request{}
	err := e.act(ctx, who, no, func(tx *service.Tx, p *place) (err error) {
		asked = p.unanswered()
		issued, err = p.giveUp(tx, reason)
		return err
	})
	if err != nil {
		return err
	}
	if err := e.withdraw(ctx, asked); err != nil {
		return err
	}
	if issued != "" {
		if err := e.cfg.Desk.CA.Revoke(ctx, issued, supersededReason); err != nil {
			return e.kept(ctx, who, no, err)
		}
	}
	return e.act(ctx, who, no, func(tx *service.Tx, p *place) error { return p.replace(tx) })
}

// giveUp journals that the token is given up and returns the serial of the pair to revoke, "" where none was issued.
func (p *place) giveUp(tx *service.Tx, reason string) (string, error) {
	c := p.facts.Case
	if !p.replaceable() {
		return "", p.wrongStatus("flow.Replace")
	}
	if err := p.journal(tx, replaceStep, service.StepStarted, "", map[string]string{"reason": reason}); err != nil {
		return "", err
	}
	return p.facts.Out[IssuedKey], tx.Audit.Append("token.give-up", c.No, c.Token)
}

// request is a request to the CA whose answer is not known; the zero value is none.
type request struct {
	open bool
	key  [32]byte
}

// unanswered is the request of this attempt that may or may not have been served.
func (p *place) unanswered() request {
	for _, s := range p.def.Steps {
		if s.Issues && s.Request != nil && p.last[s.Name].State == service.StepStarted {
			return request{open: true, key: s.Request(p.facts)}
		}
	}
	return request{}
}

// withdraw takes an unanswered request back, so that it can come to nothing behind the counter's back.
func (e *Engine) withdraw(ctx context.Context, r request) error {
	if !r.open {
		return nil
	}
	_, err := e.cfg.Desk.CA.Withdraw(ctx, r.key)
	return err
}

// replaceable: the business allows it, and making is under way with a token.
func (p *place) replaceable() bool {
	cur, open := p.current()
	c := p.facts.Case
	return open && !c.Status.Closed() && cur.Stage == service.StageMake && c.Token != "" && p.def.Replaceable
}

// givingUp is true between the start and the end of a replacement.
func (p *place) givingUp() bool { return p.last[replaceStep].State == service.StepStarted }

func mustDecide(step string) error {
	return service.E(service.MustDecide, "flow", service.Args{"step": step}, nil)
}

// kept goes on with the token where the CA has refused to revoke, or knows no such pair; any other error leaves open whether it did.
func (e *Engine) kept(ctx context.Context, who service.Actor, no string, cause error) error {
	if !service.IsCode(cause, service.CARefused, service.NotFound) {
		return cause
	}
	err := e.act(ctx, who, no, func(tx *service.Tx, p *place) error {
		if err := p.journal(tx, replaceStep, service.StepUndone, service.CodeOf(cause), nil); err != nil {
			return err
		}
		return tx.Audit.Append("token.keep", no, p.facts.Case.Token)
	})
	if err != nil {
		return err
	}
	return cause
}

// replace books the old token and its pair out and begins the next attempt.
func (p *place) replace(tx *service.Tx) error {
	c := p.facts.Case
	if err := p.revokeHere(tx); err != nil {
		return err
	}
	item := service.StockItem{Serial: c.Token, State: service.StockBad, Case: c.No, At: tx.Now}
	if p.dead() {
		item.State = service.StockDead
	}
	if err := tx.Stock.PutItem(item); err != nil {
		return err
	}
	if err := p.undo(tx, p.begun()); err != nil {
		return err
	}
	if err := p.journal(tx, replaceStep, service.StepDone, "", nil); err != nil {
		return err
	}
	if err := tx.Audit.Append("token.replace", c.No, c.Token); err != nil {
		return err
	}
	c.Token, c.Attempt = "", c.Attempt+1
	return p.become(tx, service.Making)
}

// dead: the token's SO PIN was found locked.
func (p *place) dead() bool {
	for _, code := range p.facts.Stopped {
		if code == service.SOPINLocked {
			return true
		}
	}
	return false
}

// begun lists the steps of making, from the token on, that have left any mark in this attempt.
func (p *place) begun() []Step {
	var out []Step
	on := false
	for _, s := range p.def.Steps {
		on = on || s.Name == TokenStep
		if st := p.last[s.Name].State; on && st != "" && st != service.StepUndone {
			out = append(out, s)
		}
	}
	return out
}

// revokeHere marks the pair of this attempt as revoked in the station's own records.
func (p *place) revokeHere(tx *service.Tx) error {
	certs, err := tx.Read.Certificates.Find(service.CertificateQuery{Case: p.facts.Case.No})
	if err != nil {
		return err
	}
	for _, c := range certs {
		if c.Status == service.CertRevoked {
			continue
		}
		c.Status = service.CertRevoked
		if err := tx.Certs.PutCertificate(c); err != nil {
			return err
		}
	}
	return nil
}
