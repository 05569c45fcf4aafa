package stormtest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"certdesk/db"
	"certdesk/db/cadb"
	"certdesk/printing/spool"
	"certdesk/service"
	"certdesk/service/biz"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/catalog"
	"certdesk/service/central"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
	"certdesk/token"
	"certdesk/token/softkey"
)

// World is one counter and its centre, with the board between them and everything else.
type World struct {
	Dir      string
	Board    *Board
	Engine   *flow.Engine
	Drawer   *softkey.Driver
	Station  *db.Store // past the board, for who looks on
	Centre   *cadb.Store
	Svc      *ca.Service
	Env      service.Env
	Restarts int

	books   *books
	wire    *wire
	client  *central.Client
	queue   *spool.Queue
	printer *printer
	running *server.Running
	id      central.Identity
	catalog *catalog.Catalog
	disks   *disks
	late    atomic.Int64
}

// Open begins a world in dir, a copy of the template, with a schedule's strikes.
func (t *Template) Open(ctx context.Context, dir string, seed uint64, plan []Strike) (*World, error) {
	w := &World{Dir: dir, Board: &Board{plan: plan}, id: t.id, printer: &printer{papers: map[string]int{}}}
	var err error
	if w.disks, err = newDisks(seed); err != nil {
		return nil, err
	}
	w.Env = realEnv(func() time.Duration { return time.Duration(w.late.Load()) })
	w.Board.pull, w.Board.powerOff, w.Board.powerGone = func() { _ = w.insert("") }, w.disks.cut, w.disks.off
	w.disks.arm(plan)
	w.printer.board = w.Board
	if err := t.copyTo(dir); err != nil {
		return nil, err
	}
	if w.catalog, err = catalog.Load([]byte(flowtest.CatalogTOML)); err != nil {
		return nil, err
	}
	if err := w.openCentre(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.openStation(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *World) openCentre(ctx context.Context) (err error) {
	if w.Centre, err = cadb.Open(ctx, filepath.Join(w.Dir, "centre.db")); err != nil {
		return err
	}
	if w.Svc, err = ca.New(archive{w.Centre, w.Board}, w.Env, centreKey()); err != nil {
		return err
	}
	w.running, err = server.Listen(ctx, w.Svc, "127.0.0.1:0", server.New(w.Svc, w.Env, slog.New(slog.DiscardHandler)))
	return err
}

func (w *World) openStation(ctx context.Context) (err error) {
	if w.Station, err = db.Open(ctx, w.disks.config(db.Config{Dir: w.Dir, Master: stationKey(), Env: w.Env})); err != nil {
		return err
	}
	w.books = &books{Store: w.Station, board: w.Board, tick: w.tick}
	if w.Drawer, err = softkey.Open("ukeys", w.Env, w.disks.soft(), softkey.WithKDF(1, 8, 1), softkey.WithFault(touch(w.Board, w.tick))); err != nil {
		return err
	}
	w.id.Address = w.running.Addr()
	if w.client, err = central.New(w.id, w.Env, central.Options{Connect: time.Second, Whole: 10 * time.Second, Pause: time.Millisecond, Through: w.through}); err != nil {
		return err
	}
	w.queue = spool.New(w.books, blank{}, w.printer)
	w.Engine = flow.New(flow.Config{
		Store: w.books, Station: flow.Station{ID: Station, Hall: "长沙市政务大厅", Window: "03"}, Definitions: biz.All(), Catalog: w.catalog,
		Desk: flow.Desk{Env: w.Env, Tokens: token.Owned(w.Drawer), CA: w.client, Tickets: w.client, FactorySO: []byte(softkey.FactorySOPIN), Read: w.books.Read},
	})
	return nil
}

// through puts the wire between client and centre. What is late survives a restart of the program: it is on its way.
func (w *World) through(inner http.RoundTripper) http.RoundTripper {
	next := &wire{inner: inner, board: w.Board, tick: w.tick}
	if w.wire != nil {
		next.late = w.wire.late
	}
	w.wire = next
	return next
}

func (w *World) tick() { w.late.Add(int64(40 * time.Second)) }

// Restart is the program begun anew on the same folder. After a power cut the files are what a disk keeps.
func (w *World) Restart(ctx context.Context) error {
	w.Restarts++
	w.shutStation()
	if w.Board.revive() {
		if err := w.disks.restore(); err != nil {
			return err
		}
	}
	return w.openStation(ctx)
}

func (w *World) shutStation() {
	if w.client != nil {
		_ = w.client.Close()
	}
	if w.Drawer != nil {
		_ = w.Drawer.Close()
	}
	if w.Station != nil {
		_ = w.Station.Close() // a dead disk cannot be closed well
	}
	w.client, w.Drawer, w.Station = nil, nil, nil
}

// Close ends station and centre.
func (w *World) Close() error {
	w.shutStation()
	var errs []error
	if w.running != nil {
		errs = append(errs, w.running.Close())
	}
	if w.Centre != nil {
		errs = append(errs, w.Centre.Close())
	}
	errs = append(errs, w.disks.close())
	return errors.Join(errs...)
}

// insert puts a token in and every other one out; "" puts all out.
func (w *World) insert(serial string) error {
	all, err := w.Drawer.Serials()
	if err != nil {
		return err
	}
	for _, s := range all {
		if s != serial {
			_ = w.Drawer.Remove(s) // it may be out already
		}
	}
	if serial == "" {
		return nil
	}
	return w.Drawer.Insert(serial)
}

func detached() context.Context { return context.Background() }
