package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pressly/goose/v3"

	"certdesk/db/migrations"
	"certdesk/service"
)

// BackupFolder is where the store is copied to, inside the data folder, before its schema changes.
const BackupFolder = "backup"

// migrate brings the schema up to the program's. An existing store is copied first; a newer one is refused (StoreNewer).
func migrate(ctx context.Context, pool *sql.DB, dir string, now time.Time, files fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return failed("migrate", err)
	}
	have, want, err := p.GetVersions(ctx)
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
	path := filepath.Join(folder, name)
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

// checkSchema is for a pool that cannot migrate.
func checkSchema(ctx context.Context, pool *sql.DB) error {
	var known, have int64
	err := pool.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&known)
	if err == nil && known > 0 {
		err = pool.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have)
	}
	if err != nil {
		return failed("OpenReadOnly", err)
	}
	steps, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return failed("OpenReadOnly", err)
	}
	return sameSchema(have, int64(len(steps)))
}
