package faultdisk

import (
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

func fileClose(tls *libc.TLS, p uintptr) int32 {
	f := fileOf(p)
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.disk.glue.open--
	known.Delete(p)
	return as[closeFunc](f.methods.FxClose)(tls, p)
}

// fileRead asks without the real work under the lock: readers of a pool run beside each other.
func fileRead(tls *libc.TLS, p, buf uintptr, n int32, off int64) int32 {
	f := fileOf(p)
	f.disk.mu.Lock()
	rc := f.disk.ask(Read, f.path)
	f.disk.mu.Unlock()
	if rc != 0 {
		return rc
	}
	return f.real(tls, p, buf, n, off)
}

func (f *file) real(tls *libc.TLS, p, buf uintptr, n int32, off int64) int32 {
	return as[moveFunc](f.methods.FxRead)(tls, p, buf, n, off)
}

func fileWrite(tls *libc.TLS, p, buf uintptr, n int32, off int64) int32 {
	f := fileOf(p)
	d := f.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	rc := d.ask(Write, f.path)
	if rc == sqlite3.SQLITE_FULL {
		n /= 2
	} else if rc != 0 {
		return rc
	}
	if f.path != "" {
		c := change{off: off, after: bytesAt(buf, int(n))}
		if rc := f.before(tls, p, &c, int64(n)); rc != 0 {
			return rc
		}
		d.note(f.path, c)
	}
	if e := as[moveFunc](f.methods.FxWrite)(tls, p, buf, n, off); e != 0 {
		return e
	}
	return rc
}

func fileTruncate(tls *libc.TLS, p uintptr, size int64) int32 {
	f := fileOf(p)
	d := f.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if rc := d.ask(Write, f.path); rc != 0 {
		return rc
	}
	if f.path != "" {
		c := change{off: size, cut: true}
		if rc := f.before(tls, p, &c, 1<<40); rc != 0 {
			return rc
		}
		d.note(f.path, c)
	}
	return as[cutFunc](f.methods.FxTruncate)(tls, p, size)
}

func fileSync(_ *libc.TLS, p uintptr, _ int32) int32 {
	f := fileOf(p)
	d := f.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	rc := d.ask(Sync, f.path)
	if rc == 0 && f.fresh {
		f.fresh = false
		d.folderSynced(f.path)
	}
	switch l := d.logs[f.path]; {
	case l == nil:
	case rc == 0:
		l.synced()
	case !d.off:
		l.failed()
	}
	return rc
}

func fileShare(tls *libc.TLS, p uintptr, region, size, extend int32, out uintptr) int32 {
	f := fileOf(p)
	if extend != 0 {
		f.disk.mu.Lock()
		rc := f.disk.ask(Share, f.path)
		f.disk.mu.Unlock()
		if rc != 0 {
			*at[uintptr](out) = 0
			return rc
		}
	}
	return as[shareFunc](f.methods.FxShmMap)(tls, p, region, size, extend, out)
}

func (d *Disk) note(path string, c change) {
	l := d.logs[path]
	if l == nil {
		l = &log{}
		d.logs[path] = l
	}
	l.changes = append(l.changes, c)
}

// before fills in what the file holds from c.off on, at most n bytes, and how long it is.
func (f *file) before(tls *libc.TLS, p uintptr, c *change, n int64) int32 {
	g := &f.disk.glue
	size := g.need(8)
	if rc := as[sizeFunc](f.methods.FxFileSize)(tls, p, size); rc != 0 {
		return rc
	}
	c.size = *at[int64](size)
	if n = min(n, c.size-c.off); n <= 0 {
		return 0
	}
	buf := g.need(int(n))
	rc := f.real(tls, p, buf, int32(n), c.off)
	c.before = bytesAt(buf, int(n))
	return rc
}

// need is scratch memory of n bytes; the next call may move it.
func (g *glue) need(n int) uintptr {
	if n > g.room {
		if g.scratch != 0 {
			libc.Xfree(g.tls, g.scratch)
		}
		g.room = max(n, 8192)
		g.scratch = libc.Xmalloc(g.tls, types.Size_t(g.room))
	}
	return g.scratch
}

// bytesAt copies n bytes out of SQLite's memory.
func bytesAt(p uintptr, n int) []byte {
	if n == 0 {
		return nil
	}
	return append([]byte(nil), unsafe.Slice(at[byte](p), n)...)
}
