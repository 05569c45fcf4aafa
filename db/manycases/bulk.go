package manycases

import (
	"context"
	"database/sql"
	"strings"
)

// together is how many rows one statement inserts.
const together = 24

// table is where rows go, with its columns in order.
type table struct {
	name    string
	columns string
	n       int
}

func of(name, columns string) table {
	return table{name: name, columns: columns, n: strings.Count(columns, ",") + 1}
}

func (t table) insert(rows int) string {
	one := "(?" + strings.Repeat(",?", t.n-1) + ")"
	return "INSERT INTO " + t.name + " (" + t.columns + ") VALUES " + one + strings.Repeat(","+one, rows-1)
}

// batch is rows for several tables, made by one goroutine and written by another.
type batch struct{ args [][]any }

func (b *batch) row(t int, args ...any) { b.args[t] = append(b.args[t], args...) }

// writer inserts batches in one transaction.
type writer struct {
	tx        *sql.Tx
	many, one []*sql.Stmt
}

func newWriter(ctx context.Context, tx *sql.Tx) (*writer, error) {
	w := &writer{tx: tx}
	for _, t := range tables() {
		many, err := tx.PrepareContext(ctx, t.insert(together))
		if err != nil {
			return nil, err
		}
		one, err := tx.PrepareContext(ctx, t.insert(1))
		if err != nil {
			return nil, err
		}
		w.many, w.one = append(w.many, many), append(w.one, one)
	}
	return w, nil
}

func (w *writer) write(ctx context.Context, b *batch) error {
	for i, t := range tables() {
		args := b.args[i]
		for len(args) > 0 {
			st, n := w.many[i], t.n*together
			if len(args) < n {
				st, n = w.one[i], t.n
			}
			if _, err := st.ExecContext(ctx, args[:n]...); err != nil {
				return err
			}
			args = args[n:]
		}
	}
	return nil
}

// index is one that is dropped before the rows come and made again behind them: sorting once is cheaper than searching each time.
type index struct{ name, sql string }

func indexes(ctx context.Context, tx *sql.Tx) (out []index, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var i index
		if err := rows.Scan(&i.name, &i.sql); err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// without runs fn while the indexes are gone.
func without(ctx context.Context, tx *sql.Tx, fn func() error) error {
	all, err := indexes(ctx, tx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if _, err := tx.ExecContext(ctx, `DROP INDEX "`+i.name+`"`); err != nil {
			return err
		}
	}
	if err := fn(); err != nil {
		return err
	}
	for _, i := range all {
		if _, err := tx.ExecContext(ctx, i.sql); err != nil {
			return err
		}
	}
	return nil
}
