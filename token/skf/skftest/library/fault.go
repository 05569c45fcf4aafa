package main

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fault is one thing that goes wrong: KIND:FUNCTION[:N]. FUNCTION is a name of the standard or *, N the N-th such call (from 1).
type fault struct {
	kind, function string
	nth            int // 0: every call
}

// How long hang and slow take.
const (
	hanging = 5 * time.Minute
	slowly  = 300 * time.Millisecond
)

func parseFault(text string) (fault, bool) {
	parts := strings.Split(strings.TrimSpace(text), ":")
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || parts[1] == "" {
		return fault{}, false
	}
	f := fault{kind: parts[0], function: parts[1]}
	if len(parts) == 2 {
		return f, true
	}
	n, err := strconv.Atoi(parts[2])
	f.nth = n
	return f, err == nil && n > 0
}

func (f fault) means(function string) bool { return f.function == function || f.function == "*" }

// faults finds out what is to go wrong. Faults of the environment hold for each call, or for the N-th since the variable has its
// value; one of the control file is taken from there, strikes once, and counts from when it was taken.
type faults struct {
	mu    sync.Mutex
	spec  string // of the environment
	calls map[string]int
	total int
	armed []fault
}

// strike gives the kind of the fault that this call meets, "" for none. spec and file are the environment's.
func (f *faults) strike(function, spec, file string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.spec != spec {
		f.spec, f.total = spec, 0
		clear(f.calls)
	}
	f.calls[function]++
	f.total++
	if file != "" {
		f.take(file)
	}
	if kind := f.once(function); kind != "" {
		return kind
	}
	for text := range strings.SplitSeq(spec, ",") {
		e, ok := parseFault(text)
		if !ok || !e.means(function) {
			continue
		}
		if n := f.count(e); e.nth == 0 || e.nth == n {
			return e.kind
		}
	}
	return ""
}

func (f *faults) count(e fault) int {
	if e.function == "*" {
		return f.total
	}
	return f.calls[e.function]
}

// take arms what the control file names. The file is moved away first, so that of two processes one gets it.
func (f *faults) take(file string) {
	mine := file + "." + strconv.Itoa(os.Getpid())
	if os.Rename(file, mine) != nil {
		return
	}
	data, err := os.ReadFile(mine)
	if err != nil || os.Remove(mine) != nil {
		return
	}
	for text := range strings.SplitSeq(strings.TrimSpace(string(data)), ",") {
		if e, ok := parseFault(text); ok {
			e.nth = max(e.nth, 1)
			f.armed = append(f.armed, e)
		}
	}
}

// once counts down what is armed for this function.
func (f *faults) once(function string) string {
	for i := range f.armed {
		if !f.armed[i].means(function) {
			continue
		}
		f.armed[i].nth--
		if f.armed[i].nth == 0 {
			kind := f.armed[i].kind
			f.armed = append(f.armed[:i], f.armed[i+1:]...)
			return kind
		}
	}
	return ""
}
