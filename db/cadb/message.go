package cadb

import (
	"time"

	"certdesk/service"
	"certdesk/service/ca"
)

type messages struct{ x *session }

// Of implements ca.MessageTx.
func (m messages) Of(station string, transaction []byte) (nonces [][]byte, err error) {
	err = m.x.each("Messages", `SELECT nonce FROM message WHERE station = ? AND exchange = ?`,
		[]any{station, bytes(transaction)}, func(scan func(...any) error) error {
			var nonce []byte
			err := scan(&nonce)
			nonces = append(nonces, nonce)
			return err
		})
	return nonces, err
}

// Add implements ca.MessageTx.
func (m messages) Add(station string, msg ca.Message) error {
	_, err := m.x.tx.ExecContext(m.x.ctx, `INSERT INTO message (station, exchange, nonce, sent) VALUES (?, ?, ?, ?)`,
		station, bytes(msg.Transaction), bytes(msg.Nonce), micros(msg.Sent))
	if isUnique(err) {
		return service.E(service.CAConflict, "cadb.AddMessage", nil, err)
	}
	return m.x.note("AddMessage", err)
}

// Prune implements ca.MessageTx.
func (m messages) Prune(before time.Time) error {
	_, err := m.x.tx.ExecContext(m.x.ctx, `DELETE FROM message WHERE sent < ?`, micros(before))
	return m.x.note("PruneMessages", err)
}
