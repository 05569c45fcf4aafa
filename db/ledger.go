package db

import (
	"encoding/json"
	"time"

	"certdesk/service"
)

// ledger appends and reads money. Nothing is updated: triggers refuse it.
type ledger struct{ *session }

// Receipt gives a receipt; NotFound (receipt, no).
func (l ledger) Receipt(no string) (service.Receipt, error) {
	var lines string
	r, err := one(l.session, "receipt", no, func(row scanner) (r service.Receipt, err error) {
		var at int64
		err = row.Scan(&r.No, &r.Case, &lines, &r.Total, &r.AuditHead, &r.By.Staff, &r.By.Name, &at)
		r.By.At = moment(at)
		return r, err
	}, `SELECT no, coalesce(case_no, ''), lines, total, audit_head, staff, name, at FROM receipts WHERE no = ?`, no)
	if err != nil {
		return service.Receipt{}, err
	}
	if err := json.Unmarshal([]byte(lines), &r.Lines); err != nil {
		return service.Receipt{}, damaged("Receipt", err)
	}
	return r, nil
}

// AddReceipt appends a receipt. A number is used once: a second one is StoreFailed, a programmer's error.
func (l ledger) AddReceipt(r service.Receipt) error {
	if r.No == "" {
		return required("AddReceipt", "no")
	}
	lines, err := json.Marshal(r.Lines)
	if err != nil {
		return service.E(service.Internal, "db.AddReceipt", nil, err)
	}
	return l.put("AddReceipt", `INSERT INTO receipts (no, case_no, lines, total, audit_head, staff, name, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		r.No, null(r.Case), string(lines), int64(r.Total), r.AuditHead, r.By.Staff, r.By.Name, micros(r.By.At))
}

const paymentColumns = `SELECT id, coalesce(case_no, ''), receipt, method, amount, given, change, trade_no, staff, name, at, updated
	FROM payments `

func scanPayment(r scanner) (p service.Payment, err error) {
	var at, updated int64
	err = r.Scan(&p.ID, &p.Case, &p.Receipt, &p.Method, &p.Amount, &p.Given, &p.Change, &p.TradeNo, &p.By.Staff, &p.By.Name,
		&at, &updated)
	p.By.At, p.Updated = moment(at), moment(updated)
	return p, err
}

// Payments gives a case's payments in the order they were taken.
func (l ledger) Payments(caseNo string) ([]service.Payment, error) {
	return list(l.session, scanPayment, paymentColumns+`WHERE case_no = ? ORDER BY at, rowid`, caseNo)
}

// PaymentsBetween gives the payments taken from from until before to.
func (l ledger) PaymentsBetween(from, to time.Time) ([]service.Payment, error) {
	return list(l.session, scanPayment, paymentColumns+`WHERE at >= ? AND at < ? ORDER BY at, rowid`, micros(from), micros(to))
}

// AddPayment appends a payment.
func (l ledger) AddPayment(p service.Payment) error {
	if p.ID == "" {
		return required("AddPayment", "id")
	}
	return l.put("AddPayment", `INSERT INTO payments (id, case_no, receipt, method, amount, given, change, trade_no, staff, name,
			at, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, null(p.Case), p.Receipt, p.Method, int64(p.Amount), int64(p.Given), int64(p.Change), p.TradeNo, p.By.Staff,
		p.By.Name, micros(p.By.At), micros(p.Updated))
}

// Entries gives the entries from from until before to, in the order they were written.
func (l ledger) Entries(from, to time.Time) ([]service.Entry, error) {
	return list(l.session, func(r scanner) (e service.Entry, err error) {
		var at int64
		err = r.Scan(&e.Seq, &e.Case, &e.Debit, &e.Credit, &e.Amount, &e.Ref, &at)
		e.At = moment(at)
		return e, err
	}, `SELECT seq, coalesce(case_no, ''), debit, credit, amount, ref, at FROM entries WHERE at >= ? AND at < ? ORDER BY seq`,
		micros(from), micros(to))
}

// AddEntry appends an entry under the next sequence number. FeeZero and FeeNegative where nothing or less moves.
func (l ledger) AddEntry(e service.Entry) error {
	switch {
	case e.Amount == 0:
		return service.E(service.FeeZero, "db.AddEntry", nil, nil)
	case e.Amount < 0:
		return service.E(service.FeeNegative, "db.AddEntry", nil, nil)
	case e.Debit == "" || e.Credit == "" || e.Debit == e.Credit:
		return required("AddEntry", "account")
	}
	if e.At.IsZero() {
		e.At = l.now
	}
	return l.put("AddEntry", `INSERT INTO entries (seq, case_no, debit, credit, amount, ref, at)
		VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM entries), ?, ?, ?, ?, ?, ?)`,
		null(e.Case), e.Debit, e.Credit, int64(e.Amount), e.Ref, micros(e.At))
}

// counters hand out gapless numbers.
type counters struct{ *session }

// Next raises the named counter and returns it.
func (c counters) Next(name string) (int64, error) {
	if name == "" {
		return 0, required("Next", "name")
	}
	if c.broken != nil {
		return 0, c.broken
	}
	return c.number(`INSERT INTO counters (name, value) VALUES (?, 1)
		ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`, name)
}

// stock books tokens.
type stock struct{ *session }

// Item gives a token in the books; NotFound (token, serial).
func (s stock) Item(serial string) (service.StockItem, error) {
	return one(s.session, "token", serial, func(r scanner) (i service.StockItem, err error) {
		var at int64
		err = r.Scan(&i.Serial, &i.Model, &i.State, &i.Case, &at)
		i.At = moment(at)
		return i, err
	}, `SELECT serial, model, state, case_no, at FROM stock WHERE serial = ?`, serial)
}

// OfStaff lists the tokens that are a member of staff's own.
func (s stock) OfStaff() ([]string, error) {
	return list(s.session, func(r scanner) (serial string, err error) { return serial, r.Scan(&serial) },
		`SELECT serial FROM stock WHERE state = ? ORDER BY serial`, service.StockStaff)
}

// PutItem books a token in, out or as bad.
func (s stock) PutItem(i service.StockItem) error {
	if i.Serial == "" {
		return required("PutItem", "serial")
	}
	return s.put("PutItem", `INSERT INTO stock (serial, model, state, case_no, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (serial) DO UPDATE SET model = excluded.model, state = excluded.state, case_no = excluded.case_no,
			at = excluded.at`,
		i.Serial, i.Model, i.State, i.Case, micros(i.At))
}
