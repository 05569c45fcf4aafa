package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"certdesk/service"
)

// Check reads the whole file and looks whether it holds together: pages, rows, indexes, constraints and references
// (sqlite.org/pragma.html, integrity_check and foreign_key_check). StoreCorrupt where it does not, StoreFailed where the disk does
// not give a page. It changes nothing and needs no data key. What was changed by a hand that knows SQLite, VerifyAudit finds.
func (s *Store) Check(ctx context.Context) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return failed("Check", err)
	}
	defer func() { _ = tx.Rollback() }() // a view: nothing was written
	var verdict string
	if err := tx.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return failed("Check", err)
	}
	if verdict == "ok" {
		return references(ctx, tx)
	}
	if err := readable(ctx, tx); err != nil && !service.IsCode(err, service.StoreCorrupt) {
		return err
	}
	return service.E(service.StoreCorrupt, "db.Check", nil, errors.New(verdict))
}

// readable reads every row of every table. SQLite's check calls a page damaged that the disk did not give; this tells which it was.
func readable(ctx context.Context, tx *sql.Tx) error {
	var names []string
	err := each(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'table'`, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return err
	})
	for i := 0; i < len(names) && err == nil; i++ {
		table := strings.ReplaceAll(names[i], `"`, `""`)
		err = each(ctx, tx, `SELECT * FROM "`+table+`" NOT INDEXED`, func(*sql.Rows) error { return nil })
	}
	return failed("Check", err)
}

func each(ctx context.Context, tx *sql.Tx, query string, row func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func references(ctx context.Context, tx *sql.Tx) error {
	var table, parent string
	err := tx.QueryRowContext(ctx, `SELECT "table", parent FROM pragma_foreign_key_check LIMIT 1`).Scan(&table, &parent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return failed("Check", err)
	}
	return service.E(service.StoreCorrupt, "db.Check", nil, fmt.Errorf("a row of %s refers to one of %s that is not there", table, parent))
}
