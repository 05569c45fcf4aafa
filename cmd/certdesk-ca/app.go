package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"certdesk/db"
	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
)

// app is the centre put together over one store.
type app struct {
	store *cadb.Store
	svc   *ca.Service
	env   service.Env
}

func environment() service.Env {
	return service.Env{Now: time.Now, NewID: newID, Rand: rand.Reader}
}

func newID() string {
	id := make([]byte, 16)
	if _, err := io.ReadFull(rand.Reader, id); err != nil {
		panic(err) // crypto/rand does not fail on a supported system
	}
	return hex.EncodeToString(id)
}

// storePath reads --db.
func storePath(text string) (string, error) {
	path, ok := strings.CutPrefix(text, "sqlite:")
	if !ok || path == "" {
		return "", errors.New("--db sqlite:FILE is needed")
	}
	return path, nil
}

// keyPath is where the centre's data key lies: beside the store.
func keyPath(path string) string { return path + ".key" }

// with opens the centre for one command. The store must be there already.
func (c *cli) with(ctx context.Context, fn func(app) error) error {
	path, err := storePath(c.db)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return service.E(service.CentreBare, "certdesk-ca", nil, err)
	}
	return open(ctx, path, false, fn)
}

// open puts the centre together over path and takes it apart again; create makes the data key where there is none.
func open(ctx context.Context, path string, create bool, fn func(app) error) (err error) {
	env := environment()
	key, err := db.LoadOrCreateKey(keyPath(path), env.Rand, create)
	if err != nil {
		return err
	}
	defer clear(key)
	store, err := cadb.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() {
		if e := store.Close(); err == nil {
			err = e
		}
	}()
	svc, err := ca.New(store, env, key)
	if err != nil {
		return err
	}
	return fn(app{store: store, svc: svc, env: env})
}
