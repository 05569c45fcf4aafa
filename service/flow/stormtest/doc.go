// Package stormtest is the fault harness: a whole counter (store, soft UKeys, engine, print queue) and its centre over the real wire,
// with a switch at every act, token call, message and act of the centre. A schedule drawn from a seed says which switch strikes when
// and how; afterwards one clean restart finishes all open work, and the invariants are asked of the books of both sides and of the
// tokens. The same seed gives the same schedule. Tests alone import it.
package stormtest
