package flow

import (
	"testing"

	"certdesk/service"
)

// TestStepTowards: between any two statuses a way is a row of allowed transitions, past no closed and no sideways status, and a way is
// found wherever there is one.
func TestStepTowards(t *testing.T) {
	for _, from := range service.Statuses() {
		for _, to := range service.Statuses() {
			at, steps := from, 0
			for at != to {
				next, ok := stepTowards(at, to)
				if !ok {
					break
				}
				if !at.CanBecome(next) || next != to && (next.Closed() || sideways(next, to)) || steps > len(service.Statuses()) {
					t.Fatalf("%s to %s: %s to %s", from, to, at, next)
				}
				at, steps = next, steps+1
			}
			if at != to && (reachable(from, to, map[service.Status]bool{}) || at != from) {
				t.Errorf("%s to %s ends at %s", from, to, at)
			}
		}
	}
}

// reachable looks for a way by trying all.
func reachable(from, to service.Status, seen map[service.Status]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	for _, n := range service.Statuses() {
		if from.CanBecome(n) && !seen[n] && (n == to || !n.Closed() && !sideways(n, to)) && reachable(n, to, seen) {
			return true
		}
	}
	return false
}

func TestClosedIsTheEnd(t *testing.T) {
	for _, s := range service.Statuses() {
		for _, n := range service.Statuses() {
			if s.Closed() && n != s && s.CanBecome(n) {
				t.Errorf("%s becomes %s", s, n)
			}
		}
	}
}

// TestRequestKey: every part counts, and no two rows of parts run together.
func TestRequestKey(t *testing.T) {
	base := RequestKey("0430", "B1", "issue", 1, []byte("k"))
	for i, other := range [][32]byte{
		RequestKey("0431", "B1", "issue", 1, []byte("k")), RequestKey("0430", "B2", "issue", 1, []byte("k")),
		RequestKey("0430", "B1", "issue2", 1, []byte("k")), RequestKey("0430", "B1", "issue", 2, []byte("k")),
		RequestKey("0430", "B1", "issue", 1, []byte("l")), RequestKey("0430B", "1", "issue", 1, []byte("k")),
	} {
		if other == base {
			t.Errorf("%d is the same", i)
		}
	}
	if RequestKey("0430", "B1", "issue", 1, []byte("k")) != base {
		t.Error("a repeat has another key")
	}
}

// TestGate: whatever the order of a business's steps, making does not start without the money.
func TestGate(t *testing.T) {
	for _, money := range []service.MoneyStatus{service.MoneyDue, service.MoneyRefundDue, service.MoneyRefunded, service.MoneyPaid, service.MoneyNone} {
		p := &place{facts: &Facts{Case: &service.Case{Money: money}, Out: map[string]string{}}}
		err := p.gate(Step{Stage: service.StageMake})
		if may := money == service.MoneyPaid || money == service.MoneyNone; (err == nil) != may || err != nil && !service.IsCode(err, service.NoDuty) {
			t.Errorf("%s: %v", money, err)
		}
		if p.gate(Step{Stage: service.StageReview}) != nil {
			t.Errorf("%s keeps a review back", money)
		}
	}
}
