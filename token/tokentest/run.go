package tokentest

import (
	"os"
	"testing"

	"certdesk/token/tokentest/record"
)

// Folder is the environment variable that names the folder where runs leave their results, one file a driver. Command
// token/tokentest/table makes the table of docs/tokens.md of them.
const Folder = "CERTDESK_CONTRACT_DIR"

// Run holds a driver to the contract. h is called once per clause.
func Run(t *testing.T, h func(t *testing.T) Harness) { RunNamed(t, "", h) }

// RunNamed is Run, and leaves the results under the driver's name where [Folder] is set. The name heads a column of the table: short,
// one for each library and dialect. What the device is may stand behind it ("p11 · ePass2003").
func RunNamed(t *testing.T, name string, h func(t *testing.T) Harness) {
	t.Helper()
	if !t.Run("caps", func(t *testing.T) { checkCaps(t, h(t)) }) {
		t.Error("the abilities are not what the harness says: what the clauses tell below is worth little")
	}
	sheet := record.Sheet{Driver: name}
	for _, c := range all() {
		sheet.Rows = append(sheet.Rows, runClause(t, c, h))
	}
	n := sheet.Count()
	t.Logf("contract: %d clauses, %d held, %d unsupported, %d failed, %d not run", len(sheet.Rows), n[record.Held],
		n[record.Unsupported], n[record.Failed], n[record.NotRun])
	for _, r := range sheet.Rows {
		if r.Outcome != record.Held {
			t.Logf("%s: %s (%s)", r.Outcome, r.Clause, r.Reason)
		}
	}
	if dir := os.Getenv(Folder); dir != "" && name != "" {
		if err := record.Write(dir, sheet); err != nil {
			t.Error(err)
		}
	}
}

// runClause is not run where -run leaves the clause out, and where a tool that judges is missing.
func runClause(t *testing.T, c clause, h func(t *testing.T) Harness) record.Row {
	t.Helper()
	row := record.Row{Clause: c.Name, What: c.What, Outcome: record.NotRun, Reason: "left out"}
	passed := t.Run(c.Name, func(t *testing.T) {
		row.Reason = "a tool is missing" // unless told otherwise below
		b := newBench(t, h(t))
		if lack := b.lacks(c.needs); lack != "" {
			row.Outcome, row.Reason = record.Unsupported, lack
			t.Skipf("UNSUPPORTED %s: %s", c.Name, lack)
		}
		c.run(b)
		row.Outcome, row.Reason = record.Held, ""
	})
	if !passed {
		row.Outcome, row.Reason = record.Failed, "see the test's output"
	}
	return row
}
