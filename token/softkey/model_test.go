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

// TestModel leaves the fsyncs out: they change nothing that a living process can see.
func TestModel(t *testing.T) {
	sequences := 10_000
	if testing.Short() {
		sequences = 1_000
	}
	dir := t.TempDir()
	d := open(t, dir, softkey.WithoutSync(), softkey.WithTries(3, 3))
	tokentest.RunModel(t, drawer{d, d, dir}, sequences, 20260101)
}
