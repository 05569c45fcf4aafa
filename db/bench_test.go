package db_test

import (
	"context"
	"fmt"
	"testing"

	"certdesk/service"
)

// BenchmarkAct is one act of the counter: a case saved, a journal entry, an event and an audit row.
func BenchmarkAct(b *testing.B) {
	s := open(b)
	k := sample(b, s)
	body := []byte(`{"no":"B0430-261121-0018","status":"draft"}`)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		act(b, s, func(tx *service.Tx) error {
			return firstError(tx.Cases.PutCase(&k), tx.Outbox.Append("case", body),
				tx.Journal.Append(service.JournalEntry{Case: k.No, Step: "s", State: service.StepDone, Data: k.Fields}))
		})
	}
}

// BenchmarkBareCommit writes rows of the same sizes in one transaction, with no sealing, no chain and no checks.
func BenchmarkBareCommit(b *testing.B) {
	dir := b.TempDir()
	_ = openAt(b, dir).Close()
	pool := raw(b, dir)
	pool.SetMaxOpenConns(1)
	mustExec(b, pool, `PRAGMA journal_mode = WAL`)
	mustExec(b, pool, `PRAGMA synchronous = FULL`)
	mustExec(b, pool, `CREATE TABLE bare (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER, d BLOB)`)
	mustExec(b, pool, `CREATE INDEX bare_a ON bare (a)`)
	blob := make([]byte, 260)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		tx, err := pool.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for j := 0; j < 9; j++ { // case, stamp, three search keys, journal, event, audit row, head
			if _, err := tx.Exec(`INSERT INTO bare (a, b, c, d) VALUES (?, ?, ?, ?)`, fmt.Sprint(i), "x", j, blob); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadCase(b *testing.B) {
	s := open(b)
	sample(b, s)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		read(b, s, func(v service.View) error {
			_, err := v.Cases.Case(caseNo)
			return err
		})
	}
}

// BenchmarkFind searches a person's name among 2,000 cases.
func BenchmarkFind(b *testing.B) {
	s := open(b)
	sample(b, s)
	act(b, s, func(tx *service.Tx) error {
		for i := 0; i < 2000; i++ {
			k := service.Case{No: fmt.Sprintf("B0430-261122-%04d", i), Status: service.Draft, Customer: org.ID, Visit: visitID}
			if err := tx.Cases.PutCase(&k); err != nil {
				return err
			}
		}
		return nil
	})
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		read(b, s, func(v service.View) error {
			_, err := v.Cases.Find(service.CaseQuery{Text: holder.Name})
			return err
		})
	}
}

func BenchmarkVerifyAudit(b *testing.B) {
	s := open(b)
	act(b, s, func(tx *service.Tx) error {
		for i := 0; i < 1000; i++ {
			if err := tx.Audit.Append("a", "b", "c"); err != nil {
				return err
			}
		}
		return nil
	})
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if _, err := s.VerifyAudit(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
