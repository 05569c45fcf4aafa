package biz_test

import (
	"context"
	"testing"

	"certdesk/service"
	"certdesk/service/biz/issue"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// provedPapers gives the pair of a case just issued, and what was confirmed of it.
func provedPapers(t *testing.T, c *flowtest.Customer) (*flow.Job, service.CertReply, service.SubjectFields) {
	t.Helper()
	v := at(t, c, "closed")
	d := v.Detail()
	f := flow.Facts{Case: &d.Case, Customer: &d.Customer, Catalog: v.Catalog}
	return &flow.Job{Desk: flow.Desk{Env: v.Env}}, v.Line.Pairs[len(v.Line.Pairs)-1], issue.Subject(&f)
}

// TestPapersOfAnother: a pair for another name, organisation or number is refused before the token is asked anything; there is none.
func TestPapersOfAnother(t *testing.T) {
	j, pair, subject := provedPapers(t, flowtest.StaffOf(1))
	for _, b := range []struct {
		check  string
		change func(*service.SubjectFields)
	}{
		{"name", func(s *service.SubjectFields) { s.CommonName = "李四" }},
		{"organisation", func(s *service.SubjectFields) { s.Organisation = "湘江第2贸易有限公司" }},
		{"number", func(s *service.SubjectFields) { s.CreditCode = flowtest.USCC(2) }},
		{"number", func(s *service.SubjectFields) { s.IDNumber = flowtest.Person(8).Said["number"] }},
		{"number", func(s *service.SubjectFields) { s.IDNumber = "" }},
		{"number", func(s *service.SubjectFields) { s.Passport = "E12345678" }},
	} {
		want := subject
		b.change(&want)
		err := steps.ProvePair(context.Background(), j, nil, "", pair, want)
		if service.CodeOf(err) != service.VerifyFailed || service.ArgsOf(err)["check"] != b.check {
			t.Errorf("want %s, got %v", b.check, err)
		}
	}
}

// TestSecondOpinionOnEncryption: the second implementation looks at the encryption certificate too. The chain holds, but its first
// place is not the issuer's.
func TestSecondOpinionOnEncryption(t *testing.T) {
	c := flowtest.Org(1)
	v := at(t, c, "closed")
	d := v.Detail()
	pair := v.Line.Pairs[len(v.Line.Pairs)-1]
	root := pair.Chain[len(pair.Chain)-1]
	pair.Chain = append([][]byte{root}, pair.Chain...)
	s, err := v.Drawer.Open(t.Context(), d.Case.Token)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	j, f := &flow.Job{Desk: flow.Desk{Env: v.Env}}, flow.Facts{Case: &d.Case, Customer: &d.Customer, Catalog: v.Catalog}
	err = steps.ProvePair(t.Context(), j, s, steps.Job(&d.Case), pair, issue.Subject(&f))
	if service.CodeOf(err) != service.VerifyFailed || service.ArgsOf(err)["check"] != "second implementation" {
		t.Errorf("got %v", err)
	}
}
