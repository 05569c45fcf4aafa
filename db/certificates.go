package db

import (
	"strings"

	"certdesk/service"
)

// certificates reads and writes certificates and certificate lines.
type certificates struct{ *session }

// issued is what of a certificate is sealed.
type issued struct {
	Subject string `json:"subject"`
	DER     []byte `json:"der"`
}

type certificateRow struct {
	c      service.Certificate
	sealed []byte
}

const certificateColumns = `SELECT c.serial, c.usage, coalesce(c.line, ''), coalesce(c.case_no, ''), c.status, c.not_before,
	c.not_after, c.token, c.private FROM certificates c `

func scanCertificate(r scanner) (row certificateRow, err error) {
	var from, to int64
	c := &row.c
	err = r.Scan(&c.Serial, &c.Usage, &c.Line, &c.Case, &c.Status, &from, &to, &c.Token, &row.sealed)
	c.NotBefore, c.NotAfter = moment(from), moment(to)
	return row, err
}

func (c certificates) open(row certificateRow) (service.Certificate, error) {
	var h issued
	err := c.vault.openJSON(row.sealed, &h, "certificates", row.c.Serial, "private")
	row.c.Subject, row.c.DER = h.Subject, h.DER
	return row.c, err
}

// Certificate gives a certificate; NotFound (certificate, serial).
func (c certificates) Certificate(serial string) (service.Certificate, error) {
	row, err := one(c.session, "certificate", serial, scanCertificate, certificateColumns+`WHERE c.serial = ?`, serial)
	if err != nil {
		return service.Certificate{}, err
	}
	return c.open(row)
}

// Find lists certificates, newest first.
func (c certificates) Find(q service.CertificateQuery) ([]service.Certificate, error) {
	w := &where{}
	for _, f := range []struct{ column, value string }{{"c.line", q.Line}, {"c.case_no", q.Case}, {"c.token", q.Token}} {
		if f.value != "" {
			w.add(f.column+` = ?`, f.value)
		}
	}
	if q.Customer != "" {
		w.add(`c.line IN (SELECT id FROM lines WHERE customer = ?)`, q.Customer)
	}
	rows, err := list(c.session, scanCertificate, certificateColumns+w.sql()+`
		ORDER BY c.not_before DESC, c.usage DESC, c.serial LIMIT ?`, append(w.args, limit(q.Limit))...)
	if err != nil {
		return nil, err
	}
	found := make([]service.Certificate, len(rows))
	for i, row := range rows {
		if found[i], err = c.open(row); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// PutCertificate inserts or updates a certificate. One that ran out makes room for its successor, one that is valid does not.
func (c certificates) PutCertificate(k service.Certificate) error {
	if strings.TrimSpace(k.Serial) == "" {
		return required("PutCertificate", "serial")
	}
	sealed, err := c.vault.sealJSON(issued{Subject: k.Subject, DER: k.DER}, "certificates", k.Serial, "private")
	if err != nil {
		return err
	}
	if _, err := c.exec("PutCertificate", `UPDATE certificates SET status = ? WHERE line = ? AND usage = ? AND status = ?
		AND not_after < ? AND serial <> ?`,
		service.CertExpired, k.Line, k.Usage, service.CertValid, micros(c.now), k.Serial); err != nil {
		return failed("PutCertificate", err)
	}
	_, err = c.exec("PutCertificate", `INSERT INTO certificates (serial, usage, line, case_no, status, not_before, not_after, token,
			private)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (serial) DO UPDATE SET usage = excluded.usage, line = excluded.line, case_no = excluded.case_no,
			status = excluded.status, not_before = excluded.not_before, not_after = excluded.not_after,
			token = excluded.token, private = excluded.private`,
		k.Serial, k.Usage, null(k.Line), null(k.Case), k.Status, micros(k.NotBefore), micros(k.NotAfter), k.Token, sealed)
	if isUnique(err) {
		return service.E(service.CaseStatus, "db.PutCertificate", service.Args{"no": k.Case, "status": string(service.CertValid)}, err)
	}
	return failed("PutCertificate", err)
}

const lineColumns = `SELECT id, coalesce(customer, ''), holder_id, project, product, ordinal, created FROM lines `

func scanLine(r scanner) (l service.Line, err error) {
	var created int64
	err = r.Scan(&l.ID, &l.Customer, &l.HolderID, &l.Project, &l.Product, &l.Ordinal, &created)
	l.Created = moment(created)
	return l, err
}

// Line gives a certificate line; NotFound (line, id).
func (c certificates) Line(id string) (service.Line, error) {
	return one(c.session, "line", id, scanLine, lineColumns+`WHERE id = ?`, id)
}

// Lines gives a customer's lines in the order they were opened.
func (c certificates) Lines(customer string) ([]service.Line, error) {
	return list(c.session, scanLine, lineColumns+`WHERE customer = ? ORDER BY created, id`, customer)
}

// PutLine inserts or updates a certificate line.
func (c certificates) PutLine(l service.Line) error {
	if l.ID == "" {
		return required("PutLine", "id")
	}
	return c.put("PutLine", `INSERT INTO lines (id, customer, holder_id, project, product, ordinal, created)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, holder_id = excluded.holder_id,
			project = excluded.project, product = excluded.product, ordinal = excluded.ordinal`,
		l.ID, null(l.Customer), l.HolderID, l.Project, l.Product, l.Ordinal, micros(l.Created))
}
