package flow_test

import (
	"context"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// at is a case of an organisation that stands in front of a step; its token is laid in.
func at(t *testing.T, step string) *flowtest.Visit {
	t.Helper()
	c := flowtest.Org(1)
	h := flowtest.New(t)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To(step)
	return v
}

// as answers the open prompt as usual, by somebody.
func as(v *flowtest.Visit, who service.Actor, change func(*flow.Answer)) error {
	v.Helper()
	s := v.Screen()
	a := v.Answer(s.Prompt)
	a.Version = s.Version
	if change != nil {
		change(&a)
	}
	return v.Engine.Answer(context.Background(), who, v.No, a)
}

func TestReviewIsSomebodyElses(t *testing.T) {
	v := at(t, "review")
	v.Wants(as(v, flowtest.Clerk, nil), service.NotPermitted)
	v.Wants(as(v, flowtest.Maker, nil), service.NotPermitted)
	v.Status(service.Review)
	v.Must(as(v, flowtest.Reviewer, nil))
	v.Status(service.Approved)
}

// TestSelfReview: who opened the case or typed any of it never reviews it, whatever he may otherwise.
func TestSelfReview(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	no, err := h.Engine.Begin(context.Background(), flowtest.Supervisor, service.KindIssue)
	h.Must(err)
	opened := &flowtest.Visit{Hall: h, Customer: c, No: no}
	opened.To("review")
	h.Wants(as(opened, flowtest.Supervisor, nil), service.SelfReview)
	s, err := h.Engine.Screen(context.Background(), flowtest.Supervisor, no)
	h.Must(err)
	if s.Need != service.MayReview {
		t.Errorf("need %q", s.Need)
	}
	helped := h.Begin(service.KindIssue, flowtest.Org(2))
	helped.To("extras")
	h.Must(as(helped, flowtest.Reviewer, nil))
	helped.To("review")
	h.Wants(as(helped, flowtest.Reviewer, nil), service.SelfReview)
	h.Must(as(helped, flowtest.Supervisor, nil))
}

// TestOnePersonSite: under the policy the same person may, and the chain says so.
func TestOnePersonSite(t *testing.T) {
	h := flowtest.New(t)
	h.Set(flow.OnePersonPolicy, true)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	no, err := h.Engine.Begin(context.Background(), flowtest.Supervisor, service.KindIssue)
	h.Must(err)
	v := &flowtest.Visit{Hall: h, Customer: c, No: no}
	for v.Step() != "review" {
		h.Must(as(v, flowtest.Supervisor, nil))
	}
	h.Must(as(v, flowtest.Supervisor, nil))
	h.Read(func(view service.View) error {
		rows, err := view.Audit.Of(no)
		for _, r := range rows {
			if r.Act == "review.one-person" {
				return err
			}
		}
		t.Error("the chain says nothing of it")
		return err
	})
}

// TestSentBack is corrected and resubmitted with nothing typed again; the fee stays taken.
func TestSentBack(t *testing.T) {
	v := at(t, "review")
	v.Wants(as(v, flowtest.Reviewer, func(a *flow.Answer) { a.Refused = true }), service.InputRequired)
	v.Must(as(v, flowtest.Reviewer, func(a *flow.Answer) { a.Refused, a.Reason = true, "地址不符" }))
	v.Status(service.Rejected)
	for _, step := range []string{"number", "details", "extras", "materials", "signed"} {
		s := v.Screen()
		if s.Prompt == nil || s.Prompt.Step != step {
			t.Fatalf("asks %+v, want %s", s.Prompt, step)
		}
		v.Status(service.Rejected)
		v.Must(v.Engine.Answer(context.Background(), flowtest.Clerk, v.No, same(s)))
	}
	s := v.Screen()
	if s.Prompt.Step != "review" || s.Status != service.Review {
		t.Fatalf("stands at %s in %s", s.Prompt.Step, s.Status)
	}
	checkShown(t, s, "地址不符")
	v.To("closed")
	v.Proof()
	if d := v.Detail(); len(d.Payments) != 1 || d.Case.Money != service.MoneyPaid {
		t.Errorf("%d payments, money %s", len(d.Payments), d.Case.Money)
	}
}

// same submits a prompt as it stands, without typing.
func same(s flow.Screen) flow.Answer {
	a := flow.Answer{Step: s.Prompt.Step, Version: s.Version, Values: map[string]string{}}
	for _, f := range s.Prompt.Fields {
		a.Values[f.Name] = f.Value
	}
	for _, c := range s.Prompt.Choices {
		if c.Tick {
			a.Chosen = append(a.Chosen, c.Value)
		}
	}
	if len(s.Prompt.Choices) > 0 {
		a.Choice = s.Prompt.Choices[0].Value
	}
	return a
}

func checkShown(t *testing.T, s flow.Screen, text string) {
	t.Helper()
	for _, f := range s.Prompt.Facts {
		if f.Value.ZH == text {
			return
		}
	}
	t.Errorf("the reviewer does not see %s", text)
}

// TestCustomerFindsMistake: what the customer refuses before making goes back, and is reviewed anew.
func TestCustomerFindsMistake(t *testing.T) {
	v := at(t, "confirm")
	v.Must(v.Say(func(a *flow.Answer) { a.Refused = true }))
	v.Status(service.Rejected)
	if c := v.Case(); c.Approved != "" || c.By[service.ReviewedBy].Staff != "" {
		t.Errorf("still approved: %+v", c.By)
	}
	v.To("details")
	v.Customer.Said["name"] = "湘江更名贸易有限公司"
	v.To("review")
	v.To("closed")
	v.Proof()
	if d := v.Detail(); d.Certificates[0].Subject == "" || d.Customer.Name != "湘江更名贸易有限公司" || len(d.Payments) != 1 {
		t.Errorf("%s, %d payments", d.Customer.Name, len(d.Payments))
	}
}

// TestApprovalBindsWhatWasShown: the customer's record changed by another case voids the approval, says so, and the case goes on
// after another review and another look of the customer.
func TestApprovalBindsWhatWasShown(t *testing.T) {
	for _, step := range []string{"confirm", "token", "work"} {
		t.Run(step, func(t *testing.T) {
			v := at(t, step)
			rename(v, "别处更名有限公司")
			err := until(v)
			v.Wants(err, service.DigestChanged)
			v.Status(service.Review)
			if at := v.Step(); at != "review" {
				t.Fatalf("stands at %s", at)
			}
			v.Must(v.Say(nil))
			if at := v.Step(); at != "confirm" {
				t.Fatalf("the customer is not asked again but %s", at)
			}
			v.Finish()
			v.Proof()
		})
	}
}

func rename(v *flowtest.Visit, name string) {
	v.Helper()
	c := v.Detail().Customer
	c.Name = name
	v.Act(func(tx *service.Tx) error { return tx.Customers.PutCustomer(c) })
}

// TestRecordChangesAfterIssue: what is out is finished as it was approved and confirmed.
func TestRecordChangesAfterIssue(t *testing.T) {
	v := half(t)
	rename(v, "事后更名有限公司")
	v.Finish()
	v.Proof()
	lost := ready(t, flowtest.Org(2))
	lost.Line.Set(flowtest.Once("Issue", true, service.CASlow))
	lost.Wants(until(lost), service.CASlow)
	rename(lost, "事后更名有限公司")
	lost.Finish()
	lost.Proof()
	if len(lost.Line.Pairs) != 1 {
		t.Errorf("%d pairs", len(lost.Line.Pairs))
	}
}

// TestReviewFirst: project 02 reviews before it takes money; a price that changed in between is reviewed again.
func TestReviewFirst(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	c.Project, c.Product = "02", "21"
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To("review-first")
	v.To("tender")
	v.Status(service.Unpaid)
	v.To("closed")
	v.Proof()
}
