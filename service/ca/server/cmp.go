package server

import (
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
}

// chain is what the centre answers under.
type chain struct {
	anchors       ca.Anchors
	root, issuing *sm.Certificate
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
		body = failure(err)
	}
	der, err := x.sign(r.Context(), body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", wire.TypeCMP)
	if _, err := w.Write(der); err != nil {
		f.log.Info("answer not delivered", "err", err)
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
	c.issuing, err = sm.ParseCertificate(c.anchors.Issuing)
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
	switch b := x.in.Body.(type) {
	case *cmp.CertRequests:
		return x.issue(ctx, b)
	case *cmp.CertConfirms:
		return x.confirm(ctx, b)
	case *cmp.RevRequests:
		return x.revoke(ctx, b)
	case *cmp.General:
		return x.general(ctx, b)
	case *cmp.Failure:
		// RFC 9810, 5.3.21: a client's error is answered with pkiConf.
		x.front.log.Info("station reports", "station", x.who.ID, "fail", b.Status.Fail.String())
		return &cmp.Confirmed{}, nil
	}
	return nil, bad(cmp.BadRequest, "body", nil)
}

// checkHeader: a transaction and a fresh nonce, and the centre's own nonce where the message goes on with an exchange and only
// there. The centre keeps no state between messages, so that several instances can serve one station: what makes a replay
// harmless is that every request may be repeated (idempotency key, certConf, rr).
func (x *exchange) checkHeader() error {
	h := x.in.Header
	_, goesOn := x.in.Body.(*cmp.CertConfirms)
	_, fails := x.in.Body.(*cmp.Failure)
	switch {
	case !size(h.TransactionID):
		return bad(cmp.BadRequest, "transaction", nil)
	case !size(h.SenderNonce):
		return bad(cmp.BadSenderNonce, "sender-nonce", nil)
	case goesOn && !size(h.RecipNonce), !goesOn && !fails && h.RecipNonce != nil:
		return bad(cmp.BadRecipientNonce, "recipient-nonce", nil)
	}
	return nil
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
