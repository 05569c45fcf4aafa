package central_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
)

// says is the code with its argument, as "ca.mismatch name".
func says(err error) string {
	if err == nil {
		return ""
	}
	a := service.ArgsOf(err)
	return string(service.CodeOf(err)) + " " + a["what"] + a["reason"]
}

// Whatever is signed as it should be and says something else than was asked is refused; nothing comes back to be stored, and
// the liar is told nothing.
func TestLyingCentre(t *testing.T) {
	h := newHouse(t)
	id, l := h.join(t, "0430"), newLiar(t, h, honest)
	stranger := certify(t, caSpec("签发", 2), nil)
	both := func(change func(*sm.CertSpec)) func(*lie) {
		return func(s *lie) { change(&s.sign); change(&s.encrypt) }
	}
	named := func(n sm.Subject) func(*lie) { return both(func(c *sm.CertSpec) { c.Subject = n }) }
	good := sm.Subject{C: "CN", O: "湘江贸易有限公司", CN: "湘江贸易有限公司"}
	with := func(change func(*sm.Subject)) func(*lie) { n := good; change(&n); return named(n) }
	extended := func(e ...pkix.Extension) func(*lie) {
		return both(func(c *sm.CertSpec) { c.Extra = append(c.Extra, e...) })
	}
	for _, c := range []struct {
		name, want string
		change     func(*lie)
	}{
		{"nothing", "", func(*lie) {}},
		{"shorter term", "", both(func(c *sm.CertSpec) { c.NotAfter = c.NotAfter.AddDate(0, -6, 0) })},
		{"granted with changes, and none", "", status(cmp.GrantedWithMods)},
		{"self-made issuer", "ca.untrusted issuer", func(s *lie) { s.by, s.by2 = stranger, stranger }},
		{"encryption by another", "ca.untrusted issuer", func(s *lie) { s.by2 = stranger }},
		{"two issuers", "ca.untrusted issuer", func(s *lie) { s.by2 = l.second }},
		{"issued by the CMP signer", "ca.untrusted issuer", func(s *lie) { s.by, s.by2 = l.signer, l.signer }},
		{"another signing key", "ca.mismatch key", func(s *lie) { s.sign.SPKI = s.key.PublicKey() }},
		{"one key for both", "ca.mismatch key", func(s *lie) { s.encrypt.SPKI = s.sign.SPKI }},
		{"another encryption key", "ca.mismatch envelope", func(s *lie) { s.encrypt.SPKI = l.root.PublicKey() }},
		{"swapped", "ca.mismatch key", swapped},
		{"envelope is no envelope", "ca.mismatch envelope", func(s *lie) { s.envelope = func([]byte) []byte { return []byte{0x30, 3, 2, 1, 1} } }},
		{"envelope cut", "ca.mismatch envelope", func(s *lie) { s.envelope = func(b []byte) []byte { return b[:len(b)-1] } }},
		{"envelope of a hundred thousand bytes", "ca.mismatch envelope", func(s *lie) { s.envelope = func(b []byte) []byte { return make([]byte, 100<<10) } }},
		{"another name", "ca.mismatch name", with(func(n *sm.Subject) { n.CN = "湘江贸易有限公司二" })},
		{"another firm", "ca.mismatch name", with(func(n *sm.Subject) { n.O = "另一家" })},
		{"another country", "ca.mismatch name", with(func(n *sm.Subject) { n.C = "US" })},
		{"a unit not asked for", "ca.mismatch name", with(func(n *sm.Subject) { n.OU = "财务部" })},
		{"a place not asked for", "ca.mismatch name", with(func(n *sm.Subject) { n.L = "长沙市" })},
		{"a number in the name", "ca.mismatch name", with(func(n *sm.Subject) { n.Serial = "1" })},
		{"encryption for another firm", "ca.mismatch name", func(s *lie) { s.encrypt.Subject.O = "另一家" }},
		{"another credit code", "ca.mismatch name", extended(number(3, "91430100MA4L16QH7X"))},
		{"an identity number", "ca.mismatch name", extended(number(1, "430102199001011234"))},
		{"signing with another code", "ca.mismatch name", func(s *lie) { s.sign.Extra = []pkix.Extension{number(4, "91430100MA4L16QH7X")} }},
		{"encryption with another code", "ca.mismatch name", func(s *lie) { s.encrypt.Extra = []pkix.Extension{number(4, "91430100MA4L16QH7X")} }},
		{"a code of no text", "ca.mismatch name", extended(pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 156, 10260, 4, 1, 3}, Value: []byte{2, 1, 1}})},
		{"signing certificate that encrypts", "ca.mismatch usage", func(s *lie) { s.sign.KeyUsage |= x509.KeyUsageKeyEncipherment }},
		{"encryption certificate that signs", "ca.mismatch usage", func(s *lie) { s.encrypt.KeyUsage |= x509.KeyUsageDigitalSignature }},
		{"signing certificate for nothing", "ca.mismatch usage", func(s *lie) { s.sign.KeyUsage = 0 }},
		{"encryption certificate for nothing", "ca.mismatch usage", func(s *lie) { s.encrypt.KeyUsage = 0 }},
		{"signing certificate that issues", "ca.mismatch usage", func(s *lie) { s.sign.KeyUsage |= x509.KeyUsageCertSign }},
		{"signing certificate of a CA", "ca.mismatch algorithm", func(s *lie) { s.sign.CA, s.sign.KeyUsage = true, s.sign.KeyUsage|x509.KeyUsageCertSign }},
		{"longer", "ca.mismatch period", both(func(c *sm.CertSpec) { c.NotAfter = c.NotAfter.AddDate(0, 0, 3) })},
		{"two ends", "ca.mismatch period", func(s *lie) { s.encrypt.NotAfter = s.encrypt.NotAfter.AddDate(0, -1, 0) }},
		{"over already", "ca.untrusted expired", both(func(c *sm.CertSpec) {
			c.NotBefore, c.NotAfter = time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, -1)
		})},
		{"not begun", "ca.untrusted not-yet", both(func(c *sm.CertSpec) { c.NotBefore = time.Now().AddDate(0, 0, 1) })},
		{"an unknown critical extension", "ca.untrusted critical", extended(pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}})},
		{"one serial number for both", "ca.mismatch serial", func(s *lie) { s.encrypt.Serial = s.sign.Serial }},
		{"accepted, and no certificate", "ca.garbage ", func(s *lie) { s.reply = func(b *cmp.CertReplies) { b.Replies[0].Certificate = nil } }},
		{"accepted, and nothing", "ca.garbage ", func(s *lie) {
			s.reply = func(b *cmp.CertReplies) { b.Replies = []cmp.CertReply{{ID: 0}, {ID: 1}} }
		}},
		{"the encryption pair alone", "ca.garbage ", func(s *lie) { s.reply = func(b *cmp.CertReplies) { b.Replies = b.Replies[1:] } }},
		{"a third certificate", "ca.garbage ", func(s *lie) {
			s.reply = func(b *cmp.CertReplies) {
				b.Replies = append(b.Replies, cmp.CertReply{ID: 2, Certificate: b.Replies[0].Certificate})
			}
		}},
		{"one id twice", "ca.garbage ", func(s *lie) { s.reply = func(b *cmp.CertReplies) { b.Replies[1].ID = 0 } }},
		{"an envelope for the signing key", "ca.mismatch envelope", func(s *lie) {
			s.reply = func(b *cmp.CertReplies) { b.Replies[0].Envelope = b.Replies[1].Envelope }
		}},
		{"no envelope", "ca.mismatch envelope", func(s *lie) { s.reply = func(b *cmp.CertReplies) { b.Replies[1].Envelope = nil } }},
		{"refused, with certificates", "ca.refused ", status(cmp.Rejection)},
		{"waiting", "ca.refused ", status(cmp.Waiting)},
		{"answer to cr", "ca.garbage ", func(s *lie) { s.reply = func(b *cmp.CertReplies) { b.Kind = cmp.CP } }},
		{"unsigned", "ca.untrusted unprotected", func(s *lie) { s.bytes = func(b []byte) []byte { return strip(t, b, 2) } }},
		{"unsigned and no certificates", "ca.untrusted signer", func(s *lie) { s.bytes = func(b []byte) []byte { return strip(t, strip(t, b, 2), 2) } }},
		{"no signer's certificate", "ca.untrusted signer", func(s *lie) { s.bytes = func(b []byte) []byte { return strip(t, b, 3) } }},
		{"cut", "ca.garbage ", func(s *lie) { s.bytes = func(b []byte) []byte { return b[:len(b)-1] } }},
		{"more behind", "ca.garbage ", func(s *lie) { s.bytes = func(b []byte) []byte { return append(b, 0) } }},
		{"too long", "ca.garbage ", func(s *lie) { s.bytes = func(b []byte) []byte { return append(b, make([]byte, cmp.MaxMessage)...) } }},
		{"HTML", "ca.garbage ", func(s *lie) { s.bytes = func([]byte) []byte { return []byte("<html><body>login</body></html>") } }},
		{"nothing at all", "ca.garbage ", func(s *lie) { s.bytes = func([]byte) []byte { return nil } }},
	} {
		got, err := l.client(id, c.change).Issue(context.Background(), wish(newKey(t), 1))
		if says(err) != c.want && !(c.want == "ca.refused " && service.IsCode(err, service.CARefused)) {
			t.Errorf("%s: want %q, got %v", c.name, c.want, err)
		}
		if err != nil && (got.Sign != nil || got.Encrypt != nil || got.Envelope != nil || got.Transaction != nil) {
			t.Errorf("%s: something came back beside the error", c.name)
		}
		if l.asked.Load() != 1 || l.confirmed.Load() != 0 {
			t.Errorf("%s: asked %d times, confirmed %d times", c.name, l.asked.Load(), l.confirmed.Load())
		}
	}
}

