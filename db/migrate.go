package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pressly/goose/v3"

	"certdesk/db/migrations"
	"certdesk/db/rescode"
	"certdesk/service"
)

// BackupFolder is where the store is copied to, inside the data folder, before its schema changes.
const BackupFolder = "backup"

// migrate brings the schema up to the program's. An existing store is copied first; a newer one is refused (StoreNewer).
func migrate(ctx context.Context, pool *sql.DB, dir string, now time.Time, files fs.FS) error {
	known, err := schemaOf(ctx, pool)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return failed("migrate", err)
	}
	have, want, err := p.GetVersions(ctx)
	if known > 0 && rescode.IsMisfit(err) {
		return damaged("migrate", err) // it tried to make the version table anew, over one it could not read
	}
	if err != nil {
		return failed("migrate", err)
	}
	if err := sameSchema(have, want); have > want || err == nil {
		return err
	}
	if have > 0 {
		if err := backup(ctx, pool, dir, have, now); err != nil {
			return err
		}
	}
	_, err = p.Up(ctx)
	return failed("migrate", err)
}

func backup(ctx context.Context, pool *sql.DB, dir string, have int64, now time.Time) error {
	folder := filepath.Join(dir, BackupFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return unwritable("backup", err)
	}
	name := fmt.Sprintf("station-v%d-%s.db", have, now.UTC().Format("20060102T150405.000000"))
	path, fresh := filepath.Join(folder, name), filepath.Join(folder, unfinished)
	if err := copyTo(ctx, pool, fresh); err != nil {
		for _, half := range []string{fresh, fresh + "-journal"} {
			_ = os.Remove(half) // it only takes room; the first error is the one that tells
		}
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return unwritable("backup", err)
	}
	if err := syncFile(path); err != nil {
		return unwritable("backup", err)
	}
	return nil
}

// unfinished is a copy's name until it is whole: what bears a copy's name can be relied on, wherever the power went.
const unfinished = "station.part"

func copyTo(ctx context.Context, pool *sql.DB, path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable("backup", err)
	}
	if _, err := pool.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return failed("backup", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return unwritable("backup", err)
	}
	if err := syncFile(path); err != nil {
		return unwritable("backup", err)
	}
	return nil
}

// sameSchema compares versions: StoreNewer where the store was written by a later program, StoreOlder before its migration.
func sameSchema(have, want int64) error {
	args := service.Args{"have": strconv.FormatInt(have, 10), "want": strconv.FormatInt(want, 10)}
	switch {
	case have > want:
		return service.E(service.StoreNewer, "db.Open", args, nil)
	case have < want:
		return service.E(service.StoreOlder, "db.Open", args, nil)
	}
	return nil
}

// schemaOf is the store's version, 0 where there is nothing yet. The migrator takes a version table that it cannot read for one
// that is missing, so that this is asked first.
func schemaOf(ctx context.Context, pool *sql.DB) (have int64, err error) {
	var versions, tables int64
	err = pool.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = 'goose_db_version'), count(*) FILTER (WHERE name = 'meta')
		FROM sqlite_schema`).Scan(&versions, &tables)
	if err == nil && versions > 0 {
		err = pool.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have)
	}
	if err == nil && tables > 0 && have <= 0 {
		err = damaged("Open", errors.New("tables without a version"))
	}
	return have, failed("Open", err)
}

// checkSchema is for a pool that cannot migrate.
func checkSchema(ctx context.Context, pool *sql.DB) error {
	have, err := schemaOf(ctx, pool)
	if err != nil {
		return err
	}
	steps, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return failed("OpenReadOnly", err)
	}
	return sameSchema(have, int64(len(steps)))
}
