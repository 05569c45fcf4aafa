package stormtest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuardsStand: every guard is still where the list says.
func TestGuardsStand(t *testing.T) {
	for _, g := range guards() {
		text, err := os.ReadFile(filepath.Join("../../..", g.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), g.old); n < 1 {
			t.Errorf("%s: not in %s", g.name, g.file)
		}
	}
}

// TestGuards takes each guard away in turn and lets the schedules find it; STORM_GUARDS=1 asks for it (ten minutes or more), or a
// part of a guard's name.
func TestGuards(t *testing.T) {
	ask := os.Getenv("STORM_GUARDS")
	if ask == "" {
		t.Log("not asked for: ./task storm does")
		return
	}
	for _, g := range guards() {
		if ask != "1" && !strings.Contains(g.name, ask) {
			continue
		}
		out, err := without(t, g)
		switch {
		case err == nil:
			t.Errorf("%s: nothing noticed", g.name)
		case strings.Contains(out, "build failed"):
			t.Errorf("%s: does not build\n%s", g.name, out)
		default:
			t.Logf("%s: %s", g.name, firstWords(out))
		}
	}
}

// without runs the schedules on the program without a guard, by a build overlay: no file of the repository changes.
func without(t *testing.T, g guard) (string, error) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../..", g.file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{changed: []byte(strings.Replace(string(text), g.old, g.new, 1)), overlay: list} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pkg, run := g.where()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-overlay", overlay, "-run", run, "-timeout", "15m", pkg)
	cmd.Env = append(os.Environ(), "STORM_GUARDS=", "STORM_ENOUGH=1", "STORM_SEEDS=100", "STORM_SHARE=40")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// firstWords is what the first failed schedule said.
func firstWords(out string) string {
	_, after, found := strings.Cut(out, "seed ")
	if !found {
		after = out
	}
	if len(after) > 400 {
		after = after[:400]
	}
	return strings.Join(strings.Fields(after), " ")
}
