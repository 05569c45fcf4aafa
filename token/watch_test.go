package token_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
)

// slots is a reader whose tokens a test sets.
type slots struct {
	mu      sync.Mutex
	serials []string
	stamp   string
	err     error
	looks   int
}

func (s *slots) set(stamp string, err error, serials ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serials, s.stamp, s.err = serials, stamp, err
}

func (s *slots) look(context.Context) ([]service.TokenInfo, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks++
	list := []service.TokenInfo{}
	for _, serial := range s.serials {
		list = append(list, service.TokenInfo{Serial: serial})
	}
	return list, s.stamp, s.err
}

// wait lets the watch look twice more, so that what was set has been seen.
func (s *slots) wait(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	start := s.looks
	s.mu.Unlock()
	for range 2000 {
		time.Sleep(time.Millisecond)
		s.mu.Lock()
		done := s.looks >= start+2
		s.mu.Unlock()
		if done {
			return
		}
	}
	t.Fatal("the watch does not look")
}

func next(t *testing.T, lists <-chan []service.TokenInfo) []service.TokenInfo {
	t.Helper()
	select {
	case list := <-lists:
		return list
	case <-time.After(2 * time.Second):
		t.Fatal("no list")
	}
	return nil
}

func start(t *testing.T, s *slots) <-chan []service.TokenInfo {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return token.Watch(ctx, time.Millisecond, s.look)
}

func TestWatchSendsEmptyListAtOnce(t *testing.T) {
	if list := next(t, start(t, &slots{})); list == nil || len(list) != 0 {
		t.Fatalf("%v", list)
	}
}

func TestWatchSendsChangesOnly(t *testing.T) {
	s := &slots{}
	lists := start(t, s)
	next(t, lists)
	s.wait(t)
	select {
	case list := <-lists:
		t.Fatalf("a list without a change: %v", list)
	default:
	}
	s.set("A1", nil, "A")
	if list := next(t, lists); len(list) != 1 {
		t.Fatalf("%v", list)
	}
	s.set("A2", nil, "A")
	if list := next(t, lists); len(list) != 1 {
		t.Fatalf("after a replug: %v", list)
	}
}

func TestWatchKeepsNewestForSlowReader(t *testing.T) {
	s := &slots{}
	lists := start(t, s)
	for i, serials := range [][]string{{"A"}, {"A", "B"}, {"A", "B", "C"}} {
		s.set(string(rune('1'+i)), nil, serials...)
		s.wait(t)
	}
	if list := next(t, lists); len(list) != 3 {
		t.Fatalf("a stale list: %v", list)
	}
}

func TestWatchRidesOutErrors(t *testing.T) {
	s := &slots{}
	lists := start(t, s)
	next(t, lists)
	s.set("x", errors.New("reader"))
	s.wait(t)
	s.set("B", nil, "B")
	if list := next(t, lists); len(list) != 1 {
		t.Fatalf("%v", list)
	}
}

func TestStamp(t *testing.T) {
	one := token.Stamp([]service.TokenInfo{{Serial: "A"}, {Serial: "B"}})
	if one == token.Stamp([]service.TokenInfo{{Serial: "AB"}}) || one == token.Stamp(nil) {
		t.Fatal("two lists, one stamp")
	}
}
