package db_test

import (
	"context"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/service"
)

// Another program that holds the database makes acts and opens fail in bounded time; readers go on, and nothing is lost.
func TestLockedByAnotherProgram(t *testing.T) {
	dir := newTemplate(t).copyTo(t)
	c := config(dir)
	c.Wait = 80 * time.Millisecond
	s, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	other := raw(t, dir)
	other.SetMaxOpenConns(1)
	mustExec(t, other, `BEGIN EXCLUSIVE`)
	begin := time.Now()
	wantCode(t, bigAct(s, 2), service.StoreBusy)
	_, err = db.Open(context.Background(), c)
	wantCode(t, err, service.StoreBusy)
	if took := time.Since(begin); took < 2*c.Wait || took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	if n := acts(t, s); n != 0 {
		t.Errorf("%d acts", n)
	}
	mustExec(t, other, `ROLLBACK`)
	if err := bigAct(s, 2); err != nil || acts(t, s) != 1 {
		t.Error(err)
	}
}

// A program that took the file for itself alone keeps a station from opening it, and is named.
func TestFileTakenByAnotherProgram(t *testing.T) {
	dir := newTemplate(t).copyTo(t)
	other := raw(t, dir)
	other.SetMaxOpenConns(1)
	mustExec(t, other, `PRAGMA locking_mode = EXCLUSIVE`)
	mustExec(t, other, `BEGIN EXCLUSIVE`)
	mustExec(t, other, `COMMIT`)
	c := config(dir)
	c.Wait = 50 * time.Millisecond
	for _, open := range []func(context.Context, db.Config) (*db.Store, error){db.Open, db.OpenReadOnly} {
		_, err := open(context.Background(), c)
		wantCode(t, err, service.StoreBusy)
	}
	_ = other.Close()
	openAt(t, dir)
}

// A clock set back or far forward changes no order: acts go on, each at the time it was told, and the chain goes by number.
func TestClockJumps(t *testing.T) {
	now := start
	c := config(newTemplate(t).copyTo(t))
	c.Env.Now = func() time.Time { return now }
	var s *db.Store
	for i, jump := range []time.Duration{0, -48 * time.Hour, 400 * 24 * time.Hour, -30 * 365 * 24 * time.Hour, 0} {
		if s != nil {
			_ = s.Close()
		}
		now = start.Add(jump)
		var err error
		if s, err = db.Open(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		if err := bigAct(s, i+2); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { _ = s.Close() }()
	if n := acts(t, s); n != 5 {
		t.Errorf("%d acts", n)
	}
	whole(t, s)
	read(t, s, func(v service.View) error {
		entries, err := v.Journal.Entries(caseNo)
		for i, e := range entries {
			if e.Seq != int64(i+1) {
				t.Errorf("entry %d at place %d", e.Seq, i)
			}
		}
		head, err2 := v.Audit.Head()
		if !head.At.Equal(start) {
			t.Errorf("last act at %v", head.At)
		}
		return firstError(err, err2)
	})
}
