package biz_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
	"certdesk/token/softkey"
)

// withToken is a counter whose first customer has his token.
func withToken(t testing.TB, c *flowtest.Customer) *flowtest.Hall {
	t.Helper()
	h := flowtest.New(t)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	c.PIN = "k4PnTq88"
	return h
}

// changingSO is a 2001 whose customer has set the PIN: what is left is the change of the SO PIN and the hand-over.
func changingSO(t testing.TB) *flowtest.Visit {
	t.Helper()
	c := flowtest.Org(1)
	v := withToken(t, c).Begin(service.KindUnlock, c)
	v.To("pin")
	v.Must(v.Say(nil))
	if v.Step() != "work" || v.Case().Status != service.Produced {
		t.Fatalf("at %s in %s", v.Step(), v.Case().Status)
	}
	return v
}

// TestChangeOfSOPIN: each unlock ends with the next generation in force, told to the centre, and the old one opens nothing.
func TestChangeOfSOPIN(t *testing.T) {
	c := flowtest.Org(1)
	h := withToken(t, c)
	h.Obeys(c.Token, 1, "1")
	for g := 2; g < 4; g++ {
		c.PIN += "x"
		v := h.Begin(service.KindUnlock, c)
		v.To("closed")
		checkPIN(v)
		h.Obeys(c.Token, g, fmt.Sprint(g))
		wantEvent(h, "so-pin", fmt.Sprintf(`{"token":"%s","generation":%d}`, c.Token, g))
	}
	h.Nowhere(string(h.SOPIN(c.Token, 1)), string(h.SOPIN(c.Token, 2)), string(h.SOPIN(c.Token, 3)))
	s, err := h.Drawer.Open(context.Background(), c.Token)
	h.Must(err)
	defer s.Close()
	h.Wants(s.Unblock(context.Background(), h.SOPIN(c.Token, 2), []byte("k4PnTq89")), service.SOPINWrong)
}

// wantEvent ends the test unless the newest event of the type says so.
func wantEvent(h *flowtest.Hall, typ, body string) {
	h.Helper()
	h.Read(func(v service.View) error {
		all, err := v.Outbox.Pending(500)
		got := ""
		for _, e := range all {
			if e.Type == typ {
				got = string(e.Body)
			}
		}
		if got != body {
			h.Errorf("told %s, want %s", got, body)
		}
		return err
	})
}

// TestUnlockOffline: an unlock needs no line; the change is put off, on record as due, and done when the token comes next.
func TestUnlockOffline(t *testing.T) {
	for _, code := range []service.Code{service.CAUnreachable, service.CASlow, service.CARefused, service.CAGarbage} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			c := flowtest.Org(1)
			h := withToken(t, c)
			h.Line.Set(flowtest.Always("Ticket", code))
			v := h.Begin(service.KindUnlock, c)
			v.To("closed")
			v.Status(service.Completed)
			h.Obeys(c.Token, 1, "1 due")
			h.Line.Set(nil)
			h.Begin(service.KindUnlock, c).To("closed")
			h.Obeys(c.Token, 2, "2")
		})
	}
}

// TestPowerCutInChangeOfSOPIN cuts the power before each act from the customer's PIN on.
func TestPowerCutInChangeOfSOPIN(t *testing.T) {
	for n := 0; n < 9; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			c := flowtest.Org(1)
			v := withToken(t, c).Begin(service.KindUnlock, c)
			v.To("pin")
			v.Power.CutAfter(n)
			for !v.Power.Out() && v.Step() != "closed" {
				_ = v.Round()
			}
			v.Finish()
			v.Status(service.Completed)
			v.Obeys(c.Token, 2, "2")
			checkPIN(v)
		})
	}
}

// TestTokenFaultsInChangeOfSOPIN fails each token call of the change in turn, before and after, or pulls the token there.
func TestTokenFaultsInChangeOfSOPIN(t *testing.T) {
	v := changingSO(t)
	v.Trap.Set(nil)
	v.To("closed")
	edges := v.Trap.Edges()
	if last := edges[len(edges)-1]; last != "ChangeSOPIN after" {
		t.Errorf("the last act on the token is %s of %v", last, edges)
	}
	for i, edge := range edges {
		for _, pull := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s pulled %v", edge, pull), func(t *testing.T) {
				t.Parallel()
				v := changingSO(t)
				v.Trap.Set(flowtest.Nth(i+1, func() error {
					if pull {
						return v.Drawer.Remove(v.Customer.Token)
					}
					return service.E(service.TokenFailed, "test", nil, nil)
				}))
				v.Wants(v.Work(), map[bool]service.Code{true: service.TokenRemoved, false: service.TokenFailed}[pull])
				v.Status(service.Produced)
				if s := v.Screen(); s.CanCancel {
					t.Error("an unlocked token is no case to cancel")
				}
				v.Trap.Set(nil)
				v.Finish()
				v.Obeys(v.Customer.Token, 2, "2")
				checkPIN(v)
			})
		}
	}
}

