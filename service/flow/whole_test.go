package flow_test

import (
	"context"
	"testing"

	"certdesk/service"
	"certdesk/service/flow/flowtest"
)

// TestIssueWhole serves every customer type to the end.
func TestIssueWhole(t *testing.T) {
	for _, c := range []*flowtest.Customer{flowtest.Org(1), flowtest.StaffOf(2), flowtest.Person(3)} {
		t.Run(string(c.Type), func(t *testing.T) {
			h := flowtest.New(t)
			h.Lay(c.Token)
			v := h.Begin(service.KindIssue, c)
			v.To("closed")
			v.Proof()
			checkDuties(t, v)
			h.Nowhere(c.PIN)
		})
	}
}

// checkDuties: all five acts stand on the case, and the review is somebody else's.
func checkDuties(t *testing.T, v *flowtest.Visit) {
	t.Helper()
	c := v.Case()
	for _, d := range []service.Duty{service.EnteredBy, service.PaidBy, service.MadeBy, service.HandedBy} {
		if c.By[d].Staff != flowtest.Clerk.ID || c.By[d].At.IsZero() {
			t.Errorf("%s: %+v", d, c.By[d])
		}
	}
	if c.By[service.ReviewedBy].Staff != flowtest.Reviewer.ID {
		t.Errorf("reviewed by %+v", c.By[service.ReviewedBy])
	}
	if d := v.Detail(); d.Visit.Closed.IsZero() || len(d.Certificates) != 2 || len(d.Payments) != 1 || c.Receipt != "R-0430-000001" {
		t.Errorf("visit %v, %d certificates, %d payments, receipt %s", d.Visit.Closed, len(d.Certificates), len(d.Payments), c.Receipt)
	}
}

// TestNewEngineAtEveryStep leaves the case after every answer and goes on with a program begun anew: nothing lives in memory.
func TestNewEngineAtEveryStep(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.StaffOf(4)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	for v.Step() != "closed" {
		h.Restart()
		h.Must(v.Round())
	}
	v.Proof()
}

// TestUnlock issues, locks, and unlocks with the SO PIN; the customer's new PIN opens the token.
func TestUnlock(t *testing.T) {
	h := flowtest.New(t)
	c := issued(h, flowtest.Org(5))
	lock(h, c.Token)
	c.PIN = "neuer7Pin"
	v := h.Begin(service.KindUnlock, c)
	v.To("closed")
	v.Status(service.Completed)
	logsIn(h, c.Token, c.PIN)
	if d := v.Detail(); d.Case.Money != service.MoneyNone || d.Customer.Number != c.Said["number"] || len(d.Payments) != 0 {
		t.Errorf("money %s, customer %q", d.Case.Money, d.Customer.Number)
	}
	h.Nowhere(c.PIN)
}

// TestUnlockElsewhere: a token of another station of the same centre is unlocked here, on a ticket fetched when it is needed and
// after a second person's look.
func TestUnlockElsewhere(t *testing.T) {
	h := flowtest.New(t)
	c := issued(h, flowtest.Org(6))
	lock(h, c.Token)
	s := h.Sister("0777")
	s.Drawer = h.Drawer
	s.Restart()
	c.PIN = "neuer8Pin"
	v := s.Begin(service.KindUnlock, c)
	v.To("review")
	v.To("closed")
	if s.Line.Calls["Ticket"] != 2 { // the one in force, and the one it is changed to
		t.Errorf("%d tickets", s.Line.Calls["Ticket"])
	}
	logsIn(h, c.Token, c.PIN)
}

// TestPaidUnlock: project 02 charges for it and reviews it.
func TestPaidUnlock(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(7)
	c.Project, c.Product = "02", "21"
	issued(h, c)
	v := h.Begin(service.KindUnlock, c)
	v.To("review")
	v.To("closed")
	d := v.Detail()
	if d.Case.Fee != 2000 || len(d.Payments) != 1 || d.Case.Receipt == "" || d.Case.By[service.ReviewedBy].Staff != flowtest.Reviewer.ID {
		t.Errorf("%+v", d.Case)
	}
}

func TestChangePIN(t *testing.T) {
	h := flowtest.New(t)
	c := issued(h, flowtest.Person(8))
	c.OldPIN, c.PIN = c.PIN, "neuer9Pin"
	v := h.Begin(service.KindChangePIN, c)
	v.To("closed")
	logsIn(h, c.Token, c.PIN)
	h.Nowhere(c.PIN, c.OldPIN)
}

// issued serves a customer a certificate.
func issued(h *flowtest.Hall, c *flowtest.Customer) *flowtest.Customer {
	h.Helper()
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	return c
}

func lock(h *flowtest.Hall, serial string) {
	h.Helper()
	s, err := h.Drawer.Open(context.Background(), serial)
	h.Must(err)
	defer s.Close()
	for range 10 {
		err = s.Login(context.Background(), []byte("wrong-pin-0"))
	}
	h.Wants(err, service.PINLocked)
}

func logsIn(h *flowtest.Hall, serial, pin string) {
	h.Helper()
	s, err := h.Drawer.Open(context.Background(), serial)
	h.Must(err)
	defer s.Close()
	h.Must(s.Login(context.Background(), []byte(pin)))
}
