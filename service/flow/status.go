package flow

import "certdesk/service"

// target is the status a case has while step cur is open (DESIGN 4).
func (p *place) target(cur Step, open bool) service.Status {
	if !open {
		return service.Completed
	}
	switch cur.Stage {
	case service.StageIdentity, service.StageIntake:
		if p.facts.Case.Status == service.Rejected {
			return service.Rejected
		}
		return service.Draft
	case service.StageFee:
		return service.Unpaid
	case service.StageReview:
		return service.Review
	case service.StageMake:
		return p.makingStatus()
	}
	return service.Produced
}

// makingStatus keeps a case where it is while making; the engine moves it when machine steps start or fail.
func (p *place) makingStatus() service.Status {
	switch s := p.facts.Case.Status; s {
	case service.Making, service.Unfinished, service.Failed:
		return s
	}
	return service.Approved
}

// settle walks the case to the status its open step asks for, one allowed transition at a time, saving each.
func (p *place) settle(tx *service.Tx) error {
	cur, open := p.current()
	want := p.target(cur, open)
	if err := tx.Cases.PutCase(p.facts.Case); err != nil {
		return err
	}
	return p.walk(tx, want)
}

// walk takes a saved case to a status by allowed transitions. CaseStatus where there is no way.
func (p *place) walk(tx *service.Tx, want service.Status) error {
	for p.facts.Case.Status != want {
		next, ok := stepTowards(p.facts.Case.Status, want)
		if !ok {
			return service.E(service.CaseStatus, "flow.walk", service.Args{"no": p.facts.Case.No, "status": string(want)}, nil)
		}
		if err := p.become(tx, next); err != nil {
			return err
		}
	}
	return nil
}

func (p *place) become(tx *service.Tx, next service.Status) error {
	p.facts.Case.Status = next
	if err := tx.Cases.PutCase(p.facts.Case); err != nil {
		return err
	}
	return tx.Audit.Append("case.status", p.facts.Case.No, string(next))
}

// stepTowards is the first transition of a shortest allowed way, not through a closed status.
func stepTowards(from, to service.Status) (service.Status, bool) {
	first := map[service.Status]service.Status{}
	queue := []service.Status{from}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, n := range service.Statuses() {
			if _, seen := first[n]; seen || n == s || !s.CanBecome(n) || (n.Closed() && n != to) || sideways(n, to) {
				continue
			}
			first[n] = n
			if s != from {
				first[n] = first[s]
			}
			if n == to {
				return first[n], true
			}
			queue = append(queue, n)
		}
	}
	return "", false
}

// sideways statuses are entered on purpose only, never on the way to another.
func sideways(n, to service.Status) bool {
	switch n {
	case service.Rejected, service.Unfinished, service.Failed:
		return n != to
	}
	return false
}
