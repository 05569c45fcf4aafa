package flow

import (
	"context"

	"certdesk/service"
)

// TokenStep is the name of the step that pins a token; a replacement starts again from it.
const TokenStep = "token"

// supersededReason is RFC 5280 5.3.1 reason 4: the unused certificates of a spoilt token are superseded by the next attempt's.
const supersededReason = 4

// Replace gives up the pinned token and reopens the case for another. The unused pair, if one was issued, is revoked first: attempt
// n+1 waits until the revocation of n is acknowledged. The spoilt token is booked out as bad. Supervisors only.
func (e *Engine) Replace(ctx context.Context, who service.Actor, no, reason string) error {
	if !who.May(service.MayOverride) {
		return notPermitted(service.MayOverride)
	}
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	issued, err := e.issuedOf(ctx, who, no)
	if err != nil {
		return err
	}
	if issued != "" {
		if err := e.cfg.Desk.CA.Revoke(ctx, issued, supersededReason); err != nil {
			return err
		}
	}
	return e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		p, err := e.locate(tx.Read, who, no)
		if err != nil {
			return err
		}
		p.facts.Now = tx.Now
		return p.replace(tx, reason)
	})
}

// issuedOf checks that a replacement is possible and returns the serial of the pair to revoke, "" where none was issued.
func (e *Engine) issuedOf(ctx context.Context, who service.Actor, no string) (string, error) {
	var issued string
	err := e.cfg.Store.Read(ctx, func(v service.View) error {
		p, err := e.locate(v, who, no)
		if err != nil {
			return err
		}
		cur, open := p.current()
		if !open || cur.Stage != service.StageMake || p.facts.Case.Token == "" || !p.def.Replaceable {
			return service.E(service.CaseStatus, "flow.Replace", service.Args{"no": no, "status": string(p.facts.Case.Status)}, nil)
		}
		issued = p.facts.Out[IssuedKey]
		return nil
	})
	return issued, err
}

func (p *place) replace(tx *service.Tx, reason string) error {
	c := p.facts.Case
	if err := p.revokeHere(tx); err != nil {
		return err
	}
	item := service.StockItem{Serial: c.Token, State: service.StockBad, Case: c.No, At: tx.Now}
	if err := tx.Stock.PutItem(item); err != nil {
		return err
	}
	for _, s := range p.from(TokenStep) {
		if err := p.journal(tx, s, service.StepUndone, "", nil); err != nil {
			return err
		}
	}
	if err := tx.Audit.Append("token.replace", c.No, c.Token+" "+reason); err != nil {
		return err
	}
	p.last = withoutStarted(p.last)
	c.Token, c.Attempt = "", c.Attempt+1
	return p.become(tx, service.Making)
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

// withoutStarted drops half-done marks: the new attempt has a journal of its own.
func withoutStarted(last map[string]service.JournalEntry) map[string]service.JournalEntry {
	for name, j := range last {
		if j.State != service.StepDone {
			delete(last, name)
		}
	}
	return last
}
