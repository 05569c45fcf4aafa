package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/service/biz"
)

const scripts = "../../testdata/scripts"

// TestScripts runs the built programs, as a script or a person at a shell would. Each script says at its top what it holds.
func TestScripts(t *testing.T) {
	tools(t, map[string]string{"openssl": "openssl", "pdftotext": "poppler-utils", "go": "golang-go"})
	programs := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", programs, "certdesk/cmd/certdesk", "certdesk/cmd/certdesk-ca")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                commands(),
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
