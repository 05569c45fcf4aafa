package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"testing"

	"modernc.org/sqlite"
)

// Written is a statement that changed rows, and its values.
type Written struct {
	Query string
	Args  []any
}

// Recorder opens the writing connection of a store so that what it writes is noted.
type Recorder struct {
	source string
	Rows   []Written
}

// Record makes s write over a recorder. The store must not have acted before.
func Record(t testing.TB, s *Store, c Config) *Recorder {
	t.Helper()
	if err := s.write.Close(); err != nil {
		t.Fatal(err)
	}
	r := &Recorder{source: c.dsn(true, "rw")}
	s.write = sql.OpenDB(r)
	s.write.SetMaxOpenConns(1)
	s.acted = newStatements()
	return r
}

// WritingDSN is how the store's writing connection is opened.
func WritingDSN(c Config) string { return c.dsn(true, "rw") }

// Connect opens a recorded connection.
func (r *Recorder) Connect(context.Context) (driver.Conn, error) {
	c, err := r.Driver().Open(r.source)
	return &recordedConn{c, r}, err
}

// Driver is the one recorded.
func (r *Recorder) Driver() driver.Driver { return &sqlite.Driver{} }

// recordedConn hides that SQLite's connection executes by itself, so that everything goes over statements.
type recordedConn struct {
	driver.Conn
	r *Recorder
}

func (c *recordedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c *recordedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	st, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	return &recordedStmt{st, query, c.r}, err
}

type recordedStmt struct {
	driver.Stmt
	query string
	r     *Recorder
}

func (s *recordedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if !strings.HasPrefix(s.query, "SELECT") { // INSERT … RETURNING
		s.note(args)
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

func (s *recordedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.note(args)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s *recordedStmt) note(args []driver.NamedValue) {
	w := Written{Query: s.query}
	for _, a := range args {
		if b, ok := a.Value.([]byte); ok {
			a.Value = append([]byte{}, b...)
		}
		w.Args = append(w.Args, a.Value)
	}
	s.r.Rows = append(s.r.Rows, w)
}
