// Package demo is a whole hall on one machine: a centre on loopback, a joined station with soft UKeys, people and customers.
package demo

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"

	"certdesk/cmd/certdesk/app"
	"certdesk/db"
	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/token/softkey"
)

// The demo's desk.
const (
	stationID = "0430"
	hallName  = "长沙市政务大厅"
	window    = "03"
)

// unconfirmed is how long a pair may wait for its station's confirmation.
const unconfirmed = 72 * time.Hour

// Person is somebody of the demo's staff, with the password that the demo prints.
type Person struct {
	service.Staff
	Demo string
}

// People are the demo's staff; logins and passwords are digits, for the number pad.
func People() []Person {
	return []Person{
		{service.Staff{ID: "S01", Login: "01", Name: "王芳", Role: service.RoleClerk, Active: true}, "260101"},
		{service.Staff{ID: "S02", Login: "02", Name: "周凯", Role: service.RoleReviewer, Active: true}, "260202"},
		{service.Staff{ID: "S03", Login: "03", Name: "李娜", Role: service.RoleMaker, Active: true}, "260303"},
		{service.Staff{ID: "S09", Login: "09", Name: "赵强", Role: service.RoleSupervisor, Active: true}, "260909"},
	}
}

// Hall is a running demo: its centre and its station.
type Hall struct {
	App     *app.App
	store   *cadb.Store
	svc     *ca.Service
	running *server.Running
}

// Open starts the centre and the station over dir, founding both where there is nothing yet. log takes the centre's log.
func Open(ctx context.Context, o app.Options, log *slog.Logger) (*Hall, error) {
	h := &Hall{}
	o = o.Absolute()
	o.Soft = append([]softkey.Option{LightKDF()}, o.Soft...)
	if err := h.open(ctx, o, log); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// LightKDF spares the demo's soft UKeys the cost of guarding a PIN: their keys open nothing, and a run derives a dozen for each
// customer. The file of a token holds the parameters that it was made with, so that one made at another cost still opens; the
// station's own drawer keeps softkey's default.
func LightKDF() softkey.Option { return softkey.WithKDF(1, 64, 1) }

func (h *Hall) open(ctx context.Context, o app.Options, log *slog.Logger) (err error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return service.E(service.StoreReadOnly, "demo.Open", service.Args{"path": o.Dir}, err)
	}
	// The station holds the folder first: a second demo on it must not touch the centre.
	o.Create = true
	if h.App, err = app.Open(ctx, o); err != nil {
		return err
	}
	if err := h.App.MarkDemo(ctx); err != nil {
		return err
	}
	if err := h.centre(ctx, o, log); err != nil {
		return err
	}
	return h.join(ctx)
}

// centre opens the embedded centre and serves it on a loopback port.
func (h *Hall) centre(ctx context.Context, o app.Options, log *slog.Logger) (err error) {
	path := filepath.Join(o.Dir, "centre.db")
	_, missing := os.Stat(path)
	key, err := db.LoadOrCreateKey(filepath.Clean(o.Dir)+".centre.key", o.Env.Rand, missing != nil)
	if err != nil {
		return err
	}
	defer clear(key)
	if h.store, err = cadb.Open(ctx, path); err != nil {
		return err
	}
	if h.svc, err = ca.New(h.store, o.Env, key); err != nil {
		return err
	}
	if err := h.found(ctx, o.Env); err != nil {
		return err
	}
	h.running, err = server.Listen(ctx, h.svc, "127.0.0.1:0", server.New(h.svc, o.Env, log))
	return err
}

// found makes the demo's CA once; catalog and staff follow the program.
func (h *Hall) found(ctx context.Context, env service.Env) error {
	err := h.svc.Init(ctx, ca.InitSpec{Name: "长沙数字证书认证中心", Hosts: []string{"127.0.0.1", "localhost"}})
	if err != nil && !service.IsCode(err, service.CentreExists) {
		return err
	}
	if err := h.svc.PutCatalog(ctx, CatalogTOML()); err != nil {
		return err
	}
	if _, err := h.svc.SweepUnconfirmed(ctx, unconfirmed); err != nil {
		return err
	}
	return h.staff(ctx, env)
}

// staff adds who is missing: the founding may have been cut off between two people.
func (h *Hall) staff(ctx context.Context, env service.Env) error {
	have, err := h.svc.Staff(ctx)
	if err != nil {
		return err
	}
	for _, p := range People() {
		if slices.ContainsFunc(have, func(s service.Staff) bool { return s.Login == p.Login }) {
			continue
		}
		if p.Password, err = printed(env.Rand, p.Demo); err != nil {
			return err
		}
		if err := h.svc.PutStaff(ctx, p.Staff); err != nil {
			return err
		}
	}
	return nil
}

// printed hashes a password that the demo prints anyway, at the least cost that signing in accepts (sm.CheckPassword): founding a hall
// and signing in would else take most of a second.
func printed(rand io.Reader, password string) (string, error) {
	const passes, memoryKiB, lanes = 1, 8 << 10, 1
	salt := make([]byte, 16)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", service.E(service.Internal, "demo.printed", nil, err)
	}
	text := base64.RawStdEncoding.EncodeToString
	tag := argon2.IDKey([]byte(password), salt, passes, memoryKiB, lanes, 32)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes, text(salt), text(tag)), nil
}

// join makes the station one of the centre's, over the wire, as a real one joins; a station that has joined pulls the feed.
func (h *Hall) join(ctx context.Context) error {
	joined, err := h.App.UseAddress(ctx, h.running.Addr())
	if err != nil {
		return err
	}
	if joined {
		return h.App.Pull(ctx)
	}
	code, err := h.svc.AddStation(ctx, ca.StationSpec{ID: stationID, Hall: hallName, Window: window})
	if err != nil {
		return err
	}
	return h.App.Join(ctx, h.running.Addr(), code.String())
}

// Centre is the embedded centre's own service, for the demo's papers about itself.
func (h *Hall) Centre() *ca.Service { return h.svc }

// Close ends station and centre.
func (h *Hall) Close() error {
	var errs []error
	if h.App != nil {
		errs = append(errs, h.App.Close())
	}
	if h.running != nil {
		errs = append(errs, h.running.Close())
	}
	if h.store != nil {
		errs = append(errs, h.store.Close())
	}
	return errors.Join(errs...)
}
