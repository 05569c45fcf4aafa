package printing_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"certdesk/printing"
	"certdesk/service"
)

func TestFolderKeepsPapers(t *testing.T) {
	dir := t.TempDir()
	f := printing.Folder{Dir: dir}
	var _ printing.Printer = f
	ctx := context.Background()
	for range 2 {
		if err := f.Print(ctx, "HB01-0000123 收据", []byte("one")); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Print(ctx, "HB01-0000123 收据", []byte("two")); !service.IsCode(err, service.PaperDiffers) {
		t.Errorf("other bytes under the same name: %v", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || files[0].Name() != "HB01-0000123 收据.pdf" {
		t.Fatalf("folder holds %v (%v)", files, err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, files[0].Name())); err != nil || !bytes.Equal(b, []byte("one")) {
		t.Errorf("paper holds %q (%v)", b, err)
	}
}

func TestFolderRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	for what, c := range map[string]struct {
		ctx       context.Context
		dir, name string
		want      service.Code
	}{
		"missing folder":     {context.Background(), filepath.Join(dir, "none"), "a", service.PaperFolder},
		"folder is a file":   {context.Background(), file, "a", service.PaperFolder},
		"name with folder":   {context.Background(), dir, "../a", service.InputInvalid},
		"backslash":          {context.Background(), dir, `..\a`, service.InputInvalid},
		"no name":            {context.Background(), dir, "", service.InputInvalid},
		"the parent":         {context.Background(), dir, "..", service.InputInvalid},
		"stopped beforehand": {stopped, dir, "a", service.Cancelled},
	} {
		if err := (printing.Folder{Dir: c.dir}).Print(c.ctx, c.name, []byte("x")); service.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
}

// What the system says of a full disk, a spent quota or a write-protected one becomes its own code.
func TestFolderTellsTroublesApart(t *testing.T) {
	for errno, want := range map[error]service.Code{
		syscall.ENOSPC: service.PaperDisk, syscall.EDQUOT: service.PaperDisk, syscall.EROFS: service.PaperFolder,
		syscall.EACCES: service.PaperFolder, syscall.EIO: service.PrintFailed,
	} {
		err := &fs.PathError{Op: "write", Path: "x", Err: errno}
		if got := service.CodeOf(printing.FolderError(t.TempDir(), err)); got != want {
			t.Errorf("%v: %s, want %s", errno, got, want)
		}
	}
}
