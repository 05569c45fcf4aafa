package db

import (
	"encoding/hex"
	"strings"

	"certdesk/service"
)

// customers reads and writes organisations, in the clear, and persons, sealed.
type customers struct{ *session }

// private is what of a customer is sealed. Of an organisation only the mobile is: it belongs to a person.
type private struct {
	Name    string `json:"name,omitempty"`
	Number  string `json:"number,omitempty"`
	Address string `json:"address,omitempty"`
	Mobile  string `json:"mobile,omitempty"`
}

const customerColumns = `SELECT id, type, name, id_type, number, address, private, created FROM customers `

type customerRow struct {
	c      service.Customer
	sealed []byte
}

func scanCustomer(r scanner) (row customerRow, err error) {
	var created int64
	c := &row.c
	err = r.Scan(&c.ID, &c.Type, &c.Name, &c.IDType, &c.Number, &c.Address, &row.sealed, &created)
	c.Created = moment(created)
	return row, err
}

func (c customers) open(row customerRow) (service.Customer, error) {
	var p private
	err := c.vault.openJSON(row.sealed, &p, "customers", row.c.ID, "private")
	row.c.Mobile = p.Mobile
	if row.c.Type != service.Organisation {
		row.c.Name, row.c.Number, row.c.Address = p.Name, p.Number, p.Address
	}
	return row.c, err
}

// Customer gives a customer; NotFound (customer, id).
func (c customers) Customer(id string) (service.Customer, error) {
	row, err := one(c.session, "customer", id, scanCustomer, customerColumns+`WHERE id = ?`, id)
	if err != nil {
		return service.Customer{}, err
	}
	return c.open(row)
}

// ByNumber finds a customer by credit code or by a person's number. NotFound does not repeat the number: it may be a person's.
func (c customers) ByNumber(number string) (service.Customer, error) {
	number = normalNumber(number)
	inSearch, args := c.found("customers", []term{{"number", number}})
	row, err := one(c.session, "customer", "", scanCustomer, customerColumns+`WHERE id IN (
		SELECT id FROM customers WHERE number = ? AND number <> '' UNION `+inSearch+`)
		ORDER BY created, id LIMIT 1`, append([]any{number}, args...)...)
	if err != nil {
		return service.Customer{}, err
	}
	return c.open(row)
}

// Find gives organisations whose name or credit code begins with text and customers whose name, number or mobile is text.
func (c customers) Find(text string, most int) ([]service.Customer, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	number := normalNumber(text)
	inSearch, keys := c.found("customers", textTerms(text))
	args := append([]any{text, upTo(text), number, upTo(number)}, keys...)
	rows, err := list(c.session, scanCustomer, customerColumns+`WHERE id IN (
		SELECT id FROM customers WHERE name <> '' AND name >= ? AND name < ?
		UNION SELECT id FROM customers WHERE number <> '' AND number >= ? AND number < ?
		UNION `+inSearch+`) ORDER BY name, id LIMIT ?`, append(args, limit(most))...)
	if err != nil {
		return nil, err
	}
	found := make([]service.Customer, len(rows))
	for i, row := range rows {
		if found[i], err = c.open(row); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// PutCustomer inserts or updates a customer.
func (c customers) PutCustomer(k service.Customer) error {
	if k.ID == "" {
		return required("PutCustomer", "id")
	}
	hidden := private{Mobile: k.Mobile}
	terms := []term{{"mobile", normalMobile(k.Mobile)}}
	if k.Type != service.Organisation {
		hidden = private{Name: k.Name, Number: k.Number, Address: k.Address, Mobile: k.Mobile}
		terms = personTerms(service.Person{Name: k.Name, Number: k.Number, Mobile: k.Mobile})
		k.Name, k.Number, k.Address = "", "", ""
	}
	sealed, err := c.vault.sealJSON(hidden, "customers", k.ID, "private")
	if err != nil {
		return err
	}
	err = c.put("PutCustomer", `INSERT INTO customers (id, type, name, id_type, number, address, private, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET type = excluded.type, name = excluded.name, id_type = excluded.id_type,
			number = excluded.number, address = excluded.address, private = excluded.private`,
		k.ID, k.Type, k.Name, k.IDType, normalNumber(k.Number), k.Address, sealed, micros(k.Created))
	if err != nil {
		return err
	}
	return c.index("customers", k.ID, terms)
}

// HolderKey is the search key of a person's number in a certificate line, hex; "" for "".
func (c customers) HolderKey(number string) string {
	return hex.EncodeToString(c.vault.key("lines.holder", normalNumber(number)))
}
