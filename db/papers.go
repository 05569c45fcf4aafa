package db

import (
	"certdesk/service"
)

// papers keeps papers as content, sealed, and the print jobs made of them.
type papers struct{ *session }

type paperRow struct {
	p      service.Paper
	sealed []byte
}

const paperColumns = `SELECT id, coalesce(case_no, ''), kind, no, doc, reprint, at FROM papers `

func scanPaper(r scanner) (row paperRow, err error) {
	var at int64
	p := &row.p
	err = r.Scan(&p.ID, &p.Case, &p.Kind, &p.No, &row.sealed, &p.Reprint, &at)
	p.At = moment(at)
	return row, err
}

func (p papers) open(row paperRow) (service.Paper, error) {
	err := p.vault.openJSON(row.sealed, &row.p.Doc, "papers", row.p.ID, "doc")
	return row.p, err
}

// Paper gives a paper; NotFound (paper, id).
func (p papers) Paper(id string) (service.Paper, error) {
	row, err := one(p.session, "paper", id, scanPaper, paperColumns+`WHERE id = ?`, id)
	if err != nil {
		return service.Paper{}, err
	}
	return p.open(row)
}

// Papers gives a case's papers in the order they were made.
func (p papers) Papers(caseNo string) ([]service.Paper, error) {
	rows, err := list(p.session, scanPaper, paperColumns+`WHERE case_no = ? ORDER BY at, rowid`, caseNo)
	if err != nil {
		return nil, err
	}
	all := make([]service.Paper, len(rows))
	for i, row := range rows {
		if all[i], err = p.open(row); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// PutPaper inserts or updates a paper.
func (p papers) PutPaper(k service.Paper) error {
	if k.ID == "" {
		return required("PutPaper", "id")
	}
	sealed, err := p.vault.sealJSON(k.Doc, "papers", k.ID, "doc")
	if err != nil {
		return err
	}
	return p.put("PutPaper", `INSERT INTO papers (id, case_no, kind, no, doc, reprint, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET case_no = excluded.case_no, kind = excluded.kind, no = excluded.no, doc = excluded.doc,
			reprint = excluded.reprint, at = excluded.at`,
		k.ID, null(k.Case), k.Kind, k.No, sealed, k.Reprint, micros(k.At))
}

// Jobs gives the print jobs in any of states, all where none is named, oldest first.
func (p papers) Jobs(states ...service.SpoolState) ([]service.SpoolJob, error) {
	w := &where{}
	if len(states) > 0 {
		args := make([]any, len(states))
		for i, s := range states {
			args[i] = s
		}
		w.add(`state IN (`+marks(len(states))+`)`, args...)
	}
	return list(p.session, func(r scanner) (j service.SpoolJob, err error) {
		var at int64
		err = r.Scan(&j.ID, &j.Paper, &j.Name, &j.State, &j.Tries, &j.Cause, &at)
		j.At = moment(at)
		return j, err
	}, `SELECT id, paper, name, state, tries, cause, at FROM spool`+w.sql()+` ORDER BY at, rowid`, w.args...)
}

// PutJob inserts or updates a print job.
func (p papers) PutJob(j service.SpoolJob) error {
	if j.ID == "" {
		return required("PutJob", "id")
	}
	return p.put("PutJob", `INSERT INTO spool (id, paper, name, state, tries, cause, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET paper = excluded.paper, name = excluded.name, state = excluded.state,
			tries = excluded.tries, cause = excluded.cause, at = excluded.at`,
		j.ID, j.Paper, j.Name, j.State, j.Tries, j.Cause, micros(j.At))
}
