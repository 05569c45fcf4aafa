package faultdisk

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// Keep tells how many bytes of an un-synced write reached the disk before the power went; size is the write's. For a truncation
// and a deletion size is 1 and 0 means that it did not happen. Writes are asked for in their order.
type Keep func(size int) int

// Nothing keeps only what was fsynced.
func Nothing(int) int { return 0 }

// Everything keeps all: the process was killed, the machine went on.
func Everything(size int) int { return size }

// Some keeps what a seed chooses: of each write nothing, all, or its first sectors of 512 bytes.
func Some(seed uint64) Keep {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	return func(size int) int {
		switch sectors := size / 512; r.IntN(3) {
		case 0:
			return 0
		case 1:
			return size
		default:
			return 512 * r.IntN(sectors+1)
		}
	}
}

// change is one write or truncation that is not known to be on the disk.
type change struct {
	off    int64
	before []byte // what stood there, up to the end of the file
	size   int64  // of the file before
	after  []byte // what was written
	cut    bool   // a truncation to off
	sure   bool   // fsynced, but after one whose fsync failed
	doomed bool   // its fsync failed: no later one makes it sure
}

// log is a file's changes since the disk last agreed with the file.
type log struct{ changes []change }

// synced is a successful fsync: all is on the disk, but for what an earlier failed fsync covered.
func (l *log) synced() {
	doomed := false
	for i := range l.changes {
		c := &l.changes[i]
		c.sure = !c.doomed
		doomed = doomed || c.doomed
	}
	if !doomed {
		l.changes = nil
	}
}

func (l *log) failed() {
	for i := range l.changes {
		c := &l.changes[i]
		c.doomed = !c.sure
	}
}

// settle leaves in the file at path what is sure and what keep chooses of the rest.
func (l *log) settle(path string, keep Keep) error {
	if len(l.changes) == 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	for i := len(l.changes) - 1; i >= 0 && err == nil; i-- {
		err = l.changes[i].undo(f)
	}
	for i := 0; i < len(l.changes) && err == nil; i++ {
		err = l.changes[i].redo(f, keep)
	}
	return errors.Join(err, f.Close())
}

func (c *change) undo(f *os.File) error {
	if _, err := f.WriteAt(c.before, c.off); err != nil {
		return err
	}
	return f.Truncate(c.size)
}

func (c *change) redo(f *os.File, keep Keep) error {
	want := func(size int) int {
		if c.sure {
			return size
		}
		return min(size, max(0, keep(size)))
	}
	if c.cut {
		if want(1) == 0 {
			return nil
		}
		return f.Truncate(c.off)
	}
	_, err := f.WriteAt(c.after[:want(len(c.after))], c.off)
	return err
}

// removal is a deleted file as the disk still had it.
type removal struct {
	path    string
	content []byte
}

// Restore is the morning after a PowerLoss: the databases must be closed. It leaves in the files what was fsynced and what keep
// chooses of the rest (nil: Nothing), drops the shared memory, disarms all faults and switches the machine on.
func (d *Disk) Restore(keep Keep) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.glue.open > 0 {
		return errInUse
	}
	if keep == nil {
		keep = Nothing
	}
	var errs []error
	for _, path := range d.paths() {
		errs = append(errs, d.logs[path].settle(path, keep))
	}
	for _, g := range d.gone {
		errs = append(errs, g.settle(keep))
	}
	for path := range d.seen {
		if err := os.Remove(path + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	d.logs, d.gone, d.faults, d.off = map[string]*log{}, nil, nil, false
	return errors.Join(errs...)
}

// settle brings a deleted file back where its deletion did not reach the disk and no other took its place.
func (g removal) settle(keep Keep) error {
	if keep(1) > 0 {
		return nil
	}
	f, err := os.OpenFile(g.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.Write(g.content)
	return errors.Join(err, f.Close())
}

// removing notes a deletion that is about to happen: what the disk still has at path is what keep may bring back. With sync the
// folder is fsynced too, and nothing comes back. mu is held.
func (d *Disk) removing(path string, sync bool) {
	l := d.logs[path]
	delete(d.logs, path)
	if sync {
		d.folderSynced(path)
		return
	}
	if l != nil && l.settle(path, Nothing) != nil {
		return
	}
	if was, err := os.ReadFile(path); err == nil {
		d.gone = append(d.gone, removal{path: path, content: was})
	}
}

// folderSynced makes the deletions in path's folder sure. mu is held.
func (d *Disk) folderSynced(path string) {
	d.gone = slices.DeleteFunc(d.gone, func(g removal) bool { return filepath.Dir(g.path) == filepath.Dir(path) })
}

func (d *Disk) paths() []string { return slices.Sorted(maps.Keys(d.logs)) }
