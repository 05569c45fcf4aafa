package ca_test

import (
	"testing"

	"certdesk/service"
)

// TestWithdraw: what was issued under the key is revoked, what comes later under it is refused, and a repeat changes nothing.
func TestWithdraw(t *testing.T) {
	c := found(t)
	c.joined("0430")
	c.joined("0431")
	served, late := orgRequest(1, smKey(t)), orgRequest(2, smKey(t))
	got := c.issue("0430", served)
	if _, err := c.Withdraw(c.ctx(), "0431", served.Key); !service.IsCode(err, service.CAConflict) {
		t.Fatalf("another station's request: %v", err)
	}
	for range 2 {
		there, err := c.Withdraw(c.ctx(), "0430", served.Key)
		ok(t, err)
		if !there {
			t.Error("the pair was not found")
		}
	}
	for _, der := range [][]byte{got.Sign, got.Encrypt} {
		if listed(t, c, serial(t, der)) == nil {
			t.Error("the pair is not on the list")
		}
	}
	there, err := c.Withdraw(c.ctx(), "0430", late.Key)
	ok(t, err)
	if there {
		t.Error("a pair where none was asked for")
	}
	if _, err := c.Issue(c.ctx(), "0430", late); !service.IsCode(err, service.CARefused) || service.ArgsOf(err)["reason"] != "withdrawn" {
		t.Errorf("a late try: %v", err)
	}
}

// TestWithdrawOvertaken: a withdrawal that was late on its way takes nothing from a pair that the station confirmed meanwhile.
func TestWithdrawOvertaken(t *testing.T) {
	c := found(t)
	c.joined("0430")
	req := orgRequest(1, smKey(t))
	got := c.issue("0430", req)
	ok(t, c.Confirm(c.ctx(), "0430", hashes(got)))
	_, err := c.Withdraw(c.ctx(), "0430", req.Key)
	wants(t, err, service.CARefused, "confirmed")
	if listed(t, c, serial(t, got.Sign)) != nil {
		t.Error("the pair is on the list")
	}
	if _, err := c.Issue(c.ctx(), "0430", req); err != nil {
		t.Errorf("asked for again: %v", err)
	}
}
