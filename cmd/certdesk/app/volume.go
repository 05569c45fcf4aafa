package app

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"certdesk/service"
)

// Volume is what a folder lies on, as the operating system tells.
type Volume struct {
	Kind   string // ext4, nfs, smb …; "" where the system does not tell
	Remote bool   // a drive of another machine
	Free   uint64 // bytes that the station may still write
	Sized  bool   // Free is known
}

// spare is the room a data folder needs: a busy week of cases with their papers, and a copy of the store before a migration.
const spare = 512 << 20

// local refuses to found a store on another machine's drive: the write-ahead log is shared memory, which no network file system
// keeps between machines (sqlite.org/wal.html, "Overview", and sqlite.org/useovernet.html). StoreRemote (path, kind). Where the
// system does not tell, the folder counts as local.
func local(dir string, see func(string) (Volume, error)) error {
	v, err := see(standing(dir))
	if err != nil || !v.Remote {
		return nil
	}
	return service.E(service.StoreRemote, "app.local", service.Args{"path": dir, "kind": v.Kind}, nil)
}

// standing is dir, or the nearest folder above it that is there.
func standing(dir string) string {
	for !exists(dir) && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
	}
	return dir
}

// roomy tells when the data folder's disk runs full, before it is. DiskLow (path, free, need).
func roomy(dir string, v Volume) error {
	if !v.Sized || v.Free >= spare {
		return nil
	}
	return service.E(service.DiskLow, "app.roomy", service.Args{"path": dir, "free": size(v.Free), "need": size(spare)}, nil)
}

// size writes bytes for people.
func size(n uint64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	case n < 10<<30:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d GiB", n>>30)
}

// unwritten gives a failed write in the data folder its code: StoreFull, StoreReadOnly (path) or StoreFailed.
func unwritten(op, path string, err error) error {
	args := service.Args{"path": path}
	switch {
	case err == nil:
		return nil
	case noRoom(err):
		return service.E(service.StoreFull, "app."+op, args, err)
	case readOnly(err), errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		return service.E(service.StoreReadOnly, "app."+op, args, err)
	}
	return service.E(service.StoreFailed, "app."+op, args, err)
}

// fuse tells of a file system in user space by its mount's type, such as fuse.sshfs, whether it is another machine's. What is known
// to keep its files here is named; any other is taken for remote.
func fuse(kind string) bool {
	switch strings.TrimPrefix(kind, "fuse.") {
	case "fuseblk", "virtiofs", "fuse-overlayfs", "gocryptfs", "encfs", "mergerfs", "lxcfs":
		return false
	}
	return true
}
