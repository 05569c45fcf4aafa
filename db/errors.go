package db

import (
	"context"
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"certdesk/service"
)

// primary maps SQLite's primary result codes (sqlite.org/rescode.html); the rest is StoreFailed.
var primary = map[int]service.Code{
	sqlite3.SQLITE_BUSY:      service.StoreBusy,
	sqlite3.SQLITE_LOCKED:    service.StoreBusy,
	sqlite3.SQLITE_FULL:      service.StoreFull,
	sqlite3.SQLITE_CORRUPT:   service.StoreCorrupt,
	sqlite3.SQLITE_NOTADB:    service.StoreCorrupt,
	sqlite3.SQLITE_READONLY:  service.StoreReadOnly,
	sqlite3.SQLITE_CANTOPEN:  service.StoreReadOnly,
	sqlite3.SQLITE_PERM:      service.StoreReadOnly,
	sqlite3.SQLITE_INTERRUPT: service.Cancelled,
}

// failed is the one place where a driver's error becomes a code. A coded error passes through.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	var coded *service.Error
	if errors.As(err, &coded) {
		return err
	}
	code := service.StoreFailed
	if c, ok := primary[result(err)&0xff]; ok {
		code = c
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		code = service.Cancelled
	}
	return service.E(code, "db."+op, nil, err)
}

// result is SQLite's extended result code, 0 where err is not the driver's.
func result(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func isUnique(err error) bool {
	code := result(err)
	return code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// spoils reports whether SQLite may have ended the transaction by itself: the next statement would commit alone
// (sqlite.org/lang_transaction.html, 2.1). A refused constraint does not, nor a row that is missing or not believed.
func spoils(err error) bool {
	var coded *service.Error
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.As(err, &coded) {
		return false
	}
	return result(err)&0xff != sqlite3.SQLITE_CONSTRAINT
}

func notFound(op, what, id string) error {
	return service.E(service.NotFound, "db."+op, service.Args{"what": what, "id": id}, nil)
}
