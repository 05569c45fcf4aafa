// Package manycases ages a store for tests and benchmarks: it takes the closed cases that the store holds and repeats them under other
// customers, days and numbers, until the station looks as it does after years of service.
//
// Every row is one that the store's ports read as their own: sealed, searchable, counted. Three things are not as in life: audit rows
// are hashed and chained with a signed head, but carry no signatures of their own; only the newest cases keep their whole journal,
// all of their papers and the papers' content; old events stand in an epoch before the station's, so that its chain of events goes on undisturbed.
package manycases

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"time"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/sm"
)

// PerDay is how many customers a busy counter serves on a day.
const PerDay = 150

// whole is how many of the newest cases keep journal and papers whole.
const whole = 2000

// Spec says what is to be filled.
type Spec struct {
	Store  *db.Store
	Dir    string // its folder
	Master []byte // its data key
	Rand   io.Reader
	Now    time.Time // the newest cases are of this day
	Cases  int       // how many are added
}

// Fill adds closed cases. The store may stay open, but nothing may act on it meanwhile.
func Fill(ctx context.Context, s Spec) error {
	sealer, err := sm.NewSealer(s.Rand, s.Master, 1)
	if err != nil {
		return err
	}
	templates, err := read(ctx, s.Store)
	if err != nil {
		return err
	}
	pool, err := open(ctx, s.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	f := &filler{Spec: s, sealer: sealer, templates: templates}
	if err := f.begin(ctx, pool); err != nil {
		return err
	}
	return f.fill(ctx, pool)
}

// open gives one connection that does not wait for the disk: what a power cut would do to a test's store is nobody's concern.
func open(ctx context.Context, dir string) (*sql.DB, error) {
	v := url.Values{"_pragma": {"busy_timeout(5000)", "synchronous(OFF)", "foreign_keys(0)", "cache_size(-65536)", "temp_store(MEMORY)"}}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, db.FileName)), RawQuery: v.Encode()}
	pool, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	return pool, pool.PingContext(ctx)
}

// template is one closed case as the store gives it.
type template struct {
	c       service.Case
	visit   service.Visit
	who     service.Customer
	line    service.Line
	certs   []service.Certificate
	paid    []service.Payment
	receipt service.Receipt
	papers  []service.Paper
	journal []service.JournalEntry
}

var errNone = errors.New("manycases: the store holds no closed case to repeat")

func read(ctx context.Context, store *db.Store) (out []template, err error) {
	err = store.Read(ctx, func(v service.View) error {
		rows, err := v.Cases.Find(service.CaseQuery{Statuses: []service.Status{service.Completed}, Limit: 100})
		for i := 0; i < len(rows) && err == nil; i++ {
			var t template
			t, err = one(v, rows[i].No)
			out = append(out, t)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = errNone
	}
	return out, err
}

func one(v service.View, no string) (t template, err error) {
	step := func(fn func() error) {
		if err == nil {
			err = fn()
		}
	}
	step(func() (err error) { t.c, err = v.Cases.Case(no); return err })
	step(func() (err error) { t.visit, err = v.Cases.Visit(t.c.Visit); return err })
	step(func() (err error) { t.who, err = v.Customers.Customer(t.c.Customer); return err })
	step(func() (err error) { t.certs, err = v.Certificates.Find(service.CertificateQuery{Case: no}); return err })
	step(func() (err error) { t.paid, err = v.Ledger.Payments(no); return err })
	step(func() (err error) { t.papers, err = v.Papers.Papers(no); return err })
	step(func() (err error) { t.journal, err = v.Journal.Entries(no); return err })
	if len(t.certs) > 0 {
		step(func() (err error) { t.line, err = v.Certificates.Line(t.certs[0].Line); return err })
	}
	if t.c.Receipt != "" {
		step(func() (err error) { t.receipt, err = v.Ledger.Receipt(t.c.Receipt); return err })
	}
	return t, err
}
