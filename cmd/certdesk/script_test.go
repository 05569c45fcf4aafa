package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/service/biz"
)

const scripts = "../../testdata/scripts"

// programs is where the built programs lie, for all tests of this package.
var programs struct {
	once sync.Once
	dir  string
	err  error
}

// TestMain takes the built programs away again.
func TestMain(m *testing.M) {
	code := m.Run()
	if programs.dir != "" {
		_ = os.RemoveAll(programs.dir)
	}
	os.Exit(code)
}

// built is the path of a program under test, certdesk or certdesk-ca, built once.
func built(t *testing.T, name string) string {
	t.Helper()
	programs.once.Do(func() {
		if programs.dir, programs.err = os.MkdirTemp("", "certdesk-programs"); programs.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", programs.dir, "certdesk/cmd/certdesk", "certdesk/cmd/certdesk-ca")
		if out, err := build.CombinedOutput(); err != nil {
			programs.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if programs.err != nil {
		t.Fatal(programs.err)
	}
	return filepath.Join(programs.dir, name)
}

// TestScripts runs the built programs, as a script or a person at a shell would. Each script says at its top what it holds.
func TestScripts(t *testing.T) {
	tools(t, map[string]string{"openssl": "openssl", "pdftotext": "poppler-utils", "go": "golang-go"})
	programs := filepath.Dir(built(t, "certdesk"))
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                commands(),
		Condition:           condition,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", programs+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Setenv("LANG", "C.UTF-8")
			e.Setenv("TERM", "xterm")
			e.Setenv("SM2ID", "distid:1234567812345678") // the default identifier of GB/T 35276
			return os.CopyFS(filepath.Join(e.WorkDir, "shipped"), os.DirFS("demo"))
		},
	})
}

// tools fails by name and Debian package: a missing tool must never pass for a passed test.
func tools(t *testing.T, packages map[string]string) {
	t.Helper()
	for tool, pkg := range packages {
		if _, err := exec.LookPath(tool); err != nil {
			t.Errorf("%s is missing: install the Debian package %s", tool, pkg)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// Every business names its script, and the script is there.
func TestEveryBusinessHasItsScript(t *testing.T) {
	for _, d := range biz.All() {
		if _, err := os.Stat(filepath.Join(scripts, d.Script)); d.Script == "" || err != nil {
			t.Errorf("%s: script %q: %v", d.Kind, d.Script, err)
		}
	}
}
