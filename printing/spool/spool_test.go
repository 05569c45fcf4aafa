package spool_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/printing"
	"certdesk/printing/spool"
	"certdesk/service"

	"crypto/rand"
)

// paper is a printer that can fail.
type paper struct {
	fail    error
	tries   int
	printed []string
}

func (p *paper) Print(_ context.Context, name string, _ []byte) error {
	p.tries++
	if p.fail == nil {
		p.printed = append(p.printed, name)
	}
	return p.fail
}

func queued(t *testing.T, ids ...string) *db.Store {
	t.Helper()
	env := service.Env{Now: time.Now, Rand: rand.Reader}
	s, err := db.Open(t.Context(), db.Config{Dir: t.TempDir(), Master: make([]byte, 32), Env: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	err = s.Act(t.Context(), service.StationActor(), func(tx *service.Tx) error {
		c := &service.Case{No: "B1", Kind: service.KindIssue, Status: service.Draft}
		errs := []error{tx.Cases.PutCase(c)}
		for _, id := range ids {
			doc := service.Document{Kind: service.DocNotice, Title: "一次性告知书", No: id, Time: tx.Now}
			errs = append(errs, tx.Spool.PutPaper(service.Paper{ID: id, Case: "B1", Kind: doc.Kind, No: id, Doc: doc, At: tx.Now}),
				tx.Spool.PutJob(service.SpoolJob{ID: id, Paper: id, Name: id, State: service.SpoolQueued, At: tx.Now}))
		}
		return errors.Join(append(errs, tx.Audit.Append("paper", "B1", ""))...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func jobs(t *testing.T, s *db.Store, st service.SpoolState) []service.SpoolJob {
	t.Helper()
	var out []service.SpoolJob
	err := s.Read(t.Context(), func(v service.View) (err error) {
		out, err = v.Papers.Jobs(st)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A failure names its cause and stays in the queue; the next drain prints it, and nothing is printed twice.
func TestFailureIsKeptAndTriedAgain(t *testing.T) {
	s := queued(t, "a", "b")
	p := &paper{fail: service.E(service.PaperDisk, "test", service.Args{"path": "/x"}, nil)}
	q := spool.New(s, printing.New(), p)
	if err := q.Drain(t.Context()); !service.IsCode(err, service.PaperDisk) {
		t.Fatalf("%v", err)
	}
	failed := jobs(t, s, service.SpoolFailed)
	if len(failed) != 2 || failed[0].Cause != service.PaperDisk || failed[0].Tries != 1 {
		t.Fatalf("%+v", failed)
	}
	p.fail = nil
	for range 2 {
		if err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if done := jobs(t, s, service.SpoolDone); len(done) != 2 || done[0].Tries != 2 || len(p.printed) != 2 {
		t.Errorf("%+v, printed %v", done, p.printed)
	}
}

// A paper that cannot be drawn does not hold the others up.
func TestOneBadPaperHoldsNobodyUp(t *testing.T) {
	s := queued(t, "a", "b", "c")
	p := &paper{}
	err := spool.New(s, onlyNot{"b"}, p).Drain(t.Context())
	if !service.IsCode(err, service.PrintFailed) || len(p.printed) != 2 {
		t.Errorf("%v, printed %v", err, p.printed)
	}
}

type onlyNot struct{ bad string }

func (o onlyNot) PDF(d service.Document) ([]byte, error) {
	if d.No == o.bad {
		return nil, service.E(service.PrintFailed, "test", nil, nil)
	}
	return printing.New().PDF(d)
}

// A broken printer is tried less and less, and written down once.
func TestBrokenPrinterRests(t *testing.T) {
	s := queued(t, "a")
	p := &paper{fail: service.E(service.PaperFolder, "test", service.Args{"path": "/x"}, nil)}
	q := spool.New(s, printing.New(), p)
	for range 40 {
		_ = q.Round(t.Context())
	}
	if p.tries < 4 || p.tries > 7 {
		t.Errorf("%d tries in 40 rounds", p.tries)
	}
	rows := 0
	for r, err := range s.AuditRows(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Act == "print.failed" {
			rows++
		}
	}
	if rows != 1 {
		t.Errorf("%d audit rows for one failure", rows)
	}
	p.fail = nil
	if err := q.Drain(t.Context()); err != nil || len(p.printed) != 1 {
		t.Errorf("%v, printed %v", err, p.printed)
	}
}
