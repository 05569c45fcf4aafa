package central

import (
	"bytes"
	"context"
	"errors"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// service.CertReply.Transaction is the transaction's id, which is ours and of this length, and the centre's last nonce behind it.
const (
	transactionID = 16
	minNonce      = 16
	maxNonce      = 64
)

// Issue implements service.CertificateAuthority: an ir with two requests, or one for a single certificate, signed by the RA key, the
// first proved by the token's key (which signs once, however often the line fails). What comes is believed only when it is what was
// asked for. CryptoBad (public key) for a key that is weak or not of the algorithm that the request names.
func (c *Client) Issue(ctx context.Context, r service.CertRequest) (service.CertReply, error) {
	body, err := c.request(ctx, r)
	if err != nil {
		return service.CertReply{}, err
	}
	m, err := c.exchange(ctx, "Issue", body, func(h *cmp.Header) { h.SetIdempotencyKey(r.Key[:]) })
	if err != nil {
		return service.CertReply{}, err
	}
	got, err := pairOf(m, r.Alg.Single())
	if err != nil {
		return service.CertReply{}, err
	}
	if r.Alg.Single() {
		if _, err := c.other(ctx, "Issue", r.Alg.Family()); service.IsCode(err, service.CryptoBad) {
			return service.CertReply{}, service.E(service.CAGarbage, "central.Issue", nil, err) // it issued: the answer is not a refusal
		} else if err != nil {
			return service.CertReply{}, err
		}
	}
	if got.Chain, err = c.verifyPair(r, got); err != nil {
		return service.CertReply{}, err
	}
	got.Transaction = append(bytes.Clone(m.Header.TransactionID), m.Header.SenderNonce...)
	return got, nil
}

func (c *Client) request(ctx context.Context, r service.CertRequest) (*cmp.CertRequests, error) {
	if r.Sign == nil {
		return nil, service.E(service.InputRequired, "central.Issue", service.Args{"field": "sign"}, nil)
	}
	if err := checkKey(r); err != nil {
		return nil, err
	}
	wish, err := (&wire.Wish{Profile: r.Profile, Subject: r.Subject, Days: r.Days}).Extension()
	if err != nil {
		return nil, err
	}
	sign := cmp.CertRequest{ID: 0, Template: cmp.Template{SPKI: r.PublicKey}}
	if sign.Template.Subject, err = proposal(r.Subject); err != nil {
		return nil, err
	}
	sign.Template.Extensions = append(sign.Template.Extensions, wish)
	if err := sign.SignPOP(c.env.Rand, &tokenSigner{ctx: ctx, spki: r.PublicKey, sign: r.Sign}); err != nil {
		return nil, err
	}
	b := &cmp.CertRequests{Kind: cmp.IR, Requests: []cmp.CertRequest{sign}}
	if !r.Alg.Single() {
		b.Requests = append(b.Requests, cmp.CertRequest{ID: 1, POP: cmp.POPRAVerified})
	}
	return b, nil
}

// checkKey: the key is sound and what the request says it is, so that nobody gets another kind of certificate than he was shown.
func checkKey(r service.CertRequest) error {
	alg, err := sm.KeyAlgorithm(r.PublicKey)
	if err == nil && alg != r.Alg && (alg != service.AlgSM2 || r.Alg != "") {
		err = service.E(service.CryptoBad, "central.Issue", service.Args{"what": "public key"}, errors.New(string(alg)))
	}
	return err
}

// proposal is the name as a CA without our wish would want it.
func proposal(f service.SubjectFields) ([]byte, error) {
	return sm.Subject{C: "CN", ST: f.Province, L: f.City, O: f.Organisation, OU: f.Unit, CN: f.CommonName}.DER()
}

// pairOf takes the two certificates and the envelope out of an ip, or the single certificate.
func pairOf(m *cmp.Message, single bool) (service.CertReply, error) {
	b, ok := m.Body.(*cmp.CertReplies)
	if !ok || b.Kind != cmp.IP || len(m.Header.SenderNonce) < minNonce || len(m.Header.SenderNonce) > maxNonce {
		return service.CertReply{}, garbage("Issue", errors.New("not an answer to ir"))
	}
	for _, r := range b.Replies {
		if !r.Status.OK() {
			return service.CertReply{}, refused("Issue", r.Status)
		}
	}
	if single {
		return singleOf(b)
	}
	sign, ok1 := b.Find(0)
	encrypt, ok2 := b.Find(1)
	if !ok1 || !ok2 || len(b.Replies) != 2 || sign.Certificate == nil || encrypt.Certificate == nil {
		return service.CertReply{}, garbage("Issue", errors.New("not one signing and one encryption certificate"))
	}
	if sign.Envelope != nil || encrypt.Envelope == nil {
		return service.CertReply{}, mismatch("Issue", "envelope")
	}
	return service.CertReply{Sign: sign.Certificate, Encrypt: encrypt.Certificate, Envelope: encrypt.Envelope}, nil
}

func singleOf(b *cmp.CertReplies) (service.CertReply, error) {
	one, ok := b.Find(0)
	if !ok || len(b.Replies) != 1 || one.Certificate == nil {
		return service.CertReply{}, garbage("Issue", errors.New("not one certificate"))
	}
	if one.Envelope != nil {
		return service.CertReply{}, mismatch("Issue", "envelope")
	}
	return service.CertReply{Sign: one.Certificate}, nil
}

// Confirm implements service.CertificateAuthority: certConf for every certificate, in the transaction that brought them.
func (c *Client) Confirm(ctx context.Context, r service.CertReply) error {
	if n := len(r.Transaction) - transactionID; n < minNonce || n > maxNonce {
		return service.E(service.InputInvalid, "central.Confirm", service.Args{"field": "transaction", "reason": "length"}, nil)
	}
	b := &cmp.CertConfirms{}
	for i, issued := range r.Certificates() {
		cert, err := sm.ParseCertificate(issued.DER)
		if err != nil {
			return err
		}
		b.Certs = append(b.Certs, cmp.CertStatus{ID: i, Hash: cmp.CertHash(cert)})
	}
	m, err := c.exchange(ctx, "Confirm", b, func(h *cmp.Header) {
		h.TransactionID, h.RecipNonce = r.Transaction[:transactionID], r.Transaction[transactionID:]
	})
	if err != nil {
		return err
	}
	if _, ok := m.Body.(*cmp.Confirmed); !ok {
		return garbage("Confirm", errors.New("not pkiConf"))
	}
	return nil
}

// Revoke implements service.CertificateAuthority. The port names a certificate by its serial number alone, CMP by its issuer too: where
// the SM2 CA knows no such number, the CAs of the other families are asked in turn.
func (c *Client) Revoke(ctx context.Context, serial string, reason int) error {
	n, err := sm.ParseSerial(serial)
	if err != nil {
		return err
	}
	unknown := c.revoke(ctx, cmp.CertID{Issuer: c.trust.issuing[0].RawSubject, Serial: n}, reason)
	if !service.IsCode(unknown, service.NotFound) {
		return unknown
	}
	for _, f := range service.OtherFamilies() {
		o, err := c.other(ctx, "Revoke", f)
		if err != nil {
			return err // whether there is such a certificate stays open
		}
		if o == nil {
			continue
		}
		if err := c.revoke(ctx, cmp.CertID{Issuer: o.issuing.RawSubject, Serial: n}, reason); !service.IsCode(err, service.NotFound) {
			return err
		}
	}
	return unknown
}

func (c *Client) revoke(ctx context.Context, id cmp.CertID, reason int) error {
	b := &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: id, Reason: reason}}}
	m, err := c.exchange(ctx, "Revoke", b, func(*cmp.Header) {})
	if err != nil {
		return err
	}
	got, ok := m.Body.(*cmp.RevReplies)
	if !ok || len(got.Statuses) != 1 {
		return garbage("Revoke", errors.New("not an answer to rr"))
	}
	if s := got.Statuses[0]; !s.OK() && s.Status != cmp.RevocationNotified && s.Status != cmp.RevocationWarning {
		return refused("Revoke", s)
	}
	return nil
}
