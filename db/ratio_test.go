package db_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/sm"
)

// paidAct is the act of the engine that takes a fee: the case saved, a journal entry, payment, receipt with its counter, two
// entries, an event and an audit row.
func paidAct(s *db.Store, n int) error {
	return try(s, func(tx *service.Tx) error {
		k, err := tx.Read.Cases.Case(caseNo)
		if err != nil {
			return err
		}
		k.Attempt, k.Fee = n, 20050
		id, by := fmt.Sprint(n), service.Stamp{Staff: clerk.ID, Name: clerk.Name, At: tx.Now}
		if _, err := tx.Counters.Next("receipt"); err != nil {
			return err
		}
		lines := []service.FeeLine{{Item: "cert", Amount: 20000}, {Item: "key", Amount: 50}}
		return firstError(tx.Cases.PutCase(&k),
			tx.Journal.Append(service.JournalEntry{Case: k.No, Step: "fee.pay", State: service.StepDone, Data: map[string]string{"receipt": id}}),
			tx.Ledger.AddReceipt(service.Receipt{No: "R-0043-" + id, Case: k.No, Lines: lines, Total: 20050, By: by}),
			tx.Ledger.AddPayment(service.Payment{ID: "p" + id, Case: k.No, Receipt: "R-0043-" + id, Method: "cash", Amount: 20050, By: by}),
			tx.Ledger.AddEntry(service.Entry{Case: k.No, Debit: "cash", Credit: "due", Amount: 20050, Ref: "R-0043-" + id}),
			tx.Ledger.AddEntry(service.Entry{Case: k.No, Debit: "due", Credit: "income", Amount: 20050, Ref: "R-0043-" + id}),
			tx.Outbox.Append("case", []byte(`{"no":"`+k.No+`","kind":"issue","status":"unpaid","money":"paid","receipt":"R-0043-`+id+`","fee":20050}`)))
	})
}

// recorded is what n such acts write, act by act, from the template's state on.
func recorded(b *testing.B, p template, n int) [][]db.Written {
	b.Helper()
	c := config(p.copyTo(b))
	s, err := db.Open(context.Background(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r := db.Record(b, s, c)
	var all [][]db.Written
	for i := range n {
		r.Rows = nil
		if err := paidAct(s, i+2); err != nil {
			b.Fatal(err)
		}
		all = append(all, r.Rows)
	}
	return all
}

// bare writes what was recorded, prepared, with the store's own pragmas, and nothing else.
type bare struct {
	pool  *sql.DB
	ready map[string]*sql.Stmt
}

func (w *bare) commit(rows []db.Written) error {
	tx, err := w.pool.Begin()
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := tx.Stmt(w.ready[r.Query]).Exec(r.Args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func newBare(b *testing.B, p template, acts [][]db.Written) *bare {
	b.Helper()
	pool, err := sql.Open("sqlite", db.WritingDSN(config(p.copyTo(b))))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pool.Close() })
	pool.SetMaxOpenConns(1)
	w := &bare{pool, map[string]*sql.Stmt{}}
	for _, rows := range acts {
		for _, r := range rows {
			if w.ready[r.Query] == nil {
				if w.ready[r.Query], err = pool.Prepare(r.Query); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	return w
}

// required is the cryptography that an act cannot do without: three SM2 signatures (audit row, event, head), and three sealed
// cells (case, journal, event).
func required(b *testing.B) func() error {
	b.Helper()
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	sealer, err := sm.NewSealer(rand.Reader, master, 1)
	if err != nil {
		b.Fatal(err)
	}
	message, cell := make([]byte, 64), make([]byte, 200)
	return func() error {
		for range 3 {
			if _, err := key.Sign(rand.Reader, message); err != nil {
				return err
			}
			if _, err := sealer.Seal(cell, "cases", caseNo, "private"); err != nil {
				return err
			}
		}
		return nil
	}
}

// BenchmarkRatioAct is one act of the engine against a bare commit of the very rows that it writes, turn by turn in one run, so
// that the machine does not matter: "ratio" is the medians' quotient, "ratio/crypto" the same with the cryptography that an act
// cannot do without on the bare side too.
func BenchmarkRatioAct(b *testing.B) {
	p := newTemplate(b)
	acts := recorded(b, p, b.N+warm)
	w, crypto := newBare(b, p, acts), required(b)
	s := openAt(b, p.copyTo(b))
	var took [3][]float64
	time3 := [3]func(i int) error{
		func(i int) error { return paidAct(s, i+2) },
		func(i int) error { return w.commit(acts[i]) },
		func(int) error { return crypto() },
	}
	b.ResetTimer()
	for i := range b.N + warm {
		for j, do := range time3 {
			begin := time.Now()
			if err := do(i); err != nil {
				b.Fatal(err)
			}
			if i >= warm {
				took[j] = append(took[j], float64(time.Since(begin).Nanoseconds()))
			}
		}
	}
	act, floor, sealed := median(took[0]), median(took[1]), median(took[2])
	b.ReportMetric(act/1e3, "µs/act")
	b.ReportMetric(floor/1e3, "µs/bare")
	b.ReportMetric(sealed/1e3, "µs/crypto")
	b.ReportMetric(act/floor, "ratio")
	b.ReportMetric(act/(floor+sealed), "ratio/crypto")
}

// warm is how many acts run before the clock, until every statement is prepared.
const warm = 5

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
