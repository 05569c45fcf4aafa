package ca

import (
	"context"
	"encoding/hex"

	"certdesk/service"
)

// withdrawnSetting notes that a request was taken back; the key is the station's, so the station stands in the name.
func withdrawnSetting(station, key string) string { return "withdrawn/" + station + "/" + key }

// Withdraw takes a request back: a pair issued under key is revoked (superseded), and from now on the key is refused, so that a try
// which is still on its way comes to nothing. issued tells whether there was a pair. Repeats are harmless. CAConflict where the key
// is another station's; StationUnknown. CARefused (reason confirmed) for a pair that the station has confirmed: a withdrawal is sent only
// while no answer is known, so this one was late on its way, and the pair is on a token by now.
func (s *Service) Withdraw(ctx context.Context, station string, key [32]byte) (issued bool, err error) {
	name := hex.EncodeToString(key[:])
	err = s.store.Act(ctx, func(tx Tx) error {
		if _, err := s.inService(tx, "Withdraw", station); err != nil {
			return err
		}
		if issued, err = s.withdraw(tx, station, name); err != nil {
			return err
		}
		if gone, err := isWithdrawn(tx, station, name); gone || err != nil {
			return err
		}
		if err := tx.Settings.Set(withdrawnSetting(station, name), []byte("1")); err != nil {
			return err
		}
		return s.log(tx, station, "withdraw", name, "")
	})
	return issued, err
}

// withdraw revokes what was issued under the key.
func (s *Service) withdraw(tx Tx, station, key string) (bool, error) {
	found, err := tx.Pairs.Find(PairQuery{Key: key})
	if err != nil || len(found) == 0 {
		return false, err
	}
	if found[0].Station != station {
		return false, service.E(service.CAConflict, "ca.Withdraw", nil, nil)
	}
	if !found[0].Confirmed.IsZero() {
		return false, refused("Withdraw", "confirmed", "") // it was overtaken: the station took the pair meanwhile
	}
	return true, s.move(tx, station, found[0], reasonSuperseded)
}

func isWithdrawn(tx Tx, station, key string) (bool, error) {
	_, err := tx.Settings.Get(withdrawnSetting(station, key))
	if service.IsCode(err, service.NotFound) {
		return false, nil
	}
	return err == nil, err
}
