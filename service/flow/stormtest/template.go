package stormtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"certdesk/db"
	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/central"
	"certdesk/service/fee"
)

// Station is the counter's; its receipts are R-0430-000001 and on.
const Station = "0430"

// Template is a counter that has joined its centre and served nobody. Each schedule begins with a copy of it.
type Template struct {
	dir string
	id  central.Identity
}

// NewTemplate founds a centre and joins a station, in dir.
func NewTemplate(ctx context.Context, dir string) (*Template, error) {
	t := &Template{dir: dir}
	env := realEnv(func() time.Duration { return 0 })
	store, err := cadb.Open(ctx, filepath.Join(dir, "centre.db"))
	if err != nil {
		return nil, err
	}
	defer store.Close()
	svc, err := ca.New(store, env, centreKey())
	if err != nil {
		return nil, err
	}
	if err := svc.Init(ctx, ca.InitSpec{Name: "测试认证中心", Hosts: []string{"127.0.0.1"}}); err != nil {
		return nil, err
	}
	running, err := server.Listen(ctx, svc, "127.0.0.1:0", server.New(svc, env, slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, err
	}
	defer running.Close()
	return t, t.join(ctx, env, svc, running.Addr())
}

func (t *Template) join(ctx context.Context, env service.Env, svc *ca.Service, addr string) error {
	station, err := db.Open(ctx, db.Config{Dir: t.dir, Master: stationKey(), Env: env})
	if err != nil {
		return err
	}
	defer station.Close()
	code, err := svc.AddStation(ctx, ca.StationSpec{ID: Station, Hall: "长沙市政务大厅", Window: "03"})
	if err != nil {
		return err
	}
	keys, err := central.NewKeys(env)
	if err != nil {
		return err
	}
	if keys.Events, err = station.EventsKey().Marshal(); err != nil {
		return err
	}
	t.id, err = central.Join(ctx, env, addr, central.Code{Station: code.Station, Secret: code.Secret[:], Fingerprint: code.Fingerprint}, keys, central.Options{})
	if err != nil {
		return err
	}
	return ranges(ctx, station)
}

// ranges allots the counter two short blocks of receipt numbers, so that schedules cross from one into the other.
func ranges(ctx context.Context, station *db.Store) error {
	raw, err := json.Marshal([]fee.Range{{Prefix: "R-" + Station + "-", From: 1, To: 2}, {Prefix: "R-" + Station + "-", From: 3, To: 999}})
	if err != nil {
		return err
	}
	return station.Act(ctx, service.StationActor(), func(tx *service.Tx) error {
		if err := tx.Settings.Set(fee.RangeSetting, raw); err != nil {
			return err
		}
		return tx.Audit.Append("test", "ranges", "")
	})
}

// copyTo puts the two stores into a fresh folder.
func (t *Template) copyTo(dir string) error {
	for _, name := range []string{db.FileName, "centre.db"} {
		raw, err := os.ReadFile(filepath.Join(t.dir, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func centreKey() []byte  { return bytes.Repeat([]byte{9}, 32) }
func stationKey() []byte { return bytes.Repeat([]byte{7}, db.KeySize) }

// realEnv is the machine's clock, put forward, and the machine's randomness.
func realEnv(late func() time.Duration) service.Env {
	return service.Env{Rand: rand.Reader, Now: func() time.Time { return time.Now().Add(late()) }, NewID: func() string {
		var b [16]byte
		_, _ = io.ReadFull(rand.Reader, b[:])
		return hex.EncodeToString(b[:])
	}}
}
