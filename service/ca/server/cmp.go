package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// Rules for what names an exchange (RFC 9810, 5.1.1): 128 bits at least, fresh for every message.
const (
	minNonce = 16
	maxNonce = 64
)

// exchange is one CMP request of one station.
type exchange struct {
	front *front
	who   ca.StationInfo
	in    *cmp.Message
	chain chain
	// believed: header, signature and time hold; under serves the message.
	believed bool
	under    ca.Exchange
}

// chain is what the centre answers under.
type chain struct {
	anchors               ca.Anchors
	root, issuing, signer *sm.Certificate
}

// cmp serves CMP over HTTP (RFC 9811). What is no CMP message at all is answered in JSON; everything else in CMP, signed.
func (f *front) cmp(w http.ResponseWriter, r *http.Request, who ca.StationInfo) error {
	in, err := readCMP(r)
	if err != nil {
		return err
	}
	x := &exchange{front: f, who: who, in: in}
	if x.chain, err = f.chain(r.Context()); err != nil {
		return err
	}
	body, err := x.serve(r.Context())
	if err != nil {
		f.note(r, err)
		x.spend(r.Context())
		body = failure(err)
	}
	der, err := x.sign(r.Context(), body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", wire.TypeCMP)
	if _, err := w.Write(der); err != nil {
		f.undelivered(r)
	}
	return nil
}

func readCMP(r *http.Request) (*cmp.Message, error) {
	if !isType(r, wire.TypeCMP) {
		return nil, service.E(service.InputInvalid, "server.cmp", service.Args{"field": "content-type", "reason": "format"}, nil)
	}
	der, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, lineError(err)
	}
	m, err := cmp.Parse(der)
	if err != nil {
		return nil, service.E(service.InputInvalid, "server.cmp", service.Args{"field": "body", "reason": "format"}, err)
	}
	return m, nil
}

func (f *front) chain(ctx context.Context) (c chain, err error) {
	if c.anchors, err = f.svc.Anchors(ctx); err != nil {
		return c, err
	}
	if c.root, err = sm.ParseCertificate(c.anchors.Root); err != nil {
		return c, err
	}
	if c.issuing, err = sm.ParseCertificate(c.anchors.Issuing); err != nil {
		return c, err
	}
	c.signer, err = sm.ParseCertificate(c.anchors.CMPSigner)
	return c, err
}

// serve judges the message and does what it asks.
func (x *exchange) serve(ctx context.Context) (cmp.Body, error) {
	if err := x.checkHeader(); err != nil {
		return nil, err
	}
	if err := x.checkSigner(ctx); err != nil {
		return nil, err
	}
	h := x.in.Header
	under, err := x.front.svc.Under(x.who.ID,
		ca.Message{Transaction: h.TransactionID, Nonce: h.SenderNonce, Sent: h.Time, Opens: x.opens()})
	if err != nil {
		return nil, err
	}
	x.under, x.believed = under, true
	return x.act(ctx)
}

func (x *exchange) act(ctx context.Context) (cmp.Body, error) {
	switch b := x.in.Body.(type) {
	case *cmp.CertRequests:
		return x.issue(ctx, b)
	case *cmp.CertConfirms:
		return x.confirm(ctx, b)
	case *cmp.RevRequests:
		return x.revoke(ctx, b)
	case *cmp.General:
		if err := x.under.Note(ctx); err != nil {
			return nil, err
		}
		return x.general(ctx, b)
	case *cmp.Failure:
		// RFC 9810, 5.3.21: a client's error is answered with pkiConf.
		x.front.log.Info("station reports", "station", x.who.ID, "fail", b.Status.Fail.String())
		return &cmp.Confirmed{}, x.under.Note(ctx)
	}
	return nil, bad(cmp.BadRequest, "body", nil)
}

