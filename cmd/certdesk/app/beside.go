package app

import (
	"context"
	"errors"
	"net"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/staff"
)

// demoSetting marks the store of a demo hall, whose people are invented.
const demoSetting = "station/demo"

// Beside opens the store for a command that may run beside the station: the folder is not held, nothing is printed or uploaded, and
// an older store is not migrated under a station that runs. Errors: StoreOlder (have, want), else as Open.
func Beside(ctx context.Context, o Options) (*App, error) {
	a := &App{Options: o.Absolute(), Line: &Line{}}
	if err := a.beside(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) beside(ctx context.Context) error {
	if err := a.folder(); err != nil {
		return err
	}
	key, err := db.LoadOrCreateKey(a.Key(), a.Env.Rand, false)
	if err != nil {
		return err
	}
	defer clear(key)
	if a.Store, err = openCurrent(ctx, db.Config{Dir: a.Dir, Master: key, Env: a.Env}); err != nil {
		return err
	}
	if err := a.desk(ctx); err != nil {
		return err
	}
	return a.Ready()
}

// openCurrent opens a store for writing that is of this program's own schema: opening an older one would migrate it.
func openCurrent(ctx context.Context, c db.Config) (*db.Store, error) {
	s, err := db.OpenReadOnly(ctx, c)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return nil, err
	}
	return db.Open(ctx, c)
}

// desk constructs what stands on an open store.
func (a *App) desk(ctx context.Context) error {
	if err := a.tokens(ctx); err != nil {
		return err
	}
	a.People = staff.New(a.Store, a.Env.Now)
	return a.connect(ctx)
}

// IsDemo reports whether the store is a demo hall's.
func (a *App) IsDemo(ctx context.Context) bool {
	_, err := a.setting(ctx, demoSetting)
	return err == nil
}

// MarkDemo marks the store as a demo hall's. FolderLive where it is a real station's: its people must go on signing in.
func (a *App) MarkDemo(ctx context.Context) error {
	if a.IsDemo(ctx) {
		return nil
	}
	switch _, err := a.setting(ctx, identitySetting); {
	case err == nil:
		return service.E(service.FolderLive, "app.MarkDemo", service.Args{"path": a.Dir}, nil)
	case !service.IsCode(err, service.NotFound):
		return err
	}
	return a.set(ctx, "station.demo", "station", map[string][]byte{demoSetting: []byte("1")})
}

// Live refuses a demo hall's folder, whose store opens without sign-in and whose centre is invented. FolderDemo (path).
func (a *App) Live(ctx context.Context) error {
	if a.IsDemo(ctx) {
		return service.E(service.FolderDemo, "app.Live", service.Args{"path": a.Dir}, nil)
	}
	return nil
}

// mayJoinAt keeps a demo hall's folder at its own centre on loopback, which it joins once.
func (a *App) mayJoinAt(ctx context.Context, address string) error {
	host, _, _ := net.SplitHostPort(address) // a malformed one is refused where it is dialled
	_, err := a.setting(ctx, identitySetting)
	if net.ParseIP(host).IsLoopback() && service.IsCode(err, service.NotFound) {
		return nil
	}
	return a.Live(ctx)
}

// Looked audits that somebody read personal data outside the screen.
func (a *App) Looked(ctx context.Context, who service.Actor, what, subject string) error {
	return a.Store.Act(ctx, who, func(tx *service.Tx) error { return tx.Audit.Append("read."+what, subject, "") })
}
