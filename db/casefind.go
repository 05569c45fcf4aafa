package db

import (
	"strings"

	"certdesk/service"
)

// where collects conditions that all must hold.
type where struct {
	parts []string
	args  []any
}

func (w *where) add(part string, args ...any) {
	w.parts, w.args = append(w.parts, part), append(w.args, args...)
}

func (w *where) sql() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

// found is a row of a case list: the summary, and the customer's sealed part, which is opened for a person only.
type found struct {
	service.CaseSummary
	id     string
	typ    service.CustomerType
	sealed []byte
}

func scanFound(r scanner) (s found, err error) {
	var created, updated int64
	err = r.Scan(&s.No, &s.Kind, &s.Status, &s.Money, &s.id, &s.Fee, &s.By, &created, &updated, &s.Customer, &s.typ, &s.sealed)
	s.Created, s.Updated = moment(created), moment(updated)
	return s, err
}

// Find lists cases, newest first.
func (c cases) Find(q service.CaseQuery) ([]service.CaseSummary, error) {
	w := c.conditions(q)
	rows, err := list(c.session, scanFound, `SELECT c.no, c.kind, c.status, c.money, coalesce(c.customer, ''), c.fee, coalesce(s.name, ''),
			c.created, c.updated, coalesce(k.name, ''), coalesce(k.type, ''), k.private
		FROM cases c LEFT JOIN case_stamps s ON s.case_no = c.no AND s.duty = 'entered' LEFT JOIN customers k ON k.id = c.customer`+w.sql()+`
		ORDER BY c.created DESC, c.no DESC LIMIT ?`, append(w.args, limit(q.Limit))...)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	summaries := make([]service.CaseSummary, len(rows))
	for i, row := range rows {
		summaries[i] = row.CaseSummary
		if row.id == "" || row.typ == service.Organisation {
			continue
		}
		if summaries[i].Customer, err = c.personName(names, row); err != nil {
			return nil, err
		}
	}
	return summaries, nil
}

// personName opens each person of a list once. A store opened without its data key lists persons without their names.
func (c cases) personName(known map[string]string, row found) (string, error) {
	if name, ok := known[row.id]; ok {
		return name, nil
	}
	var p private
	err := c.vault.openJSON(row.sealed, &p, "customers", row.id, "private")
	if service.IsCode(err, service.KeyMissing) {
		err = nil
	}
	known[row.id] = p.Name
	return p.Name, err
}

func (c cases) conditions(q service.CaseQuery) *where {
	w := &where{}
	if len(q.Statuses) > 0 {
		args := make([]any, len(q.Statuses))
		for i, s := range q.Statuses {
			args[i] = s
		}
		w.add(`c.status IN (`+marks(len(args))+`)`, args...)
	}
	if q.Except != "" {
		w.add(`c.no <> ?`, q.Except)
	}
	if q.Customer != "" {
		w.add(`c.customer = ?`, q.Customer)
	}
	if q.Kind != "" {
		w.add(`c.kind = ?`, q.Kind)
	}
	if !q.From.IsZero() {
		w.add(`c.created >= ?`, micros(q.From))
	}
	if !q.To.IsZero() {
		w.add(`c.created < ?`, micros(q.To))
	}
	if text := strings.TrimSpace(q.Text); text != "" {
		c.matching(w, text)
	}
	return w
}

// most bounds what the beginning of a number or name may stand for: what begins more of them is no search yet, and must not cost one.
const most = `200`

// matching adds what a search text may mean. Every branch of the union has an index of its own.
func (c cases) matching(w *where, text string) {
	number, terms := normalNumber(text), textTerms(text)
	inCases, caseArgs := c.found("cases", terms)
	inVisits, visitArgs := c.found("visits", terms)
	inCustomers, customerArgs := c.found("customers", terms)
	args := []any{number, upTo(number), text, text}
	args = append(args, caseArgs...)
	args = append(args, visitArgs...)
	args = append(args, text, upTo(text), number, upTo(number))
	args = append(args, customerArgs...)
	w.add(`c.no IN (SELECT no FROM (SELECT no FROM cases WHERE no >= ? AND no < ? ORDER BY no DESC LIMIT `+most+`)
		UNION SELECT no FROM cases WHERE token = ? AND token <> ''
		UNION SELECT no FROM cases WHERE receipt = ? AND receipt <> ''
		UNION `+inCases+`
		UNION SELECT no FROM cases WHERE visit IN (`+inVisits+`)
		UNION SELECT no FROM cases WHERE customer IN (
			SELECT id FROM (SELECT id FROM customers WHERE name <> '' AND name >= ? AND name < ? ORDER BY name LIMIT `+most+`)
			UNION SELECT id FROM (SELECT id FROM customers WHERE number <> '' AND number >= ? AND number < ? ORDER BY number LIMIT `+most+`)
			UNION `+inCustomers+`))`, args...)
}

// Counts gives the number of cases in each open status that has any. The closed ones are as many as the years.
func (c cases) Counts() (map[service.Status]int, error) {
	type count struct {
		status service.Status
		n      int
	}
	var open []any
	for _, s := range service.Statuses() {
		if !s.Closed() {
			open = append(open, s)
		}
	}
	all, err := list(c.session, func(r scanner) (k count, err error) {
		return k, r.Scan(&k.status, &k.n)
	}, `SELECT status, count(*) FROM cases WHERE status IN (`+marks(len(open))+`) GROUP BY status`, open...)
	counts := make(map[service.Status]int, len(all))
	for _, k := range all {
		counts[k.status] = k.n
	}
	return counts, err
}
