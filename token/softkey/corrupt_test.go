package softkey_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"certdesk/service"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

// TestEveryByte changes every byte of one token file in turn, in several ways. Whoever opens the token then is told TokenDamaged,
// never that a right PIN is wrong; what still works (white space, the case of a name) is as it was, with the keys it had.
func TestEveryByte(t *testing.T) {
	r := newRecipe(t)
	whole := r.trial(t, 1, softkeytest.Lost).state()
	path := filepath.Join(trialDir, trialSerial+".ukey")
	file := r.files[path]
	harmless, flips := 0, []byte{0x01, 0x10, 0x20, 0x80, 0xff}
	for at := range file {
		for _, flip := range flips {
			bad := bytes.Clone(file)
			bad[at] ^= flip
			switch got := r.with(t, path, bad); got {
			case whole:
				harmless++
			case string(service.TokenDamaged):
			default:
				t.Fatalf("byte %d ^ %#x (%q): %s", at, flip, file[max(0, at-20):min(len(file), at+20)], got)
			}
		}
	}
	if all := len(file) * len(flips); harmless > all/10 {
		t.Errorf("%d of %d changes do no harm", harmless, all)
	}
}

// TestEveryLength cuts the file off at every length, and fills the rest with zeros.
func TestEveryLength(t *testing.T) {
	r := newRecipe(t)
	path := filepath.Join(trialDir, trialSerial+".ukey")
	file := r.files[path]
	for n := range len(file) - 2 { // the last two: the closing brace and the line's end
		zeros := bytes.Clone(file)
		clear(zeros[n:])
		for _, bad := range [][]byte{file[:n], zeros} {
			if got := r.with(t, path, bad); got != string(service.TokenDamaged) {
				t.Fatalf("%d of %d bytes: %s", n, len(file), got)
			}
		}
	}
}

// with puts content in the token's place and gives the state of the token, or the code that every PIN is answered with.
func (r recipe) with(t *testing.T, path string, content []byte) string {
	t.Helper()
	tr := &trial{TB: t, disk: softkeytest.NewForgetful(1)}
	for p, c := range r.files {
		tr.disk.Put(p, c)
	}
	tr.disk.Put(path, append([]byte{}, content...))
	tr.boot()
	ctx := context.Background()
	if list, err := tr.d.List(ctx); err != nil || len(list) != 1 {
		t.Fatalf("list %v, %v", list, err)
	}
	s, err := tr.d.Open(ctx, trialSerial)
	if err != nil {
		return string(service.CodeOf(err))
	}
	tr.s = s
	user, so := s.Login(ctx, []byte(userPIN)), tr.sopin(ctx, []byte(soPIN))
	if user == nil && so == nil {
		return tr.state()
	}
	if service.CodeOf(user) != service.CodeOf(so) {
		t.Fatalf("user: %v, SO: %v", user, so)
	}
	if u, n := tr.left(); !bytes.Equal(tr.disk.Files()[path], content) {
		t.Fatalf("a damaged file was written to, %d and %d tries left", u, n)
	}
	return string(service.CodeOf(user))
}

// TestFileWithoutSum opens a file of the first version, which had no sum, and finds what its MAC covers.
func TestFileWithoutSum(t *testing.T) {
	r := newRig(t)
	r.edit(func(f map[string]any) { delete(f, "sum") })
	must(t, r.s.Login(context.Background(), []byte(userPIN)))
	if !bytes.Contains(r.file(), []byte(`"sum"`)) {
		t.Fatal("no sum was added")
	}
	r.edit(func(f map[string]any) { delete(f, "sum"); f["label"] = "another" })
	r.wants(r.s.Login(context.Background(), []byte(userPIN)), service.TokenDamaged)
	r.wants(r.s.Unblock(context.Background(), []byte(soPIN), []byte(userPIN)), service.TokenDamaged)
}

// TestSpoiltSlot damages what the SO PIN opens: Initialise, which needs only that, says damaged and not wrong.
func TestSpoiltSlot(t *testing.T) {
	r := newRig(t)
	r.edit(func(f map[string]any) { f["so"].(map[string]any)["sealed"] = bytes.Repeat([]byte{7}, 65) })
	r.wants(r.writes()["Initialise"](), service.TokenDamaged)
	r.wants(r.writes()["Initialise"](), service.TokenDamaged)
	r.wants(r.writes()["Unblock"](), service.TokenDamaged)
	if err := r.s.Login(context.Background(), []byte(userPIN)); !service.IsCode(err, service.TokenDamaged) {
		t.Fatal(err)
	}
}

// TestUnfitPlug is a plug file that names no insertion: the token is out.
func TestUnfitPlug(t *testing.T) {
	d := softkeytest.NewForgetful(1)
	drawer, err := softkey.Open(trialDir, env(), softkey.WithDisk(d.Life()))
	must(t, err)
	must(t, drawer.Create(trialSerial))
	for _, content := range []string{"", "x", "0123456789abcdeg", "0123456789abcdef0", "0123456789abcde"} {
		d.Put(filepath.Join(trialDir, trialSerial+".plug"), []byte(content))
		if _, err := drawer.Open(context.Background(), trialSerial); !service.IsCode(err, service.TokenAbsent) {
			t.Errorf("%q: %v", content, err)
		}
	}
}
