package ca

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"

	"certdesk/service"
	"certdesk/service/sm"
)

// JoinRequest is a station's first word. Keys are SubjectPublicKeyInfo, DER: TLS on P-256, the others SM2, no two alike.
type JoinRequest struct {
	Station   string
	Secret    []byte
	TLSKey    []byte
	RAKey     []byte
	EventsKey []byte
	BundleKey []byte
	// RAProof and EventsProof sign Transcript (SM3withSM2); each is optional, and checked where it is given.
	RAProof     []byte
	EventsProof []byte
}

// Transcript is what the proofs sign and what tells two joins apart: SM3 over the station and its keys.
func (r JoinRequest) Transcript() []byte {
	sum := digest("certdesk join", []byte(r.Station), r.TLSKey, r.RAKey, r.EventsKey, r.BundleKey)
	return sum[:]
}

// JoinReply certifies the keys. Certificates are DER.
type JoinReply struct {
	TLSCert, RACert, EventsCert, BundleCert []byte
	Anchors                                 Anchors
	Station                                 StationInfo
}

// Join makes a machine the station of the code. The same join again, while the code lives, gets the same reply (a lost answer);
// with other keys it is JoinUsed. JoinBad (reason) for an unknown station, a wrong secret, a bad key or proof; JoinExpired.
func (s *Service) Join(ctx context.Context, req JoinRequest) (JoinReply, error) {
	if err := s.mayJoin(ctx, req); err != nil {
		return JoinReply{}, err
	}
	var reply JoinReply
	err := s.store.Act(ctx, func(tx Tx) error {
		p, err := s.public(tx)
		if err != nil {
			return err
		}
		t, err := s.invited(tx, req)
		if err != nil {
			return err
		}
		if t.Invite.Request == "" {
			if t, err = s.admit(tx, p, t, req); err != nil {
				return err
			}
		}
		reply = JoinReply{TLSCert: t.TLS, RACert: t.RA, EventsCert: t.Events, BundleCert: t.Bundle,
			Anchors: p.anchors(), Station: t.Info()}
		return nil
	})
	if err != nil {
		return JoinReply{}, err
	}
	return reply, nil
}

// mayJoin judges the secret before an act begins: acts take turns, and a stranger's guesses must not stand in the stations' way.
func (s *Service) mayJoin(ctx context.Context, req JoinRequest) error {
	return s.store.Read(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		_, err := s.invited(tx, req)
		return err
	})
}

// invited finds the station that the secret belongs to. The secret is judged first: without it nothing is told.
func (s *Service) invited(tx Tx, req JoinRequest) (Station, error) {
	t, err := tx.Stations.Station(req.Station)
	if err != nil && !service.IsCode(err, service.NotFound) {
		return t, err
	}
	if err != nil || t.Invite.Secret == "" || !sm.Equal([]byte(t.Invite.Secret), []byte(secretDigest(req.Station, req.Secret))) {
		return t, joinBad("secret", nil)
	}
	if used := t.Invite.Request; used != "" && used != hex.EncodeToString(req.Transcript()) {
		return t, service.E(service.JoinUsed, "ca.Join", nil, nil)
	}
	if !s.now().Before(t.Invite.Expires) {
		return t, service.E(service.JoinExpired, "ca.Join", nil, nil)
	}
	return t, nil
}

// admit certifies the keys, retires those of an earlier join and consumes the code.
func (s *Service) admit(tx Tx, p public, t Station, req JoinRequest) (Station, error) {
	if err := req.check(); err != nil {
		return t, err
	}
	if err := s.retire(tx, t, reasonSuperseded); err != nil {
		return t, err
	}
	if err := s.certify(tx, p, &t, req); err != nil {
		return t, err
	}
	t.TLSHash, t.Joined = certHash(t.TLS), s.now()
	t.Invite.Request = hex.EncodeToString(req.Transcript())
	if err := tx.Stations.Put(t); err != nil {
		return t, err
	}
	return t, s.log(tx, t.ID, "join", t.ID, t.TLSHash)
}

func (s *Service) certify(tx Tx, p public, t *Station, req JoinRequest) (err error) {
	if t.TLS, err = s.stationTLS(tx, p, t.ID, req.TLSKey); err != nil {
		return err
	}
	issuing, err := s.key(tx, keyIssuing)
	if err != nil {
		return err
	}
	defer issuing.Wipe()
	sign := x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	open := x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement
	for _, c := range []struct {
		to *[]byte
		h  helperSpec
	}{
		{&t.RA, helperSpec{SPKI: req.RAKey, CN: "RA " + t.ID, Usage: sign, EKU: []asn1.ObjectIdentifier{idCMCRA()}}},
		{&t.Events, helperSpec{SPKI: req.EventsKey, CN: "Events " + t.ID, Usage: sign}},
		{&t.Bundle, helperSpec{SPKI: req.BundleKey, CN: "Bundle " + t.ID, Usage: open}},
	} {
		c.h.Years = stationYears
		if *c.to, err = s.helperCert(&p, issuing, c.h); err != nil {
			return err
		}
	}
	return nil
}

// check refuses keys that are none, keys used twice, and proofs that do not hold.
func (r JoinRequest) check() error {
	seen := map[string]bool{}
	for name, spki := range map[string][]byte{"ra-key": r.RAKey, "events-key": r.EventsKey, "bundle-key": r.BundleKey} {
		if err := checkKey(spki); err != nil {
			return joinBad(name, err)
		}
		seen[string(spki)] = true
	}
	if len(seen) != 3 {
		return joinBad("same-key", nil)
	}
	for name, c := range map[string][2][]byte{"ra-proof": {r.RAKey, r.RAProof}, "events-proof": {r.EventsKey, r.EventsProof}} {
		if len(c[1]) == 0 {
			continue
		}
		if err := sm.Verify(c[0], r.Transcript(), c[1]); err != nil {
			return joinBad(name, err)
		}
	}
	return nil
}

func joinBad(reason string, err error) *service.Error {
	return service.E(service.JoinBad, "ca.Join", service.Args{"reason": reason}, err)
}
