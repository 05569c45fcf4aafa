package tokentest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"certdesk/token/tokentest"
	"certdesk/token/tokentest/record"
)

func document(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/tokens.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The table of docs/tokens.md is one of this contract: a clause that came, went or changed its name means a new run.
func TestTableIsOfThisContract(t *testing.T) {
	drivers, rows, err := record.Find(document(t))
	if err != nil || !slices.Contains(drivers, "softkey") {
		t.Fatalf("drivers %v: %v", drivers, err)
	}
	for _, c := range tokentest.Clauses() {
		cells := rows[c.Name]
		if len(cells) != len(drivers) {
			t.Errorf("docs/tokens.md tells %d outcomes of %s: CERTDESK_CONTRACT_DIR=DIR go test -count=1 ./token/... && go run ./token/tokentest/table DIR docs/tokens.md", len(cells), c.Name)
		}
		for i, outcome := range cells {
			if outcome != string(record.Held) && !strings.HasPrefix(outcome, string(record.Unsupported)+" (") {
				t.Errorf("%s: %s %s", drivers[i], c.Name, outcome)
			}
		}
		delete(rows, c.Name)
	}
	for name := range rows {
		t.Errorf("docs/tokens.md tells of %s, which is no clause", name)
	}
}

// Every ability that a device may lack is explained.
func TestFeaturesAreExplained(t *testing.T) {
	text := document(t)
	for _, f := range tokentest.Features() {
		if !strings.Contains(text, "`"+string(f)+"`") {
			t.Errorf("docs/tokens.md does not explain %s", f)
		}
	}
	for _, name := range []string{envModule, envDriver, envProfile, envSerial, envSOFile, tokentest.Folder} {
		if !strings.Contains(text, name) {
			t.Errorf("docs/tokens.md does not name %s", name)
		}
	}
}
