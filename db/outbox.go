package db

import (
	"database/sql"
	"errors"
	"fmt"

	"certdesk/service"
	"certdesk/service/audit"
)

// outbox holds what the centre must learn, chained and signed as the audit is.
type outbox struct{ *session }

type eventRow struct {
	e      service.Event
	sealed []byte
}

// Pending gives the oldest events that the centre has not acknowledged.
func (o outbox) Pending(most int) ([]service.Event, error) {
	rows, err := list(o.session, func(r scanner) (w eventRow, err error) {
		var at int64
		e := &w.e
		err = r.Scan(&e.Epoch, &e.Seq, &e.Type, &w.sealed, &e.Prev, &e.Hash, &e.Signature, &at)
		e.At = moment(at)
		return w, err
	}, `SELECT epoch, seq, type, body, prev, hash, signature, at FROM outbox WHERE acknowledged = 0
		ORDER BY epoch, seq LIMIT ?`, limit(most))
	if err != nil {
		return nil, err
	}
	events := make([]service.Event, len(rows))
	for i, w := range rows {
		events[i] = w.e
		if events[i].Body, err = o.vault.open(w.sealed, "outbox", eventID(w.e.Epoch, w.e.Seq), "body"); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Count gives the number of events that the centre has not acknowledged.
func (o outbox) Count() (int, error) {
	n, err := o.number(`SELECT count(*) FROM outbox WHERE acknowledged = 0`)
	return int(n), err
}

// Append adds an event behind the last one of its epoch, at the act's time.
func (o outbox) Append(typ string, body []byte) error {
	last, err := o.last()
	if err != nil {
		return err
	}
	e, err := audit.LinkEvent(o.store.env.Rand, o.store.key, last.Hash, service.Event{
		Epoch: last.Epoch, Seq: last.Seq + 1, Type: typ, Body: body, At: o.now,
	})
	if err != nil {
		return err
	}
	sealed, err := o.vault.seal(body, "outbox", eventID(e.Epoch, e.Seq), "body")
	if err != nil {
		return err
	}
	return o.put("Append", `INSERT INTO outbox (epoch, seq, type, body, prev, hash, signature, at, acknowledged)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		e.Epoch, e.Seq, e.Type, sealed, e.Prev, e.Hash, e.Signature, micros(e.At))
}

// last is the event that the next one follows; before the first it has number 0 and hash audit.Start.
func (o outbox) last() (e service.Event, err error) {
	err = o.row(`SELECT epoch, seq, hash FROM outbox ORDER BY epoch DESC, seq DESC LIMIT 1`, nil).
		Scan(&e.Epoch, &e.Seq, &e.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return service.Event{Epoch: firstEpoch, Hash: audit.Start()}, nil
	}
	return e, failed("Append", err)
}

// Acknowledge notes that the centre has every event of epoch up to seq; repeats are harmless. NotFound (event) where there is
// no such event: the centre speaks of another station.
func (o outbox) Acknowledge(epoch int, seq int64) error {
	known, err := o.number(`SELECT count(*) FROM outbox WHERE epoch = ? AND seq = ?`, epoch, seq)
	if err != nil {
		return err
	}
	if known == 0 {
		return notFound("Acknowledge", "event", eventID(epoch, seq))
	}
	_, err = o.exec("Acknowledge", `UPDATE outbox SET acknowledged = ? WHERE epoch = ? AND seq <= ? AND acknowledged = 0`,
		micros(o.now), epoch, seq)
	return failed("Acknowledge", err)
}

func eventID(epoch int, seq int64) string { return fmt.Sprintf("%d/%d", epoch, seq) }
