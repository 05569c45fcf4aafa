package central

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"net/http"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// fuzzed is a station of a small hierarchy, and the key and certificate of a pair's signing key.
type fuzzed struct {
	client *Client
	key    *sm.PrivateKey
	root   *sm.PrivateKey
	top    *sm.Certificate
}

func newFuzzed(f *testing.F) *fuzzed {
	f.Helper()
	root, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	x := &fuzzed{root: root}
	x.top = x.certify(f, sm.CertSpec{Serial: big.NewInt(1), Subject: sm.Subject{CN: "根"}, CA: true, PathLen: -1,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}, root)
	if x.key, err = sm.GenerateKey(rand.Reader); err != nil {
		f.Fatal(err)
	}
	t := &trust{root: x.top, issuing: []*sm.Certificate{x.top}}
	x.client = &Client{env: service.Env{Now: time.Now, Rand: rand.Reader}, trust: t, station: "0430"}
	return x
}

func (x *fuzzed) certify(f *testing.F, spec sm.CertSpec, key *sm.PrivateKey) *sm.Certificate {
	f.Helper()
	spec.SPKI, spec.NotBefore, spec.NotAfter = key.PublicKey(), time.Now().Add(-time.Hour), time.Now().AddDate(0, 1, 0)
	der, err := sm.CreateCertificate(rand.Reader, spec, x.top, x.root)
	if err != nil {
		f.Fatal(err)
	}
	c, err := sm.ParseCertificate(der)
	if err != nil {
		f.Fatal(err)
	}
	return c
}

// reply is a whole and true answer, and the certificates in it.
func (x *fuzzed) reply(f *testing.F) (der, sign, encrypt, envelope []byte) {
	f.Helper()
	own, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	s := x.certify(f, sm.CertSpec{Serial: big.NewInt(2), Subject: sm.Subject{C: "CN", CN: "李娜"}, KeyUsage: x509.KeyUsageDigitalSignature}, x.key)
	e := x.certify(f, sm.CertSpec{Serial: big.NewInt(3), Subject: sm.Subject{C: "CN", CN: "李娜"}, KeyUsage: x509.KeyUsageKeyEncipherment}, own)
	if envelope, err = sm.SealEnvelope(rand.Reader, x.key.PublicKey(), own); err != nil {
		f.Fatal(err)
	}
	signer := x.certify(f, sm.CertSpec{Serial: big.NewInt(4), Subject: sm.Subject{CN: "CMP"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []asn1.ObjectIdentifier{cmp.EKUcmcCA}}, x.root)
	h, err := cmp.NewHeader(rand.Reader, time.Now(), nil, nil)
	if err != nil {
		f.Fatal(err)
	}
	m := &cmp.Message{Header: h, Body: &cmp.CertReplies{Kind: cmp.IP, Replies: []cmp.CertReply{{ID: 0, Certificate: s.Raw}, {ID: 1, Certificate: e.Raw, Envelope: envelope}}}}
	if der, err = m.Protect(rand.Reader, x.root, [][]byte{signer.Raw}); err != nil {
		f.Fatal(err)
	}
	return der, s.Raw, e.Raw, envelope
}

func coded(t *testing.T, err error, codes ...service.Code) {
	t.Helper()
	if err != nil && !service.IsCode(err, codes...) {
		t.Fatalf("uncoded or another's: %v", err)
	}
}

// FuzzAnswer: an answer that was not signed is never believed, and what is made of its parts has a code.
func FuzzAnswer(f *testing.F) {
	x := newFuzzed(f)
	der, _, _, _ := x.reply(f)
	f.Add(der)
	f.Fuzz(func(t *testing.T, in []byte) {
		_, err := x.client.believe(in, cmp.Header{TransactionID: make([]byte, 16), SenderNonce: make([]byte, 16)})
		if err == nil {
			t.Fatal("believed")
		}
		coded(t, err, service.CAGarbage, service.CAUntrusted)
		m, err := cmp.Parse(in)
		if err != nil {
			return
		}
		if b, ok := m.Body.(*cmp.Failure); ok {
			_ = refused("Fuzz", b.Status)
		}
		_, err = pairOf(m, len(in)%2 == 1)
		if service.CodeOf(err) == service.Internal {
			t.Fatal(err)
		}
	})
}

// FuzzPair: a pair that is believed is for the key and the name that were asked for.
func FuzzPair(f *testing.F) {
	x := newFuzzed(f)
	_, sign, encrypt, envelope := x.reply(f)
	f.Add(sign, encrypt, envelope)
	f.Add(encrypt, sign, envelope)
	ask := service.CertRequest{PublicKey: x.key.PublicKey(), Days: 60, Subject: service.SubjectFields{CommonName: "李娜"}}
	if _, err := x.client.verifyPair(ask, service.CertReply{Sign: sign, Encrypt: encrypt, Envelope: envelope}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, sign, encrypt, envelope []byte) {
		_, err := x.client.verifyPair(ask, service.CertReply{Sign: sign, Encrypt: encrypt, Envelope: envelope})
		coded(t, err, service.CAGarbage, service.CAUntrusted, service.CAMismatch)
		if err != nil {
			return
		}
		s, err := sm.ParseCertificate(sign)
		if err != nil || string(s.SPKI) != string(x.key.PublicKey()) || s.Subject.CommonName != "李娜" {
			t.Fatalf("another's pair: %v", err)
		}
	})
}

// FuzzJSONAnswer: an HTTP answer is one of the protocol's messages, or a code.
func FuzzJSONAnswer(f *testing.F) {
	f.Add(200, []byte(`{"serial":"SK-1","generation":1,"pin":"MTIz"}`))
	f.Add(403, []byte(`{"code":"ca.refused","args":{"reason":"x"}}`))
	f.Add(200, []byte(`{"prefix":"R-0430-","from":1,"to":2}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, m := range []wire.Message{&wire.Ticket{}, &wire.Range{}, &wire.Feed{}, &wire.Acknowledged{}, &wire.JoinReply{}, &wire.Health{}, &wire.Withdrawn{}} {
			err := answer{status: status, kind: wire.TypeJSON, body: body}.message("Fuzz", m)
			if (err == nil) != (status == http.StatusOK) && err == nil || service.CodeOf(err) == service.Internal {
				t.Fatalf("%d: %v", status, err)
			}
		}
	})
}
