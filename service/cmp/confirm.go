package cmp

import (
	stdasn1 "encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// CertStatus accepts or refuses one certificate. Hash is CertHash of it; no Status means accepted.
type CertStatus struct {
	Hash   []byte
	ID     int // certReqId
	Status *StatusInfo
}

// Accepted reports whether the certificate was taken.
func (c CertStatus) Accepted() bool { return c.Status == nil || c.Status.OK() }

// CertConfirms is the body of CertConf.
type CertConfirms struct{ Certs []CertStatus }

// Confirmed is the body of PKIConf.
type Confirmed struct{}

// Polls is the body of PollReq: the certReqIds that still wait.
type Polls struct{ IDs []int }

// Wait is one answer to a poll.
type Wait struct {
	ID      int
	Seconds int // ask again no sooner
	Reason  []string
}

// Waits is the body of PollRep.
type Waits struct{ Waits []Wait }

func (*CertConfirms) bodyType() Type { return CertConf }
func (*Confirmed) bodyType() Type    { return PKIConf }
func (*Polls) bodyType() Type        { return PollReq }
func (*Waits) bodyType() Type        { return PollRep }

func (c *CertConfirms) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, s := range c.Certs {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(s.Hash)
				b.AddASN1Int64(int64(s.ID))
				if s.Status != nil {
					s.Status.put(b)
				}
			})
		}
	})
}

// readCertConfirms passes over hashAlg: the digest follows from the certificate.
func readCertConfirms(s *cryptobyte.String) (Body, bool) {
	c := &CertConfirms{}
	ok := each(s, func(s *cryptobyte.String) bool {
		var in cryptobyte.String
		var st CertStatus
		if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Bytes(&st.Hash, asn1.OCTET_STRING) || !in.ReadASN1Integer(&st.ID) {
			return false
		}
		if in.PeekASN1Tag(asn1.SEQUENCE) {
			st.Status = &StatusInfo{}
			if !readStatus(&in, st.Status) {
				return false
			}
		}
		c.Certs = append(c.Certs, st)
		return in.SkipOptionalASN1(explicit(0)) && in.Empty()
	})
	return c, ok
}

func (*Confirmed) put(b *cryptobyte.Builder) { b.AddASN1NULL() }

func readConfirmed(s *cryptobyte.String) (Body, bool) {
	var none cryptobyte.String
	return &Confirmed{}, s.ReadASN1(&none, asn1.NULL) && none.Empty()
}

func (p *Polls) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, id := range p.IDs {
			sequence(b, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(id)) })
		}
	})
}

func readPolls(s *cryptobyte.String) (Body, bool) {
	p := &Polls{}
	ok := each(s, func(s *cryptobyte.String) bool {
		var in cryptobyte.String
		var id int
		if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(&id) || !in.Empty() {
			return false
		}
		p.IDs = append(p.IDs, id)
		return true
	})
	return p, ok && len(p.IDs) > 0
}

func (w *Waits) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, one := range w.Waits {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(int64(one.ID))
				b.AddASN1Int64(int64(one.Seconds))
				if len(one.Reason) > 0 {
					freeText(b, one.Reason)
				}
			})
		}
	})
}

func readWaits(s *cryptobyte.String) (Body, bool) {
	w := &Waits{}
	ok := each(s, func(s *cryptobyte.String) bool {
		var in cryptobyte.String
		var one Wait
		if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(&one.ID) || !in.ReadASN1Integer(&one.Seconds) || one.Seconds < 0 {
			return false
		}
		if !in.Empty() && !readFreeText(&in, &one.Reason) {
			return false
		}
		w.Waits = append(w.Waits, one)
		return in.Empty()
	})
	return w, ok && len(w.Waits) > 0
}

// General is the body of GenM and GenP.
type General struct {
	Kind Type
	Info []Info
}

func (g *General) bodyType() Type { return g.Kind }

// Find returns the value of an item (DER) and whether it is there.
func (g *General) Find(id stdasn1.ObjectIdentifier) ([]byte, bool) {
	for _, i := range g.Info {
		if i.Type.Equal(id) {
			return i.Value, true
		}
	}
	return nil, false
}

func (g *General) put(b *cryptobyte.Builder) { putInfo(b, g.Info) }

func readGeneral(kind Type, s *cryptobyte.String) (Body, bool) {
	g := &General{Kind: kind}
	return g, readInfo(s, &g.Info)
}

// Failure is the body of ErrorMsg.
type Failure struct {
	Status  StatusInfo
	Code    int // the centre's own number, 0 for none
	Details []string
}

func (*Failure) bodyType() Type { return ErrorMsg }

func (f *Failure) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		f.Status.put(b)
		if f.Code != 0 {
			b.AddASN1Int64(int64(f.Code))
		}
		if len(f.Details) > 0 {
			freeText(b, f.Details)
		}
	})
}

func readFailure(s *cryptobyte.String) (Body, bool) {
	var in cryptobyte.String
	f := &Failure{}
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !readStatus(&in, &f.Status) {
		return nil, false
	}
	if in.PeekASN1Tag(asn1.INTEGER) && !in.ReadASN1Integer(&f.Code) {
		return nil, false
	}
	if !in.Empty() && !readFreeText(&in, &f.Details) {
		return nil, false
	}
	return f, in.Empty()
}
