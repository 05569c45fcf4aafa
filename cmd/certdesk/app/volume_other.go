//go:build !linux && !windows

package app

import (
	"errors"
	"os"
	"syscall"
)

// see tells nothing here: the counters run Linux and Windows.
func see(string) (Volume, error) { return Volume{}, nil }

// noRoom reports a full disk or quota.
func noRoom(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// readOnly reports a file system that cannot be written, beside what fs.ErrPermission covers.
func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// exposed reports a file that others than its owner may read or change.
func exposed(info os.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }
