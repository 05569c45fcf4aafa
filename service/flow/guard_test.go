package flow_test

import (
	"context"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// TestOneAtATime: while machine steps run, nothing else touches the case.
func TestOneAtATime(t *testing.T) {
	v := at(t, "work")
	inside, free := make(chan struct{}), make(chan struct{})
	v.Trap.Set(flowtest.Nth(3, func() error {
		close(inside)
		<-free
		return nil
	}))
	done := make(chan error, 1)
	go func() { done <- v.Work() }()
	<-inside
	ctx := context.Background()
	v.Wants(v.Work(), service.CaseElsewhere)
	v.Wants(v.Engine.Answer(ctx, flowtest.Clerk, v.No, flow.Answer{Step: "pin"}), service.CaseElsewhere)
	v.Wants(v.Engine.Back(ctx, flowtest.Clerk, v.No), service.CaseElsewhere)
	v.Wants(v.Engine.Cancel(ctx, flowtest.Clerk, v.No, ""), service.CaseElsewhere)
	v.Wants(v.Engine.Draft(ctx, flowtest.Clerk, v.No, "pin", nil), service.CaseElsewhere)
	v.Wants(replace(v), service.CaseElsewhere)
	close(free)
	v.Must(<-done)
	v.To("closed")
	v.Proof()
}

func TestAnswersThatComeLate(t *testing.T) {
	v := at(t, "details")
	s := v.Screen()
	v.Must(v.Say(nil))
	a := v.Answer(s.Prompt)
	a.Version = s.Version
	v.Wants(v.Engine.Answer(context.Background(), flowtest.Clerk, v.No, a), service.StepAnswered)
	v.To("project")
	v.Wants(v.Say(func(a *flow.Answer) { a.Version-- }), service.CaseChanged)
	v.Wants(v.Say(func(a *flow.Answer) { a.Version++ }), service.CaseChanged)
	v.Wants(v.Say(func(a *flow.Answer) { a.Step = "handover" }), service.StepAnswered)
	v.Wants(v.Say(func(a *flow.Answer) { a.Step = "nonsense" }), service.StepAnswered)
	v.To("closed")
	v.Wants(v.Engine.Answer(context.Background(), flowtest.Clerk, v.No, flow.Answer{Step: "handover"}), service.CaseClosed)
	v.Wants(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, ""), service.CaseStatus)
	v.Wants(v.Engine.Back(context.Background(), flowtest.Clerk, v.No), service.StepAnswered)
	v.Must(v.Work())
	v.Wants(v.Engine.Work(context.Background(), flowtest.Clerk, "B0430-000000-0001", nil), service.NotFound)
	_, err := v.Engine.Begin(context.Background(), flowtest.Clerk, "9999")
	v.Wants(err, service.KindUnknown)
}

// TestNoIsNotYes: a refusal is no answer to a prompt that offers none; money is not taken by it.
func TestNoIsNotYes(t *testing.T) {
	v := at(t, "settle")
	v.Wants(v.Say(func(a *flow.Answer) { a.Refused = true }), service.InputChoice)
	if c := v.Case(); c.Receipt != "" || c.Status != service.Unpaid {
		t.Errorf("receipt %s, %s", c.Receipt, c.Status)
	}
	v.To("closed")
	v.Proof()
}

// TestPermissions: each act needs its own, also where no prompt is answered.
func TestPermissions(t *testing.T) {
	v := at(t, "details")
	ctx := context.Background()
	_, err := v.Engine.Begin(ctx, flowtest.Maker, service.KindIssue)
	v.Wants(err, service.NotPermitted)
	v.Wants(as(v, flowtest.Maker, nil), service.NotPermitted)
	v.Wants(v.Engine.Back(ctx, flowtest.Maker, v.No), service.NotPermitted)
	v.Wants(v.Engine.Draft(ctx, flowtest.Maker, v.No, "details", nil), service.NotPermitted)
	v.Wants(v.Engine.Cancel(ctx, flowtest.Maker, v.No, ""), service.NotPermitted)
	v.To("confirm")
	v.Wants(as(v, flowtest.Reviewer, nil), service.NotPermitted)
	v.Must(as(v, flowtest.Maker, nil))
	v.Must(as(v, flowtest.Maker, nil))
	v.Wants(v.Engine.Work(ctx, flowtest.Reviewer, v.No, nil), service.NotPermitted)
	v.Must(v.Engine.Work(ctx, flowtest.Maker, v.No, nil))
	if by := v.Case().By[service.MadeBy].Staff; by != flowtest.Maker.ID {
		t.Errorf("made by %s", by)
	}
}

// TestDraft keeps what was typed over a restart; keeping it makes no answer stale, and no secret is kept.
func TestDraft(t *testing.T) {
	v := at(t, "details")
	ctx := context.Background()
	shown := v.Screen()
	for _, name := range []string{"半", "半个", "半个名字"} {
		v.Must(v.Engine.Draft(ctx, flowtest.Clerk, v.No, "details", map[string]string{"name": name, "no-such-field": "secret-x", "address": strings.Repeat("长", 5000)}))
	}
	v.Restart()
	for _, f := range v.Screen().Prompt.Fields {
		if f.Name == "name" && f.Value != "半个名字" || f.Name == "address" && f.Value != "" {
			t.Errorf("%s is %.20q", f.Name, f.Value)
		}
	}
	a := v.Answer(shown.Prompt)
	a.Version = shown.Version
	v.Must(v.Engine.Answer(ctx, flowtest.Clerk, v.No, a))
	v.Wants(v.Engine.Draft(ctx, flowtest.Clerk, v.No, "details", nil), service.StepAnswered)
	if got := v.Case().Fields; got["~draft.details"] != "" || got["~drafted"] != "" {
		t.Errorf("%v", got)
	}
	v.To("pin")
	v.Must(v.Engine.Draft(ctx, flowtest.Clerk, v.No, "pin", map[string]string{"new": "typed-PIN-4711"}))
	for name, value := range v.Case().Fields {
		if strings.Contains(value, "typed-PIN") {
			t.Errorf("%s keeps a PIN", name)
		}
	}
}

// TestDraftDoesNotHideAChange: an answer to what was shown before somebody else's change is refused, draft or not.
func TestDraftDoesNotHideAChange(t *testing.T) {
	v := at(t, "details")
	ctx := context.Background()
	shown := v.Screen()
	v.Must(v.Engine.Draft(ctx, flowtest.Clerk, v.No, "details", map[string]string{"name": "半"}))
	v.Must(v.Engine.Back(ctx, flowtest.Clerk, v.No))
	v.To("details")
	v.Must(v.Engine.Draft(ctx, flowtest.Clerk, v.No, "details", map[string]string{"name": "另"}))
	a := v.Answer(shown.Prompt)
	a.Version = shown.Version
	v.Wants(v.Engine.Answer(ctx, flowtest.Clerk, v.No, a), service.CaseChanged)
}

// TestBack goes all the way back before the fee and on again, and never behind money, approval or an initialised token.
func TestBack(t *testing.T) {
	v := at(t, "tender")
	ctx := context.Background()
	for v.Step() != "type" {
		v.Must(v.Engine.Back(ctx, flowtest.Clerk, v.No))
		v.Status(service.Draft)
	}
	v.Wants(v.Engine.Back(ctx, flowtest.Clerk, v.No), service.StepAnswered)
	v.To("settle")
	v.Must(v.Engine.Back(ctx, flowtest.Clerk, v.No))
	v.To("review")
	v.Wants(v.Engine.Back(ctx, flowtest.Reviewer, v.No), service.StepAnswered)
	v.To("token")
	v.Must(v.Engine.Back(ctx, flowtest.Clerk, v.No))
	if at := v.Step(); at != "confirm" {
		t.Fatalf("back at %s", at)
	}
	v.Wants(v.Engine.Back(ctx, flowtest.Clerk, v.No), service.StepAnswered)
	v.To("pin")
	if v.Screen().CanBack {
		t.Error("F3 offers to undo what is issued")
	}
	v.Wants(v.Engine.Back(ctx, flowtest.Clerk, v.No), service.StepAnswered)
	v.To("closed")
	v.Proof()
}

// TestBackAfterMoney: in a case that was sent back, F3 opens what may be corrected and never asks for money again.
func TestBackAfterMoney(t *testing.T) {
	v := at(t, "review")
	v.Must(as(v, flowtest.Reviewer, func(a *flow.Answer) { a.Refused, a.Reason = true, "不符" }))
	ctx := context.Background()
	v.Wants(v.Engine.Back(ctx, flowtest.Clerk, v.No), service.StepAnswered)
	v.To("extras")
	v.Must(v.Engine.Back(ctx, flowtest.Clerk, v.No))
	if at := v.Step(); at != "details" {
		t.Fatalf("back at %s", at)
	}
	v.Must(v.Say(nil))
	if at := v.Step(); at != "extras" {
		t.Fatalf("what was paid for is asked again: %s", at)
	}
	v.To("closed")
	v.Proof()
	if d := v.Detail(); len(d.Payments) != 1 || d.Case.Product != "11" {
		t.Errorf("%d payments", len(d.Payments))
	}
}

func TestCancel(t *testing.T) {
	for step, want := range map[string]service.MoneyStatus{
		"details": service.MoneyNone, "tender": service.MoneyNone, "review": service.MoneyRefundDue, "confirm": service.MoneyRefundDue, "token": service.MoneyRefundDue,
	} {
		t.Run(step, func(t *testing.T) {
			v := at(t, step)
			if !v.Screen().CanCancel {
				t.Fatal("not offered")
			}
			v.Wants(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "a\u0007b"), service.NameControl)
			v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "客户放弃"))
			d := v.Detail()
			if d.Case.Status != service.CancelledS || d.Case.Money != want || d.Visit.Closed.IsZero() || !v.Screen().Closed {
				t.Errorf("%s, money %s", d.Case.Status, d.Case.Money)
			}
			if sent(v, "case.cancelled") != 1 {
				t.Error("the centre learns nothing")
			}
		})
	}
}

func sent(v *flowtest.Visit, typ string) (n int) {
	v.Read(func(view service.View) error {
		events, err := view.Outbox.Pending(1000)
		for _, e := range events {
			if e.Type == typ {
				n++
			}
		}
		return err
	})
	return n
}

// TestCancelAfterFailure: the CA refused; the fee goes back. What is issued is never cancelled.
func TestCancelAfterFailure(t *testing.T) {
	v := at(t, "work")
	v.Line.Set(flowtest.Once("Issue", false, service.CARefused))
	v.Wants(until(v), service.CARefused)
	v.Status(service.Failed)
	v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "中心拒绝"))
	if c := v.Case(); c.Money != service.MoneyRefundDue {
		t.Errorf("money %s", c.Money)
	}
	out := at(t, "pin")
	if out.Screen().CanCancel {
		t.Error("F12 offers to cancel what is issued")
	}
	out.Wants(out.Engine.Cancel(context.Background(), flowtest.Clerk, out.No, ""), service.CaseStatus)
	cut := at(t, "work")
	cut.Power.CutAfter(1)
	if err := until(cut); !cut.Power.Out() {
		t.Fatal(err)
	}
	cut.Restart()
	cut.Status(service.Making)
	cut.Wants(cut.Engine.Cancel(context.Background(), flowtest.Clerk, cut.No, ""), service.CaseStatus)
}
