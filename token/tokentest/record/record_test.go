package record_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/token/tokentest/record"
)

func sheet(driver string, outcomes ...record.Outcome) record.Sheet {
	s := record.Sheet{Driver: driver}
	for i, o := range outcomes {
		s.Rows = append(s.Rows, record.Row{Clause: []string{"pin/a", "pin/b"}[i], What: "a | promise", Outcome: o, Reason: string(o)})
	}
	return s
}

func folder(t *testing.T, sheets ...record.Sheet) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new")
	for _, s := range sheets {
		if err := record.Write(dir, s); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTableAndBack(t *testing.T) {
	dir := folder(t, sheet("softkey", record.Held, record.Failed), sheet("p11 · a/../b", record.Unsupported, record.NotRun),
		sheet("softkey", record.Held, record.Held))
	sheets, err := record.Read(dir)
	if err != nil || len(sheets) != 2 {
		t.Fatal(sheets, err)
	}
	text, err := record.Replace("before\n"+record.Begin+"\nold\n"+record.End+"\nafter\n", record.Table(sheets))
	if err != nil || !strings.HasPrefix(text, "before\n") || !strings.HasSuffix(text, record.End+"\nafter\n") || strings.Contains(text, "old") {
		t.Fatal(text, err)
	}
	drivers, rows, err := record.Find(text)
	if err != nil || strings.Join(drivers, ";") != "p11 · a/../b;softkey" || len(rows) != 2 ||
		strings.Join(rows["pin/a"], ";") != "unsupported (1);held" || strings.Join(rows["pin/b"], ";") != "not run (2);held" {
		t.Fatal(drivers, rows, err, text)
	}
	if gaps := record.Gaps(sheets); len(gaps) != 1 || !strings.Contains(gaps[0], "pin/b not run") {
		t.Error(gaps)
	}
}

func TestRefusals(t *testing.T) {
	if _, err := record.Read(t.TempDir()); err == nil {
		t.Error("an empty folder is no table")
	}
	if _, err := record.Read(folder(t, sheet("a", record.Held), sheet("b", record.Held, record.Held))); err == nil {
		t.Error("two contracts in one table")
	}
	dir := folder(t, sheet("a", record.Held))
	if err := os.WriteFile(filepath.Join(dir, "b.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := record.Read(dir); err == nil {
		t.Error("a file that is no sheet was read")
	}
	for _, text := range []string{"", record.Begin + "\n", record.End + record.Begin} {
		if _, err := record.Replace(text, "x"); err == nil {
			t.Errorf("%q has no place for a table", text)
		}
	}
}
