package softkey_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"certdesk/service"
	"certdesk/token/softkey"
)

const (
	userPIN = "246813"
	soPIN   = "so-13579"
)

// trap strikes once, at one edge of one act.
type trap struct {
	op    string
	phase softkey.Phase
	do    func() error
	hits  int
}

func (f *trap) strike(op string, phase softkey.Phase) error {
	if f.do == nil || f.hits > 0 || op != f.op || phase != f.phase {
		return nil
	}
	f.hits++
	return f.do()
}

var errFault = errors.New("injected")

func lost() error { return errFault }

// rig is a token with a key, a certificate and a session that is logged in, and a trap that is not set yet.
type rig struct {
	*testing.T
	d      *softkey.Driver
	trap   *trap
	dir    string
	serial string
	s      service.TokenSession
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, trap: &trap{}, dir: t.TempDir(), serial: "RIG-0001"}
	r.d = open(t, r.dir, softkey.WithFault(r.trap.strike))
	must(t, r.d.Create(r.serial))
	must(t, r.d.Insert(r.serial))
	r.reopen()
	_, err := r.s.Initialise(context.Background(), service.InitSpec{Label: "job", SOPIN: []byte(softkey.FactorySOPIN),
		NewSOPIN: []byte(soPIN), UserPIN: []byte(userPIN)})
	must(t, err)
	must(t, r.s.Login(context.Background(), []byte(userPIN)))
	_, err = r.s.GenerateKey(context.Background(), "box", service.AlgSM2)
	must(t, err)
	must(t, r.s.WriteCertificate(context.Background(), "box", service.UsageSign, []byte("old certificate")))
	return r
}

func (r *rig) reopen() {
	r.Helper()
	if r.s != nil {
		must(r, r.s.Close())
	}
	s, err := r.d.Open(context.Background(), r.serial)
	must(r, err)
	r.s = s
}

func (r *rig) file() []byte {
	r.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, r.serial+".ukey"))
	must(r, err)
	return data
}

func (r *rig) info() service.TokenInfo {
	r.Helper()
	info, err := r.s.Info(context.Background())
	must(r, err)
	return info
}

func (r *rig) wants(err error, code service.Code) {
	r.Helper()
	if service.CodeOf(err) != code {
		r.Fatalf("got %v, want %q", err, code)
	}
}

// writes lists every act that changes the token.
func (r *rig) writes() map[string]func() error {
	ctx := context.Background()
	return map[string]func() error{
		"Login":            func() error { return r.s.Login(ctx, []byte(userPIN)) },
		"ChangePIN":        func() error { return r.s.ChangePIN(ctx, []byte(userPIN), []byte("975311")) },
		"ChangeSOPIN":      func() error { return r.s.ChangeSOPIN(ctx, []byte(soPIN), []byte("so-24680")) },
		"Unblock":          func() error { return r.s.Unblock(ctx, []byte(soPIN), []byte("975311")) },
		"GenerateKey":      func() error { _, err := r.s.GenerateKey(ctx, "more", service.AlgSM2); return err },
		"WriteCertificate": func() error { return r.s.WriteCertificate(ctx, "box", service.UsageSign, []byte("new one")) },
		"DeleteContainer":  func() error { return r.s.DeleteContainer(ctx, "box") },
		"Initialise": func() error {
			_, err := r.s.Initialise(ctx, service.InitSpec{Label: "anew", SOPIN: []byte(soPIN), NewSOPIN: []byte(soPIN),
				UserPIN: []byte(userPIN)})
			return err
		},
	}
}

// TestFaultLeavesOldOrNew strikes every writing act before and after: the error reaches the caller, the file is untouched or
// changed whole, and the token still works.
func TestFaultLeavesOldOrNew(t *testing.T) {
	for op := range newRig(t).writes() {
		for _, phase := range []softkey.Phase{softkey.Before, softkey.After} {
			t.Run(op+"/"+strconv.Itoa(int(phase)), func(t *testing.T) {
				r := newRig(t)
				old := r.file()
				*r.trap = trap{op: op, phase: phase, do: lost}
				r.wants(r.writes()[op](), service.TokenFailed)
				changed := !bytes.Equal(old, r.file())
				if want := phase == softkey.After && op != "Login"; changed != want || r.trap.hits != 1 {
					t.Fatalf("file changed %v, want %v; trap sprung %d times", changed, want, r.trap.hits)
				}
				r.reopen()
				if info := r.info(); info.User.Left != info.User.Max || info.SO.Left != info.SO.Max {
					t.Fatalf("tries lost: %+v", info)
				}
			})
		}
	}
}

