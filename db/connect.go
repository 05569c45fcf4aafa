package db

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"certdesk/service"
)

// FileName is the store's file in the data folder.
const FileName = "station.db"

const readers = 4

// dsn carries every pragma, so that each connection of a pool has them. Writers begin immediately: a transaction that
// reads first and writes later can then never fail in the middle for want of the lock.
func (c Config) dsn(writer bool, mode string) string {
	v := url.Values{}
	if c.VFS != "" {
		v.Set("vfs", c.VFS)
	}
	for _, p := range []string{
		"busy_timeout(" + strconv.FormatInt(c.wait().Milliseconds(), 10) + ")",
		"synchronous(FULL)", "foreign_keys(1)", "trusted_schema(0)", "cell_size_check(1)", "temp_store(MEMORY)",
	} {
		v.Add("_pragma", p)
	}
	if writer {
		v.Add("_pragma", "journal_mode(WAL)")
		v.Set("_txlock", "immediate")
	} else {
		v.Add("_pragma", "query_only(1)")
	}
	v.Set("mode", mode)
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(c.Dir, FileName)), RawQuery: v.Encode()}
	return u.String()
}

// connect opens a pool and uses it once: a damaged file is found here, not at the first customer.
func connect(ctx context.Context, source string, most int) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, failed("Open", err)
	}
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	var tables int
	if err := pool.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		_ = pool.Close()
		return nil, failed("Open", err)
	}
	return pool, nil
}

// prepare makes the folder and an empty file that only its owner may read; SQLite gives its side files the same mode. An empty
// file beside a log of acts is a store that lost its file: SQLite would throw the log away.
func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritable("Open", err)
	}
	path := filepath.Join(dir, FileName)
	if sizeOf(path) == 0 && sizeOf(path+"-wal") > 0 {
		return service.E(service.StoreCorrupt, "db.Open", nil, errors.New("a log of acts without the file it belongs to"))
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return unwritable("Open", err)
	}
	if err := f.Close(); err != nil {
		return unwritable("Open", err)
	}
	return nil
}

// sizeOf is a file's size in bytes, 0 where there is none; what else is wrong with it shows when it is opened.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// unwritable gives the system's error its code.
func unwritable(op string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission) || readOnly(err):
		return service.E(service.StoreReadOnly, "db."+op, nil, err)
	case noRoom(err):
		return service.E(service.StoreFull, "db."+op, nil, err)
	}
	return service.E(service.StoreFailed, "db."+op, nil, err)
}

// syncFile flushes a file and its folder, so that both survive a power cut.
func syncFile(path string) error {
	for _, p := range []string{path, filepath.Dir(path)} {
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		err = f.Sync()
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil && p == path { // some systems cannot sync a folder; the file is what matters
			return err
		}
	}
	return nil
}
