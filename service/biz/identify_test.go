package biz_test

import (
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// identifying is a 2xxx on the token of a person in an organisation, in front of the check of who came.
func identifying(t *testing.T, kind service.Kind) *flowtest.Visit {
	t.Helper()
	h := flowtest.New(t)
	c := flowtest.StaffOf(1)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	c.OldPIN, c.PIN = c.PIN, "k4PnTq88"
	v := h.Begin(kind, c)
	v.To("identify")
	return v
}

// sends is an agent in the holder's place.
func sends(name, number, mobile string) func(*flow.Answer) {
	return func(a *flow.Answer) {
		a.Values["holder.number"] = ""
		a.Values["agent.name"], a.Values["agent.number"], a.Values["agent.mobile"] = name, number, mobile
	}
}

// TestStaffIsIdentified: the organisation's public code alone opens nobody's token; a person shows who he is.
func TestStaffIsIdentified(t *testing.T) {
	agent := flowtest.Org(7).Said
	name, number, mobile := agent["agent.name"], agent["agent.number"], agent["agent.mobile"]
	for _, kind := range []service.Kind{service.KindUnlock, service.KindChangePIN} {
		t.Run(string(kind), func(t *testing.T) {
			v := identifying(t, kind)
			for _, b := range []struct {
				change func(*flow.Answer)
				code   service.Code
				field  string
			}{
				{says("holder.number", number), service.IDMismatch, "holder.number"},
				{says("holder.number", spoil(v.Said["holder.number"])), service.IDCheck, "holder.number"},
				{sends("", "", ""), service.InputRequired, "holder.number"},
				{sends(name, "", ""), service.InputRequired, "agent.number"},
				{sends(name, number, ""), service.InputRequired, "agent.mobile"},
				{sends("", number, mobile), service.InputRequired, "agent.name"},
			} {
				err := v.Say(b.change)
				if service.CodeOf(err) != b.code || service.ArgsOf(err)["field"] != b.field {
					t.Errorf("want %s at %s, got %v", b.code, b.field, err)
				}
			}
			v.Must(v.Say(sends(name, number, mobile)))
			if kind == service.KindUnlock {
				v.To("review")
				if !shows(v, "持证人未到场") || !shows(v, number) {
					t.Errorf("the reviewer is not told: %+v", v.Screen().Prompt.Facts)
				}
			}
			v.To("closed")
			checkPIN(v)
		})
	}
}

// TestHolderHimself needs no second look where the project asks for none, also after an agent was typed first.
func TestHolderHimself(t *testing.T) {
	v := identifying(t, service.KindUnlock)
	agent := flowtest.Org(7).Said
	v.Must(v.Say(sends(agent["agent.name"], agent["agent.number"], agent["agent.mobile"])))
	v.To("review")
	backTo(v, "identify")
	v.Must(v.Say(func(a *flow.Answer) {
		sends("", "", "")(a)
		says("holder.number", v.Said["holder.number"])(a)
	}))
	v.To("pin")
	if _, reviewed := v.Case().By[service.ReviewedBy]; reviewed {
		t.Error("reviewed")
	}
	v.To("closed")
	checkPIN(v)
}
