package db

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"

	"certdesk/service"
	"certdesk/service/audit"
)

// auditLog is the chain of acts.
type auditLog struct{ *session }

const auditColumns = `SELECT seq, at, actor, act, subject, detail, prev, hash, signature FROM audit `

// Head is the last row, this act's own included.
func (a auditLog) Head() (service.AuditRow, error) {
	return one(a.session, "audit", "head", scanAudit, auditColumns+`ORDER BY seq DESC LIMIT 1`)
}

// Rows gives up to limit rows from seq on.
func (a auditLog) Rows(from int64, most int) ([]service.AuditRow, error) {
	return list(a.session, scanAudit, auditColumns+`WHERE seq >= ? ORDER BY seq LIMIT ?`, from, limit(most))
}

// Of gives every row about a subject.
func (a auditLog) Of(subject string) ([]service.AuditRow, error) {
	return list(a.session, scanAudit, auditColumns+`WHERE subject = ? ORDER BY seq`, subject)
}

// Append adds a row by the act's actor, at the act's time.
func (a auditLog) Append(act, subject, detail string) error { return a.auditRow(act, subject, detail) }

func (s *session) auditRow(act, subject, detail string) error {
	if err := s.findTail(); err != nil {
		return err
	}
	row, err := audit.Link(s.store.env.Rand, s.store.key, s.tail.Hash, service.AuditRow{
		Seq: s.tail.Seq + 1, At: s.now, Actor: s.who.ID, Act: act, Subject: subject, Detail: detail,
	})
	if err != nil {
		return err
	}
	err = s.put("audit", `INSERT INTO audit (seq, at, actor, act, subject, detail, prev, hash, signature)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.Seq, micros(row.At), row.Actor, row.Act, row.Subject, row.Detail, row.Prev, row.Hash, row.Signature)
	if err != nil {
		return err
	}
	s.tail = &audit.Head{Seq: row.Seq, Hash: row.Hash}
	s.audits++
	return nil
}

// findTail takes the chain's end from the signed head, not from the rows: where rows were cut off, the gap stays to be found.
func (s *session) findTail() error {
	if s.tail != nil {
		return nil
	}
	if s.store.head.Seq == 0 {
		s.tail = &audit.Head{Hash: audit.Start()}
		return nil
	}
	head, err := s.storedHead()
	if err != nil {
		return err
	}
	if head.Seq < s.store.head.Seq {
		head = s.store.head // an older head was put back under a running station
	}
	s.tail = &head
	return nil
}

// storedHead reads the signed head; AuditBroken where it is gone or not signed by this station.
func (s *session) storedHead() (audit.Head, error) {
	head, err := scanHead(s.row(headQuery, nil))
	if err != nil {
		return head, err
	}
	last := s.store.head
	if last.Seq > 0 && head.Seq == last.Seq && string(head.Hash) == string(last.Hash) && string(head.Signature) == string(last.Signature) {
		return head, nil // as written by the last act here: no need to verify again
	}
	return head, audit.CheckHead(s.store.public, head)
}

func (s *session) signHead() (audit.Head, error) {
	head, err := audit.SignHead(s.store.env.Rand, s.store.key, s.tail.Seq, s.tail.Hash)
	if err != nil {
		return head, err
	}
	return head, s.put("audit", `INSERT INTO audit_head (id, seq, hash, signature) VALUES (1, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature`,
		head.Seq, head.Hash, head.Signature)
}

const headQuery = `SELECT seq, hash, signature FROM audit_head`

func readHead(ctx context.Context, tx *sql.Tx) (audit.Head, error) {
	return scanHead(tx.QueryRowContext(ctx, headQuery))
}

// scanHead gives the zero head where the row is gone: no key signed that.
func scanHead(row *sql.Row) (head audit.Head, err error) {
	err = row.Scan(&head.Seq, &head.Hash, &head.Signature)
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Head{}, nil
	}
	return head, failed("audit", err)
}

// VerifyAudit verifies the whole chain in one view; see audit.Verify. It needs no data key.
func (s *Store) VerifyAudit(ctx context.Context, anchors ...audit.Anchor) (audit.Report, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return audit.Report{}, failed("VerifyAudit", err)
	}
	defer func() { _ = tx.Rollback() }()
	head, err := readHead(ctx, tx)
	if err != nil {
		return audit.Report{}, err
	}
	return audit.Verify(auditRows(ctx, tx, math.MinInt64), head, s.public, anchors...)
}

// AuditRows gives every row from seq on, in order and in one view. It needs no data key.
func (s *Store) AuditRows(ctx context.Context, from int64) iter.Seq2[service.AuditRow, error] {
	return func(yield func(service.AuditRow, error) bool) {
		tx, err := s.read.BeginTx(ctx, nil)
		if err != nil {
			yield(service.AuditRow{}, failed("AuditRows", err))
			return
		}
		defer func() { _ = tx.Rollback() }()
		auditRows(ctx, tx, from)(yield)
	}
}

func auditRows(ctx context.Context, tx *sql.Tx, from int64) iter.Seq2[service.AuditRow, error] {
	return func(yield func(service.AuditRow, error) bool) {
		rows, err := tx.QueryContext(ctx, auditColumns+`WHERE seq >= ? ORDER BY seq`, from)
		if err != nil {
			yield(service.AuditRow{}, failed("audit", err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			row, err := scanAudit(rows)
			if !yield(row, failed("audit", err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(service.AuditRow{}, failed("audit", err))
		}
	}
}

// scanAudit insists on each column's own type: SQLite keeps whatever another program wrote, and converting it could
// hide the change.
func scanAudit(r scanner) (service.AuditRow, error) {
	var v [9]any
	if err := r.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8]); err != nil {
		return service.AuditRow{}, err
	}
	var row service.AuditRow
	var at int64
	ok := typed(v[0], &row.Seq) && typed(v[1], &at) && typed(v[2], &row.Actor) && typed(v[3], &row.Act) &&
		typed(v[4], &row.Subject) && typed(v[5], &row.Detail) && typed(v[6], &row.Prev) && typed(v[7], &row.Hash) &&
		typed(v[8], &row.Signature)
	if !ok {
		return row, audit.Unreadable(row.Seq, errors.New("a column holds a value of another type"))
	}
	row.At = moment(at)
	return row, nil
}

func typed[T any](v any, into *T) bool {
	t, ok := v.(T)
	*into = t
	return ok
}
