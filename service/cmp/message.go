package cmp

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/service/sm"
)

// Body is one of CertRequests, CertReplies, RevRequests, RevReplies, CertConfirms, Confirmed, Polls, Waits, General and
// Failure, by pointer.
type Body interface {
	bodyType() Type
	put(*cryptobyte.Builder)
}

// Message is PKIMessage.
type Message struct {
	Header     Header
	Body       Body
	ExtraCerts [][]byte // certificates, DER; the signer's first

	protected  []byte // ProtectedPart as received
	protection []byte // the signature; nil where there is none
}

// Type is the body's type.
func (m *Message) Type() Type { return m.Body.bodyType() }

// Protect signs and encodes the message. certs is the signer's certificate and its chain: they become ExtraCerts, and the
// header's sender and key identifier are taken from the first (RFC 9810, 5.1.1).
func (m *Message) Protect(rand io.Reader, signer sm.Signer, certs [][]byte) ([]byte, error) {
	if err := m.address(signer, certs); err != nil {
		return nil, err
	}
	id, err := algorithmFor(signer.PublicKey())
	if err != nil {
		return nil, garbage("Protect", err)
	}
	m.Header.protection = id
	header, body, err := m.parts()
	if err != nil {
		return nil, garbage("Protect", err)
	}
	m.protected = protectedPart(header, body)
	if m.protection, err = signer.Sign(rand, m.protected); err != nil {
		return nil, err
	}
	return m.assemble(header, body)
}

func (m *Message) address(signer sm.Signer, certs [][]byte) error {
	if len(certs) == 0 {
		return garbage("Protect", errors.New("no certificate"))
	}
	c, err := sm.ParseCertificate(certs[0])
	if err != nil {
		return err
	}
	if !bytes.Equal(c.SPKI, signer.PublicKey()) {
		return garbage("Protect", errors.New("the certificate is of another key"))
	}
	m.ExtraCerts, m.Header.Sender, m.Header.SenderKID = certs, c.RawSubject, c.SKI
	return nil
}

func (m *Message) parts() (header, body []byte, err error) {
	var h, b cryptobyte.Builder
	m.Header.put(&h)
	if header, err = h.Bytes(); err != nil {
		return nil, nil, err
	}
	into(&b, explicit(uint8(m.Type())), m.Body.put)
	body, err = b.Bytes()
	return header, body, err
}

func protectedPart(header, body []byte) []byte {
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) {
		b.AddBytes(header)
		b.AddBytes(body)
	})
	return b.BytesOrPanic()
}

func (m *Message) assemble(header, body []byte) ([]byte, error) {
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) {
		b.AddBytes(header)
		b.AddBytes(body)
		into(b, explicit(0), func(b *cryptobyte.Builder) { b.AddASN1BitString(m.protection) })
		into(b, explicit(1), func(b *cryptobyte.Builder) { putElements(b, m.ExtraCerts) })
	})
	der, err := b.Bytes()
	if err == nil && len(der) > MaxMessage {
		err = fmt.Errorf("%d bytes", len(der))
	}
	if err != nil {
		return nil, garbage("Protect", err)
	}
	return der, nil
}

// Parse decodes a message of at most MaxMessage bytes. It trusts nothing: VerifyProtection follows. service.CAGarbage.
func Parse(der []byte) (*Message, error) {
	if len(der) > MaxMessage {
		return nil, garbage("Parse", fmt.Errorf("%d bytes", len(der)))
	}
	s, in := cryptobyte.String(clone(der)), cryptobyte.String(nil)
	var header, body cryptobyte.String
	var tag asn1.Tag
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !s.Empty() || !in.ReadASN1Element(&header, asn1.SEQUENCE) || !in.ReadAnyASN1Element(&body, &tag) {
		return nil, garbage("Parse", errLayout)
	}
	m := &Message{protected: protectedPart(header, body)}
	if err := readHeader(&header, &m.Header); err != nil {
		return nil, garbage("Parse", err)
	}
	if err := m.readBody(body, tag); err != nil {
		return nil, garbage("Parse", err)
	}
	if !m.readTail(&in) {
		return nil, garbage("Parse", errLayout)
	}
	return m, nil
}

func (m *Message) readBody(s cryptobyte.String, tag asn1.Tag) error {
	number := Type(tag &^ explicit(0))
	var content cryptobyte.String
	if tag != explicit(uint8(number)) || number > PollRep || !s.ReadASN1(&content, tag) {
		return errLayout
	}
	body, ok := readBody(number, &content)
	if !ok || !content.Empty() {
		return fmt.Errorf("body %d: %w", number, errLayout)
	}
	m.Body = body
	return nil
}

func readBody(t Type, s *cryptobyte.String) (Body, bool) {
	switch t {
	case IR, CR, KUR:
		return readRequests(t, s)
	case IP, CP, KUP:
		return readReplies(t, s)
	case RR:
		return readRevRequests(s)
	case RP:
		return readRevReplies(s)
	case PKIConf:
		return readConfirmed(s)
	case GenM, GenP:
		return readGeneral(t, s)
	case ErrorMsg:
		return readFailure(s)
	case CertConf:
		return readCertConfirms(s)
	case PollReq:
		return readPolls(s)
	case PollRep:
		return readWaits(s)
	}
	return nil, false
}

func (m *Message) readTail(s *cryptobyte.String) bool {
	p, ok := inner(s, 0)
	if !ok || p != nil && (!p.ReadASN1BitStringAsBytes(&m.protection) || !p.Empty()) {
		return false
	}
	certs, ok := inner(s, 1)
	if !ok || certs != nil && (!elements(&certs, &m.ExtraCerts) || !certs.Empty()) {
		return false
	}
	return s.Empty()
}

// Protected reports whether the message carries a protection at all.
func (m *Message) Protected() bool { return len(m.protection) > 0 && m.Header.protection != nil }

// SignerCert returns the first of ExtraCerts, which is to be the signer's. It is not trusted yet: verify its chain and its
// rights. service.CAUntrusted with reason signer where it is missing, service.CryptoBad where unreadable.
func (m *Message) SignerCert() (*sm.Certificate, error) {
	if len(m.ExtraCerts) == 0 {
		return nil, untrusted("SignerCert", "signer", nil)
	}
	return sm.ParseCertificate(m.ExtraCerts[0])
}

// VerifyProtection checks that the key of cert signed header and body, and that the header names cert as its sender.
// service.CAUntrusted with reason unprotected, sender or protection.
func (m *Message) VerifyProtection(cert *sm.Certificate) error {
	switch {
	case !m.Protected():
		return untrusted("VerifyProtection", "unprotected", nil)
	case !bytes.Equal(m.Header.Sender, cert.RawSubject),
		m.Header.SenderKID != nil && !bytes.Equal(m.Header.SenderKID, cert.SKI):
		return untrusted("VerifyProtection", "sender", nil)
	}
	if err := verify(m.Header.protection, cert.SPKI, m.protected, m.protection); err != nil {
		return untrusted("VerifyProtection", "protection", err)
	}
	return nil
}
