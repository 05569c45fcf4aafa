package ca_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func currentCRL(t *testing.T, c *centre) *sm.CRL {
	t.Helper()
	der, err := c.CRL(c.ctx())
	ok(t, err)
	crl, err := sm.ParseCRL(der)
	ok(t, err)
	a, err := c.Anchors(c.ctx())
	ok(t, err)
	ok(t, sm.VerifyCRL(crl, cert(t, a.Issuing)))
	return crl
}

// listed is the CRL's entry for a serial number, nil where there is none.
func listed(t *testing.T, c *centre, serial string) *sm.Revoked {
	t.Helper()
	n, err := sm.ParseSerial(serial)
	ok(t, err)
	if r, found := currentCRL(t, c).Find(n); found {
		return &r
	}
	return nil
}

func hashes(r service.CertReply) [][32]byte { return [][32]byte{sm.Sum(r.Sign), sm.Sum(r.Encrypt)} }

func TestRevokeTakesBoth(t *testing.T) {
	c := found(t)
	c.joined("0430")
	c.joined("0431")
	kept, gone := c.issue("0430", orgRequest(1, smKey(t))), c.issue("0430", orgRequest(2, smKey(t)))
	empty := currentCRL(t, c)
	if len(empty.Revoked) != 0 {
		t.Fatal("a new list is not empty")
	}
	c.pass(time.Minute)
	ok(t, c.Revoke(c.ctx(), "0431", strings.ToLower(serial(t, gone.Encrypt)), 1))
	at := c.now().Truncate(time.Second)
	c.pass(time.Minute)
	ok(t, c.Revoke(c.ctx(), "0430", serial(t, gone.Sign), 4)) // success, and changes nothing
	for _, der := range [][]byte{gone.Sign, gone.Encrypt} {
		r := listed(t, c, serial(t, der))
		if r == nil || r.Reason != 1 || !r.At.Equal(at) {
			t.Fatalf("entry %+v, want reason 1 at %v", r, at)
		}
	}
	if listed(t, c, serial(t, kept.Sign)) != nil {
		t.Fatal("another pair is on the list")
	}
	if n := currentCRL(t, c).Number; n.Cmp(empty.Number) <= 0 {
		t.Fatalf("CRL number %v after %v", n, empty.Number)
	}
}

func TestRevokeRefuses(t *testing.T) {
	c := found(t)
	c.joined("0430")
	r := c.issue("0430", orgRequest(1, smKey(t)))
	wants(t, c.Revoke(c.ctx(), "0430", "0123", 1), service.NotFound, "")
	wants(t, c.Revoke(c.ctx(), "0430", "no number", 1), service.NotFound, "")
	wants(t, c.Revoke(c.ctx(), "9", serial(t, r.Sign), 1), service.StationUnknown, "")
	for _, reason := range []int{-1, 2, 7, 9, 10, 100} {
		wants(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), reason), service.CARefused, "reason")
	}
	ok(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), 5))
	wants(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), 8), service.CARefused, "revoked")
}

func TestHoldAndLift(t *testing.T) {
	c := found(t)
	c.joined("0430")
	r := c.issue("0430", orgRequest(1, smKey(t)))
	ok(t, c.Confirm(c.ctx(), "0430", hashes(r)))
	n := serial(t, r.Sign)
	ok(t, c.Revoke(c.ctx(), "0430", n, 8)) // nothing to lift
	ok(t, c.Revoke(c.ctx(), "0430", n, 6))
	ok(t, c.Revoke(c.ctx(), "0430", n, 6))
	if e := listed(t, c, serial(t, r.Encrypt)); e == nil || e.Reason != 6 {
		t.Fatalf("hold: %+v", e)
	}
	ok(t, c.Revoke(c.ctx(), "0430", n, 8))
	if listed(t, c, n) != nil || listed(t, c, serial(t, r.Encrypt)) != nil {
		t.Fatal("still on the list")
	}
	ok(t, c.Revoke(c.ctx(), "0430", n, 6))
	ok(t, c.Revoke(c.ctx(), "0430", n, 1)) // from hold for good
	if e := listed(t, c, n); e == nil || e.Reason != 1 {
		t.Fatalf("revoked from hold: %+v", e)
	}
}

func TestConfirm(t *testing.T) {
	c := found(t)
	c.joined("0430")
	c.joined("0431")
	r := c.issue("0430", orgRequest(1, smKey(t)))
	wants(t, c.Confirm(c.ctx(), "0430", hashes(r)[:1]), service.CARefused, "half")
	wants(t, c.Confirm(c.ctx(), "0430", [][32]byte{{1}}), service.CARefused, "unknown")
	wants(t, c.Confirm(c.ctx(), "0431", hashes(r)), service.CARefused, "unknown")
	ok(t, c.Confirm(c.ctx(), "0430", hashes(r)))
	ok(t, c.Confirm(c.ctx(), "0430", hashes(r)))
	ok(t, c.Revoke(c.ctx(), "0430", serial(t, r.Sign), 1))
	ok(t, c.Confirm(c.ctx(), "0430", hashes(r))) // a repeat says what was true
}

func TestSweep(t *testing.T) {
	c := found(t)
	c.joined("0430")
	held, lost := c.issue("0430", orgRequest(1, smKey(t))), c.issue("0430", orgRequest(2, smKey(t)))
	ok(t, c.Confirm(c.ctx(), "0430", hashes(held)))
	c.pass(2 * time.Hour)
	young := c.issue("0430", orgRequest(3, smKey(t)))
	for want := 1; want >= 0; want-- {
		n, err := c.SweepUnconfirmed(c.ctx(), time.Hour)
		if err != nil || n != want {
			t.Fatalf("swept %d, %v; want %d", n, err, want)
		}
	}
	for name, tc := range map[string]struct {
		r    service.CertReply
		gone bool
	}{"confirmed": {held, false}, "lost": {lost, true}, "young": {young, false}} {
		if (listed(t, c, serial(t, tc.r.Sign)) != nil) != tc.gone || (listed(t, c, serial(t, tc.r.Encrypt)) != nil) != tc.gone {
			t.Errorf("%s: on the list: %v", name, !tc.gone)
		}
	}
	wants(t, c.Confirm(c.ctx(), "0430", hashes(lost)), service.CARefused, "revoked")
}

func TestCRLIsKeptWhileFresh(t *testing.T) {
	c := found(t)
	first, err := c.CRL(c.ctx())
	ok(t, err)
	c.pass(time.Hour)
	second, err := c.CRL(c.ctx())
	ok(t, err)
	if !bytes.Equal(first, second) {
		t.Fatal("made anew without need")
	}
	c.pass(12 * time.Hour)
	third := currentCRL(t, c)
	if bytes.Equal(first, third.Raw) || third.Number.Int64() != 2 || !third.NextUpdate.Equal(third.ThisUpdate.AddDate(0, 0, 7)) {
		t.Fatalf("number %v, %v to %v", third.Number, third.ThisUpdate, third.NextUpdate)
	}
}
