package main

import (
	"time"
)

// Events of SKF_WaitForDevEvent, and states of SKF_GetDevState.
const (
	eventIn      = 1
	eventOut     = 2
	stateAbsent  = 0
	statePresent = 1
)

// watch is what SKF_WaitForDevEvent has told. The first call takes what is in then as known.
type watch struct {
	dir     string
	known   map[string]string // serials by insertion
	cancels int
}

// event waits for the next insertion or removal. taken says whether the caller takes it; otherwise it comes again.
func (l *library) event(taken func(name string, event uint64) sar) sar {
	const pause = 20 * time.Millisecond
	l.mu.Lock()
	cancels := l.watch.cancels
	l.mu.Unlock()
	for {
		d, rv := l.drawer()
		if rv != sarOK {
			return rv
		}
		plugs, err := d.plugs()
		if err != nil {
			return sarFail
		}
		rv, done := l.compare(d.dir, plugs, cancels, taken)
		if done {
			return rv
		}
		time.Sleep(pause)
	}
}

// compare finds one difference between what was told and what is.
func (l *library) compare(dir string, plugs map[string]string, cancels int, taken func(string, uint64) sar) (sar, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := &l.watch
	if w.cancels != cancels {
		return sarNoEvent, true
	}
	if w.dir != dir {
		w.dir, w.known = dir, plugs
	}
	for plug := range w.known {
		if _, in := plugs[plug]; !in {
			return tell(taken(port+plug, eventOut), func() { delete(w.known, plug) }), true
		}
	}
	for plug, serial := range plugs {
		if _, known := w.known[plug]; !known {
			return tell(taken(port+plug, eventIn), func() { w.known[plug] = serial }), true
		}
	}
	return sarOK, false
}

func tell(rv sar, note func()) sar {
	if rv == sarOK {
		note()
	}
	return rv
}

func (l *library) cancelWait() sar {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watch.cancels++
	return sarOK
}

func (l *library) state(name string) (uint64, sar) {
	switch _, _, _, rv := l.find(name); rv {
	case sarOK:
		return statePresent, sarOK
	case sarRemoved:
		return stateAbsent, sarOK
	default:
		return 0, rv
	}
}
