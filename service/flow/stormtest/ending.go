package stormtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	_ "modernc.org/sqlite" // the books are read by plain SQL, apart from the program that wrote them

	"certdesk/db"
	"certdesk/service"
)

// Ending is what a schedule came to.
type Ending struct {
	Broken   []string // invariants that do not hold, in words; none is well
	Struck   []Struck
	Seen     map[service.Code]int
	Restarts int
	Issued   int // pairs the centre made
	Done     int // cases completed
}

// Check is one invariant: it gives a line for everything that breaks it.
type Check struct {
	Name string
	Mid  bool // holds at every moment, not only once all work is finished
	Find func(context.Context, *Scene) ([]string, error)
}

// Scene is what the invariants look at.
type Scene struct {
	World   *World
	Station *sql.DB
	Centre  *sql.DB
	Works   []*work
}

func (d *desk) ending(ctx context.Context, whole bool) (*Ending, error) {
	if err := d.alive(ctx); err != nil {
		return nil, err
	}
	s, err := d.scene()
	if err != nil {
		return nil, err
	}
	defer s.close()
	d.Board.calm(true) // who looks on strikes nothing
	defer d.Board.calm(false)
	e := &Ending{Struck: d.Board.Struck, Seen: d.seen, Restarts: d.Restarts}
	for _, c := range Checks() {
		if !whole && !c.Mid {
			continue
		}
		found, err := c.Find(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		for _, f := range found {
			e.Broken = append(e.Broken, fmt.Sprintf("%s (at the end: %v): %s", c.Name, whole, f))
		}
	}
	e.Issued, err = s.number(s.Centre, "SELECT count(*) FROM pair")
	if err == nil {
		e.Done, err = s.number(s.Station, "SELECT count(*) FROM cases WHERE status = 'completed'")
	}
	return e, err
}

func (d *desk) scene() (*Scene, error) {
	s := &Scene{World: d.World, Works: d.cases}
	var err error
	if s.Station, err = sql.Open("sqlite", "file:"+filepath.Join(d.Dir, db.FileName)+"?mode=ro&_pragma=busy_timeout(5000)"); err != nil {
		return nil, err
	}
	s.Centre, err = sql.Open("sqlite", "file:"+filepath.Join(d.Dir, "centre.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	return s, err
}

func (s *Scene) close() { _ = errors.Join(s.Station.Close(), s.Centre.Close()) }

func (s *Scene) number(d *sql.DB, question string) (n int, err error) {
	return n, d.QueryRow(question).Scan(&n)
}

// rows asks for one text per row.
func rows(d *sql.DB, question string) ([]string, error) {
	found, err := d.Query(question)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var out []string
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, found.Err()
}

// none is an invariant put as a question to the station's store that must give no row.
func none(name string, mid bool, question string) Check {
	return Check{Name: name, Mid: mid, Find: func(_ context.Context, s *Scene) ([]string, error) { return rows(s.Station, question) }}
}
