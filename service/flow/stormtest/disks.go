package stormtest

import (
	"errors"

	"syscall"

	sqlite3 "modernc.org/sqlite/lib"

	"certdesk/db"
	"certdesk/db/faultdisk"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

// disks are the file systems under store and drawer. After a power cut they hold what was fsynced, and of the rest what chance kept:
// nothing, everything, or each write by the seed.
type disks struct {
	store *faultdisk.Disk
	keys  *softkeytest.Forgetful
	keep  faultdisk.Keep
}

func newDisks(seed uint64) (*disks, error) {
	store, err := faultdisk.New()
	if err != nil {
		return nil, err
	}
	d := &disks{store: store, keys: softkeytest.NewForgetful(seed), keep: faultdisk.Some(seed)}
	switch seed % 3 {
	case 0:
		d.keep = faultdisk.Nothing
	case 1:
		d.keys.SetFate(softkeytest.Drawn)
	}
	return d, nil
}

func (d *disks) config(c db.Config) db.Config {
	c.VFS = d.store.Name()
	return c
}

// soft is a life of the keys' disk: it ends with the power.
func (d *disks) soft() softkey.Option { return softkey.WithDisk(d.keys.Life()) }

// cut takes the power off both.
func (d *disks) cut() {
	d.store.PowerLoss()
	d.keys.PowerLoss()
}

// off tells that one of them has no power.
func (d *disks) off() bool { return d.store.Off() || d.keys.Off() }

func (d *disks) heal() {
	d.store.Heal()
	d.keys.Heal()
}

// arm sets what is to happen to the disks themselves, counted in changes from now on.
func (d *disks) arm(plan []Strike) {
	for _, s := range plan {
		can := Point{Kind: s.Kind}.Takes()
		switch s.Kind {
		case AtStoreDisk:
			d.armStore(s, can[s.Pick%len(can)])
		case AtKeyDisk:
			d.armKeys(s.Nth, can[s.Pick%len(can)])
		}
	}
}

func (d *disks) armStore(s Strike, f Fault) {
	fault := faultdisk.Fault{On: faultdisk.Change, After: s.Nth - 1, Times: 1 + s.Pick%7}
	switch f {
	case Full:
		fault.On, fault.Code = faultdisk.Write, sqlite3.SQLITE_FULL
	case Bad:
		fault.On, fault.Code = faultdisk.Write|faultdisk.Sync, sqlite3.SQLITE_IOERR_WRITE
	}
	d.store.Arm(fault)
}

func (d *disks) armKeys(nth int, f Fault) {
	switch f {
	case Full:
		d.keys.FailAt(nth, syscall.ENOSPC)
	case Bad:
		d.keys.FailAt(nth, syscall.EIO)
	default:
		d.keys.CutAt(nth)
	}
}

// restore brings the power back; nothing may be open.
func (d *disks) restore() error {
	d.keys.Restore()
	return d.store.Restore(d.keep)
}

func (d *disks) close() error { return errors.Join(d.store.Close()) }
