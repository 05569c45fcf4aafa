package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"certdesk/cmd/certdesk/demo"
)

// A demo that is struck down in mid-run, by somebody who wants a core dump of it and has allowed one of any size, leaves none, and
// what it prints in dying holds no secret.
func TestNoCoreDump(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGQUIT} {
		t.Run(s.String(), func(t *testing.T) { noCore(t, s) })
	}
}

func noCore(t *testing.T, s syscall.Signal) {
	dir := t.TempDir()
	hall := filepath.Join(dir, "hall")
	cmd := exec.Command("sh", "-c", `ulimit -c unlimited 2>/dev/null || ulimit -c "$(ulimit -H -c)"; exec "$0" "$@"`, built(t, "certdesk"), "demo", "--auto", "500", "--seed", "21", "--data", hall)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOTRACEBACK=crash") // which asks Go itself for one
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	served(t, hall, 2)
	noLimit(t, cmd.Process.Pid)
	if err := cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the demo outlived the signal")
	}
	dead, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if dead.CoreDump() {
		t.Error("the system says that it dumped core")
	}
	noCoreFile(t, dir)
	h, err := ofDemo(hall, 21, 12)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "goroutine ") {
		t.Errorf("no trace: what died? %s", said.String())
	}
	report(t, search(map[string][]byte{"its last words": said.Bytes()}, h))
}

// served waits until a demo has printed the papers of n cases.
func served(t *testing.T, hall string, n int) {
	t.Helper()
	for range 3000 {
		papers, err := filepath.Glob(filepath.Join(hall, "papers", "*.pdf"))
		if err != nil {
			t.Fatal(err)
		}
		if len(papers) >= 3*n {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the demo serves nobody")
}

// noLimit makes sure that the running program forbade its core dump itself, whatever the shell before it allowed.
func noLimit(t *testing.T, pid int) {
	t.Helper()
	limits, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/limits")
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(limits), "Max core file size")
	if f := strings.Fields(line); len(f) < 2 || f[0] != "0" || f[1] != "0" {
		t.Errorf("core file size: %s", line[:min(len(line), 60)])
	}
}

func noCoreFile(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "hall") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// A demo with no screen keeps no secret in its arguments, its environment, what it prints or what it leaves.
func TestDemoLeavesNothingSecret(t *testing.T) {
	tools(t, map[string]string{"qpdf": "qpdf"})
	hall := filepath.Join(t.TempDir(), "hall")
	cmd := exec.Command(built(t, "certdesk"), "demo", "--auto", "12", "--seed", "22", "--json", "--data", hall)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	served(t, hall, 1)
	contents := map[string][]byte{}
	for _, what := range []string{"cmdline", "environ"} {
		b, err := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/" + what)
		if err != nil {
			t.Fatal(err)
		}
		contents[what] = b
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	files, err := filesBelow(hall)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		contents[name] = b
	}
	contents["standard output"], contents["standard error"] = out.Bytes(), said.Bytes()
	report(t, search(contents, demoSecrets(t, hall, 22, 12)))
	if !holds(contents, "B0430-") || !holds(contents, "--auto") {
		t.Error("nothing was searched")
	}
}

// demoSecrets are everything that a demo run used, with the keys on its tokens: each opens with one of its customers' PINs.
func demoSecrets(t *testing.T, hall string, seed uint64, n int) hidden {
	t.Helper()
	h, err := ofDemo(hall, seed, n)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := filepath.Glob(filepath.Join(hall, "ukeys", "*.ukey"))
	if err != nil || len(tokens) == 0 {
		t.Fatalf("no tokens: %v", err)
	}
	opened := 0
	for _, file := range tokens[:min(4, len(tokens))] { // argon2id has its price
		for i := range 2 * n {
			if h.madeOnToken(file, demo.PIN(seed, i/2, i%2 == 1)) == nil {
				opened++
				break
			}
		}
	}
	if opened == 0 {
		t.Fatal("no token was opened")
	}
	return h
}
