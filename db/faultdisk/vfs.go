package faultdisk

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// errInUse: a database on the disk is still open.
var errInUse = errors.New("faultdisk: a database is still open")

// SQLite calls back with addresses only, and its own list of VFSs is the process's: so is this one.
var (
	known sync.Map // *Disk by the address of its sqlite3_vfs, *file by the address of its sqlite3_file
	named atomic.Int64
)

// glue is what of a disk lives in SQLite's memory.
type glue struct {
	name    string
	tls     *libc.TLS
	cname   uintptr
	vfs     uintptr
	real    uintptr             // the system's VFS
	methods map[uintptr]uintptr // our table for each of the system's
	open    int
	scratch uintptr // for reading what stood before a write
	room    int
}

// file is an open file. SQLite's sqlite3_file is the system's own, so that locks, shared memory and reads go there unchanged;
// only its table of methods is ours.
type file struct {
	disk    *Disk
	path    string // "" for a temporary file, which no power cut concerns
	fresh   bool   // its first fsync takes the folder along, as the system's VFS does for a journal that it makes
	methods *sqlite3.Tsqlite3_io_methods
}

const journals = sqlite3.SQLITE_OPEN_MAIN_JOURNAL | sqlite3.SQLITE_OPEN_SUPER_JOURNAL | sqlite3.SQLITE_OPEN_WAL

// at is the C structure at an address.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// fn is a Go function as SQLite calls it; as is the function at such a pointer. Both follow the transpiler's convention.
func fn[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f})) }

func as[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&struct{ p uintptr }{p})) }

type (
	openFunc   = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	deleteFunc = func(tls *libc.TLS, vfs, name uintptr, sync int32) int32
	closeFunc  = func(tls *libc.TLS, file uintptr) int32
	moveFunc   = func(tls *libc.TLS, file, buf uintptr, n int32, off int64) int32
	cutFunc    = func(tls *libc.TLS, file uintptr, size int64) int32
	syncFunc   = func(tls *libc.TLS, file uintptr, flags int32) int32
	shareFunc  = func(tls *libc.TLS, file uintptr, region, size, extend int32, out uintptr) int32
	sizeFunc   = func(tls *libc.TLS, file, size uintptr) int32
)

func (d *Disk) register() error {
	g := &d.glue
	g.tls, g.methods = libc.NewTLS(), map[uintptr]uintptr{}
	g.name = fmt.Sprintf("faultdisk%d", named.Add(1))
	if g.real = sqlite3.Xsqlite3_vfs_find(g.tls, 0); g.real == 0 {
		return errors.New("faultdisk: SQLite has no VFS")
	}
	var err error
	if g.cname, err = libc.CString(g.name); err != nil {
		return err
	}
	g.vfs = libc.Xmalloc(g.tls, types.Size_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	v := at[sqlite3.Tsqlite3_vfs](g.vfs)
	*v = *at[sqlite3.Tsqlite3_vfs](g.real)
	v.FpNext, v.FzName, v.FpAppData = 0, g.cname, 0
	v.FxOpen, v.FxDelete = fn[openFunc](vfsOpen), fn[deleteFunc](vfsDelete)
	known.Store(g.vfs, d)
	if rc := sqlite3.Xsqlite3_vfs_register(g.tls, g.vfs, 0); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("faultdisk: register: result %d", rc)
	}
	return nil
}

// Close takes the VFS out of SQLite. The databases on it must be closed.
func (d *Disk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := &d.glue
	if g.open > 0 {
		return errInUse
	}
	if g.vfs == 0 {
		return nil
	}
	sqlite3.Xsqlite3_vfs_unregister(g.tls, g.vfs)
	known.Delete(g.vfs)
	for _, m := range g.methods {
		libc.Xfree(g.tls, m)
	}
	for _, p := range []uintptr{g.scratch, g.vfs, g.cname} {
		if p != 0 {
			libc.Xfree(g.tls, p)
		}
	}
	g.vfs, g.scratch = 0, 0
	g.tls.Close()
	return nil
}

func diskOf(vfs uintptr) *Disk {
	d, _ := known.Load(vfs)
	return d.(*Disk)
}

func fileOf(p uintptr) *file {
	f, _ := known.Load(p)
	return f.(*file)
}

func vfsOpen(tls *libc.TLS, vfs, name, p uintptr, flags int32, out uintptr) int32 {
	d := diskOf(vfs)
	d.mu.Lock()
	defer d.mu.Unlock()
	f := &file{disk: d, fresh: flags&sqlite3.SQLITE_OPEN_CREATE != 0 && flags&journals != 0}
	if name != 0 && flags&sqlite3.SQLITE_OPEN_DELETEONCLOSE == 0 {
		f.path = libc.GoString(name)
	}
	at[sqlite3.Tsqlite3_file](p).FpMethods = 0 // SQLite then knows that there is nothing to close
	if rc := d.ask(Open, f.path); rc != 0 {
		return rc
	}
	rc := as[openFunc](at[sqlite3.Tsqlite3_vfs](d.glue.real).FxOpen)(tls, d.glue.real, name, p, flags, out)
	if rc != sqlite3.SQLITE_OK {
		return rc
	}
	if flags&sqlite3.SQLITE_OPEN_MAIN_DB != 0 {
		d.seen[f.path] = true
	}
	base := at[sqlite3.Tsqlite3_file](p)
	f.methods = at[sqlite3.Tsqlite3_io_methods](base.FpMethods)
	base.FpMethods = d.glue.wrap(base.FpMethods)
	d.glue.open++
	known.Store(p, f)
	return sqlite3.SQLITE_OK
}

// wrap is a table of methods with ours in place of those that matter.
func (g *glue) wrap(real uintptr) uintptr {
	if m := g.methods[real]; m != 0 {
		return m
	}
	p := libc.Xmalloc(g.tls, types.Size_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	m := at[sqlite3.Tsqlite3_io_methods](p)
	*m = *at[sqlite3.Tsqlite3_io_methods](real)
	m.FxClose, m.FxRead, m.FxWrite = fn[closeFunc](fileClose), fn[moveFunc](fileRead), fn[moveFunc](fileWrite)
	m.FxTruncate, m.FxSync = fn[cutFunc](fileTruncate), fn[syncFunc](fileSync)
	if m.FxShmMap != 0 {
		m.FxShmMap = fn[shareFunc](fileShare)
	}
	g.methods[real] = p
	return p
}

func vfsDelete(tls *libc.TLS, vfs, name uintptr, sync int32) int32 {
	d := diskOf(vfs)
	d.mu.Lock()
	defer d.mu.Unlock()
	path := libc.GoString(name)
	if rc := d.ask(Delete, path); rc != 0 {
		return rc
	}
	d.removing(path, sync != 0)
	return as[deleteFunc](at[sqlite3.Tsqlite3_vfs](d.glue.real).FxDelete)(tls, d.glue.real, name, 0)
}
