//go:build unix

package db_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"certdesk/db"
	"certdesk/service"
)

const nobody = 65534

// asNobody runs the test again as a user whom permissions bind, where this one is root; it reports whether the test is to go on.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return true
	}
	dir, err := os.MkdirTemp("", "nobody")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "test")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, program, self)
	cmd := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o755); err != nil {
		t.Fatal(err)
	}
}

// A folder or file that this user may not write is named, also by commands that only read where SQLite cannot read without writing.
func TestNotToBeWritten(t *testing.T) {
	if !asNobody(t) {
		return
	}
	tests := []struct {
		name         string
		file, folder os.FileMode
		open         service.Code
	}{
		{"file", 0o400, 0o700, service.StoreReadOnly},
		{"folder", 0o600, 0o500, service.StoreReadOnly},
		{"both", 0o400, 0o500, service.StoreReadOnly},
		{"not even read", 0o000, 0o700, service.StoreReadOnly},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := newTemplate(t).copyTo(t)
			t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
			for path, mode := range map[string]os.FileMode{filepath.Join(dir, db.FileName): tt.file, dir: tt.folder} {
				if err := os.Chmod(path, mode); err != nil {
					t.Fatal(err)
				}
			}
			_, err := db.Open(context.Background(), config(dir))
			wantCode(t, err, tt.open)
			if tt.folder&0o200 == 0 {
				_, err = db.Hold(dir)
				wantCode(t, err, service.StoreReadOnly)
			}
			ro, err := db.OpenReadOnly(context.Background(), config(dir))
			if err == nil {
				whole(t, ro)
				_ = ro.Close()
				return
			}
			wantCode(t, err, service.StoreReadOnly)
		})
	}
}

// What the system says of a place is one code each, whichever call it said it to.
func TestPlaceErrors(t *testing.T) {
	for cause, want := range map[error]service.Code{
		syscall.EACCES: service.StoreReadOnly, syscall.EPERM: service.StoreReadOnly, syscall.EROFS: service.StoreReadOnly,
		syscall.ENOSPC: service.StoreFull, syscall.EDQUOT: service.StoreFull, syscall.EIO: service.StoreFailed,
	} {
		wantCode(t, db.Unwritable(&os.PathError{Op: "mkdir", Path: "x", Err: cause}), want)
	}
}
