// Package app holds the one value that constructs the station: main, the demo and the end-to-end tests use the same constructor.
package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"certdesk/db"
	"certdesk/printing"
	"certdesk/printing/spool"
	"certdesk/service"
	"certdesk/service/biz"
	"certdesk/service/catalog"
	"certdesk/service/central"
	"certdesk/service/flow"
	"certdesk/service/staff"
	"certdesk/token/host"
	"certdesk/token/softkey"
)

// Options say where and how a station runs.
type Options struct {
	Dir     string // data folder
	KeyFile string // data key, outside the folder; "" is Dir + ".key"
	Address string // of the centre, where it differs from the one joined under (a demo's loopback port)
	Create  bool   // make folder, key and store where there are none
	Env     service.Env
	Soft    []softkey.Option // for tests
	Line    central.Options
	Device  Device
}

// App is a station in one value.
type App struct {
	Options
	Store   *db.Store
	Drawer  *softkey.Driver // the soft UKeys
	Host    *host.Driver    // a maker's library in its helper process; nil where the tokens are the soft UKeys
	Tokens  service.Tokens
	Engine  *flow.Engine
	People  *staff.People
	Queue   *spool.Queue
	Catalog *catalog.Catalog
	Station flow.Station
	Line    *Line
	online  atomic.Bool
	wake    chan struct{}
	pulled  time.Time // of the background round alone
	release func() error
	see     func(string) (Volume, error) // what the data folder lies on
	hostLog *os.File
	factory string // SO PIN of a new token
	fixedSO bool
}

// RealEnv is the world outside tests: the machine's clock and crypto/rand.
func RealEnv() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string {
		var b [16]byte
		if _, err := rand.Read(b[:]); err != nil {
			panic(err) // crypto/rand does not fail on any supported system; without it nothing may go on
		}
		return hex.EncodeToString(b[:])
	}}
}

// Key is the path of the data key file.
func (o Options) Key() string {
	if o.KeyFile != "" {
		return o.KeyFile
	}
	return filepath.Clean(o.Dir) + ".key"
}

// Absolute is the same options with the data folder's full path: the store's driver takes no other, and paths are printed whole.
func (o Options) Absolute() Options {
	if full, err := filepath.Abs(o.Dir); err == nil {
		o.Dir = full
	}
	return o
}

// Papers is the folder printer's folder.
func (o Options) Papers() string { return filepath.Join(o.Dir, "papers") }

// Open constructs a station on its data folder and holds the folder. Errors: FolderHeld (host, pid, since),
// StoreRemote where a new store would lie on a network drive, StoreGone, KeyMissing, KeyWrong, StoreNewer, StoreCorrupt …
func Open(ctx context.Context, o Options) (*App, error) {
	a := &App{Options: o, wake: make(chan struct{}, 1), see: see}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) (err error) {
	if err := a.folder(); err != nil {
		return err
	}
	if a.release, err = hold(a.Dir, a.Env.Now()); err != nil {
		return err
	}
	key, err := db.LoadOrCreateKey(a.Key(), a.Env.Rand, a.Create && !exists(filepath.Join(a.Dir, db.FileName)))
	if err != nil {
		return err
	}
	defer clear(key)
	if a.Store, err = db.Open(ctx, db.Config{Dir: a.Dir, Master: key, Env: a.Env}); err != nil {
		return err
	}
	if err := db.PinAuditKey(a.Key(), fingerprint(a.Store)); err != nil {
		return err
	}
	if err := a.tokens(ctx); err != nil {
		return err
	}
	a.People = staff.New(a.Store, a.Env.Now)
	a.Queue = spool.New(a.Store, printing.New(), printing.Folder{Dir: a.Papers()})
	a.Line = &Line{heard: a.online.Store}
	return a.connect(ctx)
}

func (a *App) folder() error {
	if !exists(filepath.Join(a.Dir, db.FileName)) {
		if err := a.foundable(); err != nil {
			return err
		}
	}
	if !a.Create {
		return nil
	}
	return unwritten("folder", a.Dir, os.MkdirAll(a.Papers(), 0o700))
}

// foundable reports whether a new store may be made here. A key file that names a store's audit key had one: what is made in its
// place would never be believed.
func (a *App) foundable() error {
	if err := a.noStore("app.folder"); !a.Create || service.IsCode(err, service.StoreGone) {
		return err
	}
	return local(a.Dir, a.see)
}

// noStore is what the absence of the store means: NotJoined, or StoreGone where the key file names one.
func (o Options) noStore(op string) error {
	if pin, err := db.AuditPin(o.Key()); err == nil && pin != "" {
		return service.E(service.StoreGone, op, service.Args{"path": o.Dir, "key": o.Key()}, nil)
	}
	return service.E(service.NotJoined, op, service.Args{"path": o.Dir}, nil)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Close lets go of everything; it may be called on a half-opened App.
func (a *App) Close() error {
	var errs []error
	if a.Line != nil {
		errs = append(errs, a.Line.close())
	}
	if a.Host != nil {
		errs = append(errs, a.Host.Close())
	}
	if a.hostLog != nil {
		errs = append(errs, a.hostLog.Close())
	}
	if a.Drawer != nil {
		errs = append(errs, a.Drawer.Close())
	}
	if a.Store != nil {
		errs = append(errs, a.Store.Close())
	}
	if a.release != nil {
		errs = append(errs, a.release())
	}
	return errors.Join(errs...)
}

// Ready reports whether the station can serve: it has joined a centre and holds a catalog. NotJoined otherwise.
func (a *App) Ready() error {
	if a.Engine == nil {
		return service.E(service.NotJoined, "app.Ready", service.Args{"path": a.Dir}, nil)
	}
	return nil
}

// build constructs the engine once station and catalog are known.
func (a *App) build() {
	a.Engine = flow.New(flow.Config{
		Store: a.Store, Station: a.Station, Definitions: biz.All(), Catalog: a.Catalog, Old: a.oldCatalog, Online: a.online.Load, Spooled: a.spooled,
		Desk: flow.Desk{Env: a.Env, Tokens: a.Tokens, CA: a.Line, Tickets: a.Line, FactorySO: []byte(a.factory), FixedSO: a.fixedSO, Read: a.Store.Read},
	})
}

// identity is what the station joined with; the caller does not print it. NotFound before the station has joined.
func (a *App) identity(ctx context.Context) (id central.Identity, err error) {
	raw, err := a.setting(ctx, identitySetting)
	if err != nil {
		return id, err
	}
	defer clear(raw)
	if err := json.Unmarshal(raw, &id); err != nil {
		return id, service.E(service.StoreCorrupt, "app.identity", nil, err)
	}
	return id, nil
}

// Chains writes the centre's chain and the CRL that it gives out now as PEM below the data folder, and returns their absolute paths.
// Errors: NotJoined, the line's, StoreReadOnly.
func (a *App) Chains(ctx context.Context) (caPath, crlPath string, err error) {
	client, err := a.Line.get()
	if err != nil {
		return "", "", err
	}
	id, err := a.identity(ctx)
	if err != nil {
		return "", "", err
	}
	crl, err := client.CRL(ctx)
	if err != nil {
		return "", "", err
	}
	return a.WriteChains(append([][]byte{id.Anchors.Root}, id.Anchors.Issuing...), crl)
}
