package cmp

import (
	"bytes"
	stdasn1 "encoding/asn1"
	"errors"
	"io"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/service/sm"
)

// POP says how a request proves that its sender holds the private key (RFC 4211, 4).
type POP int

// Kinds of proof.
const (
	POPNone       POP = iota // for the keyless request
	POPRAVerified            // the authority has checked; the centre takes it from a certificate with EKUcmcRA only
	POPSignature             // the key signed the request: SignPOP makes it, VerifyPOP checks it
)

// CertRequest is CertReqMsg.
type CertRequest struct {
	ID       int
	Template Template
	OldCert  *CertID // kur: the certificate to be replaced
	POP      POP

	signed    []byte // the CertRequest that the proof covers, as sent
	algorithm stdasn1.ObjectIdentifier
	signature []byte
}

// CertRequests is the body of IR, CR and KUR.
type CertRequests struct {
	Kind     Type
	Requests []CertRequest
}

func (c *CertRequests) bodyType() Type { return c.Kind }

// SignPOP proves possession by signing; signer holds the template's key. Set all other fields first.
func (r *CertRequest) SignPOP(rand io.Reader, signer sm.Signer) error {
	if !bytes.Equal(signer.PublicKey(), r.Template.SPKI) {
		return garbage("SignPOP", errors.New("signer holds another key"))
	}
	der, err := r.certRequest()
	if err != nil {
		return garbage("SignPOP", err)
	}
	id, err := algorithmFor(r.Template.SPKI)
	if err != nil {
		return garbage("SignPOP", err)
	}
	sig, err := signer.Sign(rand, der)
	if err != nil {
		return err
	}
	r.POP, r.signed, r.algorithm, r.signature = POPSignature, der, id, sig
	return nil
}

// VerifyPOP checks the signature of POPSignature by the template's key. service.SignatureBad where it does not hold or is
// of another kind.
func (r *CertRequest) VerifyPOP() error {
	if r.POP != POPSignature || r.Template.SPKI == nil {
		return badProof(nil)
	}
	if err := verify(r.algorithm, r.Template.SPKI, r.signed, r.signature); err != nil {
		return badProof(err)
	}
	return nil
}

// certRequest encodes CertRequest, what a proof is signed over.
func (r *CertRequest) certRequest() ([]byte, error) {
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(r.ID))
		r.Template.put(b)
		if r.OldCert != nil {
			putOldCert(b, *r.OldCert)
		}
	})
	return b.Bytes()
}

func putOldCert(b *cryptobyte.Builder, id CertID) {
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidOldCertID)
			id.put(b)
		})
	})
}

func (r *CertRequest) put(b *cryptobyte.Builder) {
	der, err := r.certRequest()
	if err == nil && r.POP == POPSignature && !bytes.Equal(der, r.signed) {
		err = errors.New("the request changed after its proof was signed")
	}
	if err != nil {
		b.SetError(err)
		return
	}
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddBytes(der)
		r.putProof(b)
	})
}

func (r *CertRequest) putProof(b *cryptobyte.Builder) {
	switch r.POP {
	case POPRAVerified:
		into(b, implicit(0), func(*cryptobyte.Builder) {})
	case POPSignature:
		into(b, explicit(1), func(b *cryptobyte.Builder) {
			algorithm(b, r.algorithm)
			b.AddASN1BitString(r.signature)
		})
	}
}

func (c *CertRequests) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		for i := range c.Requests {
			c.Requests[i].put(b)
		}
	})
}

func readRequests(kind Type, s *cryptobyte.String) (Body, bool) {
	c := &CertRequests{Kind: kind}
	ok := each(s, func(s *cryptobyte.String) bool {
		var r CertRequest
		if !readRequest(s, &r) {
			return false
		}
		c.Requests = append(c.Requests, r)
		return true
	})
	return c, ok && len(c.Requests) > 0
}

// readRequest passes over regInfo and over controls other than the old certificate's id.
func readRequest(s *cryptobyte.String, r *CertRequest) bool {
	var msg, der cryptobyte.String
	if !s.ReadASN1(&msg, asn1.SEQUENCE) || !msg.ReadASN1Element(&der, asn1.SEQUENCE) {
		return false
	}
	r.signed = clone(der)
	if !r.readCertRequest(der) || !r.readProof(&msg) {
		return false
	}
	var rest cryptobyte.String
	return msg.Empty() || msg.ReadASN1(&rest, asn1.SEQUENCE) && msg.Empty()
}

func (r *CertRequest) readCertRequest(der cryptobyte.String) bool {
	var in cryptobyte.String
	if !der.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(&r.ID) || !readTemplate(&in, &r.Template) {
		return false
	}
	return in.Empty() || each(&in, r.readControl) && in.Empty()
}

func (r *CertRequest) readControl(s *cryptobyte.String) bool {
	var in cryptobyte.String
	var id stdasn1.ObjectIdentifier
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1ObjectIdentifier(&id) {
		return false
	}
	if !id.Equal(oidOldCertID) {
		return true
	}
	r.OldCert = &CertID{}
	return readCertID(&in, r.OldCert) && in.Empty()
}

// readProof refuses the proofs of encryption keys: those keys come from the centre here.
func (r *CertRequest) readProof(s *cryptobyte.String) bool {
	if s.PeekASN1Tag(implicit(0)) {
		var none cryptobyte.String
		r.POP = POPRAVerified
		return s.ReadASN1(&none, implicit(0)) && none.Empty()
	}
	in, ok := inner(s, 1)
	if !ok || in == nil {
		return ok
	}
	r.POP = POPSignature
	return readAlgorithm(&in, &r.algorithm) && in.ReadASN1BitStringAsBytes(&r.signature) && in.Empty()
}
