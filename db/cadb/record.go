package cadb

import (
	"database/sql"
	"encoding/json"

	"certdesk/service"
	"certdesk/service/ca"
)

type settings struct{ x *session }

// Get implements ca.SettingTx.
func (s settings) Get(name string) (value []byte, err error) {
	err = s.x.one("Setting", "setting", name, `SELECT value FROM setting WHERE name = ?`, []any{name}, &value)
	return value, err
}

// Set implements ca.SettingTx.
func (s settings) Set(name string, value []byte) error {
	return s.x.exec("SetSetting", `INSERT INTO setting (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, bytes(value))
}

type stations struct{ x *session }

// Station implements ca.StationTx.
func (s stations) Station(id string) (ca.Station, error) {
	return s.by("id", id)
}

// ByTLS implements ca.StationTx.
func (s stations) ByTLS(hash string) (ca.Station, error) {
	return s.by("tls", hash)
}

func (s stations) by(column, value string) (t ca.Station, err error) {
	var body string
	err = s.x.one("Station", "station", value, `SELECT body FROM station WHERE `+column+` = ?`, []any{value}, &body)
	if err != nil {
		return t, err
	}
	return station(body)
}

func station(body string) (t ca.Station, err error) {
	if err := json.Unmarshal([]byte(body), &t); err != nil {
		return t, service.E(service.StoreCorrupt, "cadb.Station", nil, err)
	}
	return t, nil
}

// All implements ca.StationTx.
func (s stations) All() (all []ca.Station, err error) {
	err = s.x.each("Stations", `SELECT body FROM station ORDER BY id`, nil, func(scan func(...any) error) error {
		var body string
		if err := scan(&body); err != nil {
			return err
		}
		t, err := station(body)
		all = append(all, t)
		return err
	})
	return all, err
}

// Put implements ca.StationTx.
func (s stations) Put(t ca.Station) error {
	body, err := json.Marshal(t)
	if err != nil {
		return failed("PutStation", err)
	}
	return s.x.exec("PutStation", `INSERT INTO station (id, tls, body) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET tls = excluded.tls, body = excluded.body`,
		t.ID, sql.NullString{String: t.TLSHash, Valid: t.TLSHash != ""}, string(body))
}

type staff struct{ x *session }

// All implements ca.StaffTx.
func (s staff) All() (all []ca.SealedStaff, err error) {
	err = s.x.each("Staff", `SELECT id, login_key, body FROM staff ORDER BY id`, nil, func(scan func(...any) error) error {
		var p ca.SealedStaff
		err := scan(&p.ID, &p.LoginKey, &p.Body)
		all = append(all, p)
		return err
	})
	return all, err
}

// Put implements ca.StaffTx.
func (s staff) Put(p ca.SealedStaff) error {
	return s.x.exec("PutStaff", `INSERT INTO staff (id, login_key, body) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET login_key = excluded.login_key, body = excluded.body`, p.ID, p.LoginKey, bytes(p.Body))
}

type ranges struct{ x *session }

// Of implements ca.RangeTx.
func (r ranges) Of(station string) (all []ca.ReceiptRange, err error) {
	err = r.x.each("Ranges", `SELECT prefix, from_no, to_no FROM receipt_range WHERE station = ? ORDER BY from_no`,
		[]any{station}, func(scan func(...any) error) error {
			var one ca.ReceiptRange
			err := scan(&one.Prefix, &one.From, &one.To)
			all = append(all, one)
			return err
		})
	return all, err
}

// Add implements ca.RangeTx.
func (r ranges) Add(station string, n ca.ReceiptRange) error {
	return r.x.exec("AddRange", `INSERT INTO receipt_range (station, prefix, from_no, to_no) VALUES (?, ?, ?, ?)`,
		station, n.Prefix, n.From, n.To)
}
