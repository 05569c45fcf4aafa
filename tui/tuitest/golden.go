package tuitest

import (
	"os"
	"path/filepath"
	"testing"
)

// Golden compares text with a file under dir. With UPDATE_GOLDEN set it writes the file instead.
func Golden(t *testing.T, dir, name, got string) {
	t.Helper()
	path := filepath.Join(dir, name+".txt")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (set UPDATE_GOLDEN=1 to write it)", err)
	}
	if string(want) != got {
		t.Errorf("%s differs from its golden.\nwant:\n%s\ngot:\n%s", name, want, got)
	}
}
