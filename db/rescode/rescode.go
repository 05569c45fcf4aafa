// Package rescode is what both SQLite stores make of the driver's errors: result codes become service codes here, once, and never
// by their text.
package rescode

import (
	"context"
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
	sqlite3.SQLITE_PROTOCOL:  service.StoreBusy, // others kept the log's locks for too long
}

// extended maps the extended codes that tell more than their primary one.
var extended = map[int]service.Code{
	sqlite3.SQLITE_IOERR_SHMSIZE:   service.StoreFull,    // no room for the log's index; SQLITE_FULL is for the other files
	sqlite3.SQLITE_IOERR_CORRUPTFS: service.StoreCorrupt, // the file system found itself damaged
	sqlite3.SQLITE_IOERR_DATA:      service.StoreCorrupt,
}

// Translate gives a driver's error its code; op names where it came up. A coded error passes through, nil stays nil.
func Translate(op string, err error) error {
	if err == nil {
		return nil
	}
	var coded *service.Error
	if errors.As(err, &coded) {
		return err
	}
	code := service.StoreFailed
	if c, ok := extended[Result(err)]; ok {
		code = c
	} else if c, ok := primary[Result(err)&0xff]; ok {
		code = c
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		code = service.Cancelled
	}
	return service.E(code, op, nil, err)
}

// Result is SQLite's extended result code, 0 where err is not the driver's.
func Result(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// IsUnique reports whether a row was refused because another one has its key.
func IsUnique(err error) bool {
	code := Result(err)
	return code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// IsConstraint reports whether a constraint refused a row; the transaction goes on (sqlite.org/lang_transaction.html, 2.1).
func IsConstraint(err error) bool { return Result(err)&0xff == sqlite3.SQLITE_CONSTRAINT }

// IsMisfit reports a statement that does not fit the tables: a programmer's error, or tables that are not what they were.
func IsMisfit(err error) bool { return Result(err) == sqlite3.SQLITE_ERROR }
