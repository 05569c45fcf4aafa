package biz_test

import (
	"context"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// backTo presses F3 until the step is open.
func backTo(v *flowtest.Visit, step string) {
	v.Helper()
	for range 20 {
		if v.Step() == step {
			return
		}
		v.Must(v.Engine.Back(context.Background(), flowtest.Clerk, v.No))
	}
	v.Fatalf("never back at %s", step)
}

func onTable(v *flowtest.Visit) (service.Money, string) {
	v.Helper()
	c := v.Case()
	return steps.OnTable(&flow.Facts{Case: &c}), c.Fields[flow.OnTableField]
}

// wantsReturned: the money is still known, the clerk is told to give it back, and only his word for it clears the table.
func wantsReturned(t *testing.T, v *flowtest.Visit, amount service.Money, fen, detail string) {
	t.Helper()
	v.Restart()
	s := v.Screen()
	if s.Prompt.Step != "untender" || s.Prompt.Type != flow.PromptConfirm ||
		!strings.Contains(s.Prompt.Warning.ZH, "已收 ￥"+amount.String()+"，请先退还客户") {
		t.Fatalf("asks %s: %+v", s.Prompt.Step, s.Prompt.Warning)
	}
	if m, kept := onTable(v); m != amount || kept != fen {
		t.Errorf("on the table: %s, kept %q", m, kept)
	}
	v.Must(v.Say(nil))
	if m, kept := onTable(v); m != 0 || kept != "" {
		t.Errorf("left on the table: %s, kept %q", m, kept)
	}
	if !audited(v, "tender.returned", detail) {
		t.Error("the chain keeps nothing")
	}
}

// TestBackAtCompleteMoney: whoever comes back from the booking gives the money back first, as often as he does.
func TestBackAtCompleteMoney(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	for range 2 {
		v.Must(v.Say(pays(service.Card, "100", "C-1")))
		v.Must(v.Say(pays(service.Cash, "200", "")))
		if at := v.Step(); at != "settle" {
			t.Fatalf("stands at %s", at)
		}
		v.Must(v.Engine.Back(context.Background(), flowtest.Clerk, v.No))
		wantsReturned(t, v, 28000, "28000", "280.00 card 100.00 cash 180.00")
		if at := v.Step(); at != "tender" {
			t.Fatalf("stands at %s", at)
		}
	}
	v.To("review")
	if m, kept := onTable(v); m != 0 || kept != "" {
		t.Errorf("booked, and on the table: %s, kept %q", m, kept)
	}
	if d := v.Detail(); len(d.Payments) != 1 || d.Payments[0].Amount != 28000 {
		t.Errorf("%+v", d.Payments)
	}
	checkLedger(t, v.Hall)
	v.To("closed")
	v.Proof()
}

// TestMoneyForSomethingElse: a first payment stays on the table while the clerk looks back, and is given back where the term, and with
// it the price, became another.
func TestMoneyForSomethingElse(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	v.Must(v.Say(pays(service.Card, "100", "C-1")))
	backTo(v, "years")
	if m, _ := onTable(v); m != 10000 {
		t.Fatalf("on the table: %s", m)
	}
	v.To("tender")
	if !shows(v, "180.00") {
		t.Errorf("asks for something else than the rest: %+v", v.Screen().Prompt.Facts)
	}
	backTo(v, "years")
	v.Must(v.Say(func(a *flow.Answer) { a.Choice = "2" }))
	for v.Step() != "untender" {
		v.Must(v.Round())
	}
	wantsReturned(t, v, 10000, "10000", "100.00 card 100.00")
	v.To("closed")
	v.Proof()
	if c := v.Case(); c.Fee != 48000 {
		t.Errorf("fee %s", c.Fee)
	}
	checkLedger(t, v.Hall)
}

// TestMoneyForNothing: what became free of charge is no reason to keep the money.
func TestMoneyForNothing(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	v.Must(v.Say(pays(service.Cash, "100", "")))
	backTo(v, "product")
	v.Customer.Product = "19"
	for v.Step() != "untender" {
		v.Must(v.Round())
	}
	wantsReturned(t, v, 10000, "10000", "100.00 cash 100.00")
	v.To("closed")
	v.Proof()
	if d := v.Detail(); d.Case.Money != service.MoneyNone || len(d.Payments) != 0 {
		t.Errorf("money %s", d.Case.Money)
	}
}

// TestCancelWithMoneyOnTheTable: a case that ends with money given and no receipt written owes a refund; with none given it owes nothing.
func TestCancelWithMoneyOnTheTable(t *testing.T) {
	for given, want := range map[string]service.MoneyStatus{"100": service.MoneyRefundDue, "": service.MoneyNone} {
		v := at(t, flowtest.Org(1), "tender")
		if given != "" {
			v.Must(v.Say(pays(service.Card, given, "C-1")))
		}
		v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "客户不办了"))
		if c := v.Case(); c.Status != service.CancelledS || c.Money != want {
			t.Errorf("given %q: %s, %s", given, c.Status, c.Money)
		}
	}
}
