package flow

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"certdesk/service"
	"certdesk/service/catalog"
)

// Config is what an Engine is built from.
type Config struct {
	Store       service.Store
	Desk        Desk
	Station     Station
	Definitions []Definition
	Catalog     *catalog.Catalog
	// Old returns an earlier version of the catalog, for cases opened under it.
	Old func(version string) (*catalog.Catalog, error)
	// Online reports whether the centre answered last.
	Online func() bool
	// Spooled is called after an act that queued paper; may be nil.
	Spooled func()
}

// Engine runs cases. It keeps no state of a case in memory: everything is read from the store at each call, so that a crash, a
// second station window or another day changes nothing.
type Engine struct {
	cfg  Config
	defs map[service.Kind]Definition
	mu   sync.Mutex
	busy map[string]bool // cases that are worked on now
	old  sync.Map        // earlier catalogs by version, as read
	// booked tells that a token became the staff's own, or any other again.
	booked *news
	// current is the catalog in force; cases keep the version that they were opened under.
	current atomic.Pointer[catalog.Catalog]
}

// New builds an engine.
func New(cfg Config) *Engine {
	e := &Engine{cfg: cfg, defs: map[service.Kind]Definition{}, busy: map[string]bool{}, booked: newNews()}
	for _, d := range cfg.Definitions {
		e.defs[d.Kind] = d
	}
	e.UseCatalog(cfg.Catalog)
	return e
}

// UseCatalog puts another version of the catalog in force, also while cases are open: they are told when their price changed.
func (e *Engine) UseCatalog(c *catalog.Catalog) { e.current.Store(c) }

// Definitions lists the businesses in the order of their codes.
func (e *Engine) Definitions() []Definition { return e.cfg.Definitions }

func (e *Engine) definition(k service.Kind) (Definition, error) {
	d, ok := e.defs[k.Parts()[0]]
	if !ok {
		return Definition{}, service.E(service.KindUnknown, "flow.definition", service.Args{"kind": string(k)}, nil)
	}
	return d, nil
}

// Begin opens a visit with one case of the kind and returns its number.
// Errors: KindUnknown, NotPermitted.
func (e *Engine) Begin(ctx context.Context, who service.Actor, kind service.Kind) (string, error) {
	d, err := e.definition(kind)
	if err != nil {
		return "", err
	}
	if !who.May(d.Permission) {
		return "", notPermitted(d.Permission)
	}
	var no string
	err = e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		visit, err := e.openVisit(tx)
		if err != nil {
			return err
		}
		no, err = e.openCase(tx, d, visit)
		return err
	})
	if err != nil {
		return "", err // the number is handed out again
	}
	return no, nil
}

func (e *Engine) openVisit(tx *service.Tx) (string, error) {
	id, err := e.number(tx, "V")
	if err != nil {
		return "", err
	}
	return id, tx.Cases.PutVisit(service.Visit{ID: id, Opened: tx.Now, By: stamp(tx)})
}

func (e *Engine) openCase(tx *service.Tx, d Definition, visit string) (string, error) {
	no, err := e.number(tx, "B")
	if err != nil {
		return "", err
	}
	c := &service.Case{
		No: no, Visit: visit, Kind: d.Kind, Status: service.Draft, Money: service.MoneyNone, Attempt: 1,
		Fields: map[string]string{}, Catalog: e.current.Load().Version,
		By: map[service.Duty]service.Stamp{service.EnteredBy: stamp(tx)}, Created: tx.Now,
	}
	if err := tx.Cases.PutCase(c); err != nil {
		return "", err
	}
	return no, tx.Audit.Append("case.open", no, string(d.Kind))
}

// number hands out a number of the day: letter, station, local date, four digits.
func (e *Engine) number(tx *service.Tx, letter string) (string, error) {
	base := letter + e.cfg.Station.ID + "-" + service.Day(tx.Now)
	n, err := tx.Counters.Next(base)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%04d", base, n), nil
}

func stamp(tx *service.Tx) service.Stamp {
	return service.Stamp{Staff: tx.Who.ID, Name: tx.Who.Name, At: tx.Now}
}

func notPermitted(p service.Permission) error {
	return service.E(service.NotPermitted, "flow", service.Args{"permission": string(p)}, nil)
}

// hold marks a case as worked on; CaseElsewhere where it is already.
func (e *Engine) hold(no string) (func(), error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy[no] {
		return nil, service.E(service.CaseElsewhere, "flow.hold", service.Args{"no": no}, nil)
	}
	e.busy[no] = true
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.busy, no)
	}, nil
}
