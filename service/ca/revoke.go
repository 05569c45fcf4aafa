package ca

import (
	"context"
	"encoding/hex"
	"strconv"
	"time"

	"certdesk/service/sm"
)

// Reasons of RFC 5280, 5.3.1.
const (
	reasonSuperseded = 4
	reasonCessation  = 5
	reasonHold       = 6
	reasonRemove     = 8 // taken off the list again
)

// Confirm notes that the station holds all certificates of each pair (RFC 9810, 5.3.18): certHashes are as in Pair. Repeats are harmless. CARefused with reason unknown (a hash is of no certificate that this station got), half
// (one certificate of a pair alone) or revoked (nobody confirmed it in time); nothing is confirmed then.
func (s *Service) Confirm(ctx context.Context, station string, certHashes [][32]byte) error {
	return s.confirmUnder(ctx, Exchange{s: s, station: station}, certHashes)
}

func (s *Service) confirmUnder(ctx context.Context, x Exchange, certHashes [][32]byte) error {
	return s.store.Act(ctx, func(tx Tx) error {
		if _, err := s.inService(tx, "Confirm", x.station); err != nil {
			return err
		}
		if err := x.note(tx); err != nil {
			return err
		}
		pairs, err := named(tx, x.station, certHashes)
		if err != nil {
			return err
		}
		for _, pair := range pairs {
			if err := s.confirm(tx, pair); err != nil {
				return err
			}
		}
		return nil
	})
}

// named finds the pairs that the hashes name, each by all its certificates.
func named(tx Tx, station string, hashes [][32]byte) (map[string]Pair, error) {
	pairs, halves := map[string]Pair{}, map[string]map[string]bool{}
	for _, h := range hashes {
		hash := hex.EncodeToString(h[:])
		found, err := tx.Pairs.Find(PairQuery{Hash: hash})
		if err != nil {
			return nil, err
		}
		if len(found) == 0 || found[0].Station != station {
			return nil, refused("Confirm", "unknown", "")
		}
		key := found[0].Key
		if halves[key] == nil {
			pairs[key], halves[key] = found[0], map[string]bool{}
		}
		halves[key][hash] = true
	}
	for key, h := range halves {
		if len(h) != len(pairs[key].serials()) {
			return nil, refused("Confirm", "half", "")
		}
	}
	return pairs, nil
}

func (s *Service) confirm(tx Tx, pair Pair) error {
	if !pair.Confirmed.IsZero() {
		return nil
	}
	if pair.Status == PairRevoked {
		return refused("Confirm", "revoked", "")
	}
	pair.Confirmed = s.now()
	if pair.Status == PairIssued {
		pair.Status = PairConfirmed
	}
	if err := tx.Pairs.Update(pair); err != nil {
		return err
	}
	return s.log(tx, pair.Station, "confirm", pair.SignSerial, "")
}

// Revoke revokes the pair that serial is of: both certificates move together. Reason is RFC 5280's: 0, 1, 3, 4 or 5 for good, 6
// for a hold, 8 to lift one. Revoking what is revoked, holding what is held and lifting no hold is success and changes
// nothing; any station in service may ask. NotFound (what certificate); CARefused (reason) for another reason or for lifting
// what is revoked for good.
func (s *Service) Revoke(ctx context.Context, station, serial string, reason int) error {
	return s.store.Act(ctx, func(tx Tx) error {
		if _, err := s.inService(tx, "Revoke", station); err != nil {
			return err
		}
		return s.revoke(tx, station, Revoking{Serial: serial, Reason: reason})
	})
}

func (s *Service) revoke(tx Tx, station string, r Revoking) error {
	n, err := sm.ParseSerial(r.Serial)
	if err != nil {
		return notFound("Revoke", "certificate", r.Serial)
	}
	found, err := tx.Pairs.Find(PairQuery{Serial: sm.SerialText(n)})
	if err != nil {
		return err
	}
	if len(found) == 0 || r.Family != "" && found[0].Family != r.Family {
		return notFound("Revoke", "certificate", sm.SerialText(n))
	}
	return s.move(tx, station, found[0], r.Reason)
}

// move takes a pair to the status that the reason means.
func (s *Service) move(tx Tx, station string, pair Pair, reason int) error {
	switch reason {
	case 0, 1, 3, reasonSuperseded, reasonCessation:
		if pair.Status == PairRevoked {
			return nil
		}
		pair.Status = PairRevoked
	case reasonHold:
		if pair.Status == PairRevoked || pair.Status == PairHold {
			return nil
		}
		pair.Status = PairHold
	case reasonRemove:
		return s.lift(tx, station, pair)
	default:
		return refused("Revoke", "reason", "")
	}
	pair.Revoked, pair.Reason = s.now(), reason
	return s.list(tx, station, pair)
}

// list writes the certificates on the CRL to be.
func (s *Service) list(tx Tx, station string, pair Pair) error {
	for _, serial := range pair.serials() {
		if err := tx.Revoked.Put(Revocation{Family: pair.Family, Serial: serial, At: pair.Revoked, Reason: pair.Reason}); err != nil {
			return err
		}
	}
	return s.moved(tx, station, pair)
}

func (s *Service) lift(tx Tx, station string, pair Pair) error {
	switch pair.Status {
	case PairRevoked:
		return refused("Revoke", "revoked", "")
	case PairIssued, PairConfirmed:
		return nil
	}
	pair.Status, pair.Revoked, pair.Reason = PairConfirmed, time.Time{}, 0
	if pair.Confirmed.IsZero() {
		pair.Status = PairIssued
	}
	for _, serial := range pair.serials() {
		if err := tx.Revoked.Remove(serial); err != nil {
			return err
		}
	}
	return s.moved(tx, station, pair)
}

func (s *Service) moved(tx Tx, station string, pair Pair) error {
	if err := tx.Pairs.Update(pair); err != nil {
		return err
	}
	if err := s.staleCRL(tx, pair.Family); err != nil {
		return err
	}
	return s.log(tx, station, "revoke", pair.SignSerial, string(pair.Status)+" "+strconv.Itoa(pair.Reason))
}

// SweepUnconfirmed revokes what nobody confirmed within olderThan, reason cessationOfOperation, and says how many pairs it
// were. A held pair that was never confirmed is left to whoever held it.
func (s *Service) SweepUnconfirmed(ctx context.Context, olderThan time.Duration) (n int, err error) {
	err = s.store.Act(ctx, func(tx Tx) error {
		n = 0
		if err := s.opened(tx); err != nil {
			return err
		}
		pairs, err := tx.Pairs.Find(PairQuery{UnconfirmedBefore: s.now().Add(-olderThan)})
		if err != nil {
			return err
		}
		for _, pair := range pairs {
			if err := s.move(tx, "", pair, reasonCessation); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
