// Package faultdisk is a disk that tests can break: a SQLite VFS that passes everything on to the system's, remembers what was
// not fsynced, and can forget it as a power cut does, or refuse writes, fsyncs, opens and reads with any result code.
//
// Only tests import it. Each Disk is a VFS of its own under a name of its own, so that many stores of one process break apart.
// The real fsync is never called: what a Disk holds as synced is what Restore leaves, and tests run at the speed of memory.
package faultdisk

import (
	"strings"
	"sync"

	sqlite3 "modernc.org/sqlite/lib"
)

// Op is a set of operations.
type Op uint8

// The operations that can fail. A truncation is a write.
const (
	Write Op = 1 << iota
	Sync
	Delete
	Open
	Read
	Share // growing the memory that connections share, which is a file and needs room; SQLITE_IOERR_SHMSIZE

	Change = Write | Sync | Delete // everything that changes what a power cut leaves
)

const kinds = 6

// Fault makes operations fail. After matching operations that still succeed, Times of them fail (0: all until Heal) with Code,
// a SQLite result code; Code 0 is a power loss at that point, before the operation. With SQLITE_FULL half of a write still
// arrives, as on a real disk; after a failed fsync what it covered is never known to be on the disk, however often the file is
// synced later, as on Linux.
type Fault struct {
	On    Op
	File  string // only files whose path ends so, such as "-wal"; "" is every file
	After int
	Times int
	Code  int
}

func (f *Fault) meets(op Op, path string) bool {
	return f.On&op != 0 && strings.HasSuffix(path, f.File)
}

// armed is a fault and how far it has come.
type armed struct {
	Fault
	seen int
}

func (a *armed) strikes(op Op, path string) bool {
	if !a.meets(op, path) {
		return false
	}
	a.seen++
	return a.seen > a.After && (a.Times == 0 || a.seen <= a.After+a.Times)
}

// Disk is one breakable disk. Safe for concurrent use.
type Disk struct {
	glue glue

	mu     sync.Mutex
	off    bool
	faults []*armed
	counts [kinds]int
	struck int
	logs   map[string]*log // by path: what is not fsynced
	gone   []removal       // deletions that the folder's next fsync makes sure
	seen   map[string]bool // every database ever opened here
}

// New makes a disk and registers it with SQLite. Close it when its databases are closed.
func New() (*Disk, error) {
	d := &Disk{logs: map[string]*log{}, seen: map[string]bool{}}
	return d, d.register()
}

// Name is the VFS's name, for db.Config.VFS or the parameter vfs of a DSN.
func (d *Disk) Name() string { return d.glue.name }

// Arm adds a fault to those armed already. Its count begins now.
func (d *Disk) Arm(f Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, &armed{Fault: f})
}

// Heal disarms every fault. It does not switch a machine on again; that is Restore's.
func (d *Disk) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = nil
}

// Struck is how many operations failed by a fault so far, power losses included and what a dead machine refuses not.
func (d *Disk) Struck() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.struck
}

// Count is how many operations of a set were asked for so far, those that failed included.
func (d *Disk) Count(ops Op) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for i, c := range d.counts {
		if ops&(1<<i) != 0 {
			n += c
		}
	}
	return n
}

// PowerLoss switches the machine off: every operation from now on fails with SQLITE_IOERR, until Restore.
func (d *Disk) PowerLoss() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = true
}

// PowerLossAfter switches the machine off before the n+1st writing, syncing or deleting operation from now.
func (d *Disk) PowerLossAfter(n int) { d.Arm(Fault{On: Change, After: n}) }

// Off reports whether the power is gone.
func (d *Disk) Off() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.off
}

// ask counts an operation and gives the result code that it fails with, 0 where it goes on. mu is held.
func (d *Disk) ask(op Op, path string) int32 {
	for i := range d.counts {
		if op&(1<<i) != 0 {
			d.counts[i]++
		}
	}
	if d.off {
		return refusal(op)
	}
	code := int32(0)
	for _, a := range d.faults {
		if !a.strikes(op, path) || code != 0 {
			continue
		}
		d.struck++
		if code = int32(a.Code); code == 0 {
			d.off = true
			return refusal(op)
		}
	}
	return code
}

// refusal is how a dead machine answers.
func refusal(op Op) int32 {
	switch op {
	case Sync:
		return sqlite3.SQLITE_IOERR_FSYNC
	case Delete:
		return sqlite3.SQLITE_IOERR_DELETE
	case Open:
		return sqlite3.SQLITE_CANTOPEN
	case Read:
		return sqlite3.SQLITE_IOERR_READ
	case Share:
		return sqlite3.SQLITE_IOERR_SHMMAP
	}
	return sqlite3.SQLITE_IOERR_WRITE
}
