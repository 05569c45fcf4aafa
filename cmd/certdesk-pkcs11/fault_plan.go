//go:build cgo && faulty

package main

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// fault is one entry of CERTDESK_FAULT.
type fault struct {
	kind, function string
	nth            int // 0: each call
}

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

// plan finds out what goes wrong when.
type plan struct {
	mu    sync.Mutex
	calls map[string]int
	armed []fault
}

// next gives the kind of the fault that this call of a function meets, "" for none. spec and file are the environment's.
func (p *plan) next(function, spec, file string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls == nil {
		p.calls = map[string]int{}
	}
	p.calls[function]++
	p.calls["*"]++
	if file != "" {
		p.take(file)
	}
	if kind := p.once(function); kind != "" {
		return kind
	}
	for text := range strings.SplitSeq(spec, ",") {
		f, ok := parseFault(text)
		if ok && f.means(function) && (f.nth == 0 || f.nth == p.calls[f.function]) {
			return f.kind
		}
	}
	return ""
}

// take arms what the control file names. The file is moved away first, so that of two processes one gets it.
func (p *plan) take(file string) {
	mine := file + "." + strconv.Itoa(os.Getpid())
	if os.Rename(file, mine) != nil {
		return
	}
	data, err := os.ReadFile(mine)
	if err != nil || os.Remove(mine) != nil {
		return
	}
	for text := range strings.SplitSeq(string(data), ",") {
		if f, ok := parseFault(text); ok {
			f.nth = max(f.nth, 1)
			p.armed = append(p.armed, f)
		}
	}
}

// once counts down what is armed for this function.
func (p *plan) once(function string) string {
	for i := range p.armed {
		if !p.armed[i].means(function) {
			continue
		}
		if p.armed[i].nth--; p.armed[i].nth == 0 {
			kind := p.armed[i].kind
			p.armed = append(p.armed[:i], p.armed[i+1:]...)
			return kind
		}
	}
	return ""
}
