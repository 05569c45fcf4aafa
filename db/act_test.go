package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/service"
)

func TestActNeedsAudit(t *testing.T) {
	s := open(t)
	err := s.Act(context.Background(), clerk, func(tx *service.Tx) error {
		_, err := tx.Counters.Next("n")
		return err
	})
	wantCode(t, err, service.NoAudit)
	act(t, s, func(tx *service.Tx) error {
		n, err := tx.Counters.Next("n")
		same(t, "counter", n, int64(1))
		return err
	})
}

func TestRollback(t *testing.T) {
	s := open(t)
	k := sample(t, s)
	was := k
	stop := errors.New("stop")
	rolled := func(end func()) error {
		return try(s, func(tx *service.Tx) error {
			if _, err := tx.Counters.Next("n"); err != nil {
				return err
			}
			k.Status = service.Accepted
			if err := tx.Cases.PutCase(&k); err != nil {
				return err
			}
			end()
			return stop
		})
	}
	if err := rolled(func() {}); err != stop {
		t.Fatal(err)
	}
	same(t, "version after an error", []any{k.Version, k.Updated}, []any{was.Version, was.Updated})
	func() {
		defer func() { same(t, "panic", recover(), "boom") }()
		_ = rolled(func() { panic("boom") })
	}()
	same(t, "version after a panic", k.Version, was.Version)
	act(t, s, func(tx *service.Tx) error {
		n, err := tx.Counters.Next("n")
		same(t, "counter", n, int64(1))
		return firstError(err, tx.Cases.PutCase(&k))
	})
	same(t, "version", k.Version, int64(2))
}

func TestTxSeesItself(t *testing.T) {
	s := open(t)
	act(t, s, func(tx *service.Tx) error {
		if tx.Now.Location() != time.UTC || tx.Now.Nanosecond()%1000 != 0 || tx.Who != clerk {
			t.Errorf("now %v, who %v", tx.Now, tx.Who)
		}
		if err := firstError(tx.Customers.PutCustomer(org), tx.Audit.Append("a", "x", "d")); err != nil {
			return err
		}
		got, err := tx.Read.Customers.Customer(org.ID)
		same(t, "own write", got, org)
		head, err2 := tx.Read.Audit.Head()
		same(t, "own row", []any{head.Seq, head.Act, head.Actor, head.At}, []any{int64(2), "a", clerk.ID, tx.Now})
		return firstError(err, err2)
	})
}

func TestPutCaseRules(t *testing.T) {
	s := open(t)
	k := sample(t, s)
	put := func(change func(*service.Case)) error {
		c := k
		c.By = map[service.Duty]service.Stamp{}
		for d, b := range k.By {
			c.By[d] = b
		}
		change(&c)
		return try(s, func(tx *service.Tx) error { return tx.Cases.PutCase(&c) })
	}
	by := func(d service.Duty, who string) func(*service.Case) {
		return func(c *service.Case) { c.By[d] = stamp(who) }
	}
	tests := []struct {
		name   string
		change func(*service.Case)
		code   service.Code
	}{
		{"old version", func(c *service.Case) { c.Version = 7 }, service.CaseChanged},
		{"second insert", func(c *service.Case) { c.Version = 0 }, service.CaseChanged},
		{"missing", func(c *service.Case) { c.No = "B-x" }, service.NotFound},
		{"no number", func(c *service.Case) { c.No = "" }, service.InputRequired},
		{"jump", func(c *service.Case) { c.Status = service.Produced }, service.CaseStatus},
		{"new in the middle", func(c *service.Case) { c.No, c.Version, c.Status = "B-y", 0, service.Making }, service.CaseStatus},
		{"self review", by(service.ReviewedBy, "s1"), service.SelfReview},
		{"enterer changed with the review", func(c *service.Case) {
			c.By[service.ReviewedBy], c.By[service.EnteredBy] = stamp("s1"), stamp("s9")
		}, service.SelfReview},
		{"reviewer becomes enterer", func(c *service.Case) {
			c.By[service.ReviewedBy], c.By[service.EnteredBy] = stamp("s9"), stamp("s9")
		}, service.SelfReview},
		{"nobody entered", func(c *service.Case) {
			c.No, c.Version, c.By = "B-z", 0, map[service.Duty]service.Stamp{service.ReviewedBy: stamp("s1")}
		}, service.InputRequired},
		{"visit that is not there", func(c *service.Case) { c.Visit = "V-none" }, service.StoreFailed},
		{"other reviewer", by(service.ReviewedBy, "s2"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCode(t, put(tt.change), tt.code) })
	}
}

