package cadb

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pressly/goose/v3"

	"certdesk/service"
)

//go:embed migrations/sqlite/*.sql
var files embed.FS

const (
	readers  = 4
	busyWait = 10000 // milliseconds an act waits for another process
)

// Store is the centre's store. Safe for concurrent use.
type Store struct {
	write *sql.DB // one connection: acts queue here instead of in SQLite
	read  *sql.DB
}

// Open opens the store in the file path, makes it where it is missing (readable by its owner only) and brings its schema up
// to the program's. StoreNewer for a later program's store, StoreReadOnly, StoreCorrupt, StoreBusy, StoreFull, StoreFailed.
func Open(ctx context.Context, path string) (*Store, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, unwritable("Open", err)
	}
	s := &Store{}
	if s.write, err = pool(ctx, path, true, 1); err != nil {
		return nil, err
	}
	if err = migrate(ctx, s.write); err == nil {
		s.read, err = pool(ctx, path, false, readers)
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends the store; acts in progress are rolled back.
func (s *Store) Close() error {
	var errs []error
	for _, p := range []*sql.DB{s.read, s.write} {
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	return failed("Close", errors.Join(errs...))
}

func pool(ctx context.Context, path string, writer bool, most int) (*sql.DB, error) {
	p, err := sql.Open("sqlite", dsn(path, writer))
	if err != nil {
		return nil, failed("Open", err)
	}
	p.SetMaxOpenConns(most)
	p.SetMaxIdleConns(most)
	var tables int // a damaged file is found here, not at the first customer
	if err := p.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		_ = p.Close()
		return nil, failed("Open", err)
	}
	return p, nil
}

// dsn carries every pragma, so that each connection of a pool has them. Writers begin immediately: an act that reads first and
// writes later can then never fail in the middle for want of the lock.
func dsn(path string, writer bool) string {
	v := url.Values{}
	for _, p := range []string{"busy_timeout(" + strconv.Itoa(busyWait) + ")", "synchronous(FULL)", "foreign_keys(1)",
		"trusted_schema(0)", "cell_size_check(1)", "temp_store(MEMORY)"} {
		v.Add("_pragma", p)
	}
	if writer {
		v.Add("_pragma", "journal_mode(WAL)")
		v.Set("_txlock", "immediate")
	} else {
		v.Add("_pragma", "query_only(1)")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: v.Encode()}
	return u.String()
}

func migrate(ctx context.Context, p *sql.DB) error {
	steps, err := fs.Sub(files, "migrations/sqlite")
	if err != nil {
		return failed("migrate", err)
	}
	m, err := goose.NewProvider(goose.DialectSQLite3, p, steps, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return failed("migrate", err)
	}
	have, want, err := m.GetVersions(ctx)
	if err != nil {
		return failed("migrate", err)
	}
	if have > want {
		return service.E(service.StoreNewer, "cadb.Open",
			service.Args{"have": strconv.FormatInt(have, 10), "want": strconv.FormatInt(want, 10)}, nil)
	}
	_, err = m.Up(ctx)
	return failed("migrate", err)
}
