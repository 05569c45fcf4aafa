package cmp_test

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
)

// protectedLength is where header and body end, counted from the first byte of the message.
func protectedLength(t *testing.T, der []byte) (start, end int) {
	t.Helper()
	start = 4 // 30 82 xx xx
	if der[1] != 0x82 {
		t.Fatal("message shorter than expected")
	}
	end = start
	for range 2 {
		n, head := int(der[end+1]), 2
		switch {
		case n == 0x81:
			n, head = int(der[end+2]), 3
		case n == 0x82:
			n, head = int(der[end+2])<<8|int(der[end+3]), 4
		}
		end += head + n
	}
	return start, end
}

func TestTamperedProtectedPart(t *testing.T) {
	by := newParty(t, "受理点", 1, cmp.EKUcmcRA)
	for name, body := range bodies(t) {
		der := protect(t, message(t, body), by)
		start, end := protectedLength(t, der)
		for i := start; i < end; i++ {
			for _, mask := range []byte{0x01, 0x80} {
				changed := bytes.Clone(der)
				changed[i] ^= mask
				m, err := cmp.Parse(changed)
				if err != nil {
					wantCode(t, err, service.CAGarbage)
					continue
				}
				if err := m.VerifyProtection(by.cert); err == nil {
					t.Fatalf("%s: byte %d changed, still taken", name, i)
				}
			}
		}
	}
}

func TestVerifyProtectionRefuses(t *testing.T) {
	by, other := newParty(t, "受理点", 1), newParty(t, "别处", 2)
	der := protect(t, message(t, &cmp.Confirmed{}), by)
	wantReason(t, parse(t, der).VerifyProtection(other.cert), "sender")
	renamed := certify(t, by.PrivateKey, "改名", 4)
	wantReason(t, parse(t, der).VerifyProtection(renamed), "sender")
	namesake := newParty(t, "受理点", 3)
	wantReason(t, parse(t, der).VerifyProtection(namesake.cert), "sender")
	forged := message(t, &cmp.Confirmed{})
	der, err := forged.Protect(rand.Reader, disguised{by, other}, [][]byte{by.cert.Raw})
	if err != nil {
		t.Fatal(err)
	}
	wantReason(t, parse(t, der).VerifyProtection(by.cert), "protection")
}

// disguised says it is one key and signs with another.
type disguised struct{ claimed, real *party }

func (d disguised) PublicKey() []byte                          { return d.claimed.PublicKey() }
func (d disguised) Sign(r io.Reader, m []byte) ([]byte, error) { return d.real.Sign(r, m) }

func TestUnprotected(t *testing.T) {
	by := newParty(t, "受理点", 1)
	der := protect(t, message(t, &cmp.Polls{IDs: []int{1}}), by)
	start, end := protectedLength(t, der)
	m := parse(t, sequenceOf(t, der[start:end]))
	if m.Protected() {
		t.Error("said to be protected")
	}
	wantReason(t, m.VerifyProtection(by.cert), "unprotected")
	_, err := m.SignerCert()
	wantReason(t, err, "signer")
}

func TestSignerCert(t *testing.T) {
	by, ca := newParty(t, "受理点", 1, cmp.EKUcmcRA), newParty(t, "示例签发", 2)
	m := message(t, &cmp.Confirmed{})
	der, err := m.Protect(rand.Reader, by, [][]byte{by.cert.Raw, ca.cert.Raw})
	if err != nil {
		t.Fatal(err)
	}
	got := parse(t, der)
	c, err := got.SignerCert()
	if err != nil || !bytes.Equal(c.Raw, by.cert.Raw) || len(got.ExtraCerts) != 2 || !c.HasEKU(cmp.EKUcmcRA) {
		t.Fatalf("%v", err)
	}
	if !bytes.Equal(got.Header.Sender, by.cert.RawSubject) || !bytes.Equal(got.Header.SenderKID, by.cert.SKI) {
		t.Error("sender not taken from the certificate")
	}
}

