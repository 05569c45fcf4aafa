package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What is typed in the course of the day. None of it may be found afterwards.
const (
	clerkPassword    = "73129084"
	reviewerPassword = "40861537"
	wrongPassword    = "95038261"
	mistypedPIN      = "64208642" // and again as
	mistypedAgain    = "64208643"
	refusedPIN       = "98765432" // a plain sequence, as tables have it too: not looked for
	firstPIN         = "73519264"
	wrongPIN         = "51739284" // the token refuses it
	lastPIN          = "86420975"
)

func typedToday() hidden {
	return typed(map[string]string{"password": clerkPassword, "reviewer's password": reviewerPassword, "wrong password": wrongPassword,
		"PIN mistyped": mistypedPIN, "PIN mistyped again": mistypedAgain, "PIN": firstPIN, "wrong PIN": wrongPIN, "last PIN": lastPIN})
}

// secretDay is a station that joined a centre in another process, and everything that the two leave behind.
type secretDay struct {
	*testing.T
	dir, data string
	centre    *centreProcess
	desk      *tmuxTerm
}

// TestNothingSecretIsLeft types a whole 1001 and 2002, with slips, at a joined station. Then every place that keeps something is
// searched for what was typed and for what the programs made: files, papers, logs, the terminal's own stream, arguments and
// environment, and the memory of both processes, which is what a core dump would hold.
func TestNothingSecretIsLeft(t *testing.T) {
	tools(t, map[string]string{"qpdf": "qpdf", "tmux": "tmux"})
	d := &secretDay{T: t, dir: t.TempDir()}
	d.open()
	d.serve()
	t.Run("memory", d.memory)
	t.Run("process", d.process)
	t.Run("files of a running station", d.files)
	d.desk.key("C-c")
	d.desk.sees("退出")
	d.desk.key("Enter")
	d.desk.gone()
	t.Run("files of a station that ended", d.files)
}

func (d *secretDay) open() {
	d.centre = foundCentre(d.T, d.dir)
	d.centre.start()
	d.Cleanup(d.centre.stop)
	d.data = filepath.Join(d.dir, "station")
	if out, err := exec.Command(built(d.T, "certdesk"), "join", "--code-file", filepath.Join(d.dir, "join.txt"), "--data", d.data).CombinedOutput(); err != nil {
		d.Fatalf("join: %v\n%s", err, out)
	}
	d.desk = openTerm(d.T, 80, 24, "secret", d.data)
	d.desk.tmux("pipe-pane", "-t", "desk", "-o", "cat > '"+filepath.Join(d.dir, "terminal.out")+"'")
}

func (d *secretDay) serve() {
	x := d.desk
	x.sees("工号")
	x.say("11")
	x.key("Enter")
	x.say(wrongPassword)
	x.key("Enter")
	x.sees("✗")
	x.say(clerkPassword)
	x.key("Enter")
	x.sees("交易码", "在线")
	personUpToToken(x)
	x.sees("已读到介质")
	x.key("Enter")
	x.sees("请客户输入", "6 到 16 位")
	x.say(mistypedPIN)
	x.key("Enter")
	x.say(mistypedAgain)
	x.key("Enter")
	x.sees("✗")
	setPIN(x, refusedPIN)
	x.sees("不能全部相同")
	setPIN(x, firstPIN)
	x.sees("客户已签收")
	x.key("F10")
	x.sees("业务已完成")
	x.key("Enter")
	x.sees("交易码")
	d.change()
}

// change serves 2002: the customer mistakes his old PIN once.
func (d *secretDay) change() {
	x := d.desk
	x.say("2002")
	x.key("Enter")
	x.sees("请插入客户的介质", "已读到介质")
	x.key("Enter")
	x.sees("核对身份")
	x.say("11010519491231002X")
	x.key("F10")
	x.sees("请客户输入")
	for _, old := range []string{wrongPIN, firstPIN} {
		x.say(old)
		x.key("Enter")
		setPIN(x, lastPIN)
		if old == wrongPIN {
			x.sees("✗")
		}
	}
	x.sees("客户已签收")
	x.key("F10")
	x.sees("业务已完成")
	x.key("Enter")
	x.sees("交易码")
}

