package db_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/service"
)

// No byte of database or write-ahead log names a person; an organisation's name shows that the search would find it.
func TestNothingPersonalInTheClear(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	sample(t, s)
	act(t, s, func(tx *service.Tx) error {
		return firstError(
			tx.Journal.Append(service.JournalEntry{Case: caseNo, Step: "id", Data: map[string]string{"h": holder.Name, "a": agent.Number}}),
			tx.Outbox.Append("case", []byte(holder.Name+holder.Number+agent.Mobile)),
			tx.Spool.PutPaper(service.Paper{ID: "p", Case: caseNo, Doc: service.Document{Title: holder.Name, Foot: []string{agent.Name}}}),
			tx.Certs.PutLine(service.Line{ID: "L1", Customer: org.ID, HolderID: tx.Customers.HolderKey(holder.Number)}),
			tx.Certs.PutCertificate(service.Certificate{Serial: "0A", Line: "L1", Subject: "CN=" + holder.Name, DER: []byte(holder.Number)}),
			tx.Settings.Set("x", []byte(holder.Mobile)))
	})
	_, err := os.Stat(filepath.Join(dir, db.FileName+"-wal"))
	if err != nil {
		t.Fatal(err) // a test without the log would prove less
	}
	look := func(when string) {
		all := allBytes(t, dir)
		if !bytes.Contains(all, []byte(org.Name)) {
			t.Errorf("%s: the organisation is not found in the clear", when)
		}
		for _, p := range []service.Person{agent, holder, {Name: person.Name, Number: person.Number, Mobile: person.Mobile}} {
			for _, secret := range []string{p.Name, p.Number, p.Mobile} {
				if bytes.Contains(all, []byte(secret)) {
					t.Errorf("%s: %s in the clear", when, secret)
				}
			}
		}
		for _, secret := range []string{org.Mobile, person.Address, "秘密的理由", "照片不清"} {
			if bytes.Contains(all, []byte(secret)) {
				t.Errorf("%s: %s in the clear", when, secret)
			}
		}
	}
	look("running")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	look("closed")
}

func allBytes(t *testing.T, dir string) (all []byte) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// A sealed cell that was changed, or put in another row, is damage and never a value.
func TestTamperedCell(t *testing.T) {
	tests := []struct{ name, change string }{
		{"bit", `UPDATE cases SET private = CAST(substr(private, 1, 40) || iif(substr(private, 41, 1) = x'00', x'01', x'00') || substr(private, 42) AS BLOB)`},
		{"short", `UPDATE cases SET private = x'01'`},
		{"moved", `UPDATE cases SET private = (SELECT private FROM visits)`},
		{"empty", `UPDATE cases SET private = x''`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			s := openAt(t, dir)
			sample(t, s)
			mustExec(t, raw(t, dir), tt.change)
			err := s.Read(context.Background(), func(v service.View) error {
				_, err := v.Cases.Case(caseNo)
				return err
			})
			wantCode(t, err, service.StoreCorrupt)
		})
	}
}

func TestWrongKey(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, key := range [][]byte{bytes.Repeat([]byte{8}, 32), master[:31], nil} {
		c := config(dir)
		c.Master = key
		_, err := db.Open(context.Background(), c)
		wantCode(t, err, service.KeyWrong)
		if key != nil {
			_, err = db.OpenReadOnly(context.Background(), c)
			wantCode(t, err, service.KeyWrong)
		}
	}
	mustExec(t, raw(t, dir), `UPDATE meta SET value = x'0102' WHERE name = 'events-private'`)
	_, err := db.Open(context.Background(), config(dir))
	wantCode(t, err, service.StoreCorrupt)
}

func TestDamagedFile(t *testing.T) {
	fill := func(b byte) func([]byte) []byte {
		return func([]byte) []byte { return bytes.Repeat([]byte{b}, 8192) }
	}
	tests := []struct {
		name   string
		change func([]byte) []byte
	}{
		{"no database", fill('x')},
		{"zeros", fill(0)},
		{"header and noise", func(b []byte) []byte { return append(b[:100:100], bytes.Repeat([]byte{0xa5}, len(b)-100)...) }},
		{"cut", func(b []byte) []byte { return b[:8192] }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			s := openAt(t, dir)
			sample(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, db.FileName)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, tt.change(b), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = db.Open(context.Background(), config(dir))
			wantCode(t, err, service.StoreCorrupt)
		})
	}
}

// A full disk stops the act as a whole, also where its author ignores the error.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	k := sample(t, s)
	db.LimitPages(t, s)
	big := make([]byte, 1<<20)
	for _, ignore := range []bool{false, true} {
		err := try(s, func(tx *service.Tx) error {
			k.Status = service.Accepted
			if err := tx.Cases.PutCase(&k); err != nil {
				return err
			}
			if err := tx.Settings.Set("big", big); !ignore {
				return err
			}
			return nil
		})
		wantCode(t, err, service.StoreFull)
	}
	read(t, s, func(v service.View) error {
		got, err := v.Cases.Case(caseNo)
		same(t, "case", []any{got.Version, got.Status}, []any{int64(1), service.Draft})
		return err
	})
}

func TestAppendOnly(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	sample(t, s)
	act(t, s, func(tx *service.Tx) error {
		return firstError(tx.Ledger.AddReceipt(service.Receipt{No: "R1", Case: caseNo}), tx.Ledger.AddPayment(service.Payment{ID: "p"}),
			tx.Ledger.AddEntry(service.Entry{Debit: "a", Credit: "b", Amount: 1}), tx.Outbox.Append("x", nil),
			tx.Journal.Append(service.JournalEntry{Case: caseNo, Step: "x"}))
	})
	pool := raw(t, dir)
	for _, query := range []string{
		`UPDATE receipts SET total = 1`, `DELETE FROM receipts`, `UPDATE payments SET amount = 1`, `DELETE FROM payments`,
		`UPDATE entries SET amount = 2`, `DELETE FROM entries`, `UPDATE journal SET step = 'y'`, `DELETE FROM journal`,
		`DELETE FROM outbox`,
	} {
		if _, err := pool.Exec(query); err == nil {
			t.Errorf("%s went through", query)
		}
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := db.Open(context.Background(), config(filepath.Join(file, "data")))
	wantCode(t, err, service.StoreFailed)
	_, err = db.Hold(filepath.Join(file, "data"))
	wantCode(t, err, service.StoreFailed)
}
