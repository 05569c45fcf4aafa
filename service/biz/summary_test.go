package biz_test

import (
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// TestWhatIsApproved: the reviewer sees everything that was taken in, but no answer to the question; none of it changes under an
// approval.
func TestWhatIsApproved(t *testing.T) {
	c := flowtest.Org(1)
	c.Said["question"] = "2"
	v := at(t, c, "review")
	for _, want := range []string{"0731-82345678", "1 项：营业执照", v.Catalog.Version[:12], "您小学班主任的姓名"} {
		if !shows(v, want) {
			t.Errorf("%q is not shown: %+v", want, v.Screen().Prompt.Facts)
		}
	}
	for _, f := range v.Screen().Prompt.Facts {
		if f.Value.ZH == c.Said["answer"] || strings.Contains(f.Value.EN, "营业执照") {
			t.Errorf("shown: %+v", f)
		}
	}
	for _, change := range []func(*service.Tx, *service.Case) error{
		func(tx *service.Tx, _ *service.Case) error {
			known, err := tx.Read.Customers.ByNumber(c.Said["number"])
			if err != nil {
				return err
			}
			known.Mobile = "0731-99999999"
			return tx.Customers.PutCustomer(known)
		},
		changes("question", "3"), changes("agreement", strings.Repeat("f", 64)), changes("material.licence", ""),
	} {
		v.To("work")
		v.Act(func(tx *service.Tx) error {
			have, err := tx.Read.Cases.Case(v.No)
			if err != nil {
				return err
			}
			return change(tx, &have)
		})
		v.Wants(v.Work(), service.DigestChanged)
	}
}

func changes(field, value string) func(*service.Tx, *service.Case) error {
	return func(tx *service.Tx, c *service.Case) error {
		c.Fields[field] = value
		return tx.Cases.PutCase(c)
	}
}

// TestOverrideInWords: the reviewer reads who let a number pass and why, in his language, and no code of the program's.
func TestOverrideInWords(t *testing.T) {
	v := at(t, flowtest.Org(1), "number")
	bad := spoil(flowtest.USCC(1))
	v.Must(v.Say(func(a *flow.Answer) {
		a.Values["number"], a.Overrides = bad, map[string]flow.Override{"number": {By: flowtest.Supervisor, Reason: "old licence"}}
	}))
	v.To("review")
	want := service.T(bad+"（主管放行：赵强，原因：old licence）", bad+" (supervisor 赵强: old licence)")
	for _, f := range v.Screen().Prompt.Facts {
		if f.Value == want && f.Mark == "!" {
			return
		}
	}
	t.Errorf("%+v", v.Screen().Prompt.Facts)
}
