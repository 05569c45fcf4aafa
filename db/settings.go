package db

// settings are named values, sealed.
type settings struct{ *session }

// Get gives a value; NotFound (setting, name).
func (s settings) Get(name string) ([]byte, error) {
	sealed, err := one(s.session, "setting", name, func(r scanner) (b []byte, err error) {
		return b, r.Scan(&b)
	}, `SELECT value FROM settings WHERE name = ?`, name)
	if err != nil {
		return nil, err
	}
	return s.vault.open(sealed, "settings", name, "value")
}

// Names lists the names that begin with prefix, in order.
func (s settings) Names(prefix string) ([]string, error) {
	return list(s.session, func(r scanner) (name string, err error) {
		return name, r.Scan(&name)
	}, `SELECT name FROM settings WHERE name >= ? AND name < ? ORDER BY name`, prefix, upTo(prefix))
}

// Set writes a value.
func (s settings) Set(name string, value []byte) error {
	if name == "" {
		return required("Set", "name")
	}
	sealed, err := s.vault.seal(value, "settings", name, "value")
	if err != nil {
		return err
	}
	return s.put("Set", `INSERT INTO settings (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, sealed)
}

// Delete removes a value; NotFound (setting, name) where there is none.
func (s settings) Delete(name string) error {
	n, err := s.exec("Delete", `DELETE FROM settings WHERE name = ?`, name)
	if err == nil && n == 0 {
		return notFound("Delete", "setting", name)
	}
	return failed("Delete", err)
}
