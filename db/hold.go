package db

import (
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"certdesk/service"
)

// LockName is the file in the data folder that a running station holds locked.
const LockName = "station.lock"

// Hold takes the data folder for one station, by a lock of the operating system that ends with the process. FolderHeld where
// another one runs on it; StoreReadOnly where the folder cannot be written. Read-only commands need no hold.
func Hold(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable("Hold", err)
	}
	lock := flock.New(filepath.Join(dir, LockName), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return nil, unwritable("Hold", err)
	}
	if !got {
		return nil, service.E(service.FolderHeld, "db.Hold", nil, nil)
	}
	return lock.Unlock, nil
}
