package page

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Address names a surface and the last thing it asked for. A result with another number is stale.
type Address struct {
	id, seq int
	busy    bool
}

// Address gives a new surface its own number.
func (e *Env) Address() Address {
	e.next++
	return Address{id: e.next}
}

// Takes reports whether a result is for this surface and still asked for.
func (a *Address) Takes(r Result) bool { return r.To == a.id && r.Seq == a.seq }

// Busy reports whether an answer is being waited for that keys must not overtake.
func (a *Address) Busy() bool { return a.busy }

// Done says that what was waited for has come.
func (a *Address) Done() { a.busy = false }

// Ask runs fn as a command. Its result is addressed here; whatever was asked for before becomes stale. With busy, keys wait for it.
func (e *Env) Ask(a *Address, busy bool, fn func(ctx context.Context) any) tea.Cmd {
	a.seq++
	a.busy = busy
	to, seq := a.id, a.seq
	one := func() tea.Msg { return Result{To: to, Seq: seq, Msg: fn(e.run)} }
	if busy {
		return e.acts.counted(one)
	}
	return one
}

// More is Ask for the next part of the same answer.
func (e *Env) More(a *Address, fn func(ctx context.Context) any) tea.Cmd {
	to, seq := a.id, a.seq
	return func() tea.Msg { return Result{To: to, Seq: seq, Msg: fn(e.run)} }
}

// Aside runs fn without waiting for it; what it returns goes to the surface whatever it asks for meanwhile.
func (e *Env) Aside(a *Address, fn func(ctx context.Context) any) tea.Cmd {
	to := a.id
	return e.acts.counted(func() tea.Msg { return Note{To: to, Msg: fn(e.run)} })
}

// Note is a result that does not become stale.
type Note struct {
	To  int
	Msg any
}

// Is reports whether a note is for this surface.
func (a *Address) Is(n Note) bool { return n.To == a.id }

// Later brings msg back as a note after d.
func (e *Env) Later(a *Address, d time.Duration, msg any) tea.Cmd {
	to := a.id
	return tea.Tick(d, func(time.Time) tea.Msg { return Note{To: to, Msg: msg} })
}
