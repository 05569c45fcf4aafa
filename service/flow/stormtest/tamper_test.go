package stormtest_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/flow/stormtest"
)

// TestTamper changes the audit table of a counter that served a customer, in the file, as another program would: a column of any
// row, a row deleted, one inserted, the tail cut. `audit verify` is asked after each of STORM_TAMPERS tries (300 by default) and
// must find every one; in between the table is put back and must verify.
func TestTamper(t *testing.T) {
	dir := t.TempDir()
	w, err := template(t).Open(t.Context(), dir, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Play(t.Context(), stormtest.Calm(service.KindIssue)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := &spoiler{t: t, dir: dir, draw: rand.New(rand.NewPCG(uint64(number("STORM_FROM", 1)), 7))}
	s.open()
	for i := range number("STORM_TAMPERS", 300) {
		how := s.spoil()
		if err := s.verify(); service.CodeOf(err) != service.AuditBroken {
			t.Fatalf("try %d, %s: %v", i, how, err)
		}
		s.mend()
		if i%100 != 0 {
			continue
		}
		if err := s.verify(); err != nil {
			t.Fatalf("put back after %s: %v", how, err)
		}
	}
}

// spoiler is somebody with the file and a database program, and without the station's key.
type spoiler struct {
	t    *testing.T
	dir  string
	pool *sql.DB
	draw *rand.Rand
	rows int
}

func (s *spoiler) open() {
	var err error
	if s.pool, err = sql.Open("sqlite", "file:"+filepath.Join(s.dir, db.FileName)+"?_pragma=synchronous(OFF)"); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.pool.Close() })
	s.pool.SetMaxOpenConns(1)
	s.do("CREATE TEMP TABLE kept AS SELECT * FROM audit")
	if err := s.pool.QueryRow("SELECT count(*) FROM audit").Scan(&s.rows); err != nil || s.rows < 60 {
		s.t.Fatal(s.rows, err)
	}
}

func (s *spoiler) do(question string, args ...any) {
	s.t.Helper()
	if _, err := s.pool.Exec(question, args...); err != nil {
		s.t.Fatalf("%s: %v", question, err)
	}
}

func (s *spoiler) mend() {
	s.do("DELETE FROM audit")
	s.do("INSERT INTO audit SELECT * FROM kept")
}

func (s *spoiler) verify() error {
	store, err := db.OpenReadOnly(s.t.Context(), db.Config{Dir: s.dir, Env: service.Env{Now: time.Now}})
	if err != nil {
		return err
	}
	defer store.Close()
	_, err = store.VerifyAudit(s.t.Context())
	return err
}

// spoil changes the table in one way and says how.
func (s *spoiler) spoil() string {
	seq := 1 + s.draw.IntN(s.rows)
	switch s.draw.IntN(8) {
	case 0:
		s.do("DELETE FROM audit WHERE seq = ?", seq)
		return fmt.Sprint("deleted ", seq)
	case 1:
		s.do("DELETE FROM audit WHERE seq >= ?", seq)
		return fmt.Sprint("cut from ", seq)
	case 2:
		return s.insert(seq)
	case 3:
		return s.swap(seq)
	}
	return s.column(seq)
}

// insert puts a copy of a row in: behind the last, or before the first, or between two by moving all that come later.
func (s *spoiler) insert(seq int) string {
	at := []int{s.rows + 1, 0, seq + 1}[s.draw.IntN(3)]
	if at == seq+1 {
		s.do("UPDATE audit SET seq = -seq - 1 WHERE seq > ?", seq)
		s.do("UPDATE audit SET seq = -seq WHERE seq < 0")
	}
	s.do("INSERT INTO audit SELECT ?, at, actor, act, subject, detail, prev, hash, signature FROM kept WHERE seq = ?", at, seq)
	return fmt.Sprintf("%d inserted at %d", seq, at)
}

// swap gives one row everything of another but its number.
func (s *spoiler) swap(seq int) string {
	other := 1 + (seq+s.draw.IntN(s.rows-1))%s.rows
	s.do(`UPDATE audit SET (at, actor, act, subject, detail, prev, hash, signature) =
		(SELECT at, actor, act, subject, detail, prev, hash, signature FROM kept WHERE seq = ?) WHERE seq = ?`, other, seq)
	return fmt.Sprintf("%d overwritten by %d", seq, other)
}

// column changes one value of one row by a bit, a character or a number.
func (s *spoiler) column(seq int) string {
	name := []string{"seq", "at", "actor", "act", "subject", "detail", "prev", "hash", "signature"}[s.draw.IntN(9)]
	var value any
	if err := s.pool.QueryRow("SELECT "+name+" FROM audit WHERE seq = ?", seq).Scan(&value); err != nil {
		s.t.Fatal(err)
	}
	switch v := value.(type) {
	case int64:
		value = v + []int64{1, -1, 1_000_000, -int64(s.rows) - 1 - v*2}[s.draw.IntN(4)]
		if name == "seq" {
			value = int64(s.rows) + 1 + s.draw.Int64N(1000)
		}
	case []byte:
		v[s.draw.IntN(len(v))] ^= 1 << s.draw.IntN(8)
		value = v
	case string:
		value = v + []string{"x", " ", "\x00", "。"}[s.draw.IntN(4)]
	}
	s.do("UPDATE audit SET "+name+" = ? WHERE seq = ?", value, seq)
	return fmt.Sprintf("%s of %d is %v", name, seq, value)
}
