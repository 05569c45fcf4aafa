package db

import (
	"certdesk/service"
)

// staff reads and writes the people of the counter.
type staff struct{ *session }

const staffColumns = `SELECT id, login, name, role, password, active, failures, locked_to FROM staff `

func scanStaff(r scanner) (p service.Staff, err error) {
	var locked int64
	err = r.Scan(&p.ID, &p.Login, &p.Name, &p.Role, &p.Password, &p.Active, &p.Failures, &locked)
	p.LockedTo = moment(locked)
	return p, err
}

// ByLogin finds who signs in; NotFound (staff, login).
func (s staff) ByLogin(login string) (service.Staff, error) {
	return one(s.session, "staff", login, scanStaff, staffColumns+`WHERE login = ?`, login)
}

// ByID gives a person of the counter; NotFound (staff, id).
func (s staff) ByID(id string) (service.Staff, error) {
	return one(s.session, "staff", id, scanStaff, staffColumns+`WHERE id = ?`, id)
}

// All gives everybody, also who is no longer active, by login.
func (s staff) All() ([]service.Staff, error) {
	return list(s.session, scanStaff, staffColumns+`ORDER BY login`)
}

// PutStaff inserts or updates a person; InputChoice (login) where another person has that login.
func (s staff) PutStaff(p service.Staff) error {
	if p.ID == "" || p.Login == "" {
		return required("PutStaff", "login")
	}
	_, err := s.exec("PutStaff", `INSERT INTO staff (id, login, name, role, password, active, failures, locked_to)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, role = excluded.role,
			password = excluded.password, active = excluded.active, failures = excluded.failures,
			locked_to = excluded.locked_to`,
		p.ID, p.Login, p.Name, p.Role, p.Password, p.Active, p.Failures, micros(p.LockedTo))
	if isUnique(err) {
		return service.E(service.InputChoice, "db.PutStaff", service.Args{"field": "login"}, err)
	}
	return failed("PutStaff", err)
}
