package biz_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"certdesk/service"
	"certdesk/service/biz"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// TestDefinitions: a business that lacks a part is not let in.
func TestDefinitions(t *testing.T) {
	seen := map[service.Kind]bool{}
	for _, d := range biz.All() {
		t.Run(string(d.Kind), func(t *testing.T) {
			if seen[d.Kind] || !regexp.MustCompile(`^[12]\d{3}$`).MatchString(string(d.Kind)) {
				t.Error("kind is no code of its own")
			}
			seen[d.Kind] = true
			checkWords(t, "title", d.Title)
			checkWords(t, "help", d.Help)
			if !regexp.MustCompile(`^[a-z]{2,6}$`).MatchString(d.Initials) || d.Permission == "" || len(d.CustomerTypes) == 0 {
				t.Errorf("initials %q, permission %q, customers %v", d.Initials, d.Permission, d.CustomerTypes)
			}
			checkSteps(t, d)
			checkStages(t, d)
			checkScript(t, d)
		})
	}
}

func checkWords(t *testing.T, what string, x service.Text) {
	t.Helper()
	han := strings.IndexFunc(x.ZH, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	if x.ZH == "" || x.EN == "" || han < 0 || strings.IndexFunc(x.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
		t.Errorf("%s: %+v", what, x)
	}
}

// checkSteps: names are unique, every step has a way to be done, and what asks or acts is complete.
func checkSteps(t *testing.T, d flow.Definition) {
	t.Helper()
	names := map[string]bool{}
	for _, s := range d.Steps {
		if names[s.Name] || s.Name == "" || strings.HasPrefix(s.Name, "~") || s.Name == "replace" {
			t.Errorf("step name %q", s.Name)
		}
		names[s.Name] = true
		checkWords(t, "step "+s.Name, s.Title)
		switch {
		case s.Ask == nil && s.Do == nil && s.Commit == nil:
			t.Errorf("%s does nothing", s.Name)
		case (s.Ask == nil) != (s.Take == nil):
			t.Errorf("%s asks and does not take, or takes and does not ask", s.Name)
		case s.Reconcile != nil && s.Do == nil, s.Issues && s.Do == nil, s.Other && s.Ask == nil:
			t.Errorf("%s has a part without its act", s.Name)
		}
	}
}

// checkStages: the stages cover the steps, in order, and each has one; money is booked, made is handed over, on paper.
func checkStages(t *testing.T, d flow.Definition) {
	t.Helper()
	used := map[service.Stage]bool{}
	names := map[string]flow.Step{}
	for _, s := range d.Steps {
		used[s.Stage], names[s.Name] = true, s
		if !slices.Contains(d.Stages, s.Stage) {
			t.Errorf("%s stands in stage %s, which the business has not", s.Name, s.Stage)
		}
	}
	for _, st := range d.Stages {
		if !used[st] {
			t.Errorf("stage %s has no step", st)
		}
	}
	need := map[service.Stage][]string{
		service.StageIntake: {"materials", "form", "signed", "price"}, service.StageFee: {"reprice", "untender", "tender", "settle"},
		service.StageReview: {"review"}, service.StageHandover: {"sheet", "handover"}, service.StageMake: {"pin"},
	}
	for st, steps := range need {
		for _, name := range steps {
			if s, ok := names[name]; slices.Contains(d.Stages, st) && (!ok || s.Stage != st) {
				t.Errorf("stage %s has no %s", st, name)
			}
		}
	}
	if d.Receipt != slices.Contains(d.Stages, service.StageFee) {
		t.Errorf("receipt rule %v", d.Receipt)
	}
	if d.Replaceable != (names["issue"].Issues) {
		t.Error("what issues can be made on another token, and nothing else")
	}
}

func checkScript(t *testing.T, d flow.Definition) {
	t.Helper()
	if !strings.HasPrefix(d.Script, string(d.Kind)+"_") || !strings.HasSuffix(d.Script, ".txtar") {
		t.Errorf("script %q", d.Script)
	}
	if _, err := os.Stat(filepath.Join("..", "..", "testdata", "scripts", d.Script)); err != nil {
		t.Errorf("script: %v", err)
	}
}

// TestFormCopies: the form is printed for the hall and for the client; the client's is the voucher. A correction prints both again.
func TestFormCopies(t *testing.T) {
	v := at(t, flowtest.StaffOf(1), "review")
	v.Must(v.Say(func(a *flow.Answer) { a.Refused, a.Reason = true, "更正" }))
	v.To("closed")
	want := map[string]string{
		"-form": "存根联", "-form-client": "客户存根联", "-form-2": "存根联", "-form-2-client": "客户存根联", "-receipt": "客户联", "-handover": "客户联",
	}
	papers := v.Detail().Papers
	for _, p := range papers {
		of, ok := want[strings.TrimPrefix(p.ID, v.No)]
		if !ok || p.Doc.CopyOf != of {
			t.Errorf("%s is %s", p.ID, p.Doc.CopyOf)
		}
		delete(want, strings.TrimPrefix(p.ID, v.No))
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	v.Read(func(view service.View) error {
		jobs, err := view.Papers.Jobs()
		if len(jobs) != len(papers) {
			t.Errorf("%d jobs for %d papers", len(jobs), len(papers))
		}
		return err
	})
}

// TestStaffReceipt names the organisation that pays and the person whose certificate it is.
func TestStaffReceipt(t *testing.T) {
	v := at(t, flowtest.StaffOf(1), "closed")
	for kind, wants := range map[service.DocKind][]string{
		service.DocReceipt:  {"交款单位\n湘江第1贸易有限公司", "持证人\n李四·买买提", "人民币捌拾元整"},
		service.DocForm:     {"湘江第1贸易有限公司", "李四·买买提", "机构个人数字证书", "SM2 双证书", "客户存根联"},
		service.DocHandover: {"湘江第1贸易有限公司", "李四·买买提", v.Case().Token, "签名证书", "加密证书"},
	} {
		text := paperText(t, v, kind)
		for _, w := range wants {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q", kind, w)
			}
		}
	}
	if text := paperText(t, at(t, flowtest.Person(2), "closed"), service.DocReceipt); !strings.Contains(text, "交款人\n王五") || strings.Contains(text, "持证人") {
		t.Errorf("a person's receipt: %s", text)
	}
}
