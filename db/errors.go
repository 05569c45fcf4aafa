package db

import (
	"database/sql"
	"errors"

	"certdesk/db/rescode"
	"certdesk/service"
)

// failed is the one place where a driver's error becomes a code. A coded error passes through.
func failed(op string, err error) error { return rescode.Translate("db."+op, err) }

func isUnique(err error) bool { return rescode.IsUnique(err) }

// spoils reports whether SQLite may have ended the transaction by itself: the next statement would commit alone
// (sqlite.org/lang_transaction.html, 2.1). A refused constraint does not, nor a row that is missing or not believed.
func spoils(err error) bool {
	var coded *service.Error
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.As(err, &coded) {
		return false
	}
	return !rescode.IsConstraint(err)
}

func notFound(op, what, id string) error {
	return service.E(service.NotFound, "db."+op, service.Args{"what": what, "id": id}, nil)
}
