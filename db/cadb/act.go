package cadb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"certdesk/service/ca"
)

// Read implements ca.Store.
func (s *Store) Read(ctx context.Context, fn func(ca.Tx) error) error {
	return run(ctx, s.read, "Read", fn)
}

// Act implements ca.Store. The connection begins its transactions immediately, so that acts never overlap.
func (s *Store) Act(ctx context.Context, fn func(ca.Tx) error) error {
	return run(ctx, s.write, "Act", fn)
}

func run(ctx context.Context, pool *sql.DB, op string, fn func(ca.Tx) error) error {
	t, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return failed(op, err)
	}
	defer func() { _ = t.Rollback() }() // after a commit it does nothing; after a panic it matters
	x := &session{ctx: ctx, tx: t}
	if err := fn(x.ports()); err != nil {
		return failed(op, err)
	}
	if x.spoilt != nil { // fn went on over an error that may have ended the transaction
		return failed(op, x.spoilt)
	}
	return failed(op, t.Commit())
}

// session is one transaction in progress.
type session struct {
	ctx    context.Context //nolint:containedctx // a transaction lives no longer than its context
	tx     *sql.Tx
	spoilt error
}

func (x *session) ports() ca.Tx {
	return ca.Tx{Settings: settings{x}, Stations: stations{x}, Pairs: pairs{x}, Revoked: revocations{x},
		Staff: staff{x}, Events: events{x}, Ranges: ranges{x}, Log: logs{x}, Messages: messages{x}}
}

func (x *session) note(op string, err error) error {
	if x.spoilt == nil && spoils(err) {
		x.spoilt = err
	}
	return failed(op, err)
}

// exec runs a statement that must change exactly one row.
func (x *session) exec(op, query string, args ...any) error {
	r, err := x.tx.ExecContext(x.ctx, query, args...)
	if err != nil {
		return x.note(op, err)
	}
	n, err := r.RowsAffected()
	if err == nil && n != 1 {
		return notFound(op, "row", op)
	}
	return x.note(op, err)
}

// one reads one row into to; NotFound (what, id) where there is none.
func (x *session) one(op, what, id, query string, args []any, to ...any) error {
	err := x.tx.QueryRowContext(x.ctx, query, args...).Scan(to...)
	if errors.Is(err, sql.ErrNoRows) {
		return notFound(op, what, id)
	}
	return x.note(op, err)
}

// each reads every row of a query.
func (x *session) each(op, query string, args []any, row func(scan func(...any) error) error) (err error) {
	rows, err := x.tx.QueryContext(x.ctx, query, args...)
	if err != nil {
		return x.note(op, err)
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = x.note(op, e)
		}
	}()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return x.note(op, err)
		}
	}
	return x.note(op, rows.Err())
}

// micros and moment keep a time as microseconds UTC; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// bytes keeps an empty value apart from NULL.
func bytes(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
