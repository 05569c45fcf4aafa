package server_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

func none(*cmp.Header) {}

func keyed(h *cmp.Header) { h.SetIdempotencyKey(bytes.Repeat([]byte{5}, 32)) }

func testWish() wire.Wish {
	return wire.Wish{Profile: "person-sm2", Days: 30, Subject: service.SubjectFields{CommonName: "李娜", IDNumber: "430102199001011234"}}
}

// ir is a good request; change alters the requests before the proof is made.
func ir(t *testing.T, change func(sign, encrypt *cmp.CertRequest)) *cmp.CertRequests {
	t.Helper()
	key, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	wish := testWish()
	ext, err := wish.Extension()
	must(t, err)
	sign := cmp.CertRequest{ID: 0, Template: cmp.Template{SPKI: key.PublicKey(), Extensions: []pkix.Extension{ext}}}
	encrypt := cmp.CertRequest{ID: 1, POP: cmp.POPRAVerified}
	change(&sign, &encrypt)
	if sign.POP == cmp.POPNone && bytes.Equal(sign.Template.SPKI, key.PublicKey()) {
		must(t, sign.SignPOP(rand.Reader, key))
	}
	return &cmp.CertRequests{Kind: cmp.IR, Requests: []cmp.CertRequest{sign, encrypt}}
}

func good(_, _ *cmp.CertRequest) {}

func TestIssue(t *testing.T) {
	h := newHouse(t)
	m := h.desk(t, h.join(t, "0430")).ask(t, ir(t, good), keyed)
	b, ok := m.Body.(*cmp.CertReplies)
	if !ok || b.Kind != cmp.IP || len(b.Replies) != 2 || b.Replies[0].Certificate == nil || b.Replies[1].Envelope == nil {
		t.Fatalf("%+v", fails(t, m))
	}
}

func TestIssueRefusals(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	other, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	for _, c := range []struct {
		name   string
		body   *cmp.CertRequests
		header func(*cmp.Header)
		fail   cmp.FailInfo
	}{
		{"no idempotency key", ir(t, good), none, cmp.BadRequest},
		{"short idempotency key", ir(t, good), func(h *cmp.Header) { h.SetIdempotencyKey([]byte("short")) }, cmp.BadRequest},
		{"one request", one(ir(t, good)), keyed, cmp.BadRequest},
		{"three requests", three(ir(t, good)), keyed, cmp.BadRequest},
		{"cr", kind(ir(t, good), cmp.CR), keyed, cmp.BadRequest},
		{"RA vouches for the signing key", ir(t, func(s, _ *cmp.CertRequest) { s.POP = cmp.POPRAVerified }), keyed, cmp.BadPOP},
		{"no proof", ir(t, func(s, _ *cmp.CertRequest) { s.Template.SPKI = other.PublicKey() }), keyed, cmp.BadPOP},
		{"key for encryption", ir(t, func(_, e *cmp.CertRequest) { e.Template.SPKI = other.PublicKey() }), keyed, cmp.BadCertTemplate},
		{"no key", ir(t, func(s, _ *cmp.CertRequest) { s.Template.SPKI = nil }), keyed, cmp.BadCertTemplate},
		{"a key that signed nothing", ir(t, func(s, _ *cmp.CertRequest) { s.Template.SPKI = curve(t, elliptic.P256()) }), keyed, cmp.BadPOP},
		{"a curve of nobody's", ir(t, func(s, _ *cmp.CertRequest) { s.Template.SPKI = curve(t, elliptic.P384()) }), keyed, cmp.BadCertTemplate},
		{"keyless not vouched for", ir(t, func(_, e *cmp.CertRequest) { e.POP = cmp.POPNone }), keyed, cmp.BadPOP},
		{"wrong ids", ir(t, func(s, e *cmp.CertRequest) { s.ID, e.ID = 1, 0 }), keyed, cmp.BadCertTemplate},
		{"no wish", ir(t, func(s, _ *cmp.CertRequest) { s.Template.Extensions = nil }), keyed, cmp.UnacceptedExtension},
		{"CA extension", ir(t, func(s, _ *cmp.CertRequest) {
			ca := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Critical: true, Value: []byte{0x30, 3, 1, 1, 0xff}}
			s.Template.Extensions = append(s.Template.Extensions, ca)
		}), keyed, cmp.UnacceptedExtension},
		{"wish unreadable", ir(t, func(s, _ *cmp.CertRequest) { s.Template.Extensions[0].Value = []byte("{}") }), keyed, cmp.BadDataFormat},
		{"another name beside the wish", ir(t, func(s, _ *cmp.CertRequest) {
			s.Template.Subject, _ = sm.Subject{CN: "王芳"}.DER()
		}), keyed, cmp.BadCertTemplate},
		{"unknown profile", ir(t, func(s, _ *cmp.CertRequest) {
			w := testWish()
			w.Profile = "root"
			s.Template.Extensions[0], _ = w.Extension()
		}), keyed, cmp.BadCertTemplate},
	} {
		m := d.ask(t, c.body, c.header)
		if s := fails(t, m); s.Status != cmp.Rejection || s.Fail != c.fail {
			t.Errorf("%s: %d %s %q", c.name, s.Status, s.Fail, s.Text)
		}
	}
}

