package softkey_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"

	"certdesk/service"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

// deed is one operation of the token. wants is what it answers when nothing goes wrong.
type deed struct {
	name  string
	login bool
	wants service.Code
	do    func(*trial) error
}

func (r recipe) deeds() []deed {
	ctx := context.Background()
	old, fresh, wrong := []byte(userPIN), []byte(newUserPIN), []byte(wrongPIN)
	oldSO, freshSO := []byte(soPIN), []byte(newSOPIN)
	cert := func(u service.KeyUsage) func(*trial) error {
		return func(t *trial) error { return t.s.WriteCertificate(ctx, "box", u, []byte("new one")) }
	}
	initialise := func(so string) func(*trial) error {
		return func(t *trial) error { _, err := t.s.Initialise(ctx, trialSpec("anew", so, newSOPIN)); return err }
	}
	return []deed{
		{"log in", false, "", func(t *trial) error { return t.s.Login(ctx, old) }},
		{"log in again", true, "", func(t *trial) error { return t.s.Login(ctx, old) }},
		{"wrong PIN", false, service.PINWrong, func(t *trial) error { return t.s.Login(ctx, wrong) }},
		{"change PIN", false, "", func(t *trial) error { return t.s.ChangePIN(ctx, old, fresh) }},
		{"change PIN logged in", true, "", func(t *trial) error { return t.s.ChangePIN(ctx, old, fresh) }},
		{"change PIN wrongly", true, service.PINWrong, func(t *trial) error { return t.s.ChangePIN(ctx, wrong, fresh) }},
		{"change SO PIN", false, "", func(t *trial) error { return t.s.ChangeSOPIN(ctx, oldSO, freshSO) }},
		{"change SO PIN wrongly", false, service.SOPINWrong, func(t *trial) error { return t.s.ChangeSOPIN(ctx, wrong, freshSO) }},
		{"unblock", false, "", func(t *trial) error { return t.s.Unblock(ctx, oldSO, fresh) }},
		{"unblock wrongly", false, service.SOPINWrong, func(t *trial) error { return t.s.Unblock(ctx, wrong, fresh) }},
		{"generate", true, "", func(t *trial) error { _, err := t.s.GenerateKey(ctx, "more", service.AlgSM2); return err }},
		{"import", true, "", func(t *trial) error { return t.s.ImportEncryptionKey(ctx, "box", r.envelope) }},
		{"write signing certificate", true, "", cert(service.UsageSign)},
		{"write encryption certificate", true, "", cert(service.UsageEncrypt)},
		{"delete", true, "", func(t *trial) error { return t.s.DeleteContainer(ctx, "box") }},
		{"initialise", false, "", initialise(soPIN)},
		{"initialise wrongly", true, service.SOPINWrong, initialise(wrongPIN)},
		{"pull", true, "", func(t *trial) error { return t.d.Remove(trialSerial) }},
		{"create", false, "", func(t *trial) error { return t.d.Create("OTHER-1") }},
	}
}

// try is one deed on a fresh trial.
func (d deed) try(t testing.TB, r recipe, seed uint64, fate softkeytest.Fate) *trial {
	t.Helper()
	tr := r.trial(t, seed, fate)
	if d.login {
		must(t, tr.s.Login(context.Background(), []byte(userPIN)))
	}
	return tr
}

// after makes a deed with no trouble and gives the state before and after it, how many changes of the disk it took, and what it
// told of the tries.
func (d deed) after(t testing.TB, r recipe) (before, after string, changes int) {
	t.Helper()
	tr := d.try(t, r, 1, softkeytest.Lost)
	before = tr.state()
	tr = d.try(t, r, 1, softkeytest.Lost)
	start := tr.disk.Changes()
	if err := d.do(tr); service.CodeOf(err) != d.wants {
		t.Fatalf("%s: %v", d.name, err)
	}
	changes = tr.disk.Changes() - start
	tr.restart()
	return before, tr.state(), changes
}

