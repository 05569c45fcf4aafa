//go:build !windows

package db

import (
	"errors"
	"syscall"
)

// noRoom reports a full disk or quota.
func noRoom(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// readOnly reports a file system that cannot be written, beside what fs.ErrPermission covers.
func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
