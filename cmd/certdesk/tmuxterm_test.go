package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tmuxTerm is a real terminal: the built program runs in tmux, keys are sent to it, and its screen is read back.
type tmuxTerm struct {
	t      *testing.T
	socket string
	shots  string // folder of the goldens
	dir    string // data folder
}

// openTerm starts the program in a terminal of its own.
func openTerm(t *testing.T, cols, rows int, shots, dir string, args ...string) *tmuxTerm {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatal("tmux is missing: install the Debian package tmux")
	}
	x := &tmuxTerm{t: t, socket: "certdesk-" + strconv.Itoa(os.Getpid()) + "-" + filepath.Base(t.TempDir()) + strconv.Itoa(cols), shots: shots, dir: dir}
	command := append([]string{built(t, "certdesk")}, append(args, "--data", dir)...)
	all := append([]string{"-f", os.DevNull, "new-session", "-d", "-s", "desk", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows),
		"-e", "LANG=C.UTF-8", "-e", "LC_ALL=C.UTF-8", "-e", "TERM=tmux-256color"}, command...)
	x.tmux(all...)
	t.Cleanup(func() { _ = x.command("kill-server").Run() })
	return x
}

func (x *tmuxTerm) command(args ...string) *exec.Cmd {
	return exec.Command("tmux", append([]string{"-u", "-L", x.socket}, args...)...)
}

func (x *tmuxTerm) tmux(args ...string) string {
	x.t.Helper()
	out, err := x.command(args...).CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// hangUp closes the terminal under the program, and waits until the program is gone.
func (x *tmuxTerm) hangUp() {
	x.t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(x.tmux("display-message", "-p", "-t", "desk", "#{pane_pid}")))
	if err != nil {
		x.t.Fatal(err)
	}
	x.tmux("kill-server")
	for range 500 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	x.t.Fatal("the program outlived its terminal")
}

// key presses named keys: Enter, F10, Escape.
func (x *tmuxTerm) key(names ...string) {
	x.t.Helper()
	x.tmux(append([]string{"send-keys", "-t", "desk"}, names...)...)
}

// say types text as it stands.
func (x *tmuxTerm) say(text string) {
	x.t.Helper()
	x.tmux("send-keys", "-t", "desk", "-l", "--", text)
}

func (x *tmuxTerm) screen() string {
	x.t.Helper()
	return x.tmux("capture-pane", "-p", "-t", "desk")
}

// sees waits until the screen shows every text.
func (x *tmuxTerm) sees(texts ...string) {
	x.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for _, want := range texts {
		for !strings.Contains(x.screen(), want) {
			if time.Now().After(deadline) {
				x.t.Fatalf("the screen never showed %q:\n%s", want, x.screen())
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// cursor is where the terminal's own cursor stands.
func (x *tmuxTerm) cursor() (col, row int) {
	x.t.Helper()
	out := x.tmux("display-message", "-p", "-t", "desk", "#{cursor_x} #{cursor_y}")
	if _, err := fmt.Sscan(out, &col, &row); err != nil {
		x.t.Fatal(err)
	}
	return col, row
}

// cursorBehind waits until the cursor stands right behind a text on the screen, counted in columns.
func (x *tmuxTerm) cursorBehind(text string) {
	x.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		col, row := x.cursor()
		lines := strings.Split(x.screen(), "\n")
		if row < len(lines) {
			if i := strings.LastIndex(lines[row], text); i >= 0 && termColumns(lines[row][:i+len(text)]) == col {
				return
			}
		}
		if time.Now().After(deadline) {
			x.t.Fatalf("cursor at %d,%d is not behind %q:\n%s", col, row, text, x.screen())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// termColumns counts terminal columns by the blocks that the test's texts are made of: Han and full-width forms take two.
func termColumns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 && r < 0xA4D0 || r >= 0xF900 && r < 0xFB00 || r >= 0xFF00 && r < 0xFF61 || r >= 0x20000 {
			n++
		}
	}
	return n
}

// changing is what differs from run to run, each with a mask of the same width.
var changing = []struct {
	re   *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`\d{4}-\d{2}-\d{2}`), "YYYY-MM-DD"},
	{regexp.MustCompile(`(\D)\d{2}-\d{2} \d{2}:\d{2}`), "${1}MM-DD hh:mm"},
	{regexp.MustCompile(`周[一二三四五六日]`), "周末"},
	{regexp.MustCompile(`([^\d:])\d{2}:\d{2}`), "${1}hh:mm"},
	{regexp.MustCompile(`([BVR]0\d{3})-\d{6}-`), "$1-YYMMDD-"},
	{regexp.MustCompile(`127\.0\.0\.1:\d{5}`), "127.0.0.1:ppppp"},
	{regexp.MustCompile(`E-\d{6}-\d{6}`), "E-YYMMDD-hhmmss"},
	{regexp.MustCompile(`\b[0-9A-F]{32}\b`), strings.Repeat("5", 32)},
	{regexp.MustCompile(`\b[0-9A-F]{16}\b`), strings.Repeat("5", 16)},
	{regexp.MustCompile(`\b[0-9A-F]{8,20}…`), "5555…"},
	{regexp.MustCompile(`\d+\.\d s`), "0.0 s"},
	{regexp.MustCompile(`待上传 \d+`), "待上传 0"},
	{regexp.MustCompile(`\d{2} [▁▂▃▄▅▆▇█]+ \d{2} *│`), "hours │"},
}

// golden compares the screen with the one that was looked at and kept; UPDATE_GOLDEN=1 keeps the present one.
func (x *tmuxTerm) golden(name string) {
	x.t.Helper()
	if x.shots == "" {
		return // the same screens are kept with the soft UKeys
	}
	path := filepath.Join("..", "..", "testdata", "golden", "tmux", x.shots, name+".txt")
	var got, want string
	deadline := time.Now().Add(10 * time.Second)
	for {
		got = x.screen()
		for _, c := range changing {
			got = c.re.ReplaceAllString(got, c.mask)
		}
		b, err := os.ReadFile(path)
		if want = string(b); err == nil && got == want {
			return
		}
		if time.Now().After(deadline) || os.Getenv("UPDATE_GOLDEN") != "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if os.Getenv("UPDATE_GOLDEN") == "" {
		x.t.Errorf("%s differs from what was kept.\n--- kept\n%s\n--- now\n%s", path, want, got)
		return
	}
	time.Sleep(300 * time.Millisecond) // let the screen come to rest
	got = x.screen()
	for _, c := range changing {
		got = c.re.ReplaceAllString(got, c.mask)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		x.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
		x.t.Fatal(err)
	}
}
