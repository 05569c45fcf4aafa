package ca

import (
	"context"
	"encoding/hex"
	"io"
	"regexp"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

const (
	maxStation   = 16 // characters of a station's id
	joinHours    = 72 // how long a join code lives
	stationYears = 5
)

// StationSpec is a station to be.
type StationSpec struct {
	ID     string        // digits, letters and hyphens, at most 16; stands in case and receipt numbers
	Hall   string        // name of the hall, as printed
	Window string        // number or name of the window
	Valid  time.Duration // of the join code; 0: 72 hours
}

// StationInfo is what a station may know of itself.
type StationInfo struct {
	ID, Hall, Window string
	Joined           time.Time // zero: not yet
	Revoked          time.Time // zero: in service
}

// Info drops what concerns the centre alone.
func (t Station) Info() StationInfo {
	return StationInfo{ID: t.ID, Hall: t.Hall, Window: t.Window, Joined: t.Joined, Revoked: t.Revoked}
}

var stationForm = regexp.MustCompile(`^[0-9A-Za-z]+(-[0-9A-Za-z]+)*$`)

func isStation(id string) bool { return len(id) <= maxStation && stationForm.MatchString(id) }

// AddStation writes a station down and gives the join code, which stands nowhere else. For a station that is there already it
// is a new invitation (a lost code, a new machine) and the old one dies; the certificates in use go on until it joins again.
// InputInvalid, InputRequired (field id, hall or window); StationUnknown for a revoked one.
func (s *Service) AddStation(ctx context.Context, spec StationSpec) (JoinCode, error) {
	if err := spec.check(); err != nil {
		return JoinCode{}, err
	}
	code := JoinCode{Station: spec.ID}
	if _, err := io.ReadFull(s.env.Rand, code.Secret[:]); err != nil {
		return JoinCode{}, internal("AddStation", err)
	}
	err := s.store.Act(ctx, func(tx Tx) error {
		p, err := s.public(tx)
		if err != nil {
			return err
		}
		code.Fingerprint = fingerprint(p)
		return s.invite(tx, spec, code)
	})
	if err != nil {
		return JoinCode{}, err
	}
	return code, nil
}

func (s *Service) invite(tx Tx, spec StationSpec, code JoinCode) error {
	t, err := tx.Stations.Station(spec.ID)
	switch {
	case service.IsCode(err, service.NotFound):
		t = Station{ID: spec.ID, Added: s.now()}
	case err != nil:
		return err
	case !t.Revoked.IsZero():
		return unknownStation("AddStation")
	}
	valid := spec.Valid
	if valid <= 0 {
		valid = joinHours * time.Hour
	}
	t.Hall, t.Window = spec.Hall, spec.Window
	t.Invite = Invite{Secret: secretDigest(spec.ID, code.Secret[:]), Expires: s.now().Add(valid)}
	if err := tx.Stations.Put(t); err != nil {
		return err
	}
	return s.log(tx, t.ID, "station-add", t.ID, t.Invite.Expires.Format(time.RFC3339))
}

func (t StationSpec) check() error {
	if !isStation(t.ID) {
		return service.E(service.InputInvalid, "ca.AddStation", service.Args{"field": "id", "reason": "format"}, nil)
	}
	for field, text := range map[string]string{"hall": t.Hall, "window": t.Window} {
		if err := checkText(field, text, 64, true); err != nil {
			return service.E(service.InputInvalid, "ca.AddStation", service.Args{"field": field, "reason": "characters"}, err)
		}
	}
	return nil
}

// secretDigest is how a join secret is stored. It has 128 random bits: a plain digest is enough.
func secretDigest(station string, secret []byte) string {
	sum := digest("certdesk join secret", []byte(station), secret)
	return hex.EncodeToString(sum[:])
}

// Stations lists every station, by id.
func (s *Service) Stations(ctx context.Context) (infos []StationInfo, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		all, err := tx.Stations.All()
		for _, t := range all {
			infos = append(infos, t.Info())
		}
		return err
	})
	return infos, err
}

// RevokeStation ends a station: its line closes at once and its certificates go on the CRL. For good; repeats are harmless.
func (s *Service) RevokeStation(ctx context.Context, id string) error {
	return s.store.Act(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		t, err := tx.Stations.Station(id)
		if err != nil || !t.Revoked.IsZero() {
			return err
		}
		if err := s.retire(tx, t, reasonCessation); err != nil {
			return err
		}
		t.Revoked, t.TLSHash, t.Invite = s.now(), "", Invite{}
		if err := tx.Stations.Put(t); err != nil {
			return err
		}
		return s.log(tx, id, "station-revoke", id, "")
	})
}

// retire puts the station's SM2 certificates on the CRL. The TLS certificate is of another CA; TLSHash shuts it out.
func (s *Service) retire(tx Tx, t Station, reason int) error {
	for _, der := range [][]byte{t.RA, t.Events, t.Bundle} {
		if len(der) == 0 {
			continue
		}
		c, err := sm.ParseCertificate(der)
		if err != nil {
			return err
		}
		if err := tx.Revoked.Put(Revocation{Family: service.FamilySM2, Serial: sm.SerialText(c.Serial), At: s.now(), Reason: reason}); err != nil {
			return err
		}
	}
	return s.staleCRL(tx, service.FamilySM2)
}

// StationByTLS names the station behind a line's certificate. StationUnknown where there is none or it was revoked.
func (s *Service) StationByTLS(ctx context.Context, certDER []byte) (info StationInfo, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		t, err := tx.Stations.ByTLS(certHash(certDER))
		if service.IsCode(err, service.NotFound) || err == nil && !t.Revoked.IsZero() {
			return unknownStation("StationByTLS")
		}
		info = t.Info()
		return err
	})
	if err != nil {
		return StationInfo{}, err
	}
	return info, nil
}

// RACert is the certificate under which the station signs its requests. StationUnknown as StationByTLS.
func (s *Service) RACert(ctx context.Context, stationID string) (cert []byte, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		t, err := s.inService(tx, "RACert", stationID)
		cert = t.RA
		return err
	})
	return cert, err
}

// inService is the station while it may act.
func (s *Service) inService(tx Tx, op, id string) (Station, error) {
	if err := s.opened(tx); err != nil {
		return Station{}, err
	}
	t, err := tx.Stations.Station(id)
	if service.IsCode(err, service.NotFound) || err == nil && (t.Joined.IsZero() || !t.Revoked.IsZero()) {
		return Station{}, unknownStation(op)
	}
	return t, err
}

func unknownStation(op string) *service.Error {
	return service.E(service.StationUnknown, "ca."+op, nil, nil)
}

func certHash(der []byte) string {
	sum := sm.Sum(der)
	return hex.EncodeToString(sum[:])
}
