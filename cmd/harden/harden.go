// Package harden keeps what a program knows inside it: no core dump, no reading of its memory by other programs of the same user, and
// no more left behind in freed memory than must be.
package harden

import "runtime/debug"

// Process is called first in main. From then on the program leaves no core dump: RLIMIT_CORE is 0, and on Linux it is undumpable too,
// which also shuts debuggers of the same user out; on Windows there is no error report. A crash of its own writes the trace of one
// goroutine, which has addresses and no contents of slices. GOTRACEBACK may ask for more goroutines, but gets no core dump either.
// A system that refuses is passed over in silence: the program is no worse off than before.
func Process() {
	debug.SetTraceback("single")
	quiet()
}