func curve(t *testing.T, c elliptic.Curve) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must(t, err)
	return der
}

func one(b *cmp.CertRequests) *cmp.CertRequests { b.Requests = b.Requests[:1]; return b }
func three(b *cmp.CertRequests) *cmp.CertRequests {
	b.Requests = append(b.Requests, b.Requests[1])
	return b
}
func kind(b *cmp.CertRequests, k cmp.Type) *cmp.CertRequests { b.Kind = k; return b }

func TestConflict(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	d.ask(t, ir(t, good), keyed)
	s := fails(t, d.ask(t, ir(t, good), keyed)) // another public key under the same idempotency key
	if s.Fail != cmp.DuplicateCertReq || len(s.Text) != 1 || s.Text[0] != string(service.CAConflict) {
		t.Fatalf("%s %q", s.Fail, s.Text)
	}
}

func TestWhoMaySign(t *testing.T) {
	h := newHouse(t)
	id, second := h.join(t, "0430"), h.join(t, "0431")
	own, neighbour := h.desk(t, id), h.desk(t, second)
	events, err := sm.ParsePrivateKey(id.Keys.Events)
	must(t, err)
	lookalike, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	for _, c := range []struct {
		name  string
		key   sm.Signer
		certs [][]byte
		fail  cmp.FailInfo
	}{
		{"events key, not an RA", events, [][]byte{id.Certificates.Events}, cmp.SignerNotTrusted},
		{"another station's RA", neighbour.key, neighbour.certs, cmp.SignerNotTrusted},
		{"a namesake of the RA", lookalike, [][]byte{namesake(t, lookalike, id.Certificates.RA)}, cmp.SignerNotTrusted},
	} {
		d := &desk{house: h, line: own.line, key: c.key, certs: c.certs}
		if s := fails(t, d.ask(t, ir(t, good), keyed)); s.Fail != c.fail {
			t.Errorf("%s: %s %q", c.name, s.Fail, s.Text)
		}
	}
}

// A registered certificate is not enough: it must be under our issuing CA, in force, and an RA's.
func TestRegisteredCertificateMustBeAnRAs(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	ra, err := sm.ParsePrivateKey(id.Keys.RA)
	must(t, err)
	events, err := sm.ParsePrivateKey(id.Keys.Events)
	must(t, err)
	for name, c := range map[string]struct {
		key  sm.Signer
		cert []byte
	}{"no cmcRA": {events, id.Certificates.Events}, "not under our CA": {ra, namesake(t, ra, id.Certificates.RA)}} {
		must(t, h.store.Act(context.Background(), func(tx ca.Tx) error {
			s, err := tx.Stations.Station("0430")
			if err != nil {
				return err
			}
			s.RA = c.cert
			return tx.Stations.Put(s)
		}))
		d := &desk{house: h, line: h.caller(t, &id), key: c.key, certs: [][]byte{c.cert}}
		if s := fails(t, d.ask(t, ir(t, good), keyed)); s.Fail != cmp.NotAuthorized {
			t.Errorf("%s: %s %q", name, s.Fail, s.Text)
		}
	}
}

// namesake certifies key by itself under the name of another certificate.
func namesake(t *testing.T, key sm.Signer, of []byte) []byte {
	t.Helper()
	c, err := sm.ParseCertificate(of)
	must(t, err)
	der, err := sm.CreateCertificate(rand.Reader, sm.CertSpec{Serial: c.Serial, RawSubject: c.RawSubject, SPKI: key.PublicKey(),
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: c.EKU}, nil, key)
	must(t, err)
	return der
}

func TestProtection(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	header, err := cmp.NewHeader(rand.Reader, time.Now(), nil, nil)
	must(t, err)
	keyed(&header)
	m := &cmp.Message{Header: header, Body: ir(t, good)}
	der, err := m.Protect(rand.Reader, d.key, d.certs)
	must(t, err)
	at := bytes.Index(der, header.SenderNonce)
	der[at] ^= 1
	_, got := h.send(t, d.line, http.MethodPost, wire.PathCMP, wire.TypeCMP, der)
	reply, err := cmp.Parse(got)
	must(t, err)
	if s := fails(t, reply); s.Fail != cmp.BadMessageCheck {
		t.Fatalf("%s %q", s.Fail, s.Text)
	}
}