func TestProtectRefuses(t *testing.T) {
	by, other := newParty(t, "受理点", 1), newParty(t, "别处", 2)
	holder := newParty(t, "持证人", 3)
	reqs := requests(t, cmp.CR, holder)
	reqs.Requests[0].ID = 9 // after SignPOP
	bad := map[string]cmp.Body{
		"proof stale":     reqs,
		"no serial":       &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: cmp.CertID{Issuer: nameOf(t, "x")}}}},
		"certificate":     &cmp.CertReplies{Kind: cmp.CP, Replies: []cmp.CertReply{{Certificate: []byte{0x30, 5}}}},
		"text not UTF-8":  &cmp.Failure{Details: []string{"\xff"}},
		"info value":      &cmp.General{Kind: cmp.GenM, Info: []cmp.Info{{Type: cmp.EKUcmcRA, Value: []byte{1}}}},
		"key not DER":     &cmp.CertRequests{Kind: cmp.CR, Requests: []cmp.CertRequest{{Template: cmp.Template{SPKI: []byte{1}}}}},
		"subject not DER": &cmp.CertRequests{Kind: cmp.CR, Requests: []cmp.CertRequest{{Template: cmp.Template{Subject: []byte{1}}}}},
		"too long":        &cmp.General{Kind: cmp.GenM, Info: []cmp.Info{{Type: cmp.EKUcmcRA, Value: append([]byte{4, 0x83, 4, 0, 0}, make([]byte, 4<<16)...)}}},
	}
	for name, body := range bad {
		t.Run(name, func(t *testing.T) {
			_, err := message(t, body).Protect(rand.Reader, by, [][]byte{by.cert.Raw})
			wantCode(t, err, service.CAGarbage)
		})
	}
	_, err := message(t, &cmp.Confirmed{}).Protect(rand.Reader, by, [][]byte{other.cert.Raw})
	wantCode(t, err, service.CAGarbage)
	_, err = message(t, &cmp.Confirmed{}).Protect(rand.Reader, by, nil)
	wantCode(t, err, service.CAGarbage)
}

func TestTokenErrorPassesThrough(t *testing.T) {
	by := newParty(t, "受理点", 1)
	_, err := message(t, &cmp.Confirmed{}).Protect(rand.Reader, pulled{by}, [][]byte{by.cert.Raw})
	wantCode(t, err, service.TokenRemoved)
	r := cmp.CertRequest{Template: cmp.Template{SPKI: by.PublicKey()}}
	wantCode(t, r.SignPOP(rand.Reader, pulled{by}), service.TokenRemoved)
}

type pulled struct{ *party }

func (pulled) Sign(io.Reader, []byte) ([]byte, error) {
	return nil, service.E(service.TokenRemoved, "test", nil, nil)
}

func TestProofOfPossession(t *testing.T) {
	by, holder, other := newParty(t, "受理点", 1), newParty(t, "持证人", 2), newParty(t, "别人", 3)
	der := protect(t, message(t, requests(t, cmp.CR, holder)), by)
	rs := parse(t, der).Body.(*cmp.CertRequests).Requests
	if err := rs[0].VerifyPOP(); err != nil {
		t.Fatal(err)
	}
	wantCode(t, rs[1].VerifyPOP(), service.SignatureBad)
	wantCode(t, rs[2].VerifyPOP(), service.SignatureBad)
	swapped := rs[0]
	swapped.Template.SPKI = other.PublicKey()
	wantCode(t, swapped.VerifyPOP(), service.SignatureBad)
	wantCode(t, swapped.SignPOP(rand.Reader, holder), service.CAGarbage)
	if err := swapped.SignPOP(rand.Reader, disguised{other, holder}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, swapped.VerifyPOP(), service.SignatureBad)
	// A relay that passes the request on must not break the proof.
	again := parse(t, protect(t, message(t, &cmp.CertRequests{Kind: cmp.CR, Requests: rs}), by))
	if err := again.Body.(*cmp.CertRequests).Requests[0].VerifyPOP(); err != nil {
		t.Fatal(err)
	}
}

