package ca

import (
	"context"
	"encoding/hex"
	"regexp"

	"certdesk/service"
)

var loginForm = regexp.MustCompile(`^[0-9]{1,16}$`)

// PutStaff adds a person or changes one. Without ID it is the person with this login, or a new one. Password is an argon2id
// string. InputInvalid (field, reason) for a login that is not digits or belongs to another, a name or a role that is none.
func (s *Service) PutStaff(ctx context.Context, p service.Staff) error {
	if err := checkStaff(p); err != nil {
		return err
	}
	return s.store.Act(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		people, err := s.people(tx)
		if err != nil {
			return err
		}
		if p.ID, err = s.identify(p, people); err != nil {
			return err
		}
		row := SealedStaff{ID: p.ID, LoginKey: hex.EncodeToString(s.seal.SearchKey("staff.login", p.Login))}
		if row.Body, err = s.sealRecord(p, "staff", p.ID, "body"); err != nil {
			return err
		}
		if err := tx.Staff.Put(row); err != nil {
			return err
		}
		return s.log(tx, "", "user", p.ID, string(p.Role))
	})
}

func checkStaff(p service.Staff) error {
	reason, field := "", ""
	switch {
	case !loginForm.MatchString(p.Login):
		field, reason = "login", "digits"
	case checkText("name", p.Name, 32, true) != nil:
		field, reason = "name", "characters"
	case p.Role.Title().Zero():
		field, reason = "role", "unknown"
	case p.Password == "" || len(p.Password) > 256:
		field, reason = "password", "format"
	default:
		return nil
	}
	return service.E(service.InputInvalid, "ca.PutStaff", service.Args{"field": field, "reason": reason}, nil)
}

// identify settles who p is: a login belongs to one person.
func (s *Service) identify(p service.Staff, people []service.Staff) (string, error) {
	for _, have := range people {
		switch {
		case have.Login != p.Login:
		case p.ID == "" || p.ID == have.ID:
			return have.ID, nil
		default:
			return "", service.E(service.InputInvalid, "ca.PutStaff", service.Args{"field": "login", "reason": "taken"}, nil)
		}
	}
	if p.ID == "" {
		return s.env.NewID(), nil
	}
	return p.ID, nil
}

// Staff lists the people of the counter, by id.
func (s *Service) Staff(ctx context.Context) (people []service.Staff, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		if err := s.opened(tx); err != nil {
			return err
		}
		people, err = s.people(tx)
		return err
	})
	return people, err
}

func (s *Service) people(tx Tx) ([]service.Staff, error) {
	rows, err := tx.Staff.All()
	if err != nil {
		return nil, err
	}
	people := make([]service.Staff, len(rows))
	for i, row := range rows {
		if err := s.openRecord(row.Body, &people[i], "staff", row.ID, "body"); err != nil {
			return nil, err
		}
	}
	return people, nil
}
