package db

import (
	"context"
	"database/sql"
	"sync"
)

// statements keeps prepared what the ports ask again and again: preparing took more than a quarter of an act. All of a pool's
// queries are constant texts with few variants, so there is a bounded number of them.
type statements struct {
	mu    sync.Mutex
	ready map[string]*sql.Stmt
}

func (p *statements) get(query string) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready[query]
}

// learn prepares what a transaction had to ask unprepared. It runs when the transaction is over: inside it, with a single
// connection, preparing would wait for the transaction's end. Nor is the lock held meanwhile: who has the connection that
// preparing waits for may be waiting for the lock. What cannot be prepared now is asked unprepared again.
func (p *statements) learn(ctx context.Context, pool *sql.DB, queries []string) {
	for _, q := range queries {
		if p.get(q) != nil {
			continue
		}
		if st, err := pool.PrepareContext(ctx, q); err == nil {
			p.keep(q, st)
		}
	}
}

func (p *statements) keep(query string, st *sql.Stmt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready[query] != nil { // another reader was quicker
		_ = st.Close()
		return
	}
	p.ready[query] = st
}

func newStatements() *statements { return &statements{ready: map[string]*sql.Stmt{}} }

// prepared is the query's statement in this transaction, nil where it is not known yet.
func (s *session) prepared(query string) *sql.Stmt {
	if st := s.known.get(query); st != nil {
		return s.tx.StmtContext(s.ctx, st)
	}
	s.wanted = append(s.wanted, query)
	return nil
}

func (s *session) run(query string, args []any) (sql.Result, error) {
	if st := s.prepared(query); st != nil {
		return st.ExecContext(s.ctx, args...)
	}
	return s.tx.ExecContext(s.ctx, query, args...)
}

func (s *session) rows(query string, args []any) (*sql.Rows, error) {
	if st := s.prepared(query); st != nil {
		return st.QueryContext(s.ctx, args...)
	}
	return s.tx.QueryContext(s.ctx, query, args...)
}

func (s *session) row(query string, args []any) *sql.Row {
	if st := s.prepared(query); st != nil {
		return st.QueryRowContext(s.ctx, args...)
	}
	return s.tx.QueryRowContext(s.ctx, query, args...)
}
