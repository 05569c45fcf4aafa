package server_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// wished replaces the wish of the signing request by w, whatever it holds, and gives its template the name subject.
func wished(t *testing.T, w any, subject []byte) *cmp.CertRequests {
	t.Helper()
	text, isText := w.(string)
	if !isText {
		b, err := json.Marshal(w)
		must(t, err)
		text = string(b)
	}
	value, err := asn1.MarshalWithParams(text, "utf8")
	must(t, err)
	return ir(t, func(s, _ *cmp.CertRequest) {
		s.Template.Subject = subject
		s.Template.Extensions = []pkix.Extension{{Id: wire.IDWish(), Value: value}}
	})
}

func orgWish() wire.Wish {
	return wire.Wish{Profile: "org-sm2", Days: 365, Subject: service.SubjectFields{CommonName: "湘江贸易有限公司",
		Organisation: "湘江贸易有限公司", Province: "湖南省", City: "长沙市", CreditCode: "91430100MA4L16QH7R"}}
}

// name is a distinguished name of levels, each an attribute's number under 2.5.4 and its value.
func name(t *testing.T, levels ...[2]any) []byte {
	t.Helper()
	var seq pkix.RDNSequence
	for _, l := range levels {
		seq = append(seq, pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{2, 5, 4, l[0].(int)}, Value: l[1]}})
	}
	der, err := asn1.Marshal(seq)
	must(t, err)
	return der
}

// A name in the template says exactly what the wish says, or nothing.
func TestNamesOutsideTheWish(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	o := "湘江贸易有限公司"
	same, err := sm.Subject{C: "CN", ST: "湖南省", L: "长沙市", O: o, CN: o}.DER()
	must(t, err)
	long := strings.Repeat("长", 65)
	for title, subject := range map[string][]byte{
		"another name":       name(t, [2]any{6, "CN"}, [2]any{3, "另一家"}),
		"another country":    name(t, [2]any{6, "US"}, [2]any{3, o}),
		"another province":   name(t, [2]any{6, "CN"}, [2]any{8, "广东省"}, [2]any{3, o}),
		"another firm":       name(t, [2]any{6, "CN"}, [2]any{10, "另一家"}, [2]any{3, o}),
		"a unit not wished":  name(t, [2]any{6, "CN"}, [2]any{11, "财务部"}, [2]any{3, o}),
		"a serial number":    name(t, [2]any{6, "CN"}, [2]any{3, o}, [2]any{5, "1"}),
		"a title":            name(t, [2]any{6, "CN"}, [2]any{3, o}, [2]any{12, "行长"}),
		"two names":          name(t, [2]any{6, "CN"}, [2]any{3, "另一家"}, [2]any{3, o}),
		"no name":            name(t, [2]any{6, "CN"}),
		"the empty name":     {0x30, 0},
		"control characters": name(t, [2]any{3, o + "\n"}),
		"too long":           name(t, [2]any{3, long}),
		"not a name":         {0x30, 3, 2, 1, 1},
		"a value of no text": name(t, [2]any{3, 7}),
		"as it would not be": name(t, [2]any{3, o}, [2]any{6, "CN"}),
		"several in one level": func() []byte {
			der, err := asn1.Marshal(pkix.RDNSequence{{{Type: asn1.ObjectIdentifier{2, 5, 4, 6}, Value: "CN"}, {Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: o}}})
			must(t, err)
			return der
		}(),
	} {
		if s := fails(t, d.ask(t, wished(t, orgWish(), subject), keyed)); s.Fail != cmp.BadCertTemplate {
			t.Errorf("%s: %s %q", title, s.Fail, s.Text)
		}
	}
	if s := fails(t, d.ask(t, wished(t, orgWish(), same), keyed)); s.Fail != 0 {
		t.Fatalf("the name as wished: %s %q", s.Fail, s.Text)
	}
}

