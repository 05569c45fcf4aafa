package softkey_test

import (
	"os"
	"path/filepath"
	"testing"

	"certdesk/token/softkey"
	"certdesk/token/tokentest"
)

// Discard deletes a token's files.
func (d drawer) Discard(t *testing.T, serial string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, serial+".*"))
	must(t, err)
	for _, f := range files {
		must(t, os.Remove(f))
	}
}

// memory is a folder in memory where the system has such a place: 10,000 tokens are written some 60,000 times, each time with
// fsync. Anywhere else the test is the same and takes minutes.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "softkey")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	return dir
}

func TestModel(t *testing.T) {
	sequences := 10_000
	if testing.Short() {
		sequences = 1_000
	}
	dir := memory(t)
	d := open(t, dir, softkey.WithTries(3, 3))
	tokentest.RunModel(t, drawer{d, d, dir}, sequences, 20260101)
}