// The signature algorithm beside a proof is not covered by it.
func TestProofUnderAnotherAlgorithm(t *testing.T) {
	sm3withSM2, _ := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 501})
	ecdsaSHA256, _ := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2})
	der := protect(t, message(t, requests(t, cmp.CR, newParty(t, "持证人", 2))), newParty(t, "受理点", 1))
	m := parse(t, bytes.ReplaceAll(der, sm3withSM2, ecdsaSHA256))
	wantCode(t, m.Body.(*cmp.CertRequests).Requests[0].VerifyPOP(), service.SignatureBad)
}

func TestPrivateKeyOfAnotherForm(t *testing.T) {
	der := protect(t, message(t, bodies(t)["ip"]), newParty(t, "中心", 1))
	_, err := cmp.Parse(bytes.Replace(der, []byte("GB/T 35276"), []byte("GB/T 35277"), 1))
	wantCode(t, err, service.CAGarbage)
}

func TestEnvelopeArrives(t *testing.T) {
	by := newParty(t, "中心", 1)
	b := bodies(t)["ip"].(*cmp.CertReplies)
	got := parse(t, protect(t, message(t, b), by)).Body.(*cmp.CertReplies)
	r, ok := got.Find(1)
	if !ok || !bytes.Equal(r.Envelope, b.Replies[1].Envelope) {
		t.Fatal("envelope")
	}
	if _, err := sm.EnvelopePublicKey(r.Envelope); err != nil {
		t.Fatal(err)
	}
	if _, ok := got.Find(77); ok {
		t.Error("found what is not there")
	}
}

func TestHeaderAnswers(t *testing.T) {
	ask := message(t, &cmp.Confirmed{}).Header
	back, err := ask.Answer(rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := back.CheckAnswer(ask); err != nil {
		t.Fatal(err)
	}
	if len(ask.TransactionID) != 16 || len(ask.SenderNonce) != 16 || bytes.Equal(back.SenderNonce, ask.SenderNonce) {
		t.Error("transaction id and nonces")
	}
	stale := back
	stale.RecipNonce = ask.TransactionID
	wantReason(t, stale.CheckAnswer(ask), "nonce")
	wantReason(t, back.CheckAnswer(cmp.Header{}), "transaction")
	foreign := back
	foreign.TransactionID = nil
	wantReason(t, foreign.CheckAnswer(ask), "transaction")
	_, err = cmp.NewHeader(iotest.ErrReader(errors.New("dry")), noon, nil, nil)
	wantCode(t, err, service.Internal)
}

func TestIdempotencyKey(t *testing.T) {
	var h cmp.Header
	if h.IdempotencyKey() != nil {
		t.Error("a key from nowhere")
	}
	h.SetIdempotencyKey([]byte("one"))
	h.SetIdempotencyKey([]byte("two"))
	if string(h.IdempotencyKey()) != "two" || len(h.Info) != 1 {
		t.Errorf("%q in %d", h.IdempotencyKey(), len(h.Info))
	}
}

func TestParseRefuses(t *testing.T) {
	by := newParty(t, "受理点", 1)
	der := protect(t, message(t, &cmp.Confirmed{}), by)
	for n := range der {
		_, err := cmp.Parse(der[:n])
		wantCode(t, err, service.CAGarbage)
	}
	_, err := cmp.Parse(append(bytes.Clone(der), 0))
	wantCode(t, err, service.CAGarbage)
	_, err = cmp.Parse(make([]byte, cmp.MaxMessage+1))
	wantCode(t, err, service.CAGarbage)
	long, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true,
		Bytes: sequenceOf(t, sequenceOf(t, make([]byte, cmp.MaxMessage)))})
	if err != nil {
		t.Fatal(err)
	}
	start, end := protectedLength(t, der)
	_, err = cmp.Parse(sequenceOf(t, append(bytes.Clone(der[start:end]), long...)))
	wantCode(t, err, service.CAGarbage)
	old := bytes.Replace(der, []byte{2, 1, 2, 0xA4}, []byte{2, 1, 1, 0xA4}, 1) // pvno cmp1999
	_, err = cmp.Parse(old)
	wantCode(t, err, service.CAGarbage)
}