// made is what was typed, and what station, centre and token made.
func (d *secretDay) made(t *testing.T) hidden {
	t.Helper()
	h := typedToday()
	if err := h.madeAt(d.data); err != nil {
		t.Fatal(err)
	}
	if err := h.madeAtCentre(d.centre.db, d.centre.db+".key"); err != nil {
		t.Fatal(err)
	}
	tokens, err := filepath.Glob(filepath.Join(d.data, "ukeys", "*.ukey"))
	if err != nil || len(tokens) != 1 {
		t.Fatalf("tokens: %v %v", tokens, err)
	}
	if err := h.madeOnToken(tokens[0], []byte(lastPIN)); err != nil {
		t.Fatal(err)
	}
	return h
}

// files searches the folders of station and centre. The two data keys lie beside them in files of their own: only there.
func (d *secretDay) files(t *testing.T) {
	contents, err := filesBelow(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(contents, func(name string, _ []byte) bool {
		return strings.HasSuffix(name, ".key") || filepath.Base(name) == "join.txt"
	})
	h := d.made(t)
	report(t, search(contents, h))
	t.Logf("%d secrets, %d files", len(h), len(contents))
	for _, text := range []string{"B0431-", "%PDF", "\x1b["} {
		if !holds(contents, text) {
			t.Errorf("%q was found nowhere: nothing was searched", text)
		}
	}
}

// process searches the arguments and the environment of both programs.
func (d *secretDay) process(t *testing.T) {
	contents := map[string][]byte{}
	for _, pid := range []int{d.desk.pid(), d.centre.cmd.Process.Pid} {
		for _, what := range []string{"cmdline", "environ"} {
			name := fmt.Sprintf("/proc/%d/%s", pid, what)
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			contents[name] = b
		}
	}
	report(t, search(contents, d.made(t)))
	if !holds(contents, "certdesk") || !holds(contents, "TERM=") {
		t.Error("neither arguments nor environment were read")
	}
}

// memory searches what a core dump would hold, once the screen is back at home. Not looked for are the keys that must be there as
// long as the programs serve (data keys and what they opened), and the secret from which a job's PIN followed: it stands in every
// reading of the case's journal, and opens nothing once the customer has set a PIN. Of the centre the SO PINs are not looked for: all
// follow from the master that it must hold. Single characters remain in key messages, which is no PIN.
func (d *secretDay) memory(t *testing.T) {
	h := d.made(t)
	maps.DeleteFunc(h, func(what string, _ []byte) bool {
		return strings.Contains(what, "key") || strings.HasPrefix(what, "job secret")
	})
	d.recall(t, d.desk.pid(), h, "B0431-")
	maps.DeleteFunc(h, func(what string, _ []byte) bool { return strings.HasPrefix(what, "sopin/") })
	d.recall(t, d.centre.cmd.Process.Pid, h, "0431")
	t.Logf("%d secrets", len(h))
}

// recall searches a process for what it should have forgotten; sign is what it remembers for certain. Freed memory is overwritten
// beside the work, so it may take a moment.
func (d *secretDay) recall(t *testing.T, pid int, h hidden, sign string) {
	t.Helper()
	var found []string
	for range 3 {
		dump := memory(t, pid)
		if !holds(dump, sign) {
			t.Errorf("process %d: not even %q was found: nothing was searched", pid, sign)
		}
		if found = search(dump, h); len(found) == 0 {
			break
		}
		time.Sleep(time.Second)
	}
	report(t, found)
}

func report(t *testing.T, found []string) {
	t.Helper()
	for _, what := range found {
		t.Error(what)
	}
}

func (x *tmuxTerm) pid() int {
	x.t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(x.tmux("display-message", "-p", "-t", "desk", "#{pane_pid}")))
	if err != nil {
		x.t.Fatal(err)
	}
	return pid
}

// gone waits until the program has ended and its terminal with it.
func (x *tmuxTerm) gone() {
	x.t.Helper()
	for range 500 {
		if x.command("has-session").Run() != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	x.t.Fatal("the program does not end")
}
