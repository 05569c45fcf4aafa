package ca

import (
	"context"
	"encoding/hex"
	"strconv"

	"github.com/BurntSushi/toml"

	"certdesk/service"
	"certdesk/service/sm"
)

const (
	rangeSize  = 10000
	maxCatalog = 4 << 20
	maxSerial  = 64
	maxGen     = 1 << 20
)

// Feed is what a station must know. Catalog is empty before the first was applied.
type Feed struct {
	Staff   []service.Staff
	Catalog []byte
	Range   ReceiptRange // the last one allotted
	Station StationInfo
	CRL     []byte
	Others  []OtherFeed
}

// OtherFeed is a hierarchy beside SM2 and its current CRL.
type OtherFeed struct {
	OtherAnchor
	CRL []byte
}

// Feed gives the station its feed and allots its first receipt range where it has none.
func (s *Service) Feed(ctx context.Context, station string) (Feed, error) {
	var f Feed
	err := s.store.Act(ctx, func(tx Tx) error {
		t, err := s.inService(tx, "Feed", station)
		if err != nil {
			return err
		}
		f = Feed{Station: t.Info()}
		if f.Staff, err = s.people(tx); err != nil {
			return err
		}
		if f.Catalog, err = s.secret(tx, setCatalog); err != nil && !service.IsCode(err, service.NotFound) {
			return err
		}
		if f.Range, err = s.lastRange(tx, station); err != nil {
			return err
		}
		r, err := s.currentCRL(tx, service.FamilySM2)
		if err != nil {
			return err
		}
		f.CRL = r.DER
		f.Others, err = s.otherFeeds(tx)
		return err
	})
	if err != nil {
		return Feed{}, err
	}
	return f, nil
}

func (s *Service) otherFeeds(tx Tx) (feeds []OtherFeed, err error) {
	p, err := s.public(tx)
	if err != nil {
		return nil, err
	}
	for _, a := range p.anchors().Others {
		r, err := s.currentCRL(tx, a.Family)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, OtherFeed{OtherAnchor: a, CRL: r.DER})
	}
	return feeds, nil
}

func (s *Service) lastRange(tx Tx, station string) (ReceiptRange, error) {
	have, err := tx.Ranges.Of(station)
	if err != nil {
		return ReceiptRange{}, err
	}
	if len(have) > 0 {
		return have[len(have)-1], nil
	}
	return s.allot(tx, station, 1)
}

func (s *Service) allot(tx Tx, station string, from int64) (ReceiptRange, error) {
	r := ReceiptRange{Prefix: "R-" + station + "-", From: from, To: from + rangeSize - 1}
	if err := tx.Ranges.Add(station, r); err != nil {
		return r, err
	}
	return r, s.log(tx, station, "range", r.Prefix, strconv.FormatInt(r.From, 10)+"-"+strconv.FormatInt(r.To, 10))
}

// NextRange allots the range that follows the one ending at after, which the station has nearly used up. Asked again with the
// same after it gives the same range. CARefused (reason range) where no range of this station ends there.
func (s *Service) NextRange(ctx context.Context, station string, after int64) (r ReceiptRange, err error) {
	err = s.store.Act(ctx, func(tx Tx) error {
		if _, err := s.inService(tx, "NextRange", station); err != nil {
			return err
		}
		have, err := tx.Ranges.Of(station)
		if err != nil {
			return err
		}
		for i, old := range have {
			switch {
			case old.To == after && i+1 < len(have):
				r = have[i+1]
				return nil
			case old.To == after:
				r, err = s.allot(tx, station, after+1)
				return err
			}
		}
		return refused("NextRange", "range", "")
	})
	return r, err
}

// Ticket is the SO PIN of a token at a generation: 16 characters of a 32-letter alphabet (80 bits), derived from the centre's
// master, so that every instance gives the same one and none is stored. Who asked for what is logged. The caller wipes it.
// CARefused (reason serial or generation).
func (s *Service) Ticket(ctx context.Context, station, tokenSerial string, generation int) (pin []byte, err error) {
	if err := checkText("serial", tokenSerial, maxSerial, true); err != nil {
		return nil, refused("Ticket", "serial", "")
	}
	if generation < 0 || generation > maxGen {
		return nil, refused("Ticket", "generation", "")
	}
	err = s.store.Act(ctx, func(tx Tx) error {
		if _, err := s.inService(tx, "Ticket", station); err != nil {
			return err
		}
		master, err := s.secret(tx, keySOPIN)
		if err != nil {
			return err
		}
		defer clear(master)
		pin = soPIN(master, tokenSerial, generation)
		return s.log(tx, station, "ticket", tokenSerial, strconv.Itoa(generation))
	})
	if err != nil {
		clear(pin)
		return nil, err
	}
	return pin, nil
}

func soPIN(master []byte, serial string, generation int) []byte {
	raw := sm.Derive(master, "certdesk so pin", []byte(serial), number(int64(generation)))
	defer clear(raw)
	pin := make([]byte, 16)
	for i := range pin {
		pin[i] = joinAlphabet[raw[i]&31]
	}
	return pin
}

// PutCatalog makes text the catalog of every station. CatalogBad (line, reason) where it is no TOML; what it says is checked by
// the stations' own reader.
func (s *Service) PutCatalog(ctx context.Context, text []byte) error {
	if len(text) > maxCatalog {
		return service.E(service.InputTooLong, "ca.PutCatalog", service.Args{"field": "catalog", "max": strconv.Itoa(maxCatalog)}, nil)
	}
	var any map[string]any
	if _, err := toml.Decode(string(text), &any); err != nil {
		return badTOML("PutCatalog", err)
	}
	sum := sm.Sum(text)
	return s.store.Act(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		if err := s.setSecret(tx, setCatalog, text); err != nil {
			return err
		}
		return s.log(tx, "", "catalog", hex.EncodeToString(sum[:]), "")
	})
}
