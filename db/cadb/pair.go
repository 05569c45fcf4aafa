package cadb

import (
	"database/sql"

	"certdesk/service"
	"certdesk/service/ca"
)

type pairs struct{ x *session }

const pairColumns = `idem, family, station, digest, public_key, sign_serial, encrypt_serial, sign_hash, encrypt_hash,
	status, issued, confirmed, revoked, reason, body`

// null is what a single certificate has in the columns of an encryption certificate.
func null(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// where turns a query into its condition; the zero query finds nothing.
func where(q ca.PairQuery) (string, []any) {
	switch {
	case q.Key != "":
		return `idem = ?`, []any{q.Key}
	case q.Serial != "":
		return `sign_serial = ? OR encrypt_serial = ?`, []any{q.Serial, q.Serial}
	case q.Hash != "":
		return `sign_hash = ? OR encrypt_hash = ?`, []any{q.Hash, q.Hash}
	case q.PublicKey != "":
		return `public_key = ?`, []any{q.PublicKey}
	case !q.UnconfirmedBefore.IsZero():
		return `status = 'issued' AND issued < ?`, []any{micros(q.UnconfirmedBefore)}
	}
	return `1 = 0`, nil
}

// Find implements ca.PairTx.
func (p pairs) Find(q ca.PairQuery) (found []ca.Pair, err error) {
	cond, args := where(q)
	query := `SELECT ` + pairColumns + ` FROM pair WHERE ` + cond + ` ORDER BY issued, idem`
	err = p.x.each("Pairs", query, args, func(scan func(...any) error) error {
		var r ca.Pair
		var issued, confirmed, revoked int64
		var serial, hash sql.NullString
		err := scan(&r.Key, &r.Family, &r.Station, &r.Digest, &r.PublicKey, &r.SignSerial, &serial, &r.SignHash, &hash,
			&r.Status, &issued, &confirmed, &revoked, &r.Reason, &r.Body)
		r.EncryptSerial, r.EncryptHash = serial.String, hash.String
		r.Issued, r.Confirmed, r.Revoked = moment(issued), moment(confirmed), moment(revoked)
		found = append(found, r)
		return err
	})
	return found, err
}

// Add implements ca.PairTx.
func (p pairs) Add(r ca.Pair) error {
	_, err := p.x.tx.ExecContext(p.x.ctx,
		`INSERT INTO pair (`+pairColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Key, string(r.Family), r.Station, r.Digest, r.PublicKey, r.SignSerial, null(r.EncryptSerial), r.SignHash, null(r.EncryptHash),
		string(r.Status), micros(r.Issued), micros(r.Confirmed), micros(r.Revoked), r.Reason, bytes(r.Body))
	if isUnique(err) {
		return service.E(service.CAConflict, "cadb.AddPair", nil, err)
	}
	return p.x.note("AddPair", err)
}

// Update implements ca.PairTx.
func (p pairs) Update(r ca.Pair) error {
	return p.x.exec("UpdatePair", `UPDATE pair SET status = ?, confirmed = ?, revoked = ?, reason = ? WHERE idem = ?`,
		string(r.Status), micros(r.Confirmed), micros(r.Revoked), r.Reason, r.Key)
}

type revocations struct{ x *session }

// Put implements ca.RevokedTx.
func (v revocations) Put(r ca.Revocation) error {
	return v.x.exec("PutRevoked", `INSERT INTO revocation (serial, family, revoked, reason) VALUES (?, ?, ?, ?)
		ON CONFLICT (serial) DO UPDATE SET revoked = excluded.revoked, reason = excluded.reason`,
		r.Serial, string(r.Family), micros(r.At), r.Reason)
}

// Remove implements ca.RevokedTx.
func (v revocations) Remove(serial string) error {
	return v.x.exec("RemoveRevoked", `DELETE FROM revocation WHERE serial = ?`, serial)
}

// Of implements ca.RevokedTx.
func (v revocations) Of(f service.Family) (all []ca.Revocation, err error) {
	err = v.x.each("Revoked", `SELECT serial, revoked, reason FROM revocation WHERE family = ? ORDER BY revoked, serial`, []any{string(f)},
		func(scan func(...any) error) error {
			r := ca.Revocation{Family: f}
			var at int64
			err := scan(&r.Serial, &at, &r.Reason)
			r.At = moment(at)
			all = append(all, r)
			return err
		})
	return all, err
}
