package stormtest

import (
	"errors"
	"fmt"
	"sync"
)

// Kind is what a point belongs to.
type Kind int

// Kinds of points.
const (
	AtAct       Kind = iota // an act of the station's store
	AtToken                 // a call of the token
	AtMessage               // a message between station and centre
	AtCentre                // an act of the centre's store
	AtPrinter               // a paper
	AtStoreDisk             // a write, sync or removal below the store
	AtKeyDisk               // the same below the soft UKeys
	kinds
)

// Edge is where at the point.
type Edge int

// Edges of a point.
const (
	Before Edge = iota
	Commit      // all is written and not committed yet
	After
)

// Point is a named moment at which the world may fail.
type Point struct {
	Kind Kind
	Name string
	Edge Edge
}

// String names the point for a log.
func (p Point) String() string {
	return fmt.Sprintf("%s %s %s", [...]string{"act", "token", "message", "centre", "printer", "store's disk", "keys' disk"}[p.Kind], p.Name,
		[...]string{"before", "commit", "after"}[p.Edge])
}

// Fault is what happens at a point.
type Fault int

// Faults.
const (
	None     Fault = iota
	Fail           // an error, nothing done from here on (after the act: its reply is lost)
	Crash          // the program dies; what it wrote to files stays
	PowerCut       // the machine dies: what was not fsynced may be lost
	Delay          // it takes forty seconds
	Garbage        // the answer is unreadable
	Twice          // the message arrives a second time
	Late           // the message is lost for now and arrives later
	Pull           // the token is pulled
	Full           // the disk has no room for a while
	Bad            // the disk cannot write for a while
	Dark           // the program is dead already
)

// String names the fault for a log.
func (f Fault) String() string {
	return [...]string{"none", "fail", "crash", "power cut", "delay", "garbage", "twice", "late", "pull", "full", "bad", "dark"}[f]
}

// Takes lists the faults that can happen at the point.
func (p Point) Takes() []Fault {
	switch {
	case p.Kind == AtStoreDisk || p.Kind == AtKeyDisk:
		return []Fault{PowerCut, PowerCut, Full, Bad}
	case p.Kind == AtCentre:
		return []Fault{Fail}
	case p.Kind == AtMessage && p.Edge == Before:
		return []Fault{Fail, Late, Crash, PowerCut, Pull}
	case p.Kind == AtMessage:
		return []Fault{Fail, Garbage, Twice, Delay, Crash, PowerCut}
	case p.Kind == AtToken:
		return []Fault{Fail, Pull, Delay, Crash, PowerCut}
	case p.Edge == Before:
		return []Fault{Fail, Pull, Delay, Crash, PowerCut}
	}
	return []Fault{Fail, Crash, PowerCut}
}

// Strike is one fault of a schedule: at the Nth point of a kind, counted from 1 over restarts. Pick chooses among the faults that
// the point takes.
type Strike struct {
	Kind Kind
	Nth  int
	Pick int
}

// Struck is a strike that happened.
type Struck struct {
	Point Point
	Nth   int
	Fault Fault
}

func (s Struck) String() string { return fmt.Sprintf("%s at %s (%d)", s.Fault, s.Point, s.Nth) }

var (
	errInjected = errors.New("injected fault")
	errDark     = errors.New("the program is dead")
)

// Board is where every point reports.
type Board struct {
	mu     sync.Mutex
	plan   []Strike
	counts [kinds]int
	dark   bool
	cut    bool
	off    bool
	pull   func()
	// powerOff takes the power off the disks; powerGone tells that one of them lost it.
	powerOff  func()
	powerGone func() bool
	Passed    []Point // in order, per kind counted from 1
	Struck    []Struck
}

// Pass reports a point and says what happens there.
func (b *Board) Pass(p Point) Fault {
	f := b.decide(p)
	switch f {
	case Pull:
		b.pull()
	case PowerCut:
		b.powerOff()
	}
	return f
}

func (b *Board) decide(p Point) Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.look()
	if b.dark && p.Kind != AtCentre {
		return Dark
	}
	b.counts[p.Kind]++
	b.Passed = append(b.Passed, p)
	if b.off {
		return None
	}
	for _, s := range b.plan {
		if s.Kind == p.Kind && s.Nth == b.counts[p.Kind] {
			return b.strike(p, s)
		}
	}
	return None
}

func (b *Board) strike(p Point, s Strike) Fault {
	can := p.Takes()
	f := can[s.Pick%len(can)]
	b.Struck = append(b.Struck, Struck{p, s.Nth, f})
	b.dark = f == Crash || f == PowerCut
	b.cut = b.cut || f == PowerCut
	return f
}

// Dead reports whether the program died.
func (b *Board) Dead() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.look()
	return b.dark
}

// look notices that a disk lost its power: the machine is dead then.
func (b *Board) look() {
	if !b.dark && b.powerGone() {
		b.dark, b.cut = true, true
		b.powerOff()
		b.Struck = append(b.Struck, Struck{Point: Point{Kind: AtStoreDisk, Name: "write"}, Fault: PowerCut})
	}
}

// revive is the program begun anew; it tells whether the power was out.
func (b *Board) revive() (cut bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dark = false
	b.look() // the power may have gone while the program was starting
	cut = b.cut
	b.dark, b.cut = false, false
	return cut
}

// calm ends all faults, or lets them strike again; points go on being counted.
func (b *Board) calm(off bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.off = off
}
