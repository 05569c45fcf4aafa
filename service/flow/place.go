package flow

import (
	"certdesk/service"
	"certdesk/service/catalog"
)

// place is where a case stands: its facts, its steps and what the journal says of each.
type place struct {
	def   Definition
	facts *Facts
	last  map[string]service.JournalEntry // newest entry of each step
}

// locate reads everything that a case's steps need.
func (e *Engine) locate(v service.View, who service.Actor, no string) (*place, error) {
	c, err := v.Cases.Case(no)
	if err != nil {
		return nil, err
	}
	def, err := e.definition(c.Kind)
	if err != nil {
		return nil, err
	}
	f := &Facts{Now: e.cfg.Desk.Env.Now().UTC(), Who: who, Case: &c, Station: e.cfg.Station, Current: e.cfg.Catalog, Out: map[string]string{}}
	if f.Case.Fields == nil {
		f.Case.Fields = map[string]string{}
	}
	p := &place{def: def, facts: f, last: map[string]service.JournalEntry{}}
	if err := e.fill(v, f); err != nil {
		return nil, err
	}
	return p, p.replay(v)
}

func (e *Engine) fill(v service.View, f *Facts) (err error) {
	if f.Catalog, err = e.catalogOf(f.Case.Catalog); err != nil {
		return err
	}
	visit, err := v.Cases.Visit(f.Case.Visit)
	if err != nil {
		return err
	}
	f.Visit = &visit
	if f.Paid, err = v.Ledger.Payments(f.Case.No); err != nil {
		return err
	}
	f.Customer = &service.Customer{}
	if f.Case.Customer == "" {
		return nil
	}
	if *f.Customer, err = v.Customers.Customer(f.Case.Customer); err != nil {
		return err
	}
	return e.history(v, f)
}

func (e *Engine) catalogOf(version string) (*catalog.Catalog, error) {
	if version == e.cfg.Catalog.Version || e.cfg.Old == nil {
		return e.cfg.Catalog, nil
	}
	return e.cfg.Old(version)
}

// history reads the customer's certificates and open cases, this one left out.
func (e *Engine) history(v service.View, f *Facts) (err error) {
	if f.Known.Lines, err = v.Certificates.Lines(f.Customer.ID); err != nil {
		return err
	}
	if f.Known.Certificates, err = v.Certificates.Find(service.CertificateQuery{Customer: f.Customer.ID}); err != nil {
		return err
	}
	all, err := v.Cases.Find(service.CaseQuery{Customer: f.Customer.ID})
	for _, c := range all {
		if !c.Status.Closed() && c.No != f.Case.No {
			f.Known.Open = append(f.Known.Open, c)
		}
	}
	return err
}

// replay folds the journal: the newest state of each step, and the outputs of done steps of the current attempt.
func (p *place) replay(v service.View) error {
	entries, err := v.Journal.Entries(p.facts.Case.No)
	for _, j := range entries {
		p.last[j.Step] = j
		if j.State != service.StepDone || j.Attempt != p.facts.Case.Attempt {
			continue
		}
		for k, val := range j.Data {
			p.facts.Out[k] = val
		}
	}
	return err
}

func (p *place) done(s Step) bool { return p.last[s.Name].State == service.StepDone }

// applies reports whether a step belongs to this case as it stands.
func (p *place) applies(s Step) bool { return s.When == nil || s.When(p.facts) }

// current is the first applying step that is not done; false where the case has none left.
func (p *place) current() (Step, bool) {
	for _, s := range p.def.Steps {
		if !p.done(s) && p.applies(s) {
			return s, true
		}
	}
	return Step{}, false
}

// before is the step F3 goes back to: the nearest earlier step that a person answered, unless a final one stands between.
func (p *place) before() (Step, bool) {
	cur, ok := p.current()
	if !ok || p.facts.Case.Status.Closed() || p.last[cur.Name].State == service.StepStarted {
		return Step{}, false
	}
	var found Step
	have := false
	for _, s := range p.def.Steps {
		if s.Name == cur.Name {
			break
		}
		if !p.done(s) {
			continue
		}
		if s.Final {
			have = false
		} else if s.Ask != nil && s.Do == nil {
			found, have = s, true
		}
	}
	return found, have
}

// from lists the steps that are undone when the case goes back to step name, machine steps included.
func (p *place) from(name string) []Step {
	var out []Step
	on := false
	for _, s := range p.def.Steps {
		on = on || s.Name == name
		if on && p.done(s) {
			out = append(out, s)
		}
	}
	return out
}

// stepper is the row of stages: those before the current step's are done.
func (p *place) stepper() []StageState {
	cur, ok := p.current()
	var row []StageState
	state := "done"
	for _, st := range p.def.Stages {
		if !p.stageApplies(st) {
			continue
		}
		if ok && st == cur.Stage {
			row = append(row, StageState{Stage: st, State: "now"})
			state = "todo"
			continue
		}
		row = append(row, StageState{Stage: st, State: state})
	}
	return row
}

// stageApplies hides stages that the case does not need, such as the fee of a free unlock.
func (p *place) stageApplies(st service.Stage) bool {
	for _, s := range p.def.Steps {
		if s.Stage == st && p.applies(s) || s.Stage == st && p.done(s) {
			return true
		}
	}
	return false
}