func status(s cmp.Status) func(*lie) {
	return func(l *lie) {
		l.reply = func(b *cmp.CertReplies) { b.Replies[0].Status.Status, b.Replies[1].Status.Status = s, s }
	}
}

func swapped(s *lie) {
	s.reply = func(b *cmp.CertReplies) {
		b.Replies[0].Certificate, b.Replies[1].Certificate = b.Replies[1].Certificate, b.Replies[0].Certificate
	}
}

// strip leaves one part of a message out.
func strip(t *testing.T, der []byte, part int) []byte {
	var all []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &all); err != nil || part >= len(all) {
		t.Error("not a message", err)
		return der
	}
	out, err := asn1.Marshal(append(all[:part:part], all[part+1:]...))
	if err != nil {
		t.Error(err)
	}
	return out
}

// A pinned authority that is over, not yet begun, or no authority issues nothing that is believed.
func TestAuthorityThatMayNot(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	for name, c := range map[string]struct {
		bend func(*sm.CertSpec)
		want string
	}{
		"good": {honest, ""},
		"expired": {func(s *sm.CertSpec) {
			s.NotBefore, s.NotAfter = time.Now().AddDate(-9, 0, 0), time.Now().AddDate(0, 0, -1)
		}, "ca.untrusted expired"},
		"not begun":     {func(s *sm.CertSpec) { s.NotBefore = time.Now().AddDate(0, 0, 1) }, "ca.untrusted not-yet"},
		"no CA":         {func(s *sm.CertSpec) { s.CA, s.KeyUsage = false, x509.KeyUsageDigitalSignature }, "ca.untrusted issuer"},
		"may not issue": {func(s *sm.CertSpec) { s.KeyUsage = x509.KeyUsageCRLSign }, "ca.untrusted issuer"},
		"unknown rule": {func(s *sm.CertSpec) {
			s.Extra = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
		}, "ca.untrusted critical"},
	} {
		l := newLiar(t, h, c.bend)
		_, err := l.client(id, func(*lie) {}).Issue(context.Background(), wish(newKey(t), 1))
		if says(err) != c.want || l.confirmed.Load() != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a station cannot see without the token, the token's side finds: an envelope for another key, and one whose private key is
// not the one that it names.
func TestEnvelopeThatLies(t *testing.T) {
	h := newHouse(t)
	id, l, key := h.join(t, "0430"), newLiar(t, h, honest), newKey(t)
	for name, change := range map[string]func(*lie){
		"for another key": func(s *lie) { s.recipient = l.root.PublicKey() },
		"another private key inside": func(s *lie) {
			other := newKey(t)
			s.encrypt.SPKI = other.PublicKey()
			s.envelope = func(der []byte) []byte { return bytes.Replace(der, pointOf(t, s.key), pointOf(t, other), 1) }
		},
	} {
		got, err := l.client(id, change).Issue(context.Background(), wish(key, 1))
		if err != nil {
			t.Errorf("%s: found already: %v", name, err)
			continue
		}
		if _, err := sm.OpenEnvelope(key, got.Envelope); !service.IsCode(err, service.CryptoBad) {
			t.Errorf("%s: opened: %v", name, err)
		}
	}
}

func pointOf(t *testing.T, k *sm.PrivateKey) []byte {
	t.Helper()
	p, err := sm.Point(k.PublicKey())
	must(t, err)
	return p
}

// The answers to certConf and rr.
func TestLiesElsewhere(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	pair, err := h.client(t, id, "").Issue(ctx, wish(newKey(t), 1))
	must(t, err)
	for name, c := range map[string]struct {
		body cmp.Body
		want service.Code
	}{
		"ip":             {&cmp.CertReplies{Kind: cmp.IP, Replies: []cmp.CertReply{{ID: 0}}}, service.CAGarbage},
		"two statuses":   {&cmp.RevReplies{Statuses: []cmp.StatusInfo{{}, {}}}, service.CAGarbage},
		"error":          {&cmp.Failure{Status: cmp.StatusInfo{Status: cmp.Rejection}}, service.CARefused},
		"error accepted": {&cmp.Failure{}, service.CARefused},
		"poll":           {&cmp.Waits{Waits: []cmp.Wait{{Seconds: 1}}}, service.CAGarbage},
	} {
		c2 := h.client(t, id, h.lie(t, func(m *cmp.Message) (sm.Signer, [][]byte) { m.Body = c.body; return nil, nil }))
		if err := c2.Confirm(ctx, pair); !service.IsCode(err, c.want) {
			t.Errorf("confirm, %s: %v", name, err)
		}
		if err := c2.Revoke(ctx, serialOf(t, pair.Sign), 1); !service.IsCode(err, c.want) {
			t.Errorf("revoke, %s: %v", name, err)
		}
	}
}
