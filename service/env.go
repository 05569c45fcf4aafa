package service

import (
	"io"
	"time"
)

// Env is what the outside world gives an act: time, ids and randomness. Passed by value to constructors.
type Env struct {
	Now   func() time.Time // the wall clock, any zone; stores keep UTC
	NewID func() string    // a fresh, unguessable id: 32 lower-case hex digits
	Rand  io.Reader        // crypto/rand, also under a demo seed
}
