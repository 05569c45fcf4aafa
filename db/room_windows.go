package db

import (
	"errors"
	"syscall"
)

// noRoom reports a full disk. Windows: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED.
func noRoom(err error) bool {
	for _, e := range []syscall.Errno{39, 112, 1295, syscall.ENOSPC} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// readOnly reports a place that cannot be written. Windows: ERROR_WRITE_PROTECT, beside what fs.ErrPermission covers.
func readOnly(err error) bool { return errors.Is(err, syscall.Errno(19)) }
