package cadb_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
)

func open(t *testing.T, path string) *cadb.Store {
	t.Helper()
	s, err := cadb.Open(t.Context(), path)
	ok(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func fresh(t *testing.T) *cadb.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "centre.db"))
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected: %v", err)
	}
}

func wants(t *testing.T, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("want %s, got %v", code, err)
	}
}

func act(t *testing.T, s *cadb.Store, fn func(ca.Tx) error) {
	t.Helper()
	ok(t, s.Act(t.Context(), fn))
}

func at(sec int64) time.Time { return time.Unix(sec, 123456000).UTC() }

func pair(n string) ca.Pair {
	return ca.Pair{Key: "k" + n, Family: service.FamilySM2, Station: "0430", Digest: "d" + n, PublicKey: "p", SignSerial: "A" + n, EncryptSerial: "B" + n,
		SignHash: "sh" + n, EncryptHash: "eh" + n, Status: ca.PairIssued, Issued: at(100), Body: []byte("body")}
}

func station(t *testing.T, s *cadb.Store) {
	t.Helper()
	act(t, s, func(tx ca.Tx) error {
		return tx.Stations.Put(ca.Station{ID: "0430", Hall: "长沙", TLSHash: "tls", Joined: at(5), RA: []byte{1, 2}})
	})
}

func TestKeepsOverReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	s := open(t, path)
	station(t, s)
	e := ca.StoredEvent{Station: "0430", Stored: at(9), Event: service.Event{Epoch: 1, Seq: 7, Type: "x", Body: []byte("b"),
		Prev: []byte("p"), Hash: []byte("h"), Signature: []byte("s"), At: at(8)}}
	l := ca.LogEntry{Seq: 1, At: at(3), Station: "0430", Act: "a", Subject: "s", Detail: "d", Hash: []byte("h")}
	act(t, s, func(tx ca.Tx) error {
		return errors.Join(tx.Settings.Set("n", []byte{1}), tx.Settings.Set("n", []byte{2}), tx.Pairs.Add(pair("1")),
			tx.Events.Append(e), tx.Log.Append(l), tx.Ranges.Add("0430", ca.ReceiptRange{Prefix: "R-", From: 1, To: 9}),
			tx.Staff.Put(ca.SealedStaff{ID: "i", LoginKey: "l", Body: []byte("b")}),
			tx.Revoked.Put(ca.Revocation{Family: service.FamilySM2, Serial: "A1", At: at(4), Reason: 6}))
	})
	ok(t, s.Close())
	s = open(t, path)
	ok(t, s.Read(t.Context(), func(tx ca.Tx) error {
		v, err := tx.Settings.Get("n")
		same(t, "setting", v, []byte{2}, err)
		st, err := tx.Stations.ByTLS("tls")
		same(t, "station", st, ca.Station{ID: "0430", Hall: "长沙", TLSHash: "tls", Joined: at(5), RA: []byte{1, 2}}, err)
		ps, err := tx.Pairs.Find(ca.PairQuery{Serial: "B1"})
		same(t, "pair", ps, []ca.Pair{pair("1")}, err)
		ev, err := tx.Events.Head("0430")
		same(t, "event", ev, e, err)
		head, err := tx.Log.Head()
		same(t, "log", head, l, err)
		rs, err := tx.Ranges.Of("0430")
		same(t, "range", rs, []ca.ReceiptRange{{Prefix: "R-", From: 1, To: 9}}, err)
		people, err := tx.Staff.All()
		same(t, "staff", people, []ca.SealedStaff{{ID: "i", LoginKey: "l", Body: []byte("b")}}, err)
		rv, err := tx.Revoked.Of(service.FamilySM2)
		same(t, "revoked", rv, []ca.Revocation{{Family: service.FamilySM2, Serial: "A1", At: at(4), Reason: 6}}, err)
		return nil
	}))
}

func same(t *testing.T, what string, got, want any, err error) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, %v; want %+v", what, got, err, want)
	}
}

func TestPairs(t *testing.T) {
	s := fresh(t)
	station(t, s)
	act(t, s, func(tx ca.Tx) error { return errors.Join(tx.Pairs.Add(pair("1")), tx.Pairs.Add(pair("2"))) })
	for name, spoil := range map[string]func(*ca.Pair){
		"key": func(p *ca.Pair) { p.Key = "k1" }, "sign serial": func(p *ca.Pair) { p.SignSerial = "A1" },
		"encrypt serial": func(p *ca.Pair) { p.EncryptSerial = "B2" }, "hash": func(p *ca.Pair) { p.SignHash = "sh2" },
	} {
		t.Run(name, func(t *testing.T) {
			p := pair("3")
			spoil(&p)
			wants(t, s.Act(t.Context(), func(tx ca.Tx) error { return tx.Pairs.Add(p) }), service.CAConflict)
		})
	}
	moved := pair("1")
	moved.Status, moved.Confirmed, moved.Revoked, moved.Reason = ca.PairRevoked, at(200), at(300), 4
	act(t, s, func(tx ca.Tx) error { return tx.Pairs.Update(moved) })
	for name, tc := range map[string]struct {
		q    ca.PairQuery
		want []ca.Pair
	}{
		"key":         {ca.PairQuery{Key: "k1"}, []ca.Pair{moved}},
		"hash":        {ca.PairQuery{Hash: "eh2"}, []ca.Pair{pair("2")}},
		"public key":  {ca.PairQuery{PublicKey: "p"}, []ca.Pair{moved, pair("2")}},
		"unconfirmed": {ca.PairQuery{UnconfirmedBefore: at(101)}, []ca.Pair{pair("2")}},
		"too early":   {ca.PairQuery{UnconfirmedBefore: at(100)}, nil},
		"nothing":     {ca.PairQuery{}, nil},
	} {
		ok(t, s.Read(t.Context(), func(tx ca.Tx) error {
			got, err := tx.Pairs.Find(tc.q)
			same(t, name, got, tc.want, err)
			return nil
		}))
	}
	wants(t, s.Act(t.Context(), func(tx ca.Tx) error { return tx.Pairs.Update(pair("9")) }), service.NotFound)
}

