package db_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"certdesk/service"
)

var errStop = errors.New("stop")

// model is what a store should hold after some acts.
type model struct {
	counter, entries, events, rows int64
	versions                       map[string]int64
	status                         map[string]service.Status
}

func (m model) copy() model {
	c := m
	c.versions, c.status = map[string]int64{}, map[string]service.Status{}
	for no := range m.versions {
		c.versions[no], c.status[no] = m.versions[no], m.status[no]
	}
	return c
}

// step does one random thing in the act and in the model.
func (m *model) step(t *rapid.T, tx *service.Tx) error {
	switch rapid.IntRange(0, 4).Draw(t, "step") {
	case 0:
		m.counter++
		n, err := tx.Counters.Next("receipt")
		if n != m.counter {
			t.Fatalf("counter %d, want %d", n, m.counter)
		}
		return err
	case 1:
		m.entries++
		return tx.Ledger.AddEntry(service.Entry{Debit: "cash", Credit: "fee:x", Amount: 1, At: start})
	case 2:
		m.events++
		return tx.Outbox.Append("x", []byte("{}"))
	case 3:
		m.rows++
		return tx.Audit.Append("step", "", "")
	}
	return m.save(t, tx)
}

func (m *model) save(t *rapid.T, tx *service.Tx) error {
	no := fmt.Sprintf("B%d", rapid.IntRange(1, 3).Draw(t, "case"))
	old := m.status[no]
	if old == "" {
		old = service.Draft
	}
	k := service.Case{No: no, Version: m.versions[no], Status: rapid.SampledFrom(service.Statuses()).Draw(t, "status")}
	err := tx.Cases.PutCase(&k)
	if !old.CanBecome(k.Status) {
		if !service.IsCode(err, service.CaseStatus) {
			t.Fatalf("%s to %s: %v", old, k.Status, err)
		}
		return nil // refused; the act goes on without it
	}
	if err != nil || k.Version != m.versions[no]+1 {
		t.Fatalf("version %d after %d: %v", k.Version, m.versions[no], err)
	}
	m.versions[no], m.status[no] = k.Version, k.Status
	return nil
}

func (m model) check(t *rapid.T, v service.View) error {
	entries, err := v.Ledger.Entries(start, start.AddDate(0, 0, 1))
	events, err2 := v.Outbox.Pending(1000)
	head, err3 := v.Audit.Head()
	if int64(len(entries)) != m.entries || int64(len(events)) != m.events || head.Seq != m.rows {
		t.Fatalf("%d entries, %d events, %d rows; want %+v", len(entries), len(events), head.Seq, m)
	}
	for i, e := range entries {
		if e.Seq != int64(i+1) {
			t.Fatalf("entry %d has number %d", i, e.Seq)
		}
	}
	for no, version := range m.versions {
		k, err := v.Cases.Case(no)
		if err != nil || k.Version != version || k.Status != m.status[no] {
			t.Fatalf("%s: version %d, status %s, %v; want %d, %s", no, k.Version, k.Status, err, version, m.status[no])
		}
	}
	return firstError(err, err2, err3)
}

// Random acts, some of them rolled back: numbers stay gapless, versions rise by one, the chain holds.
func TestRandomActs(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s := openAt(t, fmt.Sprintf("%s/%d", dir, n))
		defer func() { _ = s.Close() }()
		m := model{rows: 1, versions: map[string]int64{}, status: map[string]service.Status{}}
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			next := m.copy()
			fail := rapid.IntRange(0, 3).Draw(rt, "fail") == 0
			err := try(s, func(tx *service.Tx) error {
				for range rapid.IntRange(0, 4).Draw(rt, "steps") {
					if err := next.step(rt, tx); err != nil {
						return err
					}
				}
				next.rows++
				if fail {
					return errStop
				}
				return nil
			})
			switch {
			case err == nil:
				m = next
			case !fail || err != errStop:
				rt.Fatal(err)
			}
		}
		if err := s.Read(ctx, func(v service.View) error { return m.check(rt, v) }); err != nil {
			rt.Fatal(err)
		}
		if _, err := s.VerifyAudit(ctx); err != nil {
			rt.Fatal(err)
		}
	})
}
