package biz_test

import (
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// at is a case that stands in front of a step; the customer's token is laid in.
func at(t *testing.T, c *flowtest.Customer, step string) *flowtest.Visit {
	t.Helper()
	h := flowtest.New(t)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To(step)
	return v
}

// says answers with one value changed.
func says(field, value string) func(*flow.Answer) {
	return func(a *flow.Answer) { a.Values[field] = value }
}

// spoil changes the check digit.
func spoil(number string) string {
	last := number[len(number)-1]
	if last == '0' {
		return number[:len(number)-1] + "1"
	}
	return number[:len(number)-1] + "0"
}

type badInput struct {
	name, step, field, value string
	code                     service.Code
}

func organisationInputs() []badInput {
	good := flowtest.USCC(1)
	return []badInput{
		{"nothing", "number", "number", " ", service.InputRequired},
		{"wrong check digit", "number", "number", spoil(good), service.IDCheck},
		{"organisation part wrong", "number", "number", orgPartWrong(good), service.IDOrgPart},
		{"too short", "number", "number", good[:17], service.IDLength},
		{"a letter that is none of them", "number", "number", good[:9] + "I" + good[10:], service.IDCharacter},
		{"control character", "number", "number", good[:9] + "\x00" + good[10:], service.IDCharacter},
		{"300 characters", "number", "number", strings.Repeat("9", 300), service.IDLength},
		{"300 characters", "details", "name", strings.Repeat("长", 300), service.NameLong},
		{"65 characters, more than a certificate holds", "details", "name", strings.Repeat("长", 65), service.NameLong},
		{"control character", "details", "name", "湘江\x07贸易", service.NameControl},
		{"turned text", "details", "name", "湘江\u202e贸易", service.NameBidi},
		{"zero width", "details", "name", "湘江\u200b贸易", service.NameCharacter},
		{"not UTF-8", "details", "name", "湘江\xff", service.NameCharacter},
		{"turned address", "details", "address", "芙蓉区\u20661号", service.NameBidi},
		{"letters in a telephone number", "details", "phone", "call me", service.InputInvalid},
		{"agent's mobile", "details", "agent.mobile", "12345678901", service.MobileBad},
		{"half an agent", "details", "agent.mobile", "", service.InputRequired},
		{"tab in an extension field", "extras", "x.grade", "A\tB", service.NameControl},
		{"long extension field", "extras", "x.grade", strings.Repeat("A", 21), service.InputTooLong},
		{"turned answer", "extras", "answer", "长\u202e沙", service.NameBidi},
		{"answer in no language", "extras", "answer", "\ue000", service.NameCharacter},
		{"no answer", "extras", "answer", "", service.InputRequired},
		{"question that is not offered", "extras", "question", "99", service.InputChoice},
	}
}

// orgPartWrong keeps the last digit right and spoils the organisation code inside.
func orgPartWrong(uscc string) string {
	part := spoil(uscc[8:17])
	const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	weights := []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} // GB 32100
	body, sum := uscc[:8]+part, 0
	for i, w := range weights {
		sum += w * strings.IndexByte(digits, body[i])
	}
	return body + string(digits[(31-sum%31)%31])
}

// TestBadInput: each ends in its own error at its field, and the case stands where it stood, ready for the right answer.
func TestBadInput(t *testing.T) {
	v := at(t, flowtest.Org(1), "number")
	for _, b := range organisationInputs() {
		v.To(b.step)
		t.Run(b.step+" "+b.name, func(t *testing.T) { checkRefused(t, v, b) })
	}
	v.To("closed")
	v.Proof()
}

func TestBadPerson(t *testing.T) {
	v := at(t, flowtest.Person(1), "number")
	good := v.Customer.Said["number"]
	for _, b := range []badInput{
		{"wrong check digit", "number", "number", spoil(good), service.IDCheck},
		{"future birth date", "number", "number", good[:6] + "20990101" + good[14:], service.IDFuture},
		{"no such day", "number", "number", good[:6] + "19800231" + good[14:], service.IDDate},
		{"no such province", "number", "number", "99" + good[2:], service.IDProvince},
		{"control character", "details", "name", "王\x1b五", service.NameControl},
		{"turned name", "details", "name", "\u2067王五", service.NameBidi},
		{"300 characters", "details", "name", strings.Repeat("王", 300), service.NameLong},
		{"dot at the end", "details", "name", "王五·", service.NameDot},
	} {
		v.To(b.step)
		t.Run(b.step+" "+b.name, func(t *testing.T) { checkRefused(t, v, b) })
	}
	v.To("closed")
	v.Proof()
}