func TestHeaderRules(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	for _, c := range []struct {
		name   string
		body   cmp.Body
		change func(*cmp.Header)
		fail   cmp.FailInfo
	}{
		{"short transaction", ir(t, good), func(h *cmp.Header) { h.TransactionID = h.TransactionID[:8] }, cmp.BadRequest},
		{"long transaction", ir(t, good), func(h *cmp.Header) { h.TransactionID = make([]byte, 65) }, cmp.BadRequest},
		{"short nonce", ir(t, good), func(h *cmp.Header) { h.SenderNonce = h.SenderNonce[:8] }, cmp.BadSenderNonce},
		{"no transaction", ir(t, good), func(h *cmp.Header) { h.TransactionID = nil }, cmp.BadRequest},
		{"no nonce", ir(t, good), func(h *cmp.Header) { h.SenderNonce = nil }, cmp.BadSenderNonce},
		{"empty nonce", ir(t, good), func(h *cmp.Header) { h.SenderNonce = []byte{} }, cmp.BadSenderNonce},
		{"long nonce", ir(t, good), func(h *cmp.Header) { h.SenderNonce = make([]byte, 65) }, cmp.BadSenderNonce},
		{"nonce of no answer", ir(t, good), func(h *cmp.Header) { h.RecipNonce = make([]byte, 16) }, cmp.BadRecipientNonce},
		{"certConf out of nowhere", &cmp.CertConfirms{}, none, cmp.BadRecipientNonce},
		{"pollReq", &cmp.Polls{IDs: []int{0}}, none, cmp.BadRequest},
		{"answer as request", &cmp.Confirmed{}, none, cmp.BadRequest},
	} {
		if s := fails(t, d.ask(t, c.body, c.change)); s.Fail != c.fail || !strings.HasPrefix(s.Text[0], "ca.") {
			t.Errorf("%s: %s %q", c.name, s.Fail, s.Text)
		}
	}
}

func TestRevokeList(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	issued := d.ask(t, ir(t, good), keyed).Body.(*cmp.CertReplies)
	c, err := sm.ParseCertificate(issued.Replies[0].Certificate)
	must(t, err)
	mine := cmp.CertID{Issuer: c.RawIssuer, Serial: c.Serial}
	b := &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: mine, Reason: 6}, {Cert: mine, Reason: 8}, {Cert: mine, Reason: 7},
		{Cert: cmp.CertID{Issuer: c.RawIssuer, Serial: big.NewInt(77)}, Reason: 1}, {Cert: cmp.CertID{Issuer: c.RawSubject, Serial: c.Serial}, Reason: 1}}}
	got := d.ask(t, b, none).Body.(*cmp.RevReplies).Statuses
	for i, want := range []cmp.FailInfo{0, 0, cmp.BadRequest, cmp.BadCertID, cmp.BadCertID} {
		if got[i].Fail != want {
			t.Errorf("%d: %s", i, got[i].Fail)
		}
	}
}

func TestGeneral(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	caCerts, crl := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 4, 17}, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 4, 6}
	ask := &cmp.General{Kind: cmp.GenM, Info: []cmp.Info{{Type: caCerts}, {Type: crl}, {Type: asn1.ObjectIdentifier{1, 2, 3}}}}
	got := d.ask(t, ask, none).Body.(*cmp.General)
	der, ok := got.Find(crl)
	if _, err := sm.ParseCRL(der); !ok || err != nil || len(got.Info) != 2 {
		t.Fatalf("%v %v", ok, err)
	}
	der, _ = got.Find(caCerts)
	var certs []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &certs); err != nil || len(certs) != 2 {
		t.Fatal(err)
	}
}

func TestErrorMessageGetsPKIConf(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	m := d.ask(t, &cmp.Failure{Status: cmp.StatusInfo{Status: cmp.Rejection, Fail: cmp.BadMessageCheck}}, none)
	if _, ok := m.Body.(*cmp.Confirmed); !ok {
		t.Fatalf("%T", m.Body)
	}
}

func TestRefusedCertificateIsNotConfirmed(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	m := d.ask(t, ir(t, good), keyed)
	b := &cmp.CertConfirms{}
	for i, r := range m.Body.(*cmp.CertReplies).Replies {
		c, err := sm.ParseCertificate(r.Certificate)
		must(t, err)
		b.Certs = append(b.Certs, cmp.CertStatus{ID: i, Hash: cmp.CertHash(c), Status: &cmp.StatusInfo{Status: cmp.Rejection}})
	}
	goOn := func(h *cmp.Header) { h.TransactionID, h.RecipNonce = m.Header.TransactionID, m.Header.SenderNonce }
	if _, ok := d.ask(t, b, goOn).Body.(*cmp.Confirmed); !ok {
		t.Fatal("no pkiConf")
	}
	// SweepUnconfirmed finds the pair: it was not confirmed.
	n, err := h.svc.SweepUnconfirmed(context.Background(), -time.Minute)
	must(t, err)
	if n != 1 {
		t.Fatalf("%d pairs unconfirmed", n)
	}
}