// spend takes a believed message out of use that was refused and so caused no act: what is refused today, because a profile
// does not allow it, must not be replayed on the day after it does.
func (x *exchange) spend(ctx context.Context) {
	if !x.believed {
		return
	}
	if err := x.under.Note(ctx); err != nil && !service.IsCode(err, service.CARefused) {
		x.front.log.Error("message not noted", "station", x.who.ID, "code", service.CodeOf(err))
	}
}

// opens: a certConf goes on with the transaction of its request, an error message may; any other opens one.
func (x *exchange) opens() bool {
	switch x.in.Body.(type) {
	case *cmp.CertConfirms, *cmp.Failure:
		return false
	}
	return true
}

// checkHeader: addressed to us, a transaction, a fresh nonce, the time, and the centre's own nonce where the message goes on with
// an exchange and only there. Which nonce that was the centre does not keep, so that several instances can serve one station: a
// certConf names its certificates by their digests, and every message counts once (ca.Message).
func (x *exchange) checkHeader() error {
	h := x.in.Header
	_, goesOn := x.in.Body.(*cmp.CertConfirms)
	switch {
	case !x.chain.named(h.Recipient):
		return bad(cmp.WrongAuthority, "recipient", nil)
	case !size(h.TransactionID):
		return bad(cmp.BadRequest, "transaction", nil)
	case !size(h.SenderNonce):
		return bad(cmp.BadSenderNonce, "sender-nonce", nil)
	case goesOn && !size(h.RecipNonce), x.opens() && h.RecipNonce != nil:
		return bad(cmp.BadRecipientNonce, "recipient-nonce", nil)
	case h.Time.IsZero():
		return bad(cmp.MissingTimeStamp, "time", nil)
	}
	return nil
}

// named: a message is for the CMP signer, for the issuing CA or the root in whose name that answers, or for whoever reads it
// (NULL-DN; RFC 9810, 5.1.1).
func (c chain) named(recipient []byte) bool {
	return recipient == nil || bytes.Equal(recipient, c.signer.RawSubject) || bytes.Equal(recipient, c.issuing.RawSubject) ||
		bytes.Equal(recipient, c.root.RawSubject)
}

func size(b []byte) bool { return len(b) >= minNonce && len(b) <= maxNonce }

// checkSigner: the message is signed by the RA key registered for the very station whose line this is; its certificate is under
// our issuing CA, in force, and may act as RA (EKU cmcRA).
func (x *exchange) checkSigner(ctx context.Context) error {
	der, err := x.front.svc.RACert(ctx, x.who.ID)
	if err != nil {
		return err
	}
	ra, err := sm.ParseCertificate(der)
	if err != nil {
		return err
	}
	if len(x.in.ExtraCerts) > 0 && string(x.in.ExtraCerts[0]) != string(der) {
		return refuse(cmp.SignerNotTrusted, service.NotPermitted, service.Args{"permission": "ra"}, errors.New("signed under another certificate"))
	}
	err = sm.VerifyChain(ra, []*sm.Certificate{x.chain.issuing}, x.chain.root, x.front.env.Now())
	if err != nil || sm.VerifyIssued(ra, x.chain.issuing) != nil || !ra.HasEKU(cmp.EKUcmcRA) {
		return refuse(cmp.NotAuthorized, service.NotPermitted, service.Args{"permission": "ra"}, err)
	}
	if err := x.in.VerifyProtection(ra); err != nil {
		return refuse(cmp.BadMessageCheck, service.NotPermitted, service.Args{"permission": "ra"}, err)
	}
	return nil
}

// sign makes the answer and protects it under the centre's CMP signer.
func (x *exchange) sign(ctx context.Context, body cmp.Body) ([]byte, error) {
	key, cert, err := x.front.svc.CMPSigner(ctx)
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	env := x.front.env
	header, err := x.in.Header.Answer(env.Rand, env.Now())
	if err != nil {
		return nil, err
	}
	m := &cmp.Message{Header: header, Body: body}
	return m.Protect(env.Rand, key, [][]byte{cert, x.chain.anchors.Issuing, x.chain.anchors.Root})
}