// TestTryIsCountedFirst strikes right after the try was counted, as a crash would: one try is gone although the PIN was right.
func TestTryIsCountedFirst(t *testing.T) {
	for op, so := range map[string]bool{"Login": false, "ChangePIN": false, "ChangeSOPIN": true, "Unblock": true, "Initialise": true} {
		for phase, spent := range map[softkey.Phase]int{softkey.Before: 0, softkey.After: 1} {
			r := newRig(t)
			*r.trap = trap{op: op + ".count", phase: phase, do: lost}
			r.wants(r.writes()[op](), service.TokenFailed)
			r.reopen()
			info := r.info()
			user, sopin := info.User.Max-info.User.Left, info.SO.Max-info.SO.Left
			if so {
				user, sopin = sopin, user
			}
			if user != spent || sopin != 0 || info.Label != "job" {
				t.Fatalf("%s phase %d: spent %d and %d, want %d", op, phase, user, sopin, spent)
			}
			must(t, r.s.Login(context.Background(), []byte(userPIN)))
		}
	}
}

// TestPulledDuringAct pulls the token, also for a moment only, at the edges of every act: TokenRemoved, and the session is dead.
func TestPulledDuringAct(t *testing.T) {
	for op := range newRig(t).writes() {
		for _, back := range []bool{false, true} {
			for _, phase := range []softkey.Phase{softkey.Before, softkey.After} {
				r := newRig(t)
				old := r.file()
				*r.trap = trap{op: op, phase: phase, do: func() error {
					must(t, r.d.Remove(r.serial))
					if back {
						must(t, r.d.Insert(r.serial))
					}
					return nil
				}}
				r.wants(r.writes()[op](), service.TokenRemoved)
				if phase == softkey.Before && !bytes.Equal(old, r.file()) {
					t.Fatalf("%s wrote to a pulled token", op)
				}
				_, err := r.s.Info(context.Background())
				r.wants(err, service.TokenRemoved)
				must(t, r.d.Insert(r.serial))
				r.reopen()
				r.info()
			}
		}
	}
}

// TestPulledBeforeCommit pulls the token between counting the try and the rest: nothing more is written.
func TestPulledBeforeCommit(t *testing.T) {
	r := newRig(t)
	*r.trap = trap{op: "ChangePIN.count", phase: softkey.After, do: func() error { return r.d.Remove(r.serial) }}
	r.wants(r.writes()["ChangePIN"](), service.TokenRemoved)
	must(t, r.d.Insert(r.serial))
	r.reopen()
	if got := r.info().User; got.Left != got.Max-1 {
		t.Fatalf("tries %+v", got)
	}
	must(t, r.s.Login(context.Background(), []byte(userPIN)))
}

// TestLostReplyGivesNothing checks that values of an act whose reply was lost do not leave.
func TestLostReplyGivesNothing(t *testing.T) {
	r := newRig(t)
	*r.trap = trap{op: "Sign", phase: softkey.After, do: lost}
	sig, err := r.s.Sign(context.Background(), "box", []byte("m"))
	r.wants(err, service.TokenFailed)
	if sig != nil {
		t.Fatal("a signature beside an error")
	}
	*r.trap = trap{op: "GenerateKey", phase: softkey.After, do: lost}
	spki, err := r.s.GenerateKey(context.Background(), "more", service.AlgSM2)
	r.wants(err, service.TokenFailed)
	if spki != nil {
		t.Fatal("a key beside an error")
	}
	if spki, err = r.s.PublicKey(context.Background(), "more", service.UsageSign); err != nil || len(spki) == 0 {
		t.Fatalf("the durable key is not there to adopt: %v", err)
	}
}

// TestFailedLoginLeavesNobody loses a second login on its way: the first one is over all the same.
func TestFailedLoginLeavesNobody(t *testing.T) {
	r := newRig(t)
	*r.trap = trap{op: "Login.count", phase: softkey.After, do: lost}
	r.wants(r.s.Login(context.Background(), []byte(userPIN)), service.TokenFailed)
	_, err := r.s.Sign(context.Background(), "box", []byte("m"))
	r.wants(err, service.TokenLogin)
}

// TestNothingIsWrittenAfterThePull pulls the token while the PIN is being stretched, which takes a while here: once Remove has
// returned, the file does not change any more.
func TestNothingIsWrittenAfterThePull(t *testing.T) {
	r := newRig(t)
	slow := open(t, r.dir, softkey.WithKDF(12, 16<<10, 1))
	must(t, r.s.Close())
	s, err := slow.Open(context.Background(), r.serial)
	must(t, err)
	ctx := context.Background()
	_, err = s.Initialise(ctx, service.InitSpec{Label: "slow", SOPIN: []byte(soPIN), NewSOPIN: []byte(soPIN), UserPIN: []byte(userPIN)})
	must(t, err)
	before := r.file()
	result := make(chan error, 1)
	go func() { result <- s.ChangePIN(ctx, []byte(userPIN), []byte("975311")) }()
	for bytes.Equal(before, r.file()) && len(result) == 0 {
		continue // until the try is counted
	}
	must(t, r.d.Remove(r.serial))
	pulled := r.file()
	r.wants(<-result, service.TokenRemoved)
	if !bytes.Equal(pulled, r.file()) {
		t.Fatal("written after the pull")
	}
}
