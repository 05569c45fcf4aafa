package record

import (
	"errors"
	"fmt"
	"strings"
)

// Marks around the table in a document.
const (
	Begin = "<!-- contract: begin -->"
	End   = "<!-- contract: end -->"
)

// Table sets sheets as Markdown: a row a clause, a column a driver, the reasons of what is unsupported numbered below.
func Table(sheets []Sheet) string {
	var b strings.Builder
	var notes notes
	b.WriteString("| clause | promise |")
	for _, s := range sheets {
		b.WriteString(" " + cell(s.Driver) + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(sheets)) + "\n")
	for i, r := range sheets[0].Rows {
		fmt.Fprintf(&b, "| %s | %s |", cell(r.Clause), cell(r.What))
		for _, s := range sheets {
			fmt.Fprintf(&b, " %s |", notes.outcome(s.Rows[i]))
		}
		b.WriteString("\n")
	}
	b.WriteString("| | held |")
	for _, s := range sheets {
		fmt.Fprintf(&b, " %d of %d |", s.Count()[Held], len(s.Rows))
	}
	b.WriteString("\n")
	for i, reason := range notes {
		fmt.Fprintf(&b, "\n%d. %s", i+1, reason)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// notes are the reasons in order of their first use.
type notes []string

func (n *notes) outcome(r Row) string {
	if r.Outcome == Held {
		return string(Held)
	}
	for i, known := range *n {
		if known == r.Reason {
			return fmt.Sprintf("%s (%d)", r.Outcome, i+1)
		}
	}
	*n = append(*n, r.Reason)
	return fmt.Sprintf("%s (%d)", r.Outcome, len(*n))
}

// cell keeps a text within its cell.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", "\\|")
}

// ErrNoMarks is a document without the place of the table.
var ErrNoMarks = errors.New("the document has no line " + Begin + " before a line " + End)

// Replace puts a table between a document's marks.
func Replace(document, table string) (string, error) {
	before, rest, ok := strings.Cut(document, Begin+"\n")
	_, after, closed := strings.Cut(rest, End)
	if !ok || !closed {
		return "", ErrNoMarks
	}
	return before + Begin + "\n\n" + table + "\n" + End + after, nil
}

// Find gives the table of a document, as drivers and, by clause, the cells under them.
func Find(document string) (drivers []string, rows map[string][]string, err error) {
	_, rest, ok := strings.Cut(document, Begin+"\n")
	text, _, closed := strings.Cut(rest, End)
	if !ok || !closed {
		return nil, nil, ErrNoMarks
	}
	rows = map[string][]string{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch name := cells[0]; {
		case !strings.HasPrefix(line, "| ") || len(cells) < 3:
		case name == "clause":
			drivers = cells[2:]
		case name != "":
			rows[name] = cells[2:]
		}
	}
	return drivers, rows, nil
}
