package flow

import (
	"strconv"

	"certdesk/service"
	"certdesk/service/catalog"
)

// place is where a case stands: its facts, its steps and what the journal says of each.
type place struct {
	def   Definition
	facts *Facts
	last  map[string]service.JournalEntry // newest entry of each step
	// alone is true at a one-person site, drafted the version a draft was begun under, 0 for none.
	alone   bool
	drafted int64
}

// locate reads everything that a case's steps need.
func (e *Engine) locate(v service.View, who service.Actor, no string) (*place, error) {
	entries, err := v.Journal.Latest(no)
	if err != nil {
		return nil, err
	}
	return e.locateWith(v, who, no, entries)
}

// locateWith takes a journal that was read already.
func (e *Engine) locateWith(v service.View, who service.Actor, no string, entries []service.JournalEntry) (*place, error) {
	c, err := v.Cases.Case(no)
	if err != nil {
		return nil, err
	}
	def, err := e.definition(c.Kind)
	if err != nil {
		return nil, err
	}
	f := &Facts{Now: e.cfg.Desk.Env.Now().UTC(), Who: who, Case: &c, Station: e.cfg.Station, Current: e.current.Load(), Out: map[string]string{}}
	if f.Case.Fields == nil {
		f.Case.Fields = map[string]string{}
	}
	p := &place{def: def, facts: f, last: map[string]service.JournalEntry{}}
	p.drafted, _ = strconv.ParseInt(f.Get(draftVersion), 10, 64) // 0 where there is none
	if p.alone, err = onePerson(v, def); err != nil {
		return nil, err
	}
	if err := e.fill(v, f); err != nil {
		return nil, err
	}
	p.replay(entries)
	return p, nil
}

// onePerson reads the policy, where the business has a step for a second person at all.
func onePerson(v service.View, def Definition) (bool, error) {
	for _, s := range def.Steps {
		if !s.Other {
			continue
		}
		value, err := v.Settings.Get(OnePersonPolicy)
		if service.IsCode(err, service.NotFound) {
			return false, nil
		}
		return string(value) == "true", err
	}
	return false, nil
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

// catalogOf gives the version a case was opened under, never another in its place. NotFound (catalog, id).
func (e *Engine) catalogOf(version string) (*catalog.Catalog, error) {
	if now := e.current.Load(); version == now.Version {
		return now, nil
	}
	if e.cfg.Old == nil {
		return nil, service.E(service.NotFound, "flow.catalogOf", service.Args{"what": "catalog", "id": version}, nil)
	}
	if c, ok := e.old.Load(version); ok {
		return c.(*catalog.Catalog), nil
	}
	c, err := e.cfg.Old(version)
	if err == nil {
		e.old.Store(version, c)
	}
	return c, err
}

// history reads the customer's certificates and open cases, this one left out.
func (e *Engine) history(v service.View, f *Facts) (err error) {
	if f.Known.Lines, err = v.Certificates.Lines(f.Customer.ID); err != nil {
		return err
	}
	if f.Known.Certificates, err = v.Certificates.Find(service.CertificateQuery{Customer: f.Customer.ID}); err != nil {
		return err
	}
	all, err := v.Cases.Find(service.CaseQuery{Customer: f.Customer.ID, Except: f.Case.No})
	for _, c := range all {
		if !c.Status.Closed() && c.No != f.Case.No {
			f.Known.Open = append(f.Known.Open, c)
		}
	}
	return err
}

// replay folds the journal: the newest state of each step, and the outputs of the steps of this attempt that are done as it stands.
func (p *place) replay(entries []service.JournalEntry) {
	for _, j := range entries {
		p.last[j.Step] = j
	}
	p.facts.Stopped = stopped(p.last, p.facts.Case.Attempt)
	for _, j := range entries {
		if last := p.last[j.Step]; last.Seq != j.Seq || j.State != service.StepDone || j.Attempt != p.facts.Case.Attempt {
			continue
		}
		for k, val := range j.Data {
			p.facts.Out[k] = val
		}
	}
}

// stopped gives the codes of the steps that came to no end. One whose outcome is unknown stands as started.
func stopped(last map[string]service.JournalEntry, attempt int) map[string]service.Code {
	out := map[string]service.Code{}
	for step, j := range last {
		if j.Code != "" && j.Attempt == attempt && (j.State == service.StepFailed || j.State == service.StepStarted) {
			out[step] = j.Code
		}
	}
	return out
}

func (p *place) done(s Step) bool { return p.last[s.Name].State == service.StepDone }

// applies reports whether a step belongs to this case as it stands.
func (p *place) applies(s Step) bool { return s.When == nil || s.When(p.facts) }

// current is the first applying step that is not done; false where the case has none left. A step that did not apply when the
// case went by stays passed over: what becomes true later (this case's own certificates, say) does not send anybody back.
func (p *place) current() (Step, bool) {
	reached := p.reached()
	for i, s := range p.def.Steps {
		_, touched := p.last[s.Name]
		if !p.done(s) && p.applies(s) && (touched || i > reached) {
			return s, true
		}
	}
	return Step{}, false
}

// reached is the place of the furthest step that is done, -1 where none is.
func (p *place) reached() int {
	far := -1
	for i, s := range p.def.Steps {
		if p.done(s) {
			far = i
		}
	}
	return far
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
	if st == service.StageFee && p.def.Charged && p.facts.Case.Fee == 0 && p.facts.Case.Status == service.Draft {
		return true // not priced yet, and it will cost something
	}
	for _, s := range p.def.Steps {
		if s.Stage == st && p.applies(s) || s.Stage == st && p.done(s) {
			return true
		}
	}
	return false
}
