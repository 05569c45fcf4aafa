package softkey

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// replace puts data at path in one step: whoever reads sees the old file or the new one, also after a power cut. It runs under
// the drawer's lock, so what a crash left under the temporary name is nobody's and is overwritten.
func replace(path string, data []byte) error {
	f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

func remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(syncDir(f), f.Close())
}

// syncDir tolerates systems that cannot sync a folder: there the rename itself is the best there is.
func syncDir(f *os.File) error {
	err := f.Sync()
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// locked runs act while no other process changes the drawer: neither plugs, nor unplugs, nor replaces a token file.
func (d *Driver) locked(act func() error) error {
	l := flock.New(filepath.Join(d.dir, ".lock"), flock.SetPermissions(0o600))
	if err := l.Lock(); err != nil {
		return err
	}
	return errors.Join(act(), l.Unlock())
}
