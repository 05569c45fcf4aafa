package db

import (
	"certdesk/service"
)

// Visit gives a visit; NotFound (visit, id).
func (c cases) Visit(id string) (service.Visit, error) {
	type stored struct {
		v      service.Visit
		sealed []byte
	}
	row, err := one(c.session, "visit", id, func(r scanner) (s stored, err error) {
		var opened, closed, at int64
		err = r.Scan(&s.v.ID, &s.v.Customer, &s.sealed, &opened, &closed, &s.v.By.Staff, &s.v.By.Name, &at)
		s.v.Opened, s.v.Closed, s.v.By.At = moment(opened), moment(closed), moment(at)
		return s, err
	}, `SELECT id, coalesce(customer, ''), private, opened, closed, by_staff, by_name, by_at FROM visits WHERE id = ?`, id)
	if err != nil {
		return service.Visit{}, err
	}
	return row.v, c.vault.openJSON(row.sealed, &row.v.Agent, "visits", id, "private")
}

// PutVisit inserts or updates a visit.
func (c cases) PutVisit(v service.Visit) error {
	if v.ID == "" {
		return required("PutVisit", "id")
	}
	sealed, err := c.vault.sealJSON(v.Agent, "visits", v.ID, "private")
	if err != nil {
		return err
	}
	err = c.put("PutVisit", `INSERT INTO visits (id, customer, private, opened, closed, by_staff, by_name, by_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, private = excluded.private, opened = excluded.opened,
			closed = excluded.closed, by_staff = excluded.by_staff, by_name = excluded.by_name, by_at = excluded.by_at`,
		v.ID, null(v.Customer), sealed, micros(v.Opened), micros(v.Closed), v.By.Staff, v.By.Name, micros(v.By.At))
	if err != nil {
		return err
	}
	return c.index("visits", v.ID, personTerms(v.Agent))
}

func required(op, field string) error {
	return service.E(service.InputRequired, "db."+op, service.Args{"field": field}, nil)
}
