package cadb

import (
	"strconv"

	"certdesk/service/ca"
)

type events struct{ x *session }

const eventColumns = `station, epoch, seq, type, body, prev, hash, signature, created, stored`

// Head implements ca.EventTx.
func (e events) Head(station string) (ca.StoredEvent, error) {
	return e.read(station, `SELECT `+eventColumns+` FROM event WHERE station = ? ORDER BY epoch DESC, seq DESC LIMIT 1`, station)
}

// At implements ca.EventTx.
func (e events) At(station string, epoch int, seq int64) (ca.StoredEvent, error) {
	id := station + "/" + strconv.Itoa(epoch) + "/" + strconv.FormatInt(seq, 10)
	return e.read(id, `SELECT `+eventColumns+` FROM event WHERE station = ? AND epoch = ? AND seq = ?`, station, epoch, seq)
}

func (e events) read(id, query string, args ...any) (r ca.StoredEvent, err error) {
	var created, stored int64
	v := &r.Event
	err = e.x.one("Event", "event", id, query, args,
		&r.Station, &v.Epoch, &v.Seq, &v.Type, &v.Body, &v.Prev, &v.Hash, &v.Signature, &created, &stored)
	if err != nil {
		return ca.StoredEvent{}, err
	}
	v.At, r.Stored = moment(created), moment(stored)
	return r, nil
}

// Append implements ca.EventTx.
func (e events) Append(r ca.StoredEvent) error {
	v := r.Event
	return e.x.exec("AppendEvent", `INSERT INTO event (`+eventColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Station, v.Epoch, v.Seq, v.Type, bytes(v.Body), bytes(v.Prev), bytes(v.Hash), bytes(v.Signature), micros(v.At), micros(r.Stored))
}

type logs struct{ x *session }

// Head implements ca.LogTx.
func (l logs) Head() (e ca.LogEntry, err error) {
	var at int64
	err = l.x.one("Log", "log", "head",
		`SELECT seq, created, station, act, subject, detail, prev, hash FROM log ORDER BY seq DESC LIMIT 1`, nil,
		&e.Seq, &at, &e.Station, &e.Act, &e.Subject, &e.Detail, &e.Prev, &e.Hash)
	e.At = moment(at)
	return e, err
}

// Append implements ca.LogTx.
func (l logs) Append(e ca.LogEntry) error {
	return l.x.exec("AppendLog",
		`INSERT INTO log (seq, created, station, act, subject, detail, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, micros(e.At), e.Station, e.Act, e.Subject, e.Detail, bytes(e.Prev), bytes(e.Hash))
}
