package harden

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Forgetter overwrites freed memory on request. Go frees an object without touching what stood in it, and some of what handles a
// secret cannot be wiped by its caller: argon2id, for one, keeps the password in the block of its first hash. The zero value is not
// ready; NewForgetter makes one.
type Forgetter struct{ asked chan struct{} }

// NewForgetter makes a Forgetter, which works while Run does.
func NewForgetter() *Forgetter { return &Forgetter{asked: make(chan struct{}, 1)} }

// Ask asks for what is free by now to be overwritten soon. It never waits; several requests may be answered at once.
func (f *Forgetter) Ask() {
	select {
	case f.asked <- struct{}{}:
	default: // the one that is waiting will do for this too
	}
}

// Run answers requests until ctx ends.
func (f *Forgetter) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.asked:
			Forget()
		}
	}
}

// Forget collects the garbage and gives whole free pages back to the system, which clears them; then it fills the freed places of
// every size in the pages that are still in use, and the stacks of ended goroutines, with zeros. One processor alone runs Go meanwhile:
// each sets free places aside for itself, out of reach of the others. The second round gets what other goroutines freed during the
// first. It cannot reach what lies below the present depth of a living goroutine's stack. It takes some tens of milliseconds and may
// run beside anything else.
func Forget() {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 2 {
		debug.FreeOSMemory()
		fillStacks()
		fill()
	}
	debug.FreeOSMemory()
}

// largest is the longest object that shares its pages with others.
const largest = 32 << 10

// fill takes up every free place in the pages in use, size by size. Nothing is collected meanwhile, so that none of the places that
// were just taken is free again.
func fill() {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var p placer
	for _, size := range sizes() {
		p.place(size)
	}
}

// sizes are those of the allocator's classes; a class that is named twice or between two others costs little.
func sizes() []int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var out []int
	last := 0
	for _, c := range m.BySize {
		if n := int(c.Size); n > 0 {
			out, last = append(out, n), n
		}
	}
	for n := last + 1024; n <= largest; n += 1024 {
		out = append(out, n)
	}
	return out
}

// placer holds the last object, so that the compiler cannot leave it out.
type placer struct{ last []byte }

// place makes zeroed objects of one size until the heap has had to take fresh pages for them.
func (p *placer) place(size int) {
	const fresh = 3 // other goroutines take pages too
	batch := max(1, 2048/size)
	pages, grown := inUse(), 0
	for grown < fresh {
		for range batch {
			p.last = make([]byte, size)
		}
		if now := inUse(); now > pages {
			pages, grown = now, grown+1
		}
	}
}

// inUse is the size of the pages that hold objects.
func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() + s[1].Value.Uint64()
}
