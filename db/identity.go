package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

// Names in the table meta.
const (
	metaKeyCheck = "key-check" // tells a wrong data key from a damaged row
	metaPublic   = "events-public"
	metaPrivate  = "events-private" // sealed
	firstEpoch   = 1
)

// identify makes the station's identity at the first open and checks it at every later one.
func (s *Store) identify(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return failed("Open", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	known, err := meta(ctx, tx)
	if err != nil {
		return err
	}
	a := s.session(ctx, tx, service.StationActor(), s.acted)
	if len(known) == 0 {
		if err := s.create(a); err != nil {
			return err
		}
		return failed("Open", tx.Commit())
	}
	if err := s.unlock(known); err != nil {
		return err
	}
	s.head, err = a.storedHead()
	return err
}

// create makes the events key and row 1 of the chain, which names it.
func (s *Store) create(a *session) (err error) {
	if s.key, err = sm.GenerateKey(s.env.Rand); err != nil {
		return err
	}
	s.public = s.key.PublicKey()
	private, err := s.key.Marshal()
	if err != nil {
		return err
	}
	defer clear(private)
	sealed, err := s.vault.seal(private, "meta", metaPrivate, "value")
	if err != nil {
		return err
	}
	for name, value := range map[string][]byte{
		metaKeyCheck: s.vault.KeyCheck(), metaPublic: s.public, metaPrivate: sealed,
	} {
		if _, err := a.exec("Open", `INSERT INTO meta (name, value) VALUES (?, ?)`, name, value); err != nil {
			return err
		}
	}
	if err := a.auditRow(audit.GenesisAct, audit.Fingerprint(s.public), audit.GenesisDetail(s.public)); err != nil {
		return err
	}
	s.head, err = a.signHead()
	return err
}

// unlock opens the events key with the data key. What the check value denies and the sealed key confirms is a damaged check value.
func (s *Store) unlock(known map[string][]byte) error {
	check := s.vault.KeyCheck()
	private, err := s.vault.open(known[metaPrivate], "meta", metaPrivate, "value")
	if !sm.Equal(check, known[metaKeyCheck]) {
		clear(private)
		if err == nil || len(known[metaKeyCheck]) != len(check) {
			return damaged("Open", errors.New("the key's check value"))
		}
		return service.E(service.KeyWrong, "db.Open", nil, nil)
	}
	if err != nil {
		return err
	}
	defer clear(private)
	key, err := sm.ParsePrivateKey(private)
	if err != nil {
		return damaged("Open", err)
	}
	if !bytes.Equal(key.PublicKey(), known[metaPublic]) {
		return damaged("Open", errors.New("the events key is not the one that the store names"))
	}
	s.key, s.public = key, known[metaPublic]
	return nil
}

// recognise is identify for a store that is not written: without a data key only the public key is known.
func (s *Store) recognise(ctx context.Context) error {
	if err := checkSchema(ctx, s.read); err != nil {
		return err
	}
	known, err := meta(ctx, s.read)
	if err != nil {
		return err
	}
	s.public = known[metaPublic]
	if s.vault.Sealer == nil {
		return nil
	}
	return s.unlock(known)
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func meta(ctx context.Context, q querier) (map[string][]byte, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, value FROM meta`)
	if err != nil {
		return nil, failed("Open", err)
	}
	defer func() { _ = rows.Close() }()
	known := map[string][]byte{}
	for rows.Next() {
		var name string
		var value []byte
		if err := rows.Scan(&name, &value); err != nil {
			return nil, failed("Open", err)
		}
		known[name] = value
	}
	return known, failed("Open", rows.Err())
}

// damaged is a row that SQLite reads and we cannot believe.
func damaged(op string, err error) error {
	return service.E(service.StoreCorrupt, "db."+op, nil, fmt.Errorf("stored row: %w", err))
}