func checkRefused(t *testing.T, v *flowtest.Visit, b badInput) {
	t.Helper()
	before := v.Case()
	err := v.Say(says(b.field, b.value))
	if service.CodeOf(err) != b.code {
		t.Fatalf("want %s, got %v", b.code, err)
	}
	if f := service.ArgsOf(err)["field"]; f == "" {
		t.Errorf("the error names no field: %v", err)
	}
	after := v.Case()
	if after.Version != before.Version || after.Status != before.Status || v.Step() != b.step {
		t.Errorf("the case moved: version %d to %d, %s, at %s", before.Version, after.Version, after.Status, v.Step())
	}
}

// TestOverride: a supervisor's word with a reason lets a number pass whose check fails, never one that no certificate could hold; the
// reviewer sees it, the chain keeps who and which rule, and a later right number clears it.
func TestOverride(t *testing.T) {
	v := at(t, flowtest.Org(1), "number")
	good := flowtest.USCC(1)
	vouch := func(number string, by service.Actor, reason string) error {
		return v.Say(func(a *flow.Answer) {
			a.Values["number"], a.Overrides = number, map[string]flow.Override{"number": {By: by, Reason: reason}}
		})
	}
	v.Wants(vouch(spoil(good), flowtest.Clerk, "老证"), service.OverrideReason)
	v.Wants(vouch(spoil(good), flowtest.Supervisor, " "), service.OverrideReason)
	v.Wants(vouch(spoil(good), flowtest.Supervisor, strings.Repeat("长", 300)), service.InputTooLong)
	v.Wants(vouch("", flowtest.Supervisor, "没有"), service.InputRequired)
	v.Wants(vouch(good[:17], flowtest.Supervisor, "短"), service.IDLength)
	v.Wants(vouch(good[:17]+"\u202e", flowtest.Supervisor, "怪"), service.IDCharacter)
	v.Must(vouch(strings.ToLower(spoil(good)), flowtest.Supervisor, "老证号"))
	v.To("review")
	if !shows(v, "老证号") || v.Detail().Customer.Number != spoil(good) {
		t.Errorf("the reviewer is not told; number %s", v.Detail().Customer.Number)
	}
	if !audited(v, "field.override", "id.check S09") {
		t.Error("the chain keeps nothing")
	}
	v.Must(v.Say(func(a *flow.Answer) { a.Refused, a.Reason = true, "查一下" }))
	v.To("review")
	if shows(v, "老证号") {
		t.Error("the override outlived the right number")
	}
	v.To("closed")
	v.Proof()
}

func shows(v *flowtest.Visit, text string) bool {
	v.Helper()
	for _, f := range v.Screen().Prompt.Facts {
		if strings.Contains(f.Value.ZH, text) {
			return true
		}
	}
	return false
}

func audited(v *flowtest.Visit, act, detail string) (found bool) {
	v.Read(func(view service.View) error {
		rows, err := view.Audit.Of(v.No)
		for _, r := range rows {
			found = found || r.Act == act && strings.Contains(r.Detail, detail)
		}
		return err
	})
	return found
}

// TestOverriddenAgent: the agent's number is marked too.
func TestOverriddenAgent(t *testing.T) {
	v := at(t, flowtest.Org(1), "details")
	v.Must(v.Say(func(a *flow.Answer) {
		a.Values["agent.number"] = spoil(a.Values["agent.number"])
		a.Overrides = map[string]flow.Override{"agent.number": {By: flowtest.Supervisor, Reason: "户口本为准"}}
	}))
	v.To("review")
	if !shows(v, "户口本为准") {
		t.Error("the reviewer is not told")
	}
}

// TestPermitHolder: a travel permit is no resident's number; the certificate holds it in the passport's place.
func TestPermitHolder(t *testing.T) {
	c := flowtest.Person(1)
	c.Said["number"] = "H12345678"
	v := at(t, c, "closed")
	v.Proof()
}

func TestPassportAndMaterials(t *testing.T) {
	c := flowtest.Person(1)
	c.Said["number"] = "E12345678"
	v := at(t, c, "materials")
	err := v.Say(func(a *flow.Answer) { a.Chosen = nil })
	v.Wants(err, service.MaterialsLack)
	if service.ArgsOf(err)["missing"] != "本人身份证" {
		t.Errorf("missing %q", service.ArgsOf(err)["missing"])
	}
	if service.ArgsOf(err)["missing_en"] != "ID" {
		t.Errorf("missing in English: %q", service.ArgsOf(err)["missing_en"])
	}
	v.To("agreement")
	v.Wants(v.Say(func(a *flow.Answer) { a.Refused = true }), service.AgreementNo)
	v.To("signed")
	v.Wants(v.Say(func(a *flow.Answer) { a.Choice = "forged" }), service.InputChoice)
	v.To("closed")
	v.Proof()
}
