package db

import (
	"strconv"

	"certdesk/service"
)

// journal is each case's journal; entries are only added.
type journal struct{ *session }

const journalColumns = `SELECT case_no, seq, step, attempt, state, code, data, staff, name, at FROM journal WHERE case_no = ? `

// Entries gives a case's journal in order; empty where it has none.
func (j journal) Entries(caseNo string) ([]service.JournalEntry, error) {
	return j.entries(journalColumns+`ORDER BY seq`, caseNo)
}

// Latest gives the newest entry of each step of a case, in order: what the case stands on.
func (j journal) Latest(caseNo string) ([]service.JournalEntry, error) {
	return j.entries(journalColumns+`AND seq IN (SELECT max(seq) FROM journal WHERE case_no = ? GROUP BY step) ORDER BY seq`, caseNo, caseNo)
}

func (j journal) entries(query string, args ...any) ([]service.JournalEntry, error) {
	type row struct {
		e      service.JournalEntry
		sealed []byte
	}
	rows, err := list(j.session, func(r scanner) (w row, err error) {
		var at int64
		e := &w.e
		err = r.Scan(&e.Case, &e.Seq, &e.Step, &e.Attempt, &e.State, &e.Code, &w.sealed, &e.By.Staff, &e.By.Name, &at)
		e.By.At = moment(at)
		return w, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	entries := make([]service.JournalEntry, len(rows))
	for i, w := range rows {
		entries[i] = w.e
		if len(w.sealed) == 0 && w.e.State != service.StepDone {
			continue // only what is done leaves something
		}
		if err := j.vault.openJSON(w.sealed, &entries[i].Data, "journal", entryID(w.e), "data"); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Append adds an entry under the case's next number, at the act's time, by the act's actor where e names nobody.
func (j journal) Append(e service.JournalEntry) error {
	if e.Case == "" || e.Step == "" {
		return required("Append", "case")
	}
	last, err := j.number(`SELECT coalesce(max(seq), 0) FROM journal WHERE case_no = ?`, e.Case)
	if err != nil {
		return err
	}
	e.Seq, e.By.At = last+1, j.now
	if e.By.Staff == "" {
		e.By.Staff, e.By.Name = j.who.ID, j.who.Name
	}
	sealed := []byte{}
	if len(e.Data) > 0 || e.State == service.StepDone {
		if sealed, err = j.vault.sealJSON(e.Data, "journal", entryID(e), "data"); err != nil {
			return err
		}
	}
	return j.put("Append", `INSERT INTO journal (case_no, seq, step, attempt, state, code, data, staff, name, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Case, e.Seq, e.Step, e.Attempt, e.State, e.Code, sealed, e.By.Staff, e.By.Name, micros(e.By.At))
}

func entryID(e service.JournalEntry) string { return e.Case + "/" + strconv.FormatInt(e.Seq, 10) }
