package softkey

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"certdesk/service"
)

// Disk is what a drawer asks of a file system. Paths are the driver's; errors are the system's (fs.ErrNotExist, ENOSPC, EIO).
// Nothing is taken for durable that was not synced: a file's content by File.Sync, its name by SyncFolder. Safe for concurrent use.
type Disk interface {
	// MakeFolder makes dir (mode 0700) with its parents; one that is there stays.
	MakeFolder(dir string) error
	// Names lists the files of dir in order.
	Names(dir string) ([]string, error)
	// Read gives a file's content, of an overlong one (1 MiB) the first bytes and one more than allowed.
	Read(path string) ([]byte, error)
	// Create makes a file (mode 0600) or empties the one that is there, for writing.
	Create(path string) (File, error)
	// Rename puts a file in another's place in one step.
	Rename(from, to string) error
	Remove(path string) error
	// SyncFolder makes the names in dir durable: what was created, renamed and removed there.
	SyncFolder(dir string) error
	// Lock takes the lock named path against every other holder, also of other processes; it ends with the process. It waits
	// for it or, where wait is false, gives nil and no error while another holds it.
	Lock(path string, wait bool) (unlock func() error, err error)
}

// File is a file being written.
type File interface {
	io.WriteCloser
	// Sync makes what was written durable.
	Sync() error
}

// System is the operating system's file system.
func System() Disk { return system{} }

type system struct{}

func (system) MakeFolder(dir string) error { return os.MkdirAll(dir, 0o700) }

func (system) Names(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (system) Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxImage+1))
	return data, errors.Join(err, f.Close())
}

func (system) Create(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (system) Rename(from, to string) error { return os.Rename(from, to) }
func (system) Remove(path string) error     { return os.Remove(path) }

// SyncFolder tolerates systems that cannot sync a folder: there the rename itself is the best there is.
func (system) SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

func (system) Lock(path string, wait bool) (func() error, error) {
	l := flock.New(path, flock.SetPermissions(0o600))
	if wait {
		return l.Unlock, l.Lock()
	}
	ok, err := l.TryLock()
	if !ok {
		return nil, err
	}
	return l.Unlock, err
}

// errUnsettled marks a failure behind the rename: what was written is seen but may be lost with the power.
var errUnsettled = errors.New("the folder was not synced")

// replace puts data at path in one step: whoever reads sees the old file or the new one, also after a power cut. It runs under
// the drawer's lock, so what a crash left under the temporary name is nobody's and is overwritten. Where it fails without
// errUnsettled, the old file stands.
func (d *Driver) replace(path string, data []byte) error {
	tmp := path + ".tmp"
	err := d.write(tmp, data)
	if err == nil {
		err = d.opt.disk.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, d.discard(tmp))
	}
	return d.settle()
}

// write makes a file whose content is durable.
func (d *Driver) write(path string, data []byte) error {
	f, err := d.opt.disk.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// discard removes a file that may not be there.
func (d *Driver) discard(path string) error {
	if err := d.opt.disk.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d *Driver) remove(path string) error {
	if err := d.opt.disk.Remove(path); err != nil {
		return err
	}
	return d.settle()
}

// settle makes the drawer's names durable. While that fails no act begins: what a caller has seen is never lost afterwards.
func (d *Driver) settle() error {
	d.settling.Lock()
	defer d.settling.Unlock()
	err := d.opt.disk.SyncFolder(d.dir)
	d.unsettled.Store(err != nil)
	if err != nil {
		return errors.Join(errUnsettled, err)
	}
	return nil
}

// settled tries again what settle could not do.
func (d *Driver) settled(op string) error {
	if !d.unsettled.Load() {
		return nil
	}
	if err := d.settle(); err != nil {
		return service.E(service.TokenFailed, op, nil, err)
	}
	return nil
}

// locked runs act while no other process changes the drawer: neither plugs, nor unplugs, nor replaces a token file.
func (d *Driver) locked(act func() error) error {
	unlock, err := d.opt.disk.Lock(filepath.Join(d.dir, ".lock"), true)
	if err != nil {
		return err
	}
	return errors.Join(act(), unlock())
}
