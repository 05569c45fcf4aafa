package softkeytest

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"

	"certdesk/token/softkey"
)

// ErrPower is what every operation gives while the power is out, and for ever to a Life that it ended.
var ErrPower = errors.New("the power is out")

// Fate is what becomes of what was not synced when the power goes.
type Fate int

// Fates: everything is lost, everything is kept, or each write and each name by the seed, writes also in part.
const (
	Lost Fate = iota
	Kept
	Drawn
)

// Forgetful is a file system in memory that has a durable side. Safe for concurrent use by any number of drawers. A
// folder need not be made before it is used, and files do not move between folders.
type Forgetful struct {
	mu    sync.Mutex
	freed *sync.Cond // a lock was given up, or the power went
	draw  *rand.Rand
	fate  Fate
	off   bool
	life  int

	seen, durable map[string]*node   // by path
	pending       []renaming         // changes of names that no SyncFolder has covered, in order
	locks         map[string]*holder // those that are held

	changes, reads int
	cutAt          int // number of the change that the power cut takes; 0: none
	broken         []breakage
}

// node is a file's content; the durable one is what the last Sync saw.
type node struct{ live, durable []byte }

// holder is one holding of a lock.
type holder struct{ path string }

// renaming is one change of names in a folder: from goes (where it is not empty), to is node (where it is not empty).
type renaming struct {
	dir, from, to string
	node          *node
}

// NewForgetful is an empty disk on which what was not synced is lost. seed is for SetFate(Drawn).
func NewForgetful(seed uint64) *Forgetful {
	d := &Forgetful{draw: rand.New(rand.NewPCG(seed, 0x5eed)), seen: map[string]*node{}, durable: map[string]*node{},
		locks: map[string]*holder{}}
	d.freed = sync.NewCond(&d.mu)
	return d
}

// SetFate chooses what the next power cut does to what was not synced.
func (d *Forgetful) SetFate(f Fate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fate = f
}

// Changes counts what has changed or synced the disk so far: Create, Write, Sync, Rename, Remove and SyncFolder.
func (d *Forgetful) Changes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changes
}

// Off reports whether the power is out.
func (d *Forgetful) Off() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.off
}

// PowerLoss cuts the power now: every operation fails until Restore.
func (d *Forgetful) PowerLoss() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cut()
}

// CutAt cuts the power in the n-th change from now on: of a write a part may have happened, everything else of it not.
func (d *Forgetful) CutAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = d.changes + n
}

func (d *Forgetful) cut() {
	d.off = true
	d.cutAt = 0
	d.end()
}

// end ends the lives of all who use the disk, and their locks with them.
func (d *Forgetful) end() {
	d.life++
	clear(d.locks)
	d.freed.Broadcast()
}

// Kill ends the programs that use the disk through a Life; the disk stays and forgets nothing. The power is on again at once.
func (d *Forgetful) Kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end()
}

// Restore puts the power on again, after cutting it where it is still on: the folder is as the cut leaves it. Injected failures
// are gone.
func (d *Forgetful) Restore() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.off {
		d.cut()
	}
	for _, r := range d.pending {
		if d.survives() {
			r.on(d.durable)
		}
	}
	d.seen = map[string]*node{}
	for _, path := range slices.Sorted(maps.Keys(d.durable)) { // in order, for the draws
		d.settleNode(d.durable[path])
		d.seen[path] = d.durable[path]
	}
	d.pending, d.broken, d.cutAt, d.off = nil, nil, 0, false
}

func (d *Forgetful) survives() bool { return d.fate == Kept || d.fate == Drawn && d.draw.IntN(2) == 0 }

// settleNode decides over a content that was not synced. Drawn: the old one, the new one, or a torn one.
func (d *Forgetful) settleNode(n *node) {
	if slices.Equal(n.live, n.durable) {
		return
	}
	switch {
	case d.fate == Drawn && d.draw.IntN(3) == 0:
		d.tear(n)
	case !d.survives():
		n.live = slices.Clone(n.durable)
	}
	n.durable = slices.Clone(n.live)
}

// tear keeps the beginning of a content; the rest is missing or zero.
func (d *Forgetful) tear(n *node) {
	at := d.draw.IntN(len(n.live) + 1)
	if d.draw.IntN(2) == 0 {
		n.live = n.live[:at]
		return
	}
	clear(n.live[at:])
}

func (r renaming) on(names map[string]*node) {
	if r.from != "" {
		delete(names, r.from)
	}
	if r.to != "" {
		names[r.to] = r.node
	}
}

// Files lists the files that are seen now, with their content, for a test that looks for secrets.
func (d *Forgetful) Files() map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string][]byte{}
	for path, n := range d.seen {
		out[path] = slices.Clone(n.live)
	}
	return out
}

// Put lays a file onto the disk, durable at once; nil removes it.
func (d *Forgetful) Put(path string, content []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path = filepath.Clean(path)
	if content == nil {
		delete(d.seen, path)
		delete(d.durable, path)
		return
	}
	n := &node{live: slices.Clone(content), durable: slices.Clone(content)}
	d.seen[path], d.durable[path] = n, n
}

// Life is the disk as one run of a program sees it: a power cut or a Kill ends it for good, so that what is left of that program
// can do nothing on the disk of the next. During a power cut it is the life after Restore.
func (d *Forgetful) Life() softkey.Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &view{disk: d, life: d.life}
}

// Disk is the disk for a driver that outlives power cuts: it works again after Restore. Locks do not outlive them.
func (d *Forgetful) Disk() softkey.Disk { return &view{disk: d, life: always} }

func missing(op, path string) error { return &fs.PathError{Op: op, Path: path, Err: fs.ErrNotExist} }
