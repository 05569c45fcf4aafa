package harden

import "sync"

// What fillStacks takes: so many goroutines at once, each down to so many frames of about 256 bytes. The allocator keeps freed stacks
// of 2 to 16 KiB for later; larger ones are pages of the heap, which go back to the system.
const (
	goroutines = 256
	frames     = 110
)

// stops are the depths at which all goroutines wait for each other: each holds a stack of 2, 4, 8, 16 and 32 KiB then, so that every
// free one is taken, and fills the rest of it on its way to the next.
var stops = [...]int{2, 9, 22, 50, frames}

// meeting lets every goroutine wait for the others at each stop.
type meeting map[int]*sync.WaitGroup

// fillStacks overwrites the stacks that ended goroutines left behind.
func fillStacks() {
	m := meeting{}
	for _, stop := range stops {
		m[stop] = &sync.WaitGroup{}
		m[stop].Add(goroutines)
	}
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() { m.down(1) })
	}
	all.Wait()
}

//go:noinline
func (m meeting) down(n int) byte {
	var frame [200]byte // zeroed here, on the stack
	if stop := m[n]; stop != nil {
		stop.Done()
		stop.Wait()
	}
	if n < frames {
		frame[n] = m.down(n + 1)
	}
	return touch(&frame)
}

// touch keeps the compiler from leaving the frame out.
//
//go:noinline
func touch(frame *[200]byte) byte { return frame[len(frame)-1] }
