package faultdisk_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"certdesk/db/faultdisk"
)

func disk(t testing.TB) *faultdisk.Disk {
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

// open is one connection to a database on d; pragmas follow as "name(value)".
func open(t testing.TB, d *faultdisk.Disk, path string, pragmas ...string) *sql.DB {
	t.Helper()
	source := "file:" + path + "?vfs=" + d.Name()
	for _, p := range pragmas {
		source += "&_pragma=" + p
	}
	pool, err := sql.Open("sqlite", source)
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func exec(t testing.TB, pool *sql.DB, queries ...string) {
	t.Helper()
	for _, q := range queries {
		if _, err := pool.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func rows(t testing.TB, pool *sql.DB) (n int) {
	t.Helper()
	if err := pool.QueryRow(`SELECT count(*) FROM t`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func sound(t testing.TB, pool *sql.DB) {
	t.Helper()
	var verdict string
	if err := pool.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity %q, %v", verdict, err)
	}
}

func result(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// A power cut takes what was not fsynced: with synchronous off the commits, with synchronous full nothing.
func TestPowerLoss(t *testing.T) {
	tests := []struct {
		journal, sync string
		keep          faultdisk.Keep
		want          int
	}{
		{"WAL", "OFF", nil, 0},
		{"WAL", "OFF", faultdisk.Everything, 5},
		{"WAL", "NORMAL", nil, 0},
		{"WAL", "FULL", nil, 5},
		{"DELETE", "EXTRA", nil, 5},
		{"DELETE", "FULL", nil, 4}, // the deletion of the last journal waits for the folder's fsync
		{"TRUNCATE", "FULL", nil, 5},
		{"DELETE", "OFF", nil, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.journal, tt.sync, tt.want), func(t *testing.T) {
			d, path := disk(t), filepath.Join(t.TempDir(), "a.db")
			pool := open(t, d, path, "journal_mode("+tt.journal+")", "synchronous(EXTRA)")
			exec(t, pool, `CREATE TABLE t (a TEXT)`)
			exec(t, pool, `PRAGMA synchronous = `+tt.sync)
			for range 5 {
				exec(t, pool, `INSERT INTO t VALUES (hex(randomblob(2000)))`)
			}
			d.PowerLoss()
			if _, err := pool.Exec(`INSERT INTO t VALUES ('late')`); err == nil || !d.Off() {
				t.Error("a dead machine wrote")
			}
			if err := d.Restore(nil); err == nil {
				t.Error("restored under an open database")
			}
			_ = pool.Close()
			if err := d.Restore(tt.keep); err != nil {
				t.Fatal(err)
			}
			pool = open(t, d, path)
			if n := rows(t, pool); n != tt.want {
				t.Errorf("%d rows, want %d", n, tt.want)
			}
			sound(t, pool)
			_ = pool.Close()
		})
	}
}

// Each operation of a small program is cut in turn, and each time another part of what was not fsynced stays. With checkpoints,
// closing and opening again: committed rows are there, in whole.
func TestEveryCut(t *testing.T) {
	for _, journal := range []string{"WAL", "DELETE", "TRUNCATE", "PERSIST"} {
		cuts, step := 0, 1
		if testing.Short() {
			step = 7
		}
		for ; ; cuts += step {
			d, path := disk(t), filepath.Join(t.TempDir(), "a.db")
			d.PowerLossAfter(cuts)
			done, err := program(d, path, journal)
			if err == nil {
				break
			}
			if err := d.Restore(faultdisk.Some(uint64(cuts))); err != nil {
				t.Fatal(err)
			}
			pool := open(t, d, path)
			exec(t, pool, `CREATE TABLE IF NOT EXISTS t (a TEXT)`)
			if n := rows(t, pool); n < done || n > done+1 {
				t.Fatalf("%s cut %d: %d rows, %d committed", journal, cuts, n, done)
			}
			sound(t, pool)
			_ = pool.Close()
		}
		if cuts < 50 {
			t.Errorf("%s: only %d places to cut", journal, cuts)
		}
	}
}

// program commits rows one by one over two openings; done is how many were committed before the error.
func program(d *faultdisk.Disk, path, journal string) (done int, err error) {
	for range 2 {
		pool, err := sql.Open("sqlite", fmt.Sprintf(
			"file:%s?vfs=%s&_pragma=journal_mode(%s)&_pragma=synchronous(EXTRA)&_pragma=wal_autocheckpoint(6)", path, d.Name(), journal))
		if err != nil {
			return done, err
		}
		_, err = pool.Exec(`CREATE TABLE IF NOT EXISTS t (a TEXT)`)
		for i := 0; i < 8 && err == nil; i++ {
			if _, err = pool.Exec(`INSERT INTO t VALUES (hex(randomblob(3000)))`); err == nil {
				done++
			}
		}
		if e := pool.Close(); err == nil {
			err = e
		}
		if err != nil || d.Off() {
			return done, errors.Join(err, errors.New("cut"))
		}
	}
	return done, nil
}

func TestFaultCodes(t *testing.T) {
	tests := []struct {
		name  string
		fault faultdisk.Fault
		want  int
	}{
		{"full", faultdisk.Fault{On: faultdisk.Write, Code: sqlite3.SQLITE_FULL}, sqlite3.SQLITE_FULL},
		{"full later", faultdisk.Fault{On: faultdisk.Write, After: 2, Times: 1, Code: sqlite3.SQLITE_FULL}, sqlite3.SQLITE_FULL},
		{"write", faultdisk.Fault{On: faultdisk.Write, File: "-wal", Code: sqlite3.SQLITE_IOERR_WRITE}, sqlite3.SQLITE_IOERR_WRITE},
		{"fsync", faultdisk.Fault{On: faultdisk.Sync, Code: sqlite3.SQLITE_IOERR_FSYNC}, sqlite3.SQLITE_IOERR_FSYNC},
		{"other file", faultdisk.Fault{On: faultdisk.Write, File: "b.db-wal", Code: sqlite3.SQLITE_FULL}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := disk(t)
			pool := open(t, d, filepath.Join(t.TempDir(), "a.db"), "journal_mode(WAL)", "synchronous(FULL)")
			exec(t, pool, `CREATE TABLE t (a TEXT)`)
			before := d.Count(faultdisk.Write)
			d.Arm(tt.fault)
			_, err := pool.Exec(`INSERT INTO t VALUES (hex(randomblob(3000)))`)
			if got := result(err); got != tt.want {
				t.Errorf("%d, want %d: %v", got, tt.want, err)
			}
			if d.Count(faultdisk.Write) == before || (d.Struck() > 0) != (tt.want != 0) {
				t.Errorf("%d writes, %d struck", d.Count(faultdisk.Write)-before, d.Struck())
			}
			d.Heal()
			exec(t, pool, `INSERT INTO t VALUES ('after')`)
			sound(t, pool)
			_ = pool.Close()
		})
	}
}

// What a failed fsync covered is lost although the file was synced again; what was written later is not.
func TestFailedSyncIsNeverMadeGood(t *testing.T) {
	d, path := disk(t), filepath.Join(t.TempDir(), "a.db")
	pool := open(t, d, path, "journal_mode(OFF)", "synchronous(FULL)")
	exec(t, pool, `CREATE TABLE t (a)`, `CREATE TABLE u (a)`, `INSERT INTO t VALUES (1)`, `INSERT INTO u VALUES (1)`)
	d.Arm(faultdisk.Fault{On: faultdisk.Sync, Times: 1, Code: sqlite3.SQLITE_IOERR_FSYNC})
	if _, err := pool.Exec(`UPDATE u SET a = 2`); result(err) != sqlite3.SQLITE_IOERR_FSYNC {
		t.Fatal(err)
	}
	exec(t, pool, `UPDATE t SET a = 2`)
	d.PowerLoss()
	_ = pool.Close()
	if err := d.Restore(faultdisk.Nothing); err != nil {
		t.Fatal(err)
	}
	pool = open(t, d, path)
	var inT, inU int
	if err := pool.QueryRow(`SELECT t.a, u.a FROM t, u`).Scan(&inT, &inU); err != nil || inT != 2 || inU != 1 {
		t.Errorf("t %d, u %d, %v", inT, inU, err)
	}
	_ = pool.Close()
}

// Two disks of one process break apart, under concurrent use.
func TestDisksAreApart(t *testing.T) {
	a, b := disk(t), disk(t)
	if a.Name() == b.Name() {
		t.Fatal("one name")
	}
	dir := t.TempDir()
	a.Arm(faultdisk.Fault{On: faultdisk.Change, After: 20})
	var wg sync.WaitGroup
	for i, d := range []*faultdisk.Disk{a, b} {
		pool := open(t, d, filepath.Join(dir, fmt.Sprint(i)), "journal_mode(WAL)", "busy_timeout(5000)")
		pool.SetMaxOpenConns(3)
		_, _ = pool.Exec(`CREATE TABLE t (a TEXT)`)
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range 30 {
					if _, err := pool.ExecContext(context.Background(), `INSERT INTO t VALUES (1)`); err != nil && d == b {
						t.Error(err)
					}
				}
			}()
		}
	}
	wg.Wait()
	if !a.Off() || b.Off() {
		t.Errorf("off: %v, %v", a.Off(), b.Off())
	}
}
