package host

import (
	"fmt"
	"io"
	"sync"
)

// shared lets the children of a driver, one of which may still be ending, write to one log.
type shared struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *shared) printf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.w, format, args...)
}

// logger is one child's standard error on its way to the log: no more than the limit, and no control characters, which would act when
// somebody looks at the log.
type logger struct {
	to   *shared
	left int
	cut  bool
}

// Write never fails: what is not kept is dropped, and the child goes on.
func (l *logger) Write(p []byte) (int, error) {
	l.to.mu.Lock()
	defer l.to.mu.Unlock()
	if l.left < 0 {
		return len(p), nil
	}
	kept := append([]byte(nil), p[:min(len(p), l.left)]...)
	for i, b := range kept {
		if b < ' ' && b != '\n' && b != '\t' || b == 0x7f {
			kept[i] = '?'
		}
	}
	_, _ = l.to.w.Write(kept)
	l.left -= len(kept)
	if len(kept) < len(p) && !l.cut {
		l.cut = true
		_, _ = io.WriteString(l.to.w, "\n(the rest is left out)\n")
	}
	return len(p), nil
}
