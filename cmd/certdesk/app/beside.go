package app

import (
	"context"
	"errors"
	"path/filepath"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/staff"
	"certdesk/token"
	"certdesk/token/softkey"
)

// demoSetting marks the store of a demo hall, whose people are invented.
const demoSetting = "station/demo"

// Beside opens the store for a command that may run beside the station: the folder is not held, nothing is printed or uploaded.
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
	if a.Store, err = db.Open(ctx, db.Config{Dir: a.Dir, Master: key, Env: a.Env}); err != nil {
		return err
	}
	if a.Drawer, err = softkey.Open(filepath.Join(a.Dir, "ukeys"), a.Env, a.Soft...); err != nil {
		return err
	}
	a.Tokens = token.Owned(a.Drawer)
	a.People = staff.New(a.Store, a.Env.Now)
	if err := a.connect(ctx); err != nil {
		return err
	}
	return a.Ready()
}

// IsDemo reports whether the store is a demo hall's.
func (a *App) IsDemo(ctx context.Context) bool {
	_, err := a.setting(ctx, demoSetting)
	return err == nil
}

// MarkDemo marks the store as a demo hall's.
func (a *App) MarkDemo(ctx context.Context) error {
	if a.IsDemo(ctx) {
		return nil
	}
	return a.set(ctx, "station.demo", "station", map[string][]byte{demoSetting: []byte("1")})
}

// Looked audits that somebody read personal data outside the screen.
func (a *App) Looked(ctx context.Context, who service.Actor, what, subject string) error {
	return a.Store.Act(ctx, who, func(tx *service.Tx) error { return tx.Audit.Append("read."+what, subject, "") })
}
