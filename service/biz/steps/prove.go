package steps

import (
	"bytes"
	"context"
	"encoding/asn1"
	"io"
	"maps"
	"slices"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

func failed(check string, err error) error {
	return service.E(service.VerifyFailed, "steps.verify", service.Args{"check": check}, err)
}

// SerialOf is the serial number of a certificate as text.
func SerialOf(der []byte) (string, error) {
	c, err := sm.ParseCertificate(der)
	if err != nil {
		return "", err
	}
	return sm.SerialText(c.Serial), nil
}

// ReadBack compares what the token holds with what was issued. Errors: VerifyFailed (check).
func ReadBack(ctx context.Context, s service.TokenSession, name string, r service.CertReply) error {
	for _, want := range r.Certificates() {
		have, err := s.ReadCertificate(ctx, name, want.Usage)
		if err != nil {
			return err
		}
		if !bytes.Equal(have, want.DER) {
			return failed("certificate "+string(want.Usage), nil)
		}
	}
	return nil
}

// ProvePair checks chain, period, names and keys of both certificates, has the token sign a challenge (verified by both
// implementations) and decrypt one. The second implementation, which takes as long as the token, gives its verdicts beside it. A single
// certificate is proved by the signature alone: the key is the same. Errors: VerifyFailed (check), CAUntrusted, and the token's.
func ProvePair(ctx context.Context, j *flow.Job, s service.TokenSession, name string, r service.CertReply, subject service.SubjectFields) error {
	if err := checkPapers(j, r, subject); err != nil {
		return err
	}
	if len(r.Encrypt) == 0 {
		return proveOnToken(ctx, j, s, name, r)
	}
	encryption := beside(func() error { return secondOpinion(r.Encrypt, r.Chain[0], nil, nil) })
	err := proveOnToken(ctx, j, s, name, r)
	return firstOf(encryption(), err)
}

// beside starts f and gives what waits for its error.
func beside(f func() error) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	return func() error { return <-done }
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// secondOpinion: certificates that are not SM2 the second implementation cannot read; the standard library judges them.
func secondOpinion(cert, issuer, message, signature []byte) error {
	judge := sm.SecondOpinion
	if c, err := sm.ParseCertificate(cert); err == nil && !c.SM2 {
		judge = sm.StandardOpinion
	}
	if err := judge(cert, issuer, message, signature); err != nil {
		return failed("second implementation", err)
	}
	return nil
}

// proveOnToken: the token holds the certificates' keys and uses them.
func proveOnToken(ctx context.Context, j *flow.Job, s service.TokenSession, name string, r service.CertReply) error {
	for _, c := range r.Certificates() {
		spki, err := s.PublicKey(ctx, name, c.Usage)
		if err != nil {
			return err
		}
		cert, err := sm.ParseCertificate(c.DER)
		if err != nil || !bytes.Equal(spki, cert.SPKI) {
			return failed("key "+string(c.Usage), err)
		}
	}
	challenge, sig, err := proveSignature(ctx, j, s, name, r)
	if err != nil {
		return err
	}
	signature := beside(func() error { return secondOpinion(r.Sign, r.Chain[0], challenge, sig) })
	if len(r.Encrypt) > 0 {
		err = ProveDecryption(ctx, j, s, name, r.Encrypt)
	}
	return firstOf(signature(), err)
}

// checkPapers is what can be checked without the token.
func checkPapers(j *flow.Job, r service.CertReply, subject service.SubjectFields) error {
	chain, err := parseAll(r.Chain)
	if err != nil || len(chain) < 2 {
		return failed("chain", err)
	}
	root := chain[len(chain)-1]
	for _, issued := range r.Certificates() {
		c, err := sm.ParseCertificate(issued.DER)
		if err != nil {
			return failed("certificate", err)
		}
		if err := sm.VerifyChain(c, chain[:len(chain)-1], root, j.Desk.Env.Now()); err != nil {
			return err
		}
		if err := sameSubject(c, subject); err != nil {
			return err
		}
	}
	return nil
}

// sameSubject holds a certificate's names and numbers against what the customer confirmed.
func sameSubject(c *sm.Certificate, want service.SubjectFields) error {
	switch {
	case c.Subject.CommonName != want.CommonName:
		return failed("name", nil)
	case want.Organisation != "" && !slices.Equal(c.Subject.Organization, []string{want.Organisation}):
		return failed("organisation", nil)
	}
	return sameNumbers(c, want)
}

// identityArc holds the identity extensions of GM/T 0015: identity code, registration, organisation and tax number.
var identityArc = asn1.ObjectIdentifier{1, 2, 156, 10260, 4}

// sameNumbers: every identity extension holds one of the confirmed numbers, and each confirmed number stands in one of them.
func sameNumbers(c *sm.Certificate, want service.SubjectFields) error {
	left := map[string]bool{want.CreditCode: true, want.IDNumber: true, want.Passport: true}
	known := maps.Clone(left)
	for _, e := range c.Extensions {
		if len(e.Id) < len(identityArc) || !e.Id[:len(identityArc)].Equal(identityArc) {
			continue
		}
		number, err := identityValue(e.Value)
		if err != nil || number == "" || !known[number] {
			return failed("number", err)
		}
		delete(left, number)
	}
	if delete(left, ""); len(left) > 0 {
		return failed("number", nil)
	}
	return nil
}

// identityValue reads a PrintableString, bare or inside IdentityCode's explicit tag (GM/T 0015-2012).
func identityValue(der []byte) (string, error) {
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(der, &outer)
	if err != nil || len(rest) > 0 {
		return "", err
	}
	if outer.Class == asn1.ClassContextSpecific {
		der = outer.Bytes
	}
	var number string
	_, err = asn1.Unmarshal(der, &number)
	return number, err
}

func parseAll(ders [][]byte) ([]*sm.Certificate, error) {
	var out []*sm.Certificate
	for _, d := range ders {
		c, err := sm.ParseCertificate(d)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// proveSignature has the token sign a challenge and verifies what it gives.
func proveSignature(ctx context.Context, j *flow.Job, s service.TokenSession, name string, r service.CertReply) (challenge, sig []byte, err error) {
	if challenge, err = random(j, 32); err != nil {
		return nil, nil, err
	}
	if sig, err = s.Sign(ctx, name, challenge); err != nil {
		return nil, nil, err
	}
	cert, err := sm.ParseCertificate(r.Sign)
	if err != nil {
		return nil, nil, failed("certificate", err)
	}
	if err := sm.VerifyMessage(cert.SPKI, challenge, sig); err != nil {
		return nil, nil, failed("signature", err)
	}
	return challenge, sig, nil
}

// ProveDecryption has the token open a challenge encrypted to the certificate: only the private key can.
func ProveDecryption(ctx context.Context, j *flow.Job, s service.TokenSession, name string, cert []byte) error {
	c, err := sm.ParseCertificate(cert)
	if err != nil {
		return failed("certificate", err)
	}
	plain, err := random(j, 16)
	if err != nil {
		return err
	}
	box, err := sm.Encrypt(j.Desk.Env.Rand, c.SPKI, plain)
	if err != nil {
		return err
	}
	return s.ProveEncryption(ctx, name, box, plain)
}

func random(j *flow.Job, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(j.Desk.Env.Rand, b); err != nil {
		return nil, service.E(service.Internal, "steps.random", nil, err)
	}
	return b, nil
}

// ProveSigning has a logged-in token sign a challenge with the key of a container.
func ProveSigning(ctx context.Context, j *flow.Job, s service.TokenSession, container string) error {
	challenge, err := random(j, 32)
	if err != nil {
		return err
	}
	spki, err := s.PublicKey(ctx, container, service.UsageSign)
	if err != nil {
		return err
	}
	sig, err := s.Sign(ctx, container, challenge)
	if err != nil {
		return err
	}
	if err := sm.VerifyMessage(spki, challenge, sig); err != nil {
		return failed("signature", err)
	}
	return nil
}