func TestOnePersonSite(t *testing.T) {
	s := open(t)
	k := sample(t, s)
	act(t, s, func(tx *service.Tx) error { return tx.Settings.Set(db.OnePersonPolicy, []byte("true")) })
	k.By[service.ReviewedBy] = stamp("s1")
	for i := 0; i < 2; i++ { // the second save is no second review
		act(t, s, func(tx *service.Tx) error { return tx.Cases.PutCase(&k) })
	}
	read(t, s, func(v service.View) error {
		rows, err := v.Audit.Of(caseNo)
		if len(rows) != 1 || rows[0].Act != db.OnePersonAct || rows[0].Detail != "s1" {
			t.Errorf("rows %+v", rows)
		}
		return err
	})
}

func TestNestedActFails(t *testing.T) {
	c := config(t.TempDir())
	c.Wait = 50 * time.Millisecond
	s, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	act(t, s, func(tx *service.Tx) error {
		wantCode(t, try(s, func(*service.Tx) error { return nil }), service.StoreBusy)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		wantCode(t, s.Act(ctx, clerk, func(*service.Tx) error { return nil }), service.Cancelled)
		return nil
	})
	act(t, s, func(*service.Tx) error { return nil })
}

func TestCancelledActIsRolledBack(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := s.Act(ctx, clerk, func(tx *service.Tx) error {
		if _, err := tx.Counters.Next("n"); err != nil {
			return err
		}
		cancel()
		_ = tx.Audit.Append("a", "b", "") // its error is ignored: the act must still fail
		return nil
	})
	if err == nil {
		t.Fatal("committed")
	}
	act(t, s, func(tx *service.Tx) error {
		n, err := tx.Counters.Next("n")
		same(t, "counter", n, int64(1))
		return err
	})
}

// Two clerks and a reader: no act is lost, and a reader never sees half an act.
func TestConcurrency(t *testing.T) {
	s := open(t)
	const acts = 40
	var wg sync.WaitGroup
	worker := func(fn func() error) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < acts; i++ {
				if err := fn(); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	for w := 0; w < 2; w++ {
		worker(func() error {
			return try(s, func(tx *service.Tx) error {
				_, err := tx.Counters.Next("n")
				e := service.Entry{Debit: "cash", Credit: "fee:x", Amount: 1, At: start}
				return firstError(err, tx.Ledger.AddEntry(e), tx.Ledger.AddEntry(e))
			})
		})
	}
	worker(func() error {
		return s.Read(context.Background(), func(v service.View) error {
			a, err := v.Ledger.Entries(start, start.Add(1*time.Second))
			b, err2 := v.Ledger.Entries(start, start.Add(1*time.Second))
			if len(a)%2 != 0 || len(a) != len(b) {
				t.Errorf("saw %d, then %d entries", len(a), len(b))
			}
			return firstError(err, err2)
		})
	})
	wg.Wait()
	act(t, s, func(tx *service.Tx) error {
		n, err := tx.Counters.Next("n")
		same(t, "counter", n, int64(2*acts+1))
		return err
	})
	if _, err := s.VerifyAudit(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyStore(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	_, err := db.OpenReadOnly(ctx, config(dir))
	wantCode(t, err, service.NotFound)
	s := openAt(t, dir)
	sample(t, s)
	c := config(dir)
	c.Master = nil
	blind, err := db.OpenReadOnly(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = blind.Close() }()
	wantCode(t, try(blind, func(*service.Tx) error { return nil }), service.StoreReadOnly)
	read(t, blind, func(v service.View) error {
		found, err := v.Cases.Find(service.CaseQuery{})
		same(t, "cases", len(found), 1)
		_, sealed := v.Cases.Case(caseNo)
		wantCode(t, sealed, service.KeyMissing)
		return err
	})
	if report, err := blind.VerifyAudit(ctx); err != nil || report.Rows != 2 {
		t.Errorf("%+v %v", report, err)
	}
	if blind.EventsKey() != nil || len(blind.AuditKey()) == 0 {
		t.Error("keys")
	}
	open, err := db.OpenReadOnly(ctx, config(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	read(t, open, func(v service.View) error {
		k, err := v.Cases.Case(caseNo)
		same(t, "holder", k.Holder, holder)
		return err
	})
}
