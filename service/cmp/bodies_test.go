package cmp_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"reflect"
	"testing"

	"certdesk/service/cmp"
	"certdesk/service/sm"
)

func requests(t testing.TB, kind cmp.Type, holder *party) *cmp.CertRequests {
	t.Helper()
	subject := nameOf(t, "张三𠮷")
	old := &cmp.CertID{Issuer: nameOf(t, "示例签发"), Serial: big.NewInt(0x80FF)}
	sign := cmp.CertRequest{ID: 0, OldCert: old, Template: cmp.Template{Subject: subject, SPKI: holder.PublicKey(),
		NotBefore: noon, NotAfter: noon.AddDate(30, 0, 0),
		Extensions: []pkix.Extension{
			{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Critical: true, Value: []byte{3, 2, 6, 0xC0}},
			{Id: asn1.ObjectIdentifier{1, 2, 156, 10260, 4, 1, 4}, Value: []byte{0x13, 1, '9'}}}}}
	if err := sign.SignPOP(rand.Reader, holder); err != nil {
		t.Fatal(err)
	}
	keyless := cmp.CertRequest{ID: 1, Template: cmp.Template{Subject: subject, NotAfter: noon.AddDate(30, 0, 0)}}
	checked := cmp.CertRequest{ID: 2, POP: cmp.POPRAVerified, Template: cmp.Template{Subject: subject, SPKI: holder.PublicKey()}}
	return &cmp.CertRequests{Kind: kind, Requests: []cmp.CertRequest{sign, keyless, checked}}
}

// bodies is one of every type, with all fields set once.
func bodies(t testing.TB) map[string]cmp.Body {
	t.Helper()
	holder := newParty(t, "持证人", 7)
	escrowed, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := sm.SealEnvelope(rand.Reader, holder.PublicKey(), escrowed)
	if err != nil {
		t.Fatal(err)
	}
	refused := cmp.StatusInfo{Status: cmp.Rejection, Text: []string{"资料不符", "second line"}, Fail: cmp.BadPOP | cmp.DuplicateCertReq | cmp.BadAlg}
	replies := func(kind cmp.Type) cmp.Body {
		return &cmp.CertReplies{Kind: kind, CAPubs: [][]byte{holder.cert.Raw}, Replies: []cmp.CertReply{
			{ID: 0, Certificate: holder.cert.Raw}, {ID: 1, Status: cmp.StatusInfo{Status: cmp.GrantedWithMods}, Certificate: holder.cert.Raw, Envelope: envelope},
			{ID: -1, Status: refused}, {ID: 300, Status: cmp.StatusInfo{Status: cmp.Waiting}}}}
	}
	id := cmp.CertID{Issuer: nameOf(t, "示例签发"), Serial: big.NewInt(0x0102030405)}
	info := []cmp.Info{{Type: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 4, 6}}, {Type: asn1.ObjectIdentifier{1, 2, 3}, Value: []byte{4, 1, 9}}}
	return map[string]cmp.Body{
		"ir": requests(t, cmp.IR, holder), "cr": requests(t, cmp.CR, holder), "kur": requests(t, cmp.KUR, holder),
		"ip": replies(cmp.IP), "cp": replies(cmp.CP), "kup": replies(cmp.KUP),
		"rr":       &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: id, Reason: 6}, {Cert: id, Reason: -1}, {Cert: id, Reason: 0}}},
		"rp":       &cmp.RevReplies{Statuses: []cmp.StatusInfo{{}, refused}, Certs: []cmp.CertID{id, id}},
		"pkiconf":  &cmp.Confirmed{},
		"genm":     &cmp.General{Kind: cmp.GenM, Info: info},
		"genp":     &cmp.General{Kind: cmp.GenP, Info: info},
		"error":    &cmp.Failure{Status: refused, Code: 42, Details: []string{"看日志"}},
		"certConf": &cmp.CertConfirms{Certs: []cmp.CertStatus{{Hash: cmp.CertHash(holder.cert), ID: 0}, {Hash: []byte{1}, ID: 1, Status: &refused}}},
		"pollReq":  &cmp.Polls{IDs: []int{0, 300}},
		"pollRep":  &cmp.Waits{Waits: []cmp.Wait{{ID: 0, Seconds: 30, Reason: []string{"待人工审核"}}, {ID: 1}}},
	}
}

// plain empties what only a received or a signed request carries, so that two requests compare by their fields.
func plain(b cmp.Body) cmp.Body {
	c, ok := b.(*cmp.CertRequests)
	if !ok {
		return b
	}
	out := &cmp.CertRequests{Kind: c.Kind}
	for _, r := range c.Requests {
		out.Requests = append(out.Requests, cmp.CertRequest{ID: r.ID, Template: r.Template, OldCert: r.OldCert, POP: r.POP})
	}
	return out
}

func TestBodiesRoundTrip(t *testing.T) {
	by := newParty(t, "受理点", 1)
	all := bodies(t)
	if len(all) != 15 {
		t.Fatalf("%d bodies", len(all))
	}
	for name, body := range all {
		t.Run(name, func(t *testing.T) {
			m := message(t, body)
			m.Header.SetIdempotencyKey([]byte("key"))
			got := parse(t, protect(t, m, by))
			if !reflect.DeepEqual(plain(got.Body), plain(body)) {
				t.Errorf("got  %+v\nwant %+v", plain(got.Body), plain(body))
			}
			if got.Type() != m.Type() || !reflect.DeepEqual(got.Header, m.Header) || !reflect.DeepEqual(got.ExtraCerts, m.ExtraCerts) {
				t.Errorf("got  %+v\nwant %+v", got.Header, m.Header)
			}
			if err := got.VerifyProtection(by.cert); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenSSLReadsTheASN1(t *testing.T) {
	by, dir := newParty(t, "受理点", 1), t.TempDir()
	for name, body := range bodies(t) {
		p := write(t, dir, name, protect(t, message(t, body), by))
		if out, err := openssl(t, "asn1parse", "-inform", "DER", "-in", p); err != nil {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}

func TestReply(t *testing.T) {
	if cmp.IR.Reply() != cmp.IP || cmp.CR.Reply() != cmp.CP || cmp.KUR.Reply() != cmp.KUP || cmp.RR.Reply() != cmp.RP ||
		cmp.GenM.Reply() != cmp.GenP || cmp.PollReq.Reply() != cmp.PollRep {
		t.Error("body numbers")
	}
}

func TestFailInfoNames(t *testing.T) {
	if s := (cmp.BadPOP | cmp.NotAuthorized | cmp.BadAlg | cmp.DuplicateCertReq).String(); s != "badAlg,badPOP,notAuthorized,duplicateCertReq" {
		t.Error(s)
	}
}

func TestFailInfoBits(t *testing.T) {
	der := protect(t, message(t, &cmp.Failure{Status: cmp.StatusInfo{Status: cmp.Rejection, Fail: cmp.BadPOP}}), newParty(t, "中心", 1))
	if !bytes.Contains(der, []byte{3, 3, 6, 0, 0x40}) { // bit 9 of ten, six unused
		t.Error("failInfo is not a DER named-bit list")
	}
}
