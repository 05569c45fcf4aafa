// Package record keeps what runs of the token contract found, one sheet a driver, and sets the sheets as one table.
package record

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Outcome is what became of a clause.
type Outcome string

// Outcomes.
const (
	Held        Outcome = "held"
	Unsupported Outcome = "unsupported" // the device lacks an ability; the reason says which
	Failed      Outcome = "failed"
	NotRun      Outcome = "not run" // left out, or what judges it is missing
)

// Row is one clause.
type Row struct {
	Clause  string  `json:"clause"`
	What    string  `json:"what"`
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason,omitempty"`
}

// Sheet is one run of the contract, its clauses in order.
type Sheet struct {
	Driver string `json:"driver"`
	Rows   []Row  `json:"rows"`
}

// Count counts the rows by outcome.
func (s Sheet) Count() map[Outcome]int {
	n := map[Outcome]int{}
	for _, r := range s.Rows {
		n[r.Outcome]++
	}
	return n
}

// Write leaves a sheet in a folder, which it makes. A later run of the same driver replaces it.
func Write(dir string, s Sheet) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, fileName(s.Driver)), append(data, '\n'), 0o644)
}

// fileName keeps a driver's name from leaving the folder.
func fileName(driver string) string {
	plain := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}
	return strings.Map(plain, driver) + ".json"
}

// Read gives the sheets of a folder, ordered by driver. Sheets that list other clauses are of another contract: an error.
func Read(dir string) ([]Sheet, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var sheets []Sheet
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var s Sheet
		if err := json.Unmarshal(data, &s); err != nil || s.Driver == "" {
			return nil, fmt.Errorf("%s is no sheet: %w", path, err)
		}
		sheets = append(sheets, s)
	}
	if len(sheets) == 0 {
		return nil, fmt.Errorf("no sheets in %s", dir)
	}
	sort.Slice(sheets, func(i, j int) bool { return sheets[i].Driver < sheets[j].Driver })
	return sheets, alike(sheets)
}

func alike(sheets []Sheet) error {
	for _, s := range sheets[1:] {
		if len(s.Rows) != len(sheets[0].Rows) {
			return fmt.Errorf("%s has %d clauses, %s %d: run both anew", s.Driver, len(s.Rows), sheets[0].Driver, len(sheets[0].Rows))
		}
		for i, r := range s.Rows {
			if r.Clause != sheets[0].Rows[i].Clause {
				return fmt.Errorf("%s has clause %s where %s has %s: run both anew", s.Driver, r.Clause, sheets[0].Driver, sheets[0].Rows[i].Clause)
			}
		}
	}
	return nil
}

// Gaps names what keeps a table from being a proof: clauses that failed or were not run.
func Gaps(sheets []Sheet) (gaps []string) {
	for _, s := range sheets {
		for _, r := range s.Rows {
			if r.Outcome != Held && r.Outcome != Unsupported {
				gaps = append(gaps, fmt.Sprintf("%s: %s %s (%s)", s.Driver, r.Clause, r.Outcome, r.Reason))
			}
		}
	}
	return gaps
}
