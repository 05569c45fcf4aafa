package ca

import (
	"context"
	"math/big"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

const (
	crlLife  = 7 * 24 * time.Hour // nextUpdate; a remote site without a line still has a list in force
	crlFresh = 12 * time.Hour     // an unchanged list is made anew after this
)

// crlRecord is the last list. Number never falls (RFC 5280, 5.2.3).
type crlRecord struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	Stale  bool      `json:"stale"` // something was revoked or lifted since
	DER    []byte    `json:"der"`
}

// CRL is the current revocation list of the SM2 issuing CA, DER. It is made anew after a revocation and twice a day.
func (s *Service) CRL(ctx context.Context) ([]byte, error) { return s.CRLOf(ctx, service.FamilySM2) }

// CRLOf is the current list of a family's issuing CA. NotFound (crl, family) where the centre has no such hierarchy (yet).
func (s *Service) CRLOf(ctx context.Context, f service.Family) ([]byte, error) {
	var r crlRecord
	err := s.store.Read(ctx, func(tx Tx) (err error) {
		p, err := s.public(tx)
		if err != nil {
			return err
		}
		if _, ok := p.issuing(f); !ok {
			return notFound("CRL", "crl", string(f))
		}
		r, err = s.lastCRL(tx, f)
		return err
	})
	if err != nil || s.fresh(r) {
		return r.DER, err
	}
	err = s.store.Act(ctx, func(tx Tx) (err error) {
		r, err = s.currentCRL(tx, f)
		return err
	})
	return r.DER, err
}

// crlSetting is where a family's last list is kept.
func crlSetting(f service.Family) string {
	if f == service.FamilySM2 {
		return setCRL
	}
	return setCRL + "." + string(f)
}

func (s *Service) lastCRL(tx Tx, f service.Family) (r crlRecord, err error) {
	if err = s.get(tx, crlSetting(f), &r); service.IsCode(err, service.NotFound) {
		return crlRecord{Stale: true}, nil
	}
	return r, err
}

func (s *Service) fresh(r crlRecord) bool {
	age := s.now().Sub(r.At)
	return !r.Stale && age >= 0 && age < crlFresh
}

// staleCRL marks the list as out of date, in the act that made it so.
func (s *Service) staleCRL(tx Tx, f service.Family) error {
	r, err := s.lastCRL(tx, f)
	if err != nil || r.Stale {
		return err
	}
	r.Stale = true
	return s.set(tx, crlSetting(f), r)
}

func (s *Service) currentCRL(tx Tx, f service.Family) (crlRecord, error) {
	r, err := s.lastCRL(tx, f)
	if err != nil || s.fresh(r) {
		return r, err
	}
	p, err := s.public(tx)
	if err != nil {
		return r, err
	}
	r.Number, r.At, r.Stale = r.Number+1, s.now(), false
	if r.DER, err = s.signCRL(tx, p, r, f); err != nil {
		return r, err
	}
	return r, s.set(tx, crlSetting(f), r)
}

func (s *Service) signCRL(tx Tx, p public, r crlRecord, f service.Family) ([]byte, error) {
	rows, err := tx.Revoked.Of(f)
	if err != nil {
		return nil, err
	}
	spec := sm.CRLSpec{Number: big.NewInt(r.Number), ThisUpdate: r.At, NextUpdate: r.At.Add(crlLife)}
	for _, row := range rows {
		n, err := sm.ParseSerial(row.Serial)
		if err != nil {
			return nil, service.E(service.StoreCorrupt, "ca.CRL", nil, err)
		}
		spec.Revoked = append(spec.Revoked, sm.Revoked{Serial: n, At: row.At, Reason: row.Reason})
	}
	if f != service.FamilySM2 {
		return s.signOtherCRL(tx, p, f, spec)
	}
	issuer, err := sm.ParseCertificate(p.Issuing)
	if err != nil {
		return nil, err
	}
	issuing, err := s.key(tx, keyIssuing)
	if err != nil {
		return nil, err
	}
	defer issuing.Wipe()
	return sm.CreateCRL(s.env.Rand, spec, issuer, issuing)
}
