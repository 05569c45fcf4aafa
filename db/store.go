// Package db is the station's store: one SQLite file in the data folder. One act is one transaction on the only writing
// connection; readers have a pool of their own and one consistent view each. What names a person is sealed before it reaches
// SQLite, so that database, write-ahead log and backups hold no name, number or mobile of a person in the clear.
//
// Times are kept in UTC, to the microsecond. Every act ends in the audit chain, signed by the station's events key; the key is made at the first open and kept sealed.
package db

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	"certdesk/db/migrations"
	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

// Config says where the store is and what opens it.
type Config struct {
	Dir    string        // the data folder
	Master []byte        // the data key, 32 bytes; copied. May be nil for OpenReadOnly
	Env    service.Env   // clock and randomness
	Wait   time.Duration // how long an act waits for another one or another program before StoreBusy; 0: 5 s
	VFS    string        // name of a registered SQLite VFS; "" is the system's
}

func (c Config) wait() time.Duration {
	if c.Wait > 0 {
		return c.Wait
	}
	return 5 * time.Second
}

// Store is a service.Store on SQLite. Safe for concurrent use.
type Store struct {
	env    service.Env
	wait   time.Duration
	vault  vault
	read   *sql.DB
	write  *sql.DB        // one connection; nil in a read-only store
	gate   chan struct{}  // held by the act in progress
	asked  *statements    // of read
	acted  *statements    // of write
	key    *sm.PrivateKey // the events key; nil without a data key
	public []byte         // its SubjectPublicKeyInfo
	head   audit.Head     // of the last act committed here; guarded by gate
}

var _ service.Store = (*Store)(nil)

// Open opens the store, making it where there is none and migrating it where it is older (a copy goes to Dir/backup first).
// Errors: KeyWrong, StoreNewer (have, want), StoreCorrupt, StoreReadOnly, StoreBusy, AuditBroken where the signed head is gone.
func Open(ctx context.Context, c Config) (*Store, error) {
	sealer, err := newSealer(c)
	if err != nil {
		return nil, err
	}
	if err := prepare(c.Dir); err != nil {
		return nil, err
	}
	s := newStore(c, sealer)
	if s.write, err = connect(ctx, c.dsn(true, "rw"), 1); err != nil {
		return nil, err
	}
	if err := s.start(ctx, c); err != nil {
		_ = s.Close() // the first error is the one that tells
		return nil, err
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, c Config) (err error) {
	if err := migrate(ctx, s.write, c.Dir, s.env.Now(), migrations.Files); err != nil {
		return err
	}
	if s.read, err = connect(ctx, c.dsn(false, "rw"), readers); err != nil {
		return err
	}
	return s.identify(ctx)
}

// OpenReadOnly opens an existing store for commands that run beside a station. Without a data key what is sealed stays
// closed (KeyMissing), but case lists without names and the whole audit chain can be read. NotFound where there is no store.
func OpenReadOnly(ctx context.Context, c Config) (*Store, error) {
	if _, err := os.Stat(filepath.Join(c.Dir, FileName)); errors.Is(err, os.ErrNotExist) {
		return nil, notFound("OpenReadOnly", "store", c.Dir)
	}
	var sealer *sm.Sealer
	var err error
	if c.Master != nil {
		if sealer, err = newSealer(c); err != nil {
			return nil, err
		}
	}
	s := newStore(c, sealer)
	if s.read, err = connect(ctx, c.dsn(false, "ro"), readers); err != nil {
		return nil, err
	}
	if err := s.recognise(ctx); err != nil {
		_ = s.Close() // the first error is the one that tells
		return nil, err
	}
	return s, nil
}

func newStore(c Config, sealer *sm.Sealer) *Store {
	return &Store{
		env: c.Env, wait: c.wait(), vault: vault{sealer}, gate: make(chan struct{}, 1),
		asked: newStatements(), acted: newStatements(),
	}
}

func newSealer(c Config) (*sm.Sealer, error) {
	if len(c.Master) != KeySize {
		return nil, service.E(service.KeyWrong, "db.Open", nil, errors.New("the data key is not 32 bytes"))
	}
	return sm.NewSealer(c.Env.Rand, c.Master, 1)
}

// Close ends the pools and wipes the events key.
func (s *Store) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{s.read, s.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if s.key != nil {
		s.key.Wipe()
	}
	return failed("Close", errors.Join(errs...))
}

// EventsKey signs audit rows and events; nil in a store opened without its data key. It ends with the store.
func (s *Store) EventsKey() *sm.PrivateKey { return s.key }

// AuditKey is the SubjectPublicKeyInfo of the events key, as it stands in the store in the clear.
func (s *Store) AuditKey() []byte { return append([]byte(nil), s.public...) }
