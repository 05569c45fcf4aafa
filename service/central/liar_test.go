package central_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/service/central"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// party is a key with its certificate.
type party struct {
	*sm.PrivateKey
	cert *sm.Certificate
}

// liar is a centre that speaks the protocol over the true centre's line, with a hierarchy of its own that a station has pinned:
// everything it sends is signed as it should be, and wrong in one respect.
type liar struct {
	t                             *testing.T
	house                         *house
	root, issuing, second, signer party
	change                        func(*lie)
	asked, confirmed              atomic.Int32
}

// lie is what the liar is about to send.
type lie struct {
	sign, encrypt sm.CertSpec
	key           *sm.PrivateKey // of the encryption certificate
	by, by2       party          // who issues the two certificates
	recipient     []byte         // of the envelope
	envelope      func([]byte) []byte
	reply         func(*cmp.CertReplies)
	bytes         func([]byte) []byte // the encoded answer
}

func caSpec(cn string, serial int64) sm.CertSpec {
	return sm.CertSpec{Serial: big.NewInt(serial), Subject: sm.Subject{C: "CN", O: "某电子认证", CN: cn}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(20, 0, 0), KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, CA: true, PathLen: -1}
}

func certify(t *testing.T, spec sm.CertSpec, by *party) party {
	t.Helper()
	key := newKey(t)
	spec.SPKI = key.PublicKey()
	var issuer *sm.Certificate
	signer := key
	if by != nil {
		issuer, signer = by.cert, by.PrivateKey
	}
	der, err := sm.CreateCertificate(rand.Reader, spec, issuer, signer)
	must(t, err)
	c, err := sm.ParseCertificate(der)
	must(t, err)
	return party{key, c}
}

// newLiar makes the hierarchy; bend alters the issuing CA's certificate.
func newLiar(t *testing.T, h *house, bend func(*sm.CertSpec)) *liar {
	t.Helper()
	l := &liar{t: t, house: h, root: certify(t, caSpec("根", 1), nil)}
	spec := caSpec("签发", 2)
	bend(&spec)
	l.issuing, l.second = certify(t, spec, &l.root), certify(t, caSpec("签发二", 3), &l.root)
	l.signer = certify(t, sm.CertSpec{Serial: big.NewInt(4), Subject: sm.Subject{C: "CN", CN: "CMP"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []asn1.ObjectIdentifier{cmp.EKUcmcCA}}, &l.second)
	return l
}

func honest(*sm.CertSpec) {}

// client is a station that has pinned the liar, and others if it has any.
func (l *liar) client(id central.Identity, change func(*lie), others ...wire.OtherCA) *central.Client {
	l.t.Helper()
	l.change = change
	l.asked.Store(0)
	l.confirmed.Store(0)
	id.Anchors = wire.Anchors{Root: l.root.cert.Raw, Issuing: [][]byte{l.issuing.cert.Raw, l.second.cert.Raw},
		TLSRoot: id.Anchors.TLSRoot, CMPSigner: l.signer.cert.Raw, Others: others}
	return l.house.client(l.t, id, l.house.between(l.t, func(_ http.Handler, w http.ResponseWriter, r *http.Request) { l.serve(w, r) }))
}

func (l *liar) serve(w http.ResponseWriter, r *http.Request) {
	der, err := io.ReadAll(r.Body)
	if err != nil {
		l.t.Error(err)
	}
	m, err := cmp.Parse(der)
	if err != nil {
		l.t.Error(err)
		return
	}
	var body cmp.Body = &cmp.Confirmed{}
	said := l.lie(m)
	switch b := m.Body.(type) {
	case *cmp.CertRequests:
		l.asked.Add(1)
		body = l.pair(b, said)
	case *cmp.CertConfirms:
		l.confirmed.Add(1)
	}
	header, err := m.Header.Answer(rand.Reader, time.Now())
	if err != nil {
		l.t.Error(err)
	}
	out, err := (&cmp.Message{Header: header, Body: body}).Protect(rand.Reader, l.signer, [][]byte{l.signer.cert.Raw, l.second.cert.Raw})
	if err != nil {
		l.t.Error(err)
	}
	w.Header().Set("Content-Type", wire.TypeCMP)
	_, _ = w.Write(said.bytes(out))
}

// lie begins with the truth.
func (l *liar) lie(m *cmp.Message) *lie {
	same := func(b []byte) []byte { return b }
	s := &lie{key: newKey(l.t), by: l.issuing, by2: l.issuing, envelope: same, bytes: same, reply: func(*cmp.CertReplies) {}}
	if b, ok := m.Body.(*cmp.CertRequests); ok {
		w, err := wire.ReadWish(b.Requests[0].Template.Extensions[0].Value)
		if err != nil {
			l.t.Error(err)
		}
		s.sign = leafSpec(w, x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment)
		s.encrypt = leafSpec(w, x509.KeyUsageKeyEncipherment|x509.KeyUsageDataEncipherment)
		s.sign.SPKI, s.recipient = b.Requests[0].Template.SPKI, b.Requests[0].Template.SPKI
	}
	s.encrypt.SPKI = s.key.PublicKey()
	l.change(s)
	return s
}

func leafSpec(w wire.Wish, usage x509.KeyUsage) sm.CertSpec {
	serial, _ := sm.NewSerial(rand.Reader)
	from := time.Now().Add(-5 * time.Minute).UTC().Truncate(time.Minute)
	return sm.CertSpec{Serial: serial, Subject: sm.Subject{C: "CN", O: w.Subject.Organisation, CN: w.Subject.CommonName}, NotBefore: from,
		NotAfter: from.AddDate(0, 0, w.Days), KeyUsage: usage, Extra: []pkix.Extension{number(4, w.Subject.CreditCode)}}
}

// number is an identity extension of GM/T 0015, 1.2.156.10260.4.1.n.
func number(n int, v string) pkix.Extension {
	der, _ := asn1.MarshalWithParams(v, "printable")
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 156, 10260, 4, 1, n}, Value: der}
}

func (l *liar) pair(b *cmp.CertRequests, s *lie) cmp.Body {
	made := func(spec sm.CertSpec, by party) []byte {
		der, err := sm.CreateCertificate(rand.Reader, spec, by.cert, by.PrivateKey)
		if err != nil {
			l.t.Error(err)
		}
		return der
	}
	envelope, err := sm.SealEnvelope(rand.Reader, s.recipient, s.key)
	if err != nil {
		l.t.Error(err)
	}
	out := &cmp.CertReplies{Kind: b.Kind.Reply(), Replies: []cmp.CertReply{{ID: 0, Certificate: made(s.sign, s.by)},
		{ID: 1, Certificate: made(s.encrypt, s.by2), Envelope: s.envelope(envelope)}}}
	s.reply(out)
	return out
}
