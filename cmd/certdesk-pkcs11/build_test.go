//go:build cgo && unix

package main_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/softkey"
)

// builds are the modules of this test run, in a folder that TestMain removes.
type builds struct {
	dir    string
	mu     sync.Mutex
	failed map[string]error
}

var built = &builds{failed: map[string]error{}}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "certdesk-pkcs11")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		built.dir = dir
		return m.Run()
	}())
}

// library builds the module as users do, once per set of tags.
func library(t testing.TB, tags string) string {
	t.Helper()
	built.mu.Lock()
	defer built.mu.Unlock()
	path := filepath.Join(built.dir, "libcertdesk-pkcs11"+tags+".so")
	err, done := built.failed[tags]
	if !done {
		cmd := exec.Command("go", "build", "-buildmode=c-shared", "-tags="+tags, "-o", path, "certdesk/cmd/certdesk-pkcs11")
		var out []byte
		if out, err = cmd.CombinedOutput(); err != nil {
			t.Logf("%s", out)
		}
		built.failed[tags] = err
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// desk is a drawer of soft UKeys and the module over it.
type desk struct {
	*softkey.Driver
	dir, module string
}

func newDesk(t testing.TB, serials ...string) *desk {
	t.Helper()
	d := &desk{dir: t.TempDir(), module: library(t, "")}
	env := service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string { return hex.EncodeToString(make([]byte, 16)) }}
	var err error
	d.Driver, err = softkey.Open(d.dir, env, softkey.WithKDF(1, 64, 1))
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	for _, serial := range serials {
		must(t, d.Create(serial))
		must(t, d.Insert(serial))
	}
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) environment() []string {
	return append(os.Environ(), "CERTDESK_UKEYS="+d.dir, "CERTDESK_UKEYS_KDF=light")
}

// tool finds a program; without it the test fails and names the Debian package.
func tool(t testing.TB, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing: install the Debian package %s", name, debian)
	}
	return path
}

// try runs pkcs11-tool on the module.
func (d *desk) try(t testing.TB, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(tool(t, "pkcs11-tool", "opensc"), append([]string{"--module", d.module}, args...)...)
	cmd.Env = d.environment()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// run is try for what must work.
func (d *desk) run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := d.try(t, args...)
	if err != nil {
		t.Fatalf("pkcs11-tool %q: %v\n%s", args, err, out)
	}
	return out
}

// file puts data into a file of the test.
func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, data, 0o600))
	return path
}
