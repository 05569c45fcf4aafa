package central

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// exchange sends one CMP message, with a fresh header at every try, and returns the answer once it is believed: signed by the
// centre's CMP signer, in this transaction, to the nonce of the last try. An answer that is CMP's error comes back as one. Where the
// centre says that it served this very message before, something on the way sent it twice and kept the answer: the station asks
// again, and gets the stored result; CASlow where that happens again, since the outcome is then not known here.
func (c *Client) exchange(ctx context.Context, op string, body cmp.Body, prepare func(*cmp.Header)) (*cmp.Message, error) {
	for try := 1; ; try++ {
		m, err := c.round(ctx, op, body, prepare)
		switch {
		case !service.IsCode(err, service.CARefused) || service.ArgsOf(err)["reason"] != "replay":
			return m, err
		case try == tries:
			return nil, service.E(service.CASlow, "central."+op, nil, err)
		}
	}
}

func (c *Client) round(ctx context.Context, op string, body cmp.Body, prepare func(*cmp.Header)) (*cmp.Message, error) {
	var sent cmp.Header
	a, err := c.call(ctx, op, http.MethodPost, wire.PathCMP, wire.TypeCMP, cmp.MaxMessage, func() (der []byte, err error) {
		der, sent, err = c.message(body, prepare)
		return der, err
	})
	if err != nil {
		return nil, err
	}
	if err := a.refusal(op); err != nil {
		return nil, err
	}
	if a.kind != wire.TypeCMP {
		return nil, garbage(op, errors.New("not CMP"))
	}
	m, err := c.believe(a.body, sent)
	if err != nil {
		return nil, err
	}
	if f, ok := m.Body.(*cmp.Failure); ok {
		return nil, refused(op, f.Status)
	}
	return m, nil
}

// message signs one request under the station's RA key.
func (c *Client) message(body cmp.Body, prepare func(*cmp.Header)) ([]byte, cmp.Header, error) {
	h, err := cmp.NewHeader(c.env.Rand, c.env.Now(), nil, c.signerName)
	if err != nil {
		return nil, h, err
	}
	prepare(&h)
	m := &cmp.Message{Header: h, Body: body}
	der, err := m.Protect(c.env.Rand, c.ra, [][]byte{c.raCert})
	return der, h, err
}

// believe verifies an answer before anything in it is read.
func (c *Client) believe(der []byte, sent cmp.Header) (*cmp.Message, error) {
	m, err := cmp.Parse(der)
	if err != nil {
		return nil, err
	}
	if len(m.ExtraCerts) == 0 {
		return nil, untrusted("CMP", "signer", nil)
	}
	signer, err := c.trust.signer(m.ExtraCerts[0], m.ExtraCerts[1:], c.env.Now())
	if err != nil {
		return nil, err
	}
	if err := m.VerifyProtection(signer); err != nil {
		return nil, err
	}
	return m, m.Header.CheckAnswer(sent)
}

// refused is the centre's no. The text of another CA than ours is kept as the reason, shortened.
func refused(op string, s cmp.StatusInfo) error {
	if e, ok := wire.FromLines(s.Text); ok {
		return e.Service("central." + op)
	}
	reason, code := s.Fail.String(), service.CARefused
	if len(s.Text) > 0 {
		reason = s.Text[0]
	}
	if s.Fail == cmp.SystemFailure || s.Fail == cmp.SystemUnavail {
		code = service.CASlow // the CA's own trouble: what became of the request is open
	}
	e := wire.FromError(service.E(code, "", service.Args{"reason": reason}, nil))
	return e.Service("central." + op)
}

// tokenSigner lets the protocol sign by the token: a port that takes whole messages and a context.
type tokenSigner struct {
	ctx  context.Context
	spki []byte
	sign func(ctx context.Context, message []byte) ([]byte, error)
}

var _ sm.Signer = (*tokenSigner)(nil)

// PublicKey implements sm.Signer.
func (t *tokenSigner) PublicKey() []byte { return bytes.Clone(t.spki) }

// Sign implements sm.Signer; the token has its own randomness.
func (t *tokenSigner) Sign(_ io.Reader, message []byte) ([]byte, error) {
	return t.sign(t.ctx, message)
}
