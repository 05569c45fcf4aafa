package cadb_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
)

func named(s *cadb.Store, t *testing.T, station string, transaction byte) (n int) {
	t.Helper()
	ok(t, s.Read(t.Context(), func(tx ca.Tx) error {
		nonces, err := tx.Messages.Of(station, []byte{transaction})
		n = len(nonces)
		return err
	}))
	return n
}

// A name is of one station, transaction and nonce; it is stored with the act or not at all, and forgotten by its time.
func TestMessages(t *testing.T) {
	s := fresh(t)
	add := func(station string, transaction, nonce byte, sent time.Time, more error) error {
		return s.Act(context.Background(), func(tx ca.Tx) error {
			if err := tx.Messages.Add(station, ca.Message{Transaction: []byte{transaction}, Nonce: []byte{nonce}, Sent: sent}); err != nil {
				return err
			}
			return more
		})
	}
	ok(t, add("0430", 1, 1, at(100), nil))
	wants(t, add("0430", 1, 1, at(100), nil), service.CAConflict)
	wants(t, add("0430", 1, 1, at(200), nil), service.CAConflict)
	ok(t, add("0430", 1, 2, at(300), nil))
	ok(t, add("0431", 1, 1, at(100), nil))
	if err := add("0430", 2, 1, at(100), service.E(service.CARefused, "t", nil, errors.New("no"))); !service.IsCode(err, service.CARefused) {
		t.Fatal(err)
	}
	for _, c := range []struct {
		station     string
		transaction byte
		want        int
	}{{"0430", 1, 2}, {"0431", 1, 1}, {"0430", 2, 0}, {"0432", 1, 0}} {
		if n := named(s, t, c.station, c.transaction); n != c.want {
			t.Errorf("%s/%d: %d names", c.station, c.transaction, n)
		}
	}
	ok(t, s.Act(t.Context(), func(tx ca.Tx) error { return tx.Messages.Prune(at(300)) }))
	if a, b := named(s, t, "0430", 1), named(s, t, "0431", 1); a != 1 || b != 0 {
		t.Fatalf("%d and %d names", a, b)
	}
}

// A store of an earlier version is brought up to date and keeps what it holds.
func TestStoreOfAnEarlierVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	raw, err := sql.Open("sqlite", path)
	ok(t, err)
	first, err := goose.NewProvider(goose.DialectSQLite3, raw, os.DirFS("migrations/sqlite"), goose.WithDisableGlobalRegistry(true))
	ok(t, err)
	_, err = first.UpTo(t.Context(), 1)
	ok(t, err)
	for _, q := range []string{
		`INSERT INTO station (id, tls, body) VALUES ('0430', NULL, '{"id":"0430"}')`,
		`INSERT INTO pair VALUES ('k1', '0430', 'd1', 'p', 'A1', 'B1', 'sh1', 'eh1', 'issued', 100123456, 0, 0, 0, x'626f6479')`,
		`INSERT INTO revocation VALUES ('A1', 4123456, 6)`,
	} {
		_, err := raw.Exec(q)
		ok(t, err)
	}
	ok(t, raw.Close())
	s := open(t, path)
	ok(t, s.Read(t.Context(), func(tx ca.Tx) error {
		ps, err := tx.Pairs.Find(ca.PairQuery{Serial: "B1"})
		same(t, "pair", ps, []ca.Pair{pair("1")}, err)
		rv, err := tx.Revoked.Of(service.FamilySM2)
		same(t, "revoked", rv, []ca.Revocation{{Family: service.FamilySM2, Serial: "A1", At: at(4), Reason: 6}}, err)
		return nil
	}))
	act(t, s, func(tx ca.Tx) error {
		if _, err := tx.Stations.Station("0430"); err != nil {
			return err
		}
		return tx.Messages.Add("0430", ca.Message{Transaction: []byte{1}, Nonce: []byte{1}, Sent: at(1)})
	})
}