// TestPowerLoss cuts the power in every change that every operation makes to the disk, with every fate of what was not synced.
func TestPowerLoss(t *testing.T) {
	r := newRecipe(t)
	for _, d := range r.deeds() {
		t.Run(d.name, func(t *testing.T) {
			before, after, changes := d.after(t, r)
			if changes < 2 {
				t.Fatalf("%d changes", changes)
			}
			for n := 1; n <= changes+1; n++ {
				for seed := range uint64(6) {
					fate := softkeytest.Drawn
					if seed < 2 {
						fate = []softkeytest.Fate{softkeytest.Lost, softkeytest.Kept}[seed]
					}
					tr := d.try(t, r, seed, fate)
					tr.disk.CutAt(n)
					powerLost(t, d, tr, n, before, after)
				}
			}
		})
	}
}

func powerLost(t *testing.T, d deed, tr *trial, n int, before, after string) {
	t.Helper()
	user, so := tr.left()
	err := d.do(tr)
	cut := tr.disk.Off()
	if !cut && service.CodeOf(err) != d.wants {
		t.Fatalf("cut at %d: answered %v with the power on", n, err)
	}
	tr.restart()
	if got := tr.state(); got != after && (got != before || err == nil) {
		t.Fatalf("cut at %d, %v:\n%s\nbefore %s\nafter  %s", n, err, got, before, after)
	}
	if d.name == "initialise" {
		return // new PINs, all their tries
	}
	nowUser, nowSO := tr.left()
	switch service.CodeOf(err) {
	case service.PINWrong:
		user--
	case service.SOPINWrong:
		so--
	}
	if nowUser > user || nowSO > so || nowUser < user-1 || nowSO < so-1 {
		t.Fatalf("cut at %d, %v: %d and %d tries left, told %d and %d", n, err, nowUser, nowSO, user, so)
	}
}

// TestTriesSurvivePowerCuts tries wrong PINs and pulls the plug at random: nobody learns of more guesses than the token gives.
func TestTriesSurvivePowerCuts(t *testing.T) {
	r := newRecipe(t)
	for seed := range uint64(40) {
		tr, draw := r.trial(t, seed, softkeytest.Drawn), rand.New(rand.NewPCG(seed, 2))
		learnt, last := 0, 10
		for range 200 {
			tr.disk.CutAt(1 + draw.IntN(6))
			err := tr.s.Login(context.Background(), []byte(wrongPIN))
			if service.IsCode(err, service.PINWrong, service.PINLocked) {
				learnt++
			}
			tr.restart()
			left, _ := tr.left()
			if left > last {
				t.Fatalf("seed %d: from %d to %d tries", seed, last, left)
			}
			if last = left; left == 0 {
				break
			}
		}
		if last != 0 || learnt > 10 {
			t.Fatalf("seed %d: %d tries left, %d guesses learnt", seed, last, learnt)
		}
	}
}

// TestDiskTrouble lets every change of every operation fail once, and all from there on, with a full and with a broken disk: the
// error says which, the token is as before, and works again when the disk does.
func TestDiskTrouble(t *testing.T) {
	r := newRecipe(t)
	for _, d := range r.deeds() {
		t.Run(d.name, func(t *testing.T) {
			before, after, changes := d.after(t, r)
			for n := 1; n <= changes; n++ {
				for code, cause := range map[service.Code]error{service.StoreFull: syscall.ENOSPC, service.TokenFailed: syscall.EIO,
					service.StoreReadOnly: syscall.EROFS} {
					for _, stays := range []bool{false, true} {
						tr := d.try(t, r, 1, softkeytest.Lost)
						if stays {
							tr.disk.FailFrom(n, cause)
						} else {
							tr.disk.FailAt(n, cause)
						}
						diskFailed(t, d, tr, code, n, before, after)
					}
				}
			}
		})
	}
}

func diskFailed(t *testing.T, d deed, tr *trial, code service.Code, n int, before, after string) {
	t.Helper()
	user, so := tr.left()
	err := d.do(tr)
	if !service.IsCode(err, code, service.TokenFailed) {
		t.Fatalf("change %d: %v, want %q", n, err, code)
	}
	full := service.IsCode(err, service.StoreFull, service.StoreReadOnly)
	for path := range tr.disk.Files() {
		if strings.HasSuffix(path, ".tmp") {
			t.Fatalf("change %d, %v: %s is left over", n, err, path)
		}
	}
	tr.disk.Heal()
	if d.name == "pull" && tr.s.Close() == nil {
		must(t, tr.d.Insert(trialSerial))
		tr.take()
	}
	got := tr.state()
	if got != before && (full || got != after) {
		t.Fatalf("change %d, %v:\n%s\nbefore %s\nafter  %s", n, err, got, before, after)
	}
	if u, s := tr.left(); u < user-1 || s < so-1 || u > user || s > so {
		t.Fatalf("change %d, %v: %d and %d tries left", n, err, u, s)
	}
	if got == before {
		again(t, d, tr, n, after)
	}
}

