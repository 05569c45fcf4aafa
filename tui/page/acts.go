package page

import (
	"sync"

	tea "charm.land/bubbletea/v2"
)

// acts counts the acts that run, so that the store is not closed under one.
type acts struct {
	mu     sync.Mutex
	n      sync.WaitGroup
	closed bool
	over   chan struct{} // closed when nobody takes results any more
}

// begin reports whether an act may start; after the end none does.
func (a *acts) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.n.Add(1)
	return true
}

func (a *acts) counted(cmd tea.Cmd) tea.Cmd {
	return func() tea.Msg {
		if !a.begin() {
			return nil
		}
		defer a.n.Done()
		return cmd()
	}
}

// Go runs fn beside the command that calls it, and counts it as an act. It reports false where the screen has ended.
func (e *Env) Go(fn func()) bool {
	if !e.acts.begin() {
		return false
	}
	go func() {
		defer e.acts.n.Done()
		fn()
	}()
	return true
}

// Over is closed when the screen has ended: what an act reports then is taken by nobody.
func (e *Env) Over() <-chan struct{} { return e.acts.over }

// End waits until every running act and draft has come back; none starts after it. It is called once, when the screen has ended.
func (e *Env) End() {
	e.acts.mu.Lock()
	e.acts.closed = true
	e.acts.mu.Unlock()
	close(e.acts.over)
	e.acts.n.Wait()
}
