package printing

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"certdesk/service"
)

// Printer takes a finished paper. Print returns once the paper is safely handed over; printing the same name with the same
// bytes again is no error and leaves one paper. Errors carry PrintFailed, Paper… or Printer… codes.
type Printer interface {
	Print(ctx context.Context, name string, pdf []byte) error
}

// Folder is a printer that keeps every paper as <Dir>/<name>.pdf. The folder must exist.
type Folder struct{ Dir string }

// Print writes the file whole or not at all. Errors: InputInvalid (a name that is no file name), Cancelled, PaperFolder,
// PaperDisk, PaperDiffers (the name holds other bytes), PrintFailed.
func (f Folder) Print(ctx context.Context, name string, pdf []byte) error {
	const op = "printing.Folder.Print"
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
		return service.E(service.InputInvalid, op, service.Args{"field": "name", "reason": name}, nil)
	}
	if err := ctx.Err(); err != nil {
		return service.E(service.Cancelled, op, nil, err)
	}
	path := filepath.Join(f.Dir, name+".pdf")
	switch old, err := os.ReadFile(path); {
	case err == nil && bytes.Equal(old, pdf):
		return nil
	case err == nil:
		return service.E(service.PaperDiffers, op, service.Args{"path": path}, nil)
	case !errors.Is(err, fs.ErrNotExist):
		return folderError(op, f.Dir, path, err)
	}
	if err := writeWhole(path, pdf); err != nil {
		return folderError(op, f.Dir, path, err)
	}
	return nil
}

// writeWhole writes beside path, flushes and renames, so that a power cut leaves the old state or the new one.
func writeWhole(path string, b []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".paper-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename durable; systems whose folders cannot be flushed keep renames in order themselves.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, fs.ErrPermission) {
		return errors.Join(err, d.Close())
	}
	return d.Close()
}

func folderError(op, dir, path string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return service.E(service.PaperDisk, op, service.Args{"path": dir}, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EROFS):
		return service.E(service.PaperFolder, op, service.Args{"path": dir}, err)
	}
	return service.E(service.PrintFailed, op, service.Args{"what": filepath.Base(path)}, err)
}
