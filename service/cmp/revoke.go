package cmp

import (
	"crypto/x509/pkix"
	stdasn1 "encoding/asn1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Revocation is RevDetails. Reason is RFC 5280, 5.3.1: 6 is a hold, 8 its end; -1 where the message names none.
type Revocation struct {
	Cert   CertID
	Reason int
}

// RevRequests is the body of RR.
type RevRequests struct{ Revocations []Revocation }

// RevReplies is the body of RP: one status for each revocation asked, in that order. Certs names them, where given.
type RevReplies struct {
	Statuses []StatusInfo
	Certs    []CertID
}

func (*RevRequests) bodyType() Type { return RR }
func (*RevReplies) bodyType() Type  { return RP }

func (r *RevRequests) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, rev := range r.Revocations {
			sequence(b, rev.put)
		}
	})
}

func (r Revocation) put(b *cryptobyte.Builder) {
	if r.Cert.Serial == nil || r.Cert.Issuer == nil {
		b.SetError(errLayout)
		return
	}
	t := Template{Serial: r.Cert.Serial, Issuer: r.Cert.Issuer}
	t.put(b)
	if r.Reason < 0 {
		return
	}
	value, err := stdasn1.Marshal(stdasn1.Enumerated(r.Reason))
	if err != nil {
		b.SetError(err)
	}
	sequence(b, func(b *cryptobyte.Builder) { putExtensions(b, []pkix.Extension{{Id: oidReasonCode, Value: value}}) })
}

func readRevRequests(s *cryptobyte.String) (Body, bool) {
	out := &RevRequests{}
	ok := each(s, func(s *cryptobyte.String) bool {
		var in cryptobyte.String
		var t Template
		r := Revocation{Reason: -1}
		if !s.ReadASN1(&in, asn1.SEQUENCE) || !readTemplate(&in, &t) || t.Serial == nil || t.Issuer == nil || !r.readReason(&in) {
			return false
		}
		r.Cert = CertID{Issuer: t.Issuer, Serial: t.Serial}
		out.Revocations = append(out.Revocations, r)
		return true
	})
	return out, ok && len(out.Revocations) > 0
}

func (r *Revocation) readReason(s *cryptobyte.String) bool {
	if s.Empty() {
		return true
	}
	var in cryptobyte.String
	var exts []pkix.Extension
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !s.Empty() || !readExtensionList(&in, &exts) {
		return false
	}
	for _, e := range exts {
		if v := cryptobyte.String(e.Value); e.Id.Equal(oidReasonCode) && (!v.ReadASN1Enum(&r.Reason) || !v.Empty() || r.Reason < 0) {
			return false
		}
	}
	return true
}

func (r *RevReplies) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			for _, s := range r.Statuses {
				s.put(b)
			}
		})
		if len(r.Certs) == 0 {
			return
		}
		into(b, explicit(0), func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				for _, c := range r.Certs {
					c.put(b)
				}
			})
		})
	})
}

func readRevReplies(s *cryptobyte.String) (Body, bool) {
	var in cryptobyte.String
	r := &RevReplies{}
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !each(&in, r.readStatus) || len(r.Statuses) == 0 {
		return nil, false
	}
	certs, ok := inner(&in, 0)
	if !ok || certs != nil && (!each(&certs, r.readCert) || !certs.Empty()) {
		return nil, false
	}
	return r, in.SkipOptionalASN1(explicit(1)) && in.Empty() // crls
}

func (r *RevReplies) readStatus(s *cryptobyte.String) bool {
	var i StatusInfo
	if !readStatus(s, &i) {
		return false
	}
	r.Statuses = append(r.Statuses, i)
	return true
}

func (r *RevReplies) readCert(s *cryptobyte.String) bool {
	c := CertID{Serial: new(big.Int)}
	if !readCertID(s, &c) {
		return false
	}
	r.Certs = append(r.Certs, c)
	return true
}