// The wish itself: what no profile allows, and JSON that two readers could read in two ways.
func TestWishesOutsideTheProfile(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	with := func(change func(*wire.Wish)) wire.Wish { w := orgWish(); change(&w); return w }
	text := func(s string) string { return s }
	good, err := json.Marshal(orgWish())
	must(t, err)
	raw := string(good)
	for title, c := range map[string]struct {
		wish any
		fail cmp.FailInfo
	}{
		"unknown profile":    {with(func(w *wire.Wish) { w.Profile = "ca" }), cmp.BadCertTemplate},
		"CN of 65":           {with(func(w *wire.Wish) { w.Subject.CommonName = strings.Repeat("长", 65) }), cmp.BadCertTemplate},
		"O of 513 bytes":     {with(func(w *wire.Wish) { w.Subject.Organisation = strings.Repeat("a", 513) }), cmp.BadDataFormat},
		"control":            {with(func(w *wire.Wish) { w.Subject.City = "长\u0007沙" }), cmp.BadDataFormat},
		"bidi":               {with(func(w *wire.Wish) { w.Subject.City = "长\u202e沙" }), cmp.BadCertTemplate},
		"zero width":         {with(func(w *wire.Wish) { w.Subject.City = "长\u200b沙" }), cmp.BadCertTemplate},
		"no credit code":     {with(func(w *wire.Wish) { w.Subject.CreditCode = "" }), cmp.BadCertTemplate},
		"odd credit code":    {with(func(w *wire.Wish) { w.Subject.CreditCode = "91430100MA4L16QH7I" }), cmp.BadCertTemplate},
		"no days":            {with(func(w *wire.Wish) { w.Days = 0 }), cmp.BadDataFormat},
		"negative days":      {with(func(w *wire.Wish) { w.Days = -1 }), cmp.BadDataFormat},
		"eleven years":       {with(func(w *wire.Wish) { w.Days = 11 * 366 }), cmp.BadDataFormat},
		"unknown field":      {text(strings.Replace(raw, `"days"`, `"ca":true,"days"`, 1)), cmp.BadDataFormat},
		"field of a subject": {text(strings.Replace(raw, `"cn"`, `"c":"US","cn"`, 1)), cmp.BadDataFormat},
		"profile twice":      {text(strings.Replace(raw, `"days"`, `"profile":"person-sm2","days"`, 1)), cmp.BadDataFormat},
		"twice by case":      {text(strings.Replace(raw, `"days"`, `"Profile":"person-sm2","days"`, 1)), cmp.BadDataFormat},
		"trailing":           {text(raw + "{}"), cmp.BadDataFormat},
		"huge number":        {text(strings.Replace(raw, "365", "1e400", 1)), cmp.BadDataFormat},
		"large number":       {text(strings.Replace(raw, "365", strings.Repeat("9", 400), 1)), cmp.BadDataFormat},
		"deep":               {text(strings.Repeat(`{"subject":`, 2000) + "1" + strings.Repeat("}", 2000)), cmp.BadDataFormat},
		"list":               {text("[" + raw + "]"), cmp.BadDataFormat},
		"empty":              {text(""), cmp.BadDataFormat},
	} {
		if s := fails(t, d.ask(t, wished(t, c.wish, nil), keyed)); s.Fail != c.fail {
			t.Errorf("%s: %s %q", title, s.Fail, s.Text)
		}
	}
}

// What the template asks for beside the wish is refused, not passed over; the profile caps the term.
func TestTermsOutsideTheProfile(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	ten := time.Now().AddDate(10, 0, 0)
	for title, change := range map[string]func(s, e *cmp.CertRequest){
		"end":                func(s, _ *cmp.CertRequest) { s.Template.NotAfter = ten },
		"beginning":          func(s, _ *cmp.CertRequest) { s.Template.NotBefore = ten },
		"end of encryption":  func(_, e *cmp.CertRequest) { e.Template.NotAfter = ten },
		"name of encryption": func(_, e *cmp.CertRequest) { e.Template.Subject = name(t, [2]any{3, "另一家"}) },
		"issuer":             func(s, _ *cmp.CertRequest) { s.Template.Issuer = name(t, [2]any{3, "CA"}) },
		"the wish twice": func(s, _ *cmp.CertRequest) {
			s.Template.Extensions = append(s.Template.Extensions, s.Template.Extensions[0])
		},
		"key usage certSign": func(s, _ *cmp.CertRequest) {
			s.Template.Extensions = append(s.Template.Extensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Value: []byte{3, 2, 1, 6}})
		},
		"old certificate": func(s, _ *cmp.CertRequest) {
			s.OldCert = &cmp.CertID{Issuer: name(t, [2]any{3, "CA"}), Serial: big.NewInt(7)}
		},
		"extension to encrypt": func(s, e *cmp.CertRequest) { e.Template.Extensions = s.Template.Extensions },
	} {
		if s := fails(t, d.ask(t, ir(t, change), keyed)); s.Fail != cmp.BadCertTemplate && s.Fail != cmp.UnacceptedExtension {
			t.Errorf("%s: %s %q", title, s.Fail, s.Text)
		}
	}
	w := orgWish()
	w.Days = 3660
	m := d.ask(t, wished(t, w, nil), keyed)
	c, err := sm.ParseCertificate(m.Body.(*cmp.CertReplies).Replies[0].Certificate)
	must(t, err)
	if c.NotAfter.After(time.Now().AddDate(0, 0, 1832)) {
		t.Fatalf("until %s", c.NotAfter)
	}
}
