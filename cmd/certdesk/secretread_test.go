package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// unpacked is a PDF with its streams decompressed.
func unpacked(path string) ([]byte, error) {
	return exec.Command("qpdf", "--qdf", "--object-streams=disable", path, "-").Output()
}

// memory reads every writable mapping of a process: what a core dump of it would hold.
func memory(t *testing.T, pid int) map[string][]byte {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatalf("the programs shut others out of their memory (PR_SET_DUMPABLE): run this test as root or with CAP_SYS_PTRACE: %v", err)
	}
	defer f.Close()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var may string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); err != nil || !strings.HasPrefix(may, "rw") {
			continue
		}
		runs(out, fmt.Sprintf("memory of %d", pid), f, from, to)
	}
	return out
}

// runs keeps what is not zero of a mapping. Most of it never was anything else.
func runs(out map[string][]byte, name string, f *os.File, from, to int64) {
	const block = 64 << 10
	zero, b := make([]byte, block), make([]byte, block)
	var run []byte
	for at := from; at < to; at += block {
		n, _ := f.ReadAt(b[:min(block, to-at)], at) // a page that the system does not give out would be in no dump either
		if !bytes.Equal(b[:n], zero[:n]) {
			run = append(run, b[:n]...)
			continue
		}
		if len(run) > 0 {
			out[fmt.Sprintf("%s before %x", name, at)] = append(run, zero[:32]...)
			run = nil
		}
	}
	if len(run) > 0 {
		out[fmt.Sprintf("%s before %x", name, to)] = run
	}
}
