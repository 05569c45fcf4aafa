package softkeytest

import "io/fs"

// breakage fails the changes (or reads) from one number to another.
type breakage struct {
	reads       bool
	from, until int // until 0: for ever
	err         error
}

func (b breakage) strikes(reads bool, n int) bool {
	return b.reads == reads && n >= b.from && (b.until == 0 || n <= b.until)
}

// FailAt makes the n-th change from now on fail with err, such as syscall.ENOSPC or syscall.EIO; a write leaves a part behind.
func (d *Forgetful) FailAt(n int, err error) { d.fail(false, n, n, err) }

// FailFrom makes every change from the n-th on fail with err, but for Remove, which works on a full disk: as long as Heal was
// not called.
func (d *Forgetful) FailFrom(n int, err error) { d.fail(false, n, 0, err) }

// FailReadAt makes the n-th Read or Names from now on fail with err.
func (d *Forgetful) FailReadAt(n int, err error) { d.fail(true, n, n, err) }

func (d *Forgetful) fail(reads bool, from, until int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	base := d.changes
	if reads {
		base = d.reads
	}
	if until > 0 {
		until += base
	}
	d.broken = append(d.broken, breakage{reads: reads, from: base + from, until: until, err: err})
}

// Heal ends all injected failures and takes back a CutAt that has not struck.
func (d *Forgetful) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken, d.cutAt = nil, 0
}

// change counts a change and gives what keeps it from happening. It is called under the lock.
func (d *Forgetful) change(op, path string) error {
	d.changes++
	if d.cutAt > 0 && d.changes >= d.cutAt {
		d.cut()
		return &fs.PathError{Op: op, Path: path, Err: ErrPower}
	}
	for _, b := range d.broken {
		if b.strikes(false, d.changes) && (op != "remove" || b.until > 0) {
			return &fs.PathError{Op: op, Path: path, Err: b.err}
		}
	}
	return nil
}

func (d *Forgetful) read(op, path string) error {
	d.reads++
	for _, b := range d.broken {
		if b.strikes(true, d.reads) {
			return &fs.PathError{Op: op, Path: path, Err: b.err}
		}
	}
	return nil
}
