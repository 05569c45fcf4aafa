package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/db/faultdisk"
	"certdesk/service"
)

func newDisk(t testing.TB) *faultdisk.Disk {
	t.Helper()
	d, err := faultdisk.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func openOn(d *faultdisk.Disk, dir string) (*db.Store, error) {
	c := config(dir)
	c.VFS = d.Name()
	return db.Open(context.Background(), c)
}

// template is a folder with a migrated store and one case, closed; copyTo gives a test one of its own.
type template struct{ dir string }

func newTemplate(t testing.TB) template {
	t.Helper()
	dir := t.TempDir()
	s := openAt(t, dir)
	sample(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return template{dir}
}

func (p template) copyTo(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, db.FileName))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, db.FileName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// bigAct is what the engine's largest acts write: case, journal, payment, receipt, entries, event, paper, counter and audit row.
// n makes its numbers its own; how often it was committed stands in the setting "n".
func bigAct(s *db.Store, n int) error {
	return try(s, func(tx *service.Tx) error {
		k, err := tx.Read.Cases.Case(caseNo)
		if err != nil {
			return err
		}
		k.Attempt = n
		id := fmt.Sprint(n)
		return firstError(tx.Cases.PutCase(&k),
			tx.Journal.Append(service.JournalEntry{Case: k.No, Step: "s", State: service.StepDone, Data: map[string]string{"n": id}}),
			tx.Ledger.AddPayment(service.Payment{ID: "p" + id, Case: k.No, Amount: 100}),
			tx.Ledger.AddReceipt(service.Receipt{No: "R" + id, Case: k.No, Total: 100}),
			tx.Ledger.AddEntry(service.Entry{Debit: "cash", Credit: "income", Amount: 100, Case: k.No}),
			tx.Outbox.Append("case", make([]byte, 300)),
			tx.Spool.PutPaper(service.Paper{ID: "w" + id, Case: k.No, Doc: service.Document{Title: "t"}}),
			tx.Settings.Set("n", []byte(id)))
	})
}

// acts is how many bigActs the store knows, each of its parts agreeing with the others.
func acts(t testing.TB, s *db.Store) int {
	t.Helper()
	var n int
	read(t, s, func(v service.View) error {
		k, err := v.Cases.Case(caseNo)
		if err != nil {
			return err
		}
		entries, err := v.Journal.Entries(caseNo)
		if err != nil {
			return err
		}
		n = k.Attempt - 1
		for i := 2; i <= n+1; i++ {
			if _, err := v.Ledger.Receipt(fmt.Sprint("R", i)); err != nil {
				return err
			}
		}
		_, err = v.Ledger.Receipt(fmt.Sprint("R", n+2))
		if len(entries) != n || !service.IsCode(err, service.NotFound) {
			t.Fatalf("case says %d acts, journal %d, receipt after it: %v", n, len(entries), err)
		}
		return nil
	})
	return n
}

// whole fails where file or audit chain is not.
func whole(t testing.TB, s *db.Store) {
	t.Helper()
	if _, err := s.VerifyAudit(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A power cut anywhere, over several mornings, takes no act that was reported as committed and leaves none in parts. At most
// the act at the cut comes to life unreported.
func TestPowerCuts(t *testing.T) {
	p := newTemplate(t)
	runs := 300
	if testing.Short() {
		runs = 15
	}
	cuts := 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		dir, d := p.copyTo(t), newDisk(t)
		done := 0
		for day := 0; day < 3; day++ {
			d.PowerLossAfter(r.IntN(60))
			s, err := openOn(d, dir)
			for i := 0; err == nil && i < 12; i++ {
				if err = bigAct(s, done+2); err == nil {
					done++
				}
			}
			if err != nil && !d.Off() {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if s != nil {
				_ = s.Close()
			}
			if d.Off() {
				cuts++
			}
			done = morning(t, d, dir, faultdisk.Some(r.Uint64()), done)
		}
	}
	t.Logf("%d cuts", cuts)
	if cuts < runs {
		t.Errorf("only %d cuts", cuts)
	}
}

// morning restores the disk and looks at what the cut left of done acts; it gives how many there are now.
func morning(t testing.TB, d *faultdisk.Disk, dir string, keep faultdisk.Keep, done int) int {
	t.Helper()
	if err := d.Restore(keep); err != nil {
		t.Fatal(err)
	}
	s, err := openOn(d, dir)
	if err != nil {
		t.Fatal(err)
	}
	n := acts(t, s)
	if n < done || n > done+1 {
		t.Fatalf("%d acts reported, %d there", done, n)
	}
	whole(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

// The power goes at each operation of making a store, and each time something else of the un-synced stays: the next open makes
// it to the end.
func TestPowerCutWhileMigrating(t *testing.T) {
	cuts := 0
	for ; ; cuts += stride() {
		dir, d := t.TempDir(), newDisk(t)
		d.PowerLossAfter(cuts)
		s, err := openOn(d, dir)
		if err == nil && !d.Off() {
			_ = s.Close()
			break
		}
		if err == nil {
			_ = s.Close()
		}
		if err := d.Restore(faultdisk.Some(uint64(cuts))); err != nil {
			t.Fatal(err)
		}
		if s, err = openOn(d, dir); err != nil {
			t.Fatalf("cut %d: %v", cuts, err)
		}
		sample(t, s)
		if err := bigAct(s, 2); err != nil {
			t.Fatal(err)
		}
		whole(t, s)
		_ = s.Close()
	}
	t.Logf("%d cuts", cuts)
	if cuts < 50 {
		t.Errorf("only %d places to cut", cuts)
	}
}

// stride is how many operations lie between two that a test cuts or fails: every one, or with -short some.
func stride() int {
	if testing.Short() {
		return 17
	}
	return 1
}
