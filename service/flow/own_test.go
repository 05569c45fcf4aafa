package flow_test

import (
	"context"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// TestStaffToken: a token booked as a member of staff's own is marked at once for who watches, is no candidate beside a customer's,
// is refused where it is the choice, and can be taken back; a token of a case stays what it is.
func TestStaffToken(t *testing.T) {
	h, c := flowtest.New(t), flowtest.Org(1)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To("token")
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	own := func(who service.Actor, serial string, is bool) error { return v.Engine.OwnToken(ctx, who, serial, is) }
	lists := v.Engine.Watch(ctx)
	v.Must(v.Drawer.Create("STAFF-1"))
	v.Must(v.Drawer.Insert("STAFF-1"))
	v.Wants(own(flowtest.Clerk, "STAFF-1", true), service.NotPermitted)
	v.Must(own(flowtest.Supervisor, "STAFF-1", true))
	awaitOwn(t, lists, "STAFF-1", true)
	none := func(a *flow.Answer) { a.Choice = "" }
	v.Wants(v.Say(none), service.TokenAbsent) // one customer's token and one of the staff are not several
	v.Wants(v.Say(func(a *flow.Answer) { a.Choice = "STAFF-1" }), service.TokenStaff)
	v.To("closed")
	v.Proof()
	v.Wants(own(flowtest.Supervisor, v.Customer.Token, true), service.TokenForeign)
	v.Must(own(flowtest.Supervisor, "STAFF-1", false))
	awaitOwn(t, lists, "STAFF-1", false)
}

func awaitOwn(t *testing.T, lists <-chan []service.TokenInfo, serial string, own bool) {
	t.Helper()
	for list := range lists {
		for _, info := range list {
			if info.Serial == serial && info.Staff == own {
				return
			}
		}
	}
	t.Fatalf("%s was never seen with staff %v", serial, own)
}
