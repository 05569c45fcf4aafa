package cmp

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// CertReply is CertResponse.
type CertReply struct {
	ID          int // certReqId of the request
	Status      StatusInfo
	Certificate []byte // DER; nil where refused or waiting
	Envelope    []byte // SM2EnvelopedKey (GB/T 35276) of the escrowed key, DER; nil where the key is the holder's own
}

// CertReplies is the body of IP, CP and KUP.
type CertReplies struct {
	Kind    Type
	CAPubs  [][]byte // certificates, DER
	Replies []CertReply
}

func (c *CertReplies) bodyType() Type { return c.Kind }

// Find returns the reply to a request.
func (c *CertReplies) Find(id int) (CertReply, bool) {
	for _, r := range c.Replies {
		if r.ID == id {
			return r, true
		}
	}
	return CertReply{}, false
}

const envelopeHint = "GB/T 35276"

func (c *CertReplies) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		if len(c.CAPubs) > 0 {
			into(b, explicit(1), func(b *cryptobyte.Builder) { putElements(b, c.CAPubs) })
		}
		sequence(b, func(b *cryptobyte.Builder) {
			for _, r := range c.Replies {
				r.put(b)
			}
		})
	})
}

func (r CertReply) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(r.ID))
		r.Status.put(b)
		if r.Certificate != nil {
			sequence(b, r.putPair)
		}
	})
}

// putPair writes CertifiedKeyPair.
func (r CertReply) putPair(b *cryptobyte.Builder) {
	into(b, explicit(0), func(b *cryptobyte.Builder) { raw(b, r.Certificate) })
	if r.Envelope == nil {
		return
	}
	into(b, explicit(0), func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1(implicit(4), func(b *cryptobyte.Builder) { b.AddBytes([]byte(envelopeHint)) })
			b.AddASN1BitString(r.Envelope)
		})
	})
}

func readReplies(kind Type, s *cryptobyte.String) (Body, bool) {
	c := &CertReplies{Kind: kind}
	var in cryptobyte.String
	if !s.ReadASN1(&in, asn1.SEQUENCE) {
		return nil, false
	}
	pubs, ok := inner(&in, 1)
	if !ok || pubs != nil && (!elements(&pubs, &c.CAPubs) || !pubs.Empty()) {
		return nil, false
	}
	ok = each(&in, func(s *cryptobyte.String) bool {
		var r CertReply
		if !readReply(s, &r) {
			return false
		}
		c.Replies = append(c.Replies, r)
		return true
	})
	return c, ok && in.Empty() && len(c.Replies) > 0
}

func readReply(s *cryptobyte.String, r *CertReply) bool {
	var in, pair, rest cryptobyte.String
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(&r.ID) || !readStatus(&in, &r.Status) {
		return false
	}
	if in.PeekASN1Tag(asn1.SEQUENCE) && (!in.ReadASN1(&pair, asn1.SEQUENCE) || !r.readPair(&pair)) {
		return false
	}
	return in.Empty() || in.ReadASN1(&rest, asn1.OCTET_STRING) && in.Empty() // rspInfo
}

// readPair takes a certificate in the clear only, and the escrowed key in the profile's form only.
func (r *CertReply) readPair(s *cryptobyte.String) bool {
	var cert, der cryptobyte.String
	if !s.ReadASN1(&cert, explicit(0)) || !cert.ReadASN1Element(&der, asn1.SEQUENCE) || !cert.Empty() {
		return false
	}
	r.Certificate = clone(der)
	key, ok := inner(s, 0)
	if !ok || key != nil && !r.readKey(&key) {
		return false
	}
	return s.SkipOptionalASN1(explicit(1)) && s.Empty() // publicationInfo
}

func (r *CertReply) readKey(s *cryptobyte.String) bool {
	var in, hint cryptobyte.String
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !s.Empty() || !in.ReadASN1(&hint, implicit(4)) || string(hint) != envelopeHint {
		return false
	}
	return in.ReadASN1BitStringAsBytes(&r.Envelope) && in.Empty() && len(r.Envelope) > 0
}
