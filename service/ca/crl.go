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

// CRL is the current revocation list of the issuing CA, DER. It is made anew after a revocation and twice a day.
func (s *Service) CRL(ctx context.Context) ([]byte, error) {
	var r crlRecord
	err := s.store.Read(ctx, func(tx Tx) (err error) {
		if _, err = s.public(tx); err != nil {
			return err
		}
		r, err = s.lastCRL(tx)
		return err
	})
	if err != nil || s.fresh(r) {
		return r.DER, err
	}
	err = s.store.Act(ctx, func(tx Tx) (err error) {
		r, err = s.currentCRL(tx)
		return err
	})
	return r.DER, err
}

func (s *Service) lastCRL(tx Tx) (r crlRecord, err error) {
	if err = s.get(tx, setCRL, &r); service.IsCode(err, service.NotFound) {
		return crlRecord{Stale: true}, nil
	}
	return r, err
}

func (s *Service) fresh(r crlRecord) bool {
	age := s.now().Sub(r.At)
	return !r.Stale && age >= 0 && age < crlFresh
}

// staleCRL marks the list as out of date, in the act that made it so.
func (s *Service) staleCRL(tx Tx) error {
	r, err := s.lastCRL(tx)
	if err != nil || r.Stale {
		return err
	}
	r.Stale = true
	return s.set(tx, setCRL, r)
}

func (s *Service) currentCRL(tx Tx) (crlRecord, error) {
	r, err := s.lastCRL(tx)
	if err != nil || s.fresh(r) {
		return r, err
	}
	p, err := s.public(tx)
	if err != nil {
		return r, err
	}
	issuing, err := s.key(tx, keyIssuing)
	if err != nil {
		return r, err
	}
	defer issuing.Wipe()
	r.Number, r.At, r.Stale = r.Number+1, s.now(), false
	if r.DER, err = s.signCRL(tx, p, r, issuing); err != nil {
		return r, err
	}
	return r, s.set(tx, setCRL, r)
}

func (s *Service) signCRL(tx Tx, p public, r crlRecord, issuing *sm.PrivateKey) ([]byte, error) {
	issuer, err := sm.ParseCertificate(p.Issuing)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Revoked.All()
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
	return sm.CreateCRL(s.env.Rand, spec, issuer, issuing)
}
