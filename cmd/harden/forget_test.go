//go:build linux

package harden_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"certdesk/cmd/harden"
)

// mask keeps the word out of every place but those that the helper writes it to.
const mask = 0x15

var (
	inHeap  = mangle([]byte("heap-forget-73519264"))
	inStack = mangle([]byte("stack-forget-86420975"))
)

func mangle(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = c ^ mask
	}
	return out
}

// TestMain is also the helper process that the tests look into: what it does stands in HARDEN_TEST.
func TestMain(m *testing.M) {
	switch os.Getenv("HARDEN_TEST") {
	case "":
		os.Exit(m.Run())
	case "harden":
		hardened()
	case "litter":
		litter()
	case "forget":
		litter()
		harden.Forget()
	}
	fmt.Println("ready")
	_, _ = io.ReadAll(os.Stdin)
	runtime.KeepAlive(kept)
}

func hardened() {
	harden.Process()
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	var limit unix.Rlimit
	fmt.Println(dumpable, err, unix.Getrlimit(unix.RLIMIT_CORE, &limit), limit.Cur, limit.Max)
}

// kept keeps pages in use, so that the garbage lies between what lives.
var kept [][]byte

// litter leaves the word in garbage of every size and in the stacks of goroutines that end.
func litter() {
	for size := 24; size < 40<<10; size += size / 3 {
		for i := range 64 {
			b := make([]byte, size)
			if i%4 == 0 {
				kept = append(kept, b)
				continue
			}
			for j, c := range inHeap {
				b[j] = c ^ mask
			}
		}
	}
	done := make(chan byte)
	for depth := range 24 {
		go func() { done <- dirty(depth) }()
	}
	for range 24 {
		<-done
	}
}

//go:noinline
func dirty(depth int) byte {
	var frame [600]byte
	for j, c := range inStack {
		frame[j+depth] = c ^ mask
	}
	if depth > 0 {
		return frame[depth] + dirty(depth-1)
	}
	return frame[0]
}

// helper runs this program again, waits for its work to be done, and gives what it said and its memory.
func helper(t *testing.T, what string) (said string, dump []byte) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HARDEN_TEST="+what)
	in, e1 := cmd.StdinPipe()
	out, e2 := cmd.StdoutPipe()
	if e1 != nil || e2 != nil {
		t.Fatal(e1, e2)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	for s := bufio.NewScanner(out); s.Scan() && s.Text() != "ready"; {
		said += s.Text()
	}
	return said, writable(t, cmd.Process.Pid)
}

func writable(t *testing.T, pid int) []byte {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return nil // a hardened process: nobody of the same user may
	}
	defer f.Close()
	var all []byte
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var may string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); err == nil && strings.HasPrefix(may, "rw") {
			b := make([]byte, to-from)
			n, _ := f.ReadAt(b, from)
			all = append(all, b[:n]...)
		}
	}
	return all
}

func TestProcess(t *testing.T) {
	if said, _ := helper(t, "harden"); said != "0 <nil> <nil> 0 0" {
		t.Errorf("dumpable, errors and limits: %s", said)
	}
}

// What was freed in the heap is gone without exception. Of the stacks of ended goroutines a few may remain: where the
// allocator keeps them cannot be told from outside.
func TestForget(t *testing.T) {
	_, before := helper(t, "litter")
	_, after := helper(t, "forget")
	for _, c := range []struct {
		masked      []byte
		least, most int
	}{{inHeap, 500, 0}, {inStack, 40, 12}} {
		word := mangle(c.masked)
		if n := bytes.Count(before, word); n < c.least {
			t.Errorf("only %d copies of %q to forget: nothing is shown", n, word)
		}
		if n := bytes.Count(after, word); n > c.most || len(after) == 0 {
			at := bytes.Index(after, word)
			t.Errorf("%d of %d copies are left, one in %q", n, bytes.Count(before, word), after[max(0, at-64):min(len(after), at+64)])
		}
	}
}
