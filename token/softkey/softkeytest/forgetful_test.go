package softkeytest_test

import (
	"errors"
	"io/fs"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put writes a file, syncing its content and its name where asked.
func put(t *testing.T, d softkey.Disk, path, content string, sync, syncName bool) {
	t.Helper()
	f, err := d.Create(path)
	must(t, err)
	_, err = f.Write([]byte(content))
	must(t, err)
	if sync {
		must(t, f.Sync())
	}
	must(t, f.Close())
	if syncName {
		must(t, d.SyncFolder("d"))
	}
}

func content(t *testing.T, d *softkeytest.Forgetful, path string) string {
	t.Helper()
	b, ok := d.Files()[path]
	if !ok {
		return "(none)"
	}
	return string(b)
}

func TestWhatIsNotSyncedIsForgotten(t *testing.T) {
	for _, c := range []struct {
		sync, name bool
		lost, kept string
	}{{true, true, "new", "new"}, {false, true, "", "new"}, {true, false, "(none)", "new"}, {false, false, "(none)", "new"}} {
		for fate, want := range map[softkeytest.Fate]string{softkeytest.Lost: c.lost, softkeytest.Kept: c.kept} {
			d := softkeytest.NewForgetful(1)
			d.SetFate(fate)
			put(t, d.Life(), "d/f", "new", c.sync, c.name)
			d.PowerLoss()
			d.Restore()
			if got := content(t, d, "d/f"); got != want {
				t.Errorf("%+v, fate %d: %q, want %q", c, fate, got, want)
			}
		}
	}
}

// TestRenameAndRemove renames over a file and removes one, with and without the folder's sync.
func TestRenameAndRemove(t *testing.T) {
	for _, sync := range []bool{false, true} {
		d := softkeytest.NewForgetful(1)
		l := d.Life()
		put(t, l, "d/a", "old", true, true)
		put(t, l, "d/gone", "x", true, true)
		put(t, l, "d/a.tmp", "new", true, false)
		must(t, l.Rename("d/a.tmp", "d/a"))
		must(t, l.Remove("d/gone"))
		if sync {
			must(t, l.SyncFolder("d/"))
		}
		d.Restore()
		a, gone, tmp := content(t, d, "d/a"), content(t, d, "d/gone"), content(t, d, "d/a.tmp")
		if sync && (a != "new" || gone != "(none)") || !sync && (a != "old" || gone != "x") || tmp != "(none)" {
			t.Errorf("sync %v: %q %q %q", sync, a, gone, tmp)
		}
	}
}

// TestDrawnFatesDiffer draws from many seeds: old, new, torn and none all occur, and a seed repeats itself.
func TestDrawnFatesDiffer(t *testing.T) {
	draw := func(seed uint64) string {
		d := softkeytest.NewForgetful(seed)
		d.SetFate(softkeytest.Drawn)
		l := d.Life()
		put(t, l, "d/f", "old old", true, true)
		put(t, l, "d/f", "new new", false, false)
		put(t, l, "d/g", "g", true, false)
		d.Restore()
		return content(t, d, "d/f") + content(t, d, "d/g")
	}
	seen := map[string]bool{}
	for seed := range uint64(200) {
		first, second := draw(seed), draw(seed)
		seen[first] = true
		if first != second {
			t.Fatalf("seed %d does not repeat itself", seed)
		}
	}
	for _, want := range []string{"old oldg", "old old(none)", "new newg", "new(none)", "new\x00\x00\x00\x00g"} {
		if !seen[want] {
			t.Errorf("%q was never drawn: %v", want, seen)
		}
	}
}

func TestPowerEndsALife(t *testing.T) {
	d := softkeytest.NewForgetful(1)
	life, whole := d.Life(), d.Disk()
	f, err := life.Create("d/f")
	must(t, err)
	d.PowerLoss()
	_, writeErr := f.Write([]byte("x"))
	_, readErr := whole.Read("d/f")
	for _, err := range []error{writeErr, readErr, f.Sync(), f.Close(), life.SyncFolder("d"), whole.Remove("d/f"), life.MakeFolder("d")} {
		if !errors.Is(err, softkeytest.ErrPower) || !d.Off() {
			t.Fatal(err)
		}
	}
	d.Restore()
	if _, err := life.Names("d"); !errors.Is(err, softkeytest.ErrPower) {
		t.Fatalf("the dead live: %v", err)
	}
	names, err := whole.Names("d")
	if err != nil || len(names) != 0 {
		t.Fatal(names, err)
	}
	put(t, d.Life(), "d/f", "x", false, false)
	d.Kill()
	if got := content(t, d, "d/f"); got != "x" {
		t.Fatalf("a kill forgets: %q", got)
	}
}

func TestCutAndFail(t *testing.T) {
	d := softkeytest.NewForgetful(1)
	l := d.Disk()
	d.FailAt(2, syscall.ENOSPC)
	f, err := l.Create("d/f")
	must(t, err)
	if _, err := f.Write([]byte("whole")); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if got := content(t, d, "d/f"); got != "wh" {
		t.Fatalf("half a write left %q", got)
	}
	d.FailFrom(1, syscall.ENOSPC)
	if err := l.SyncFolder("d"); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	must(t, l.Remove("d/f"))
	d.Heal()
	d.FailReadAt(1, syscall.EIO)
	if _, err := l.Read("d/f"); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if _, err := l.Read("d/f"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	before := d.Changes()
	d.CutAt(2)
	must(t, l.SyncFolder("d"))
	if err := l.SyncFolder("d"); !errors.Is(err, softkeytest.ErrPower) || d.Changes() != before+2 {
		t.Fatal(err)
	}
}

// TestLocks holds a lock against a second holder, who gets it when the first lets go, and frees it with the power.
func TestLocks(t *testing.T) {
	d := softkeytest.NewForgetful(1)
	l := d.Life()
	unlock, err := l.Lock("d/.lock", true)
	must(t, err)
	if second, err := l.Lock("d/.lock", false); second != nil || err != nil {
		t.Fatal("held twice", err)
	}
	got := make(chan error, 1)
	go func() {
		again, err := l.Lock("d/.lock", true)
		if err == nil {
			err = again()
		}
		got <- err
	}()
	time.Sleep(time.Millisecond)
	must(t, unlock())
	must(t, <-got)
	_, err = l.Lock("d/.lock", true)
	must(t, err)
	go func() { _, err := l.Lock("d/.lock", true); got <- err }()
	time.Sleep(time.Millisecond)
	d.PowerLoss()
	if err := <-got; !errors.Is(err, softkeytest.ErrPower) {
		t.Fatal(err)
	}
	d.Restore()
	if _, err := d.Life().Lock("d/.lock", false); err != nil {
		t.Fatal(err)
	}
}

func TestManyAtOnce(t *testing.T) {
	d := softkeytest.NewForgetful(1)
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		all.Go(func() {
			for range 200 {
				put(t, d.Disk(), "d/"+name, name, true, true)
			}
		})
	}
	all.Wait()
	names, err := d.Disk().Names("d")
	if err != nil || !slices.Equal(names, []string{"a", "b", "c", "d"}) {
		t.Fatal(names, err)
	}
}

func TestLax(t *testing.T) {
	dir := t.TempDir()
	l := softkeytest.Lax()
	f, err := l.Create(dir + "/f")
	must(t, err)
	_, err = f.Write([]byte("x"))
	must(t, errors.Join(err, f.Sync(), f.Close(), l.SyncFolder(dir)))
	if got, err := l.Read(dir + "/f"); err != nil || string(got) != "x" {
		t.Fatal(got, err)
	}
	if _, err := l.Create(dir + "/none/f"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}
