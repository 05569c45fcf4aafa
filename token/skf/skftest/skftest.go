// Package skftest gives tests a real GM/T 0016 (SKF) library: it builds the one in the folder library, whose documentation names the
// environment, the device and the faults, and keeps a drawer of soft UKeys for it.
//
//	lib := skftest.Library(t, 64)
//	drawer := skftest.New(t)
//	serial := drawer.Blank(t)
//	drawer.Fault(t, "crash:SKF_GenECCKeyPair")
//
// Building needs the program gcc (package gcc, or build-essential); it takes some ten seconds the first time and one later.
package skftest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Package is the library's import path.
const Package = "certdesk/token/skf/skftest/library"

// Library builds the library whose ULONG has ulong bits (32, packed structures, or 64, natural alignment), once for each test binary,
// and returns its path. flags are more C macros ("SKF_NO_DECRYPT", "SKF_PACKED=0"). Where it cannot be built the test fails.
func Library(t testing.TB, ulong int, flags ...string) string {
	t.Helper()
	path, err := built.path(ulong, flags)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built holds what this test binary has built.
var built = &builds{done: map[string]func() (string, error){}}

type builds struct {
	mu   sync.Mutex
	done map[string]func() (string, error)
}

func (b *builds) path(ulong int, flags []string) (string, error) {
	cflags := fmt.Sprintf("-O2 -DSKF_ULONG=%d", ulong)
	for _, f := range flags {
		cflags += " -D" + f
	}
	b.mu.Lock()
	once := b.done[cflags]
	if once == nil {
		once = sync.OnceValues(func() (string, error) { return build(cflags) })
		b.done[cflags] = once
	}
	b.mu.Unlock()
	return once()
}

// build makes the library and puts it where the next run makes it again: nobody sweeps up behind a test binary, so the places are
// few. A new file takes the old one's place, which stays whole for whoever has loaded it.
func build(cflags string) (string, error) {
	if err := compiler(); err != nil {
		return "", err
	}
	dir, err := place()
	if err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(work) }()
	out := filepath.Join(work, "skf.so")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-ldflags=-s -w", "-o", out, Package)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "CGO_CFLAGS="+cflags)
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the SKF library (%s): %w\n%s", cflags, err, said)
	}
	path := filepath.Join(dir, "skf"+strings.NewReplacer("-D", "-", " ", "", "=", "", "-O2", "").Replace(cflags)+".so")
	return path, os.Rename(out, path)
}

// compiler looks for what cgo needs.
func compiler() error {
	said, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		return fmt.Errorf("go env CC: %w", err)
	}
	cc := strings.Fields(string(said))
	if len(cc) == 0 {
		cc = []string{"gcc"}
	}
	if _, err := exec.LookPath(cc[0]); err != nil {
		return fmt.Errorf("the C compiler %s is missing (package gcc): the SKF library cannot be built: %w", cc[0], err)
	}
	return nil
}

// place is a folder of this user.
func place() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return os.MkdirTemp("", "skftest-")
	}
	dir := filepath.Join(cache, "certdesk-skftest")
	return dir, os.MkdirAll(dir, 0o700)
}
