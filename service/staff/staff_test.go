package staff_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/service/staff"
)

const right = "open-sesame-7"

// post is a counter with one clerk, and a clock that a test moves.
type post struct {
	*testing.T
	dir    string
	store  *db.Store
	people *staff.People
	mu     sync.Mutex
	now    time.Time
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{T: t, dir: t.TempDir(), now: time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)}
	p.open()
	hash, err := sm.HashPassword(rand.Reader, []byte(right))
	p.must(err)
	for _, s := range []service.Staff{
		{ID: "S01", Login: "01", Name: "王芳", Role: service.RoleClerk, Password: hash, Active: true},
		{ID: "S02", Login: "02", Name: "离职", Role: service.RoleClerk, Password: hash},
	} {
		p.must(p.store.Act(context.Background(), service.StationActor(), func(tx *service.Tx) error {
			if err := tx.Staff.PutStaff(s); err != nil {
				return err
			}
			return tx.Audit.Append("test", s.ID, "")
		}))
	}
	return p
}

func (p *post) open() {
	p.Helper()
	var err error
	p.store, err = db.Open(context.Background(), db.Config{Dir: p.dir, Master: bytes.Repeat([]byte{7}, db.KeySize),
		Env: service.Env{Now: p.clock, Rand: rand.Reader, NewID: func() string { return "id" }}})
	p.must(err)
	p.Cleanup(func() { _ = p.store.Close() })
	p.people = staff.New(p.store, p.clock)
}

func (p *post) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *post) later(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

func (p *post) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *post) try(login, password string) error {
	_, err := p.people.SignIn(context.Background(), login, []byte(password))
	return err
}

func (p *post) wants(err error, code service.Code, key, value string) {
	p.Helper()
	if service.CodeOf(err) != code || service.ArgsOf(err)[key] != value {
		p.Fatalf("want %s %s=%s, got %v", code, key, value, err)
	}
}

func TestSignIn(t *testing.T) {
	p := newPost(t)
	password := []byte(right)
	who, err := p.people.SignIn(context.Background(), "01", password)
	if err != nil || who != (service.Actor{ID: "S01", Name: "王芳", Role: service.RoleClerk}) {
		t.Fatalf("%+v, %v", who, err)
	}
	if !bytes.Equal(password, make([]byte, len(right))) {
		t.Error("the password was not wiped")
	}
}

// TestLockOut: five wrong in a row lock, even against the right one, for ten minutes; then there are five again. A right one in
// between starts the count anew.
func TestLockOut(t *testing.T) {
	p := newPost(t)
	p.wants(p.try("01", "wrong"), service.SignInFailed, "left", "4")
	p.must(p.try("01", right))
	for _, left := range []string{"4", "3", "2", "1"} {
		p.wants(p.try("01", "wrong"), service.SignInFailed, "left", left)
	}
	p.wants(p.try("01", "wrong"), service.SignInLocked, "until", "09:10")
	p.later(9*time.Minute + 59*time.Second)
	p.wants(p.try("01", right), service.SignInLocked, "until", "09:10")
	p.wants(p.try("01", "wrong"), service.SignInLocked, "until", "09:10")
	p.later(time.Second)
	p.wants(p.try("01", "wrong"), service.SignInFailed, "left", "4")
	p.must(p.try("01", right))
}

// TestUnknownAlike: a login that nobody has, and one of somebody who left, answer as a wrong password does, to the lock and after it.
func TestUnknownAlike(t *testing.T) {
	p := newPost(t)
	for range 7 {
		known := p.try("01", "wrong")
		for _, login := range []string{"77", "02"} {
			other := p.try(login, right)
			if known.Error() != other.Error() {
				t.Fatalf("%s: %v, a wrong password: %v", login, other, known)
			}
		}
		p.later(time.Second)
	}
	p.later(staff.LockFor)
	p.wants(p.try("77", "wrong"), service.SignInFailed, "left", "4")
}

// TestRestart gives no fresh tries, neither to a person nor to a guess at one.
func TestRestart(t *testing.T) {
	p := newPost(t)
	for n := range staff.MaxFailures {
		for _, login := range []string{"01", "77"} {
			err := p.try(login, "wrong")
			if locked := n == staff.MaxFailures-1; service.IsCode(err, service.SignInLocked) != locked {
				t.Fatalf("try %d of %s: %v", n+1, login, err)
			}
		}
		p.must(p.store.Close())
		p.open()
	}
	p.wants(p.try("01", right), service.SignInLocked, "until", "09:10")
}

// TestAtOnce: tries made at the same time all count.
func TestAtOnce(t *testing.T) {
	p := newPost(t)
	var wait sync.WaitGroup
	for range staff.MaxFailures {
		wait.Add(1)
		go func() {
			defer wait.Done()
			_ = p.try("01", "wrong")
		}()
	}
	wait.Wait()
	p.wants(p.try("01", right), service.SignInLocked, "until", "09:10")
}

// TestNothingTyped lies readable in the store: people type their password into the login field.
func TestNothingTyped(t *testing.T) {
	p := newPost(t)
	_ = p.try("hunter2-as-login", right)
	files, err := filepath.Glob(filepath.Join(p.dir, "*"))
	p.must(err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err == nil && (bytes.Contains(raw, []byte("hunter2")) || bytes.Contains(raw, []byte(right))) {
			t.Errorf("%s holds what was typed", filepath.Base(f))
		}
	}
}

func TestAudit(t *testing.T) {
	p := newPost(t)
	p.must(p.try("01", right))
	for range staff.MaxFailures {
		_ = p.try("01", "wrong")
	}
	_ = p.try("77", "wrong")
	p.must(p.store.Read(context.Background(), func(v service.View) error {
		rows, err := v.Audit.Of("S01")
		got := map[string]int{}
		for _, r := range rows {
			got[r.Act]++
		}
		if got["signin"] != 1 || got["signin.failed"] != 4 || got["signin.locked"] != 1 {
			t.Errorf("%v", got)
		}
		unknown, err2 := v.Audit.Of("unknown")
		if len(unknown) != 1 || err2 != nil {
			t.Errorf("%v, %v", unknown, err2)
		}
		return err
	}))
}

func TestDamagedHash(t *testing.T) {
	p := newPost(t)
	p.must(p.store.Act(context.Background(), service.StationActor(), func(tx *service.Tx) error {
		s, err := tx.Read.Staff.ByID("S01")
		if err != nil {
			return err
		}
		s.Password = "$argon2id$damaged"
		if err := tx.Staff.PutStaff(s); err != nil {
			return err
		}
		return tx.Audit.Append("test", "S01", "")
	}))
	if err := p.try("01", right); !service.IsCode(err, service.StoreCorrupt) {
		t.Error(err)
	}
}
