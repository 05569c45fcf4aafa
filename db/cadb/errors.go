package cadb

import (
	"database/sql"
	"errors"
	"io/fs"

	"certdesk/db/rescode"
	"certdesk/service"
)

// failed is the one place where a driver's error becomes a code. A coded error passes through.
func failed(op string, err error) error { return rescode.Translate("cadb."+op, err) }

func isUnique(err error) bool { return rescode.IsUnique(err) }

// spoils reports whether SQLite may have ended the transaction by itself: the next statement would commit alone
// (sqlite.org/lang_transaction.html, 2.1). A refused constraint does not.
func spoils(err error) bool {
	return err != nil && !errors.Is(err, sql.ErrNoRows) && !rescode.IsConstraint(err)
}

func unwritable(op string, err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return service.E(service.StoreReadOnly, "cadb."+op, nil, err)
	}
	return service.E(service.StoreFailed, "cadb."+op, nil, err)
}

func notFound(op, what, id string) error {
	return service.E(service.NotFound, "cadb."+op, service.Args{"what": what, "id": id}, nil)
}
