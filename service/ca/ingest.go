package ca

import (
	"bytes"
	"context"
	"encoding/hex"
	"strconv"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

// Ingest stores a station's events: each exactly once, in order, after its chain and its signature under the station's events
// key were checked. acked is the highest sequence number held in the batch's last epoch. All of a batch is stored or none; a
// resent one changes nothing. A later epoch begins at 1 and ends the earlier for good.
//
// EventGap (want, have) where an event is missing, AuditBroken (seq, reason) for a forged one, EventFork (epoch, seq) where
// another event stands at its place or its epoch has ended: two machines in one station's name. StationUnknown.
func (s *Service) Ingest(ctx context.Context, station string, events []service.Event) (acked int64, err error) {
	err = s.store.Act(ctx, func(tx Tx) error {
		t, err := s.inService(tx, "Ingest", station)
		if err != nil {
			return err
		}
		in := ingest{s: s, tx: tx, station: t.ID}
		if err := in.open(t); err != nil {
			return err
		}
		for _, e := range events {
			if err := in.take(e); err != nil {
				return err
			}
		}
		acked = in.head.Seq
		return in.logged()
	})
	if err != nil {
		return 0, err
	}
	return acked, nil
}

// ingest is one batch on its way in.
type ingest struct {
	s       *Service
	tx      Tx
	station string
	key     []byte        // SubjectPublicKeyInfo of the events key
	head    service.Event // the last one stored; the zero Event before the first
	stored  int
}

func (in *ingest) open(t Station) error {
	c, err := sm.ParseCertificate(t.Events)
	if err != nil {
		return err
	}
	in.key = c.SPKI
	head, err := in.tx.Events.Head(in.station)
	if err != nil && !service.IsCode(err, service.NotFound) {
		return err
	}
	in.head = head.Event
	return nil
}

func (in *ingest) take(e service.Event) error {
	switch {
	case in.head.Seq == 0 || e.Epoch > in.head.Epoch:
		return in.next(e, 1, audit.Start())
	case e.Epoch < in.head.Epoch || e.Seq <= in.head.Seq:
		return in.again(e)
	}
	return in.next(e, in.head.Seq+1, in.head.Hash)
}

// again compares a resent event with the stored one. The hash covers all of it, so that equal hashes are equal events.
func (in *ingest) again(e service.Event) error {
	have, err := in.tx.Events.At(in.station, e.Epoch, e.Seq)
	if service.IsCode(err, service.NotFound) || err == nil && !bytes.Equal(have.Event.Hash, e.Hash) {
		return service.E(service.EventFork, "ca.Ingest",
			service.Args{"epoch": strconv.Itoa(e.Epoch), "seq": strconv.FormatInt(e.Seq, 10)}, nil)
	}
	return err
}

func (in *ingest) next(e service.Event, want int64, prev []byte) error {
	if e.Seq != want {
		return service.E(service.EventGap, "ca.Ingest",
			service.Args{"want": strconv.FormatInt(want, 10), "have": strconv.FormatInt(e.Seq, 10)}, nil)
	}
	if err := audit.CheckEvent(in.key, prev, e); err != nil {
		return err
	}
	row := StoredEvent{Station: in.station, Event: e, Stored: in.s.now()}
	var err error
	if row.Event.Body, err = in.s.seal.Seal(e.Body, eventPlace(in.station, e)...); err != nil {
		return err
	}
	if err := in.tx.Events.Append(row); err != nil {
		return err
	}
	in.head, in.stored = e, in.stored+1
	return nil
}

func eventPlace(station string, e service.Event) []string {
	return []string{"event", station, strconv.Itoa(e.Epoch), strconv.FormatInt(e.Seq, 10), "body"}
}

// logged anchors the station's chain in the centre's: the log names the head.
func (in *ingest) logged() error {
	if in.stored == 0 {
		return nil
	}
	place := strconv.Itoa(in.head.Epoch) + "/" + strconv.FormatInt(in.head.Seq, 10)
	return in.s.log(in.tx, in.station, "events", place, hex.EncodeToString(in.head.Hash))
}