func TestAllOrNothing(t *testing.T) {
	s := fresh(t)
	broken := errors.New("stop")
	err := s.Act(t.Context(), func(tx ca.Tx) error {
		ok(t, tx.Settings.Set("a", []byte{1}))
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.Act(t.Context(), func(tx ca.Tx) error {
			ok(t, tx.Settings.Set("a", []byte{1}))
			panic("stop")
		})
	}()
	wants(t, s.Read(t.Context(), func(tx ca.Tx) error { _, err := tx.Settings.Get("a"); return err }), service.NotFound)
	act(t, s, func(tx ca.Tx) error { return tx.Settings.Set("a", []byte{1}) }) // the panic left no lock behind
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wants(t, s.Act(ctx, func(ca.Tx) error { return nil }), service.Cancelled)
}

func TestReadWritesNothing(t *testing.T) {
	s := fresh(t)
	err := s.Read(t.Context(), func(tx ca.Tx) error { return tx.Settings.Set("a", []byte{1}) })
	wants(t, err, service.StoreReadOnly)
}

func TestActsTakeTurns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	stores := []*cadb.Store{open(t, path), open(t, path)} // two processes' worth
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			err := stores[i%2].Act(context.Background(), func(tx ca.Tx) error {
				head, err := tx.Log.Head()
				if err != nil && !service.IsCode(err, service.NotFound) {
					return err
				}
				return tx.Log.Append(ca.LogEntry{Seq: head.Seq + 1})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ok(t, stores[0].Read(t.Context(), func(tx ca.Tx) error {
		head, err := tx.Log.Head()
		same(t, "acts", head.Seq, int64(40), err)
		return nil
	}))
}

func TestChainsAreAppendOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	s := open(t, path)
	station(t, s)
	act(t, s, func(tx ca.Tx) error {
		return errors.Join(tx.Log.Append(ca.LogEntry{Seq: 1}), tx.Pairs.Add(pair("1")),
			tx.Ranges.Add("0430", ca.ReceiptRange{Prefix: "R-", From: 1, To: 9}),
			tx.Events.Append(ca.StoredEvent{Station: "0430", Event: service.Event{Epoch: 1, Seq: 1}}))
	})
	raw, err := sql.Open("sqlite", path)
	ok(t, err)
	defer raw.Close()
	for _, q := range []string{`UPDATE log SET act = 'x'`, `DELETE FROM log`, `UPDATE event SET type = 'x'`, `DELETE FROM event`,
		`UPDATE receipt_range SET to_no = 99`, `DELETE FROM receipt_range`, `DELETE FROM pair`} {
		if _, err := raw.ExecContext(t.Context(), q); err == nil {
			t.Errorf("passed: %s", q)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	_, err := cadb.Open(t.Context(), filepath.Join(dir, "no such folder", "centre.db"))
	wants(t, err, service.StoreReadOnly)
	junk := filepath.Join(dir, "junk.db")
	ok(t, os.WriteFile(junk, []byte("this is no database, whatever its name says; long enough to have a header"), 0o600))
	_, err = cadb.Open(t.Context(), junk)
	wants(t, err, service.StoreCorrupt)
	path := filepath.Join(dir, "later.db")
	s := open(t, path)
	ok(t, s.Close())
	raw, err := sql.Open("sqlite", path)
	ok(t, err)
	_, err = raw.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	ok(t, errors.Join(err, raw.Close()))
	_, err = cadb.Open(t.Context(), path)
	wants(t, err, service.StoreNewer)
}

func TestOnlyItsOwnerReadsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "关系 %41?#.db") // characters that a DSN would take for its own
	station(t, open(t, path))
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		ok(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", filepath.Base(name), info.Mode())
		}
	}
}

// Single certificates stand beside the pairs, any number of them, and on the list of their own family.
func TestSingleCertificates(t *testing.T) {
	s := fresh(t)
	station(t, s)
	one := func(n string) ca.Pair {
		p := pair(n)
		p.Family, p.EncryptSerial, p.EncryptHash = service.FamilyRSA, "", ""
		return p
	}
	act(t, s, func(tx ca.Tx) error {
		return errors.Join(tx.Pairs.Add(one("1")), tx.Pairs.Add(one("2")), tx.Pairs.Add(pair("3")),
			tx.Revoked.Put(ca.Revocation{Family: service.FamilyRSA, Serial: "A1", At: at(4), Reason: 1}))
	})
	ok(t, s.Read(t.Context(), func(tx ca.Tx) error {
		found, err := tx.Pairs.Find(ca.PairQuery{Serial: "A2"})
		same(t, "single", found, []ca.Pair{one("2")}, err)
		none, err := tx.Revoked.Of(service.FamilySM2)
		same(t, "of SM2", len(none), 0, err)
		some, err := tx.Revoked.Of(service.FamilyRSA)
		same(t, "of RSA", some, []ca.Revocation{{Family: service.FamilyRSA, Serial: "A1", At: at(4), Reason: 1}}, err)
		return nil
	}))
	half := pair("4")
	half.EncryptSerial = ""
	wants(t, s.Act(t.Context(), func(tx ca.Tx) error { return tx.Pairs.Add(half) }), service.StoreFailed)
}