// pulled is a change that was cut off at one edge of the token's act; the customer has gone with the token.
func pulled(t *testing.T, phase softkey.Phase) *flowtest.Visit {
	t.Helper()
	v := changingSO(t)
	v.Trap.Set(func(op string, p softkey.Phase) error {
		if op == "ChangeSOPIN" && p == phase {
			return v.Drawer.Remove(v.Customer.Token)
		}
		return nil
	})
	v.Wants(v.Work(), service.TokenRemoved)
	v.Trap.Set(nil)
	return v
}

// TestTokenGoneInChangeOfSOPIN: the case goes on without it, the change stays open on record, and the next case finds out.
func TestTokenGoneInChangeOfSOPIN(t *testing.T) {
	for phase, is := range map[softkey.Phase]int{softkey.Before: 1, softkey.After: 2} {
		t.Run(fmt.Sprint(is), func(t *testing.T) {
			v := pulled(t, phase)
			v.To("closed")
			v.Obeys(v.Customer.Token, is, "1>2")
			v.Line.Set(flowtest.Always("Ticket", service.CAUnreachable))
			v.Begin(service.KindUnlock, v.Customer).To("closed")
			v.Obeys(v.Customer.Token, 2, map[int]string{1: "2", 2: "2 due"}[is]) // the second lay here already, the third did not
		})
	}
}

// TestTokenGoneBeforeChange: nothing was tried, so that nothing is unknown.
func TestTokenGoneBeforeChange(t *testing.T) {
	v := changingSO(t)
	v.Must(v.Drawer.Remove(v.Customer.Token))
	v.To("closed")
	v.Obeys(v.Customer.Token, 1, "1 due")
}

// TestSOPINOfAnotherStation: the token was unlocked elsewhere since; it is asked, the likeliest generation first.
func TestSOPINOfAnotherStation(t *testing.T) {
	c := flowtest.Org(1)
	h := withToken(t, c)
	s := h.Sister("0777")
	s.Drawer = h.Drawer
	s.Restart()
	for range 2 {
		s.Begin(service.KindUnlock, c).To("closed")
	}
	s.Obeys(c.Token, 3, "3")
	h.Begin(service.KindUnlock, c).To("closed")
	h.Obeys(c.Token, 4, "4")
	s.Line.Set(flowtest.Always("Ticket", service.CAUnreachable))
	v := s.Begin(service.KindUnlock, c)
	v.To("pin")
	v.Wants(v.Say(nil), service.SOPINWrong) // without the centre it knows no other
	if left := s.SOLeft(c.Token); left != 9 {
		t.Errorf("%d tries left", left)
	}
	if need := v.Screen().Need; need != service.MayOverride {
		t.Errorf("asks %q", need)
	}
	s.Line.Set(nil)
	v.Must(v.Say(says("generation", "4")))
	v.To("closed")
	s.Obeys(c.Token, 5, "5")
}

// TestWrongGenerationOnRecord: a store that is ahead or behind finds the token's generation beside its own.
func TestWrongGenerationOnRecord(t *testing.T) {
	for _, record := range []string{"2", "2>3", "1>2"} {
		t.Run(record, func(t *testing.T) {
			t.Parallel()
			c := flowtest.Org(1)
			h := withToken(t, c)
			h.Act(func(tx *service.Tx) error {
				if err := tx.Settings.Set("sopin/"+c.Token+"/2", h.SOPIN(c.Token, 2)); err != nil {
					return err
				}
				return tx.Settings.Set("sopin/"+c.Token+"/current", []byte(record))
			})
			v := h.Begin(service.KindUnlock, c)
			v.To("pin")
			err := v.Say(nil)
			if record == "2>3" { // neither is right: nobody guesses beyond a change that began
				v.Wants(err, service.SOPINWrong)
				v.Must(v.Say(says("generation", "1")))
			}
			v.To("closed")
			h.Obeys(c.Token, 2, "2")
		})
	}
	h := withToken(t, flowtest.Org(1))
	h.Act(func(tx *service.Tx) error { return tx.Settings.Set("sopin/ORG-1001/current", []byte("x")) })
	v := h.Begin(service.KindUnlock, flowtest.Org(1))
	var err error
	for err == nil {
		err = v.Round()
	}
	if !service.IsCode(err, service.StoreCorrupt) || strings.Contains(err.Error(), "sopin") {
		t.Error(err)
	}
}

// TestJournaledBeforeChange: when the token is asked to change, the new generation lies sealed here and the change is on record.
func TestJournaledBeforeChange(t *testing.T) {
	v := changingSO(t)
	seen := ""
	v.Trap.Set(func(op string, phase softkey.Phase) error {
		if op == "ChangeSOPIN" && phase == softkey.Before {
			seen = v.SOStanding(v.Customer.Token)
			v.Read(func(view service.View) error {
				pin, err := view.Settings.Get("sopin/" + v.Customer.Token + "/2")
				if string(pin) != string(v.SOPIN(v.Customer.Token, 2)) {
					t.Error("not sealed here")
				}
				return err
			})
		}
		return nil
	})
	v.To("closed")
	if seen != "1>2" {
		t.Errorf("on record %q", seen)
	}
}

// asked is the open prompt's values.
func asked(s flow.Screen) map[string]string {
	out := map[string]string{}
	if s.Prompt != nil {
		for _, f := range s.Prompt.Fields {
			out[f.Name] = f.Value
		}
	}
	return out
}