// again makes the deed once more, with room on the disk.
func again(t *testing.T, d deed, tr *trial, n int, after string) {
	t.Helper()
	if d.login {
		must(t, tr.s.Login(context.Background(), []byte(userPIN)))
	}
	if err := d.do(tr); service.CodeOf(err) != d.wants && !(d.name == "create" && service.IsCode(err, service.TokenExists)) {
		t.Fatalf("change %d, once more: %v", n, err)
	}
	tr.restart()
	if got := tr.state(); got != after {
		t.Fatalf("change %d, once more:\n%s\nafter %s", n, got, after)
	}
}

// TestReadTrouble fails every read of every operation: a typed error, nothing changed, and no login on a token nobody can read.
func TestReadTrouble(t *testing.T) {
	r := newRecipe(t)
	for _, d := range r.deeds() {
		before, after, _ := d.after(t, r)
		for n := 1; n < 20; n++ {
			tr := d.try(t, r, 1, softkeytest.Lost)
			tr.disk.FailReadAt(n, syscall.EIO)
			err := d.do(tr)
			if err != nil && (service.IsCode(err, service.Internal) || !errors.Is(err, syscall.EIO) && service.CodeOf(err) != d.wants) {
				t.Fatalf("%s, read %d: %v", d.name, n, err)
			}
			tr.restart()
			if got := tr.state(); !slices.Contains([]string{before, after}, got) {
				t.Fatalf("%s, read %d, %v:\n%s", d.name, n, err, got)
			}
		}
	}
}

// TestSeenIsDurable lets the folder's sync fail after a key was renamed into place: nobody gets to see that key before a sync has
// succeeded, also not the next program after a kill.
func TestSeenIsDurable(t *testing.T) {
	r := newRecipe(t)
	ctx := context.Background()
	for _, killed := range []bool{false, true} {
		tr := r.trial(t, 1, softkeytest.Lost)
		must(t, tr.s.Login(ctx, []byte(userPIN)))
		tr.disk.FailFrom(5, syscall.EIO)
		_, err := tr.s.GenerateKey(ctx, "more", service.AlgSM2)
		if !service.IsCode(err, service.TokenFailed) {
			t.Fatal(err)
		}
		if killed {
			tr.disk.Kill()
			tr.boot()
			_, err = tr.d.Open(ctx, trialSerial)
		} else {
			_, err = tr.s.PublicKey(ctx, "more", service.UsageSign)
		}
		if !service.IsCode(err, service.TokenFailed) {
			t.Fatalf("killed %v: %v", killed, err)
		}
		tr.disk.Heal()
		if killed {
			tr.take()
		}
		seen, err := tr.s.PublicKey(ctx, "more", service.UsageSign)
		must(t, err)
		tr.restart()
		kept, err := tr.s.PublicKey(ctx, "more", service.UsageSign)
		if err != nil || string(kept) != string(seen) {
			t.Fatalf("killed %v: a key that was seen is lost: %v", killed, err)
		}
	}
}

// TestReadOnlyFolder opens a drawer where no folder can be made.
func TestReadOnlyFolder(t *testing.T) {
	for cause, want := range map[error]service.Code{syscall.EROFS: service.StoreReadOnly, syscall.EACCES: service.StoreReadOnly,
		syscall.ENOSPC: service.StoreFull, syscall.EDQUOT: service.StoreFull, syscall.EIO: service.TokenFailed} {
		_, err := softkey.Open("x", env(), softkey.WithDisk(noFolder{softkey.System(), cause}))
		if !service.IsCode(err, want) {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

type noFolder struct {
	softkey.Disk
	err error
}

func (f noFolder) MakeFolder(string) error { return f.err }
