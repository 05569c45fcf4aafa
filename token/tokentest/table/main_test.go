package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/token/tokentest/record"
)

func TestRun(t *testing.T) {
	dir, doc := t.TempDir(), filepath.Join(t.TempDir(), "tokens.md")
	text := "# Tokens\n" + record.Begin + "\n" + record.End + "\n"
	write := func(outcome record.Outcome) {
		row := record.Row{Clause: "pin/a", What: "promise", Outcome: outcome, Reason: "why"}
		if err := record.Write(dir, record.Sheet{Driver: "softkey", Rows: []record.Row{row}}); err != nil {
			t.Fatal(err)
		}
	}
	read := func() string {
		got, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	if err := os.WriteFile(doc, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []record.Outcome{record.NotRun, record.Failed} {
		write(bad)
		if err := run([]string{dir, doc}, nil); err == nil || read() != text {
			t.Errorf("%s: %v, and the document became %q", bad, err, read())
		}
	}
	write(record.Held)
	if err := run([]string{dir, doc}, nil); err != nil || !strings.Contains(read(), "| pin/a | promise | held |") {
		t.Errorf("%v: %q", err, read())
	}
	var out strings.Builder
	if err := run([]string{dir}, &out); err != nil || !strings.Contains(out.String(), "pin/a") {
		t.Errorf("%v: %q", err, out.String())
	}
	if run(nil, &out) == nil || run([]string{filepath.Join(dir, "none")}, &out) == nil {
		t.Error("nothing to read is no error")
	}
}
