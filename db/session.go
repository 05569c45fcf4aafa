package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
)

// session is one transaction, reading or acting, and what its ports share. It lives as long as the call that made it; the
// ports take no context, so it carries the call's.
type session struct {
	ctx    context.Context
	tx     *sql.Tx
	store  *Store
	vault  vault
	now    time.Time // frozen: UTC, whole microseconds
	who    service.Actor
	broken error       // a failure after which nothing more is written
	tail   *audit.Head // the end of the audit chain so far; nil before the first row
	audits int
	undo   []func()
	seen   map[string]service.Case // by number: version, status and stamps of the cases read and saved; nil where nothing is written
	known  *statements
	wanted []string // asked unprepared
}

func (s *Store) session(ctx context.Context, tx *sql.Tx, who service.Actor, known *statements) *session {
	now := s.env.Now().UTC().Truncate(time.Microsecond)
	return &session{ctx: ctx, tx: tx, store: s, vault: s.vault, who: who, now: now, known: known}
}

// revert takes back what an act changed in its caller's values.
func (s *session) revert() {
	for i := len(s.undo) - 1; i >= 0; i-- {
		s.undo[i]()
	}
}

// exec writes and returns the number of rows. The driver's error comes back as it is: the caller may know a constraint.
func (s *session) exec(op, query string, args ...any) (int64, error) {
	if s.broken != nil {
		return 0, s.broken
	}
	res, err := s.run(query, args)
	if s.note(op, err) != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// note translates an error and remembers one after which the act may not go on.
func (s *session) note(op string, err error) error {
	if spoils(err) {
		s.broken = failed(op, err)
	}
	return failed(op, err)
}

// put is exec for a statement that always writes one row.
func (s *session) put(op, query string, args ...any) error {
	n, err := s.exec(op, query, args...)
	if err == nil && n != 1 {
		err = errors.New("no row was written")
	}
	return failed(op, err)
}

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// one reads one thing; NotFound (what, id) where there is none.
func one[T any](s *session, what, id string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(s.row(query, args))
	if errors.Is(err, sql.ErrNoRows) {
		var zero T
		return zero, notFound("read", what, id)
	}
	return v, s.note("read", err)
}

// list reads all rows before it returns, so that what is built on them may query again.
func list[T any](s *session, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.rows(query, args)
	if err != nil {
		return nil, s.note("read", err)
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, s.note("read", err)
		}
		all = append(all, v)
	}
	return all, s.note("read", rows.Err())
}

// number reads one integer.
func (s *session) number(query string, args ...any) (int64, error) {
	var n int64
	err := s.row(query, args).Scan(&n)
	return n, s.note("read", err)
}

// micros is how a time is stored: UTC microseconds, 0 for the zero time.
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

// null is a reference that may be missing: NULL takes no part in a foreign key.
func null(id string) any {
	if id == "" {
		return nil
	}
	return id
}

// limit is a query's limit, 200 where none was asked for.
func limit(n int) int {
	if n <= 0 {
		return 200
	}
	return n
}
