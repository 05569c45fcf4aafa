package server

import (
	"bytes"
	"context"
	"encoding/binary"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// issue serves an ir for a dual pair or a single certificate. A refusal stands in all responses, so that a client finds it under either request.
func (x *exchange) issue(ctx context.Context, b *cmp.CertRequests) (cmp.Body, error) {
	if b.Kind != cmp.IR {
		return nil, bad(cmp.BadRequest, "body", nil)
	}
	req, err := x.issueRequest(b)
	var pair service.CertReply
	if err == nil {
		pair, err = x.under.Issue(ctx, req)
	}
	out := &cmp.CertReplies{Kind: b.Kind.Reply()}
	if isReplay(err) {
		return nil, err // said of the message, not of a request in it
	}
	if err != nil {
		x.refused("issue refused", err)
		x.spend(ctx)
		for _, r := range b.Requests {
			out.Replies = append(out.Replies, cmp.CertReply{ID: r.ID, Status: statusOf(err)})
		}
		return out, nil
	}
	out.Replies = []cmp.CertReply{{ID: 0, Certificate: pair.Sign}}
	if len(pair.Encrypt) > 0 {
		out.Replies = append(out.Replies, cmp.CertReply{ID: 1, Certificate: pair.Encrypt, Envelope: pair.Envelope})
	}
	return out, nil
}

// issueRequest reads the requests: the first with the signing key, its proof of possession and the wish; behind an SM2 key a second,
// keyless for the encryption pair, vouched for by the RA.
func (x *exchange) issueRequest(b *cmp.CertRequests) (req ca.IssueRequest, err error) {
	key := x.in.Header.IdempotencyKey()
	if len(key) != len(req.Key) {
		return req, bad(cmp.BadRequest, "idempotency-key", nil)
	}
	wish, alg, err := signRequest(&b.Requests[0])
	if err != nil {
		return req, err
	}
	if err := rest(b.Requests[1:], alg); err != nil {
		return req, err
	}
	req = ca.IssueRequest{Key: [32]byte(key), Transaction: x.in.Header.TransactionID, TemplateDigest: templateDigest(b.Requests),
		Profile: wish.Profile, Subject: wish.Subject, PublicKey: b.Requests[0].Template.SPKI, Days: wish.Days}
	return req, nil
}

// signRequest checks the first request. The proof is asked for although an RA signed the message: a token's key must answer for
// itself, or a station could have a stranger's key certified.
func signRequest(r *cmp.CertRequest) (wish wire.Wish, alg service.KeyAlg, err error) {
	t := r.Template
	if r.ID != 0 || t.SPKI == nil || !plain(*r) {
		return wish, "", bad(cmp.BadCertTemplate, "sign", nil)
	}
	if alg, err = sm.KeyAlgorithm(t.SPKI); err != nil {
		return wish, "", refuse(cmp.BadCertTemplate, service.CARefused, service.Args{"reason": "public-key"}, err)
	}
	if err := r.VerifyPOP(); err != nil {
		return wish, "", refuse(cmp.BadPOP, service.CARefused, service.Args{"reason": "possession"}, err)
	}
	if len(t.Extensions) != 1 || !t.Extensions[0].Id.Equal(wire.IDWish()) {
		return wish, "", bad(cmp.UnacceptedExtension, "wish", nil)
	}
	if wish, err = wire.ReadWish(t.Extensions[0].Value); err != nil {
		return wish, "", bad(cmp.BadDataFormat, "wish", err)
	}
	return wish, alg, sameName(t.Subject, wish)
}

// rest: a dual pair has a second request, a single certificate none.
func rest(requests []cmp.CertRequest, alg service.KeyAlg) error {
	switch {
	case alg.Single() && len(requests) == 0:
		return nil
	case alg.Single() || len(requests) != 1:
		return bad(cmp.BadRequest, "requests", nil)
	}
	return keylessRequest(requests[0])
}

// sameName: a name in the template is a proposal for other CAs; it must say nothing that the wish does not say, neither another
// value nor another attribute, nor one twice.
func sameName(subject []byte, wish wire.Wish) error {
	if subject == nil {
		return nil
	}
	s, err := sm.ParseSubject(subject)
	if err != nil {
		return bad(cmp.BadCertTemplate, "subject", err)
	}
	f := wish.Subject
	for _, v := range [][2]string{{s.C, "CN"}, {s.ST, f.Province}, {s.L, f.City}, {s.O, f.Organisation}, {s.OU, f.Unit}, {s.Serial, ""}} {
		if v[0] != "" && v[0] != v[1] {
			return bad(cmp.BadCertTemplate, "subject", nil)
		}
	}
	again, err := s.DER()
	if err != nil || s.CN != f.CommonName || !bytes.Equal(again, subject) {
		return bad(cmp.BadCertTemplate, "subject", err)
	}
	return nil
}

// plain: the template asks for nothing that only a CA decides or that the wish says. Fields that are passed over in silence would
// be taken for granted.
func plain(r cmp.CertRequest) bool {
	t := r.Template
	return r.OldCert == nil && t.Serial == nil && t.Issuer == nil && t.NotBefore.IsZero() && t.NotAfter.IsZero()
}

func keylessRequest(r cmp.CertRequest) error {
	t := r.Template
	if r.ID != 1 || t.SPKI != nil || t.Subject != nil || len(t.Extensions) > 0 || !plain(r) {
		return bad(cmp.BadCertTemplate, "encrypt", nil)
	}
	if r.POP != cmp.POPRAVerified {
		return bad(cmp.BadPOP, "encrypt", nil)
	}
	return nil
}

// templateDigest is SM3 over what both templates say, each part behind its length. Proofs stay out: an SM2 signature differs
// each time it is made, and a retry must have the same digest.
func templateDigest(requests []cmp.CertRequest) [32]byte {
	var in []byte
	part := func(b []byte) {
		in = binary.BigEndian.AppendUint32(in, uint32(len(b)))
		in = append(in, b...)
	}
	for _, r := range requests {
		part(r.Template.SPKI)
		part(r.Template.Subject)
		for _, at := range []int64{r.Template.NotBefore.Unix(), r.Template.NotAfter.Unix()} {
			part(binary.BigEndian.AppendUint64(nil, uint64(at)))
		}
		for _, e := range r.Template.Extensions {
			part([]byte(e.Id.String()))
			part(e.Value)
		}
	}
	return sm.Sum(in)
}
