package flowtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/db"
	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/biz"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/catalog"
	"certdesk/service/central"
	"certdesk/service/fee"
	"certdesk/service/flow"
	"certdesk/token"
	"certdesk/token/softkey"
)

// StationID is the station's; receipts are R-0430-000001 and on.
const StationID = "0430"

// Centre is a centre on a loopback port.
type Centre struct {
	Svc     *ca.Service
	Store   *cadb.Store
	running *server.Running
}

// Hall is one counter.
type Hall struct {
	testing.TB
	Dir     string
	Env     service.Env
	Centre  *Centre
	Station *db.Store
	Power   *Power
	Drawer  *softkey.Driver
	Trap    *Trap
	Line    *Line
	Catalog *catalog.Catalog
	Old     map[string]*catalog.Catalog
	Engine  *flow.Engine
	// Model stands between the counter and its soft UKeys, for tokens of another make; nil: none. FixedSO says that they keep their
	// factory SO PIN. Both count from the next Restart on.
	Model   func(service.Tokens) service.Tokens
	FixedSO bool

	late atomic.Int64 // how far the clock was put forward
}

// The people of the counter.
var (
	Clerk      = service.Actor{ID: "S01", Name: "王芳", Role: service.RoleClerk}
	Reviewer   = service.Actor{ID: "S02", Name: "周凯", Role: service.RoleReviewer}
	Maker      = service.Actor{ID: "S03", Name: "李娜", Role: service.RoleMaker}
	Supervisor = service.Actor{ID: "S09", Name: "赵强", Role: service.RoleSupervisor}
)

// New opens a counter that has joined a centre of its own. options change its soft UKeys.
func New(t testing.TB, options ...softkey.Option) *Hall {
	t.Helper()
	h := bare(t)
	h.Centre = newCentre(h)
	h.open(StationID, options...)
	return h
}

// Sister opens another station of the same centre.
func (h *Hall) Sister(id string) *Hall {
	h.Helper()
	s := bare(h.TB)
	s.Centre = h.Centre
	s.open(id)
	return s
}

func bare(t testing.TB) *Hall {
	h := &Hall{TB: t, Dir: t.TempDir(), Trap: &Trap{}, Old: map[string]*catalog.Catalog{}}
	h.Env = service.Env{Rand: rand.Reader, NewID: newID, Now: func() time.Time { return time.Now().Add(time.Duration(h.late.Load())) }}
	return h
}

// Later puts the clock forward.
func (h *Hall) Later(d time.Duration) { h.late.Add(int64(d)) }

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Must ends the test on an error.
func (h *Hall) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func newCentre(h *Hall) *Centre {
	ctx := context.Background()
	store, err := cadb.Open(ctx, filepath.Join(h.TempDir(), "centre.db"))
	h.Must(err)
	h.Cleanup(func() { _ = store.Close() })
	svc, err := ca.New(store, h.Env, bytes.Repeat([]byte{9}, 32))
	h.Must(err)
	h.Must(svc.Init(ctx, ca.InitSpec{Name: "测试认证中心", Hosts: []string{"127.0.0.1"}}))
	running, err := server.Listen(ctx, svc, "127.0.0.1:0", server.New(svc, h.Env, slog.New(slog.DiscardHandler)))
	h.Must(err)
	h.Cleanup(func() { _ = running.Close() })
	return &Centre{Svc: svc, Store: store, running: running}
}

func (h *Hall) open(station string, options ...softkey.Option) {
	h.Helper()
	var err error
	h.Station, err = db.Open(context.Background(), db.Config{Dir: h.Dir, Master: bytes.Repeat([]byte{7}, db.KeySize), Env: h.Env})
	h.Must(err)
	h.Cleanup(func() { _ = h.Station.Close() })
	cheap := []softkey.Option{softkey.WithKDF(1, 8, 1), softkey.WithFault(h.Trap.strike)}
	h.Drawer, err = softkey.Open(filepath.Join(h.Dir, "ukeys"), h.Env, append(cheap, options...)...)
	h.Must(err)
	h.Cleanup(func() { _ = h.Drawer.Close() })
	h.Line = &Line{client: h.join(station), Calls: map[string]int{}}
	h.Set(fee.RangeSetting, []fee.Range{{Prefix: "R-" + station + "-", From: 1, To: 999}})
	h.Catalog, err = catalog.Load([]byte(CatalogTOML))
	h.Must(err)
	h.Restart()
}

func (h *Hall) join(station string) *central.Client {
	h.Helper()
	ctx := context.Background()
	code, err := h.Centre.Svc.AddStation(ctx, ca.StationSpec{ID: station, Hall: "长沙市政务大厅", Window: "03"})
	h.Must(err)
	keys, err := central.NewKeys(h.Env)
	h.Must(err)
	id, err := central.Join(ctx, h.Env, h.Centre.running.Addr(),
		central.Code{Station: code.Station, Secret: code.Secret[:], Fingerprint: code.Fingerprint}, keys, central.Options{})
	h.Must(err)
	client, err := central.New(id, h.Env, central.Options{Connect: time.Second, Whole: 10 * time.Second, Pause: time.Millisecond})
	h.Must(err)
	h.Cleanup(func() { _ = client.Close() })
	return client
}

// Restart is the program begun anew on the same folder: a new engine, the power on again.
func (h *Hall) Restart() {
	h.Power = &Power{Store: h.Station}
	h.Engine = h.EngineOn(h.Power)
}

// EngineOn is an engine of this counter over another view of its store.
func (h *Hall) EngineOn(store service.Store) *flow.Engine { return h.EngineWith(store, biz.All()) }

// EngineWith is an engine of other businesses.
func (h *Hall) EngineWith(store service.Store, businesses []flow.Definition) *flow.Engine {
	var tokens service.Tokens = h.Drawer
	if h.Model != nil {
		tokens = h.Model(tokens)
	}
	return flow.New(flow.Config{
		Store: store, Station: flow.Station{ID: StationID, Hall: "长沙市政务大厅", Window: "03"}, Definitions: businesses,
		Catalog: h.Catalog, Old: h.old,
		Desk: flow.Desk{Env: h.Env, Tokens: token.Owned(tokens), CA: h.Line, Tickets: h.Line,
			FactorySO: []byte(softkey.FactorySOPIN), FixedSO: h.FixedSO, Read: store.Read},
	})
}

func (h *Hall) old(version string) (*catalog.Catalog, error) {
	if c, ok := h.Old[version]; ok {
		return c, nil
	}
	return nil, service.E(service.NotFound, "flowtest.old", service.Args{"what": "catalog", "id": version}, nil)
}

// NewCatalog puts another catalog in force, as a pull from the centre does.
func (h *Hall) NewCatalog(text string) {
	h.Helper()
	h.Old[h.Catalog.Version] = h.Catalog
	var err error
	h.Catalog, err = catalog.Load([]byte(text))
	h.Must(err)
	h.Restart()
}

// Set stores a setting as JSON, outside the engine.
func (h *Hall) Set(name string, value any) {
	h.Helper()
	raw, err := json.Marshal(value)
	h.Must(err)
	h.Act(func(tx *service.Tx) error { return tx.Settings.Set(name, raw) })
}

// Act changes the store outside the engine.
func (h *Hall) Act(fn func(*service.Tx) error) {
	h.Helper()
	h.Must(h.Station.Act(context.Background(), service.StationActor(), func(tx *service.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Audit.Append("test", "test", "")
	}))
}

// Read looks at the store outside the engine.
func (h *Hall) Read(fn func(service.View) error) {
	h.Helper()
	h.Must(h.Station.Read(context.Background(), fn))
}

// Lay lays a factory-new token in, the only one.
func (h *Hall) Lay(serial string) {
	h.Helper()
	h.Must(h.Drawer.Create(serial))
	h.Insert(serial)
}

// Insert puts a token in and every other one out.
func (h *Hall) Insert(serial string) {
	h.Helper()
	in, err := h.Drawer.List(context.Background())
	h.Must(err)
	for _, i := range in {
		if i.Serial != serial {
			h.Must(h.Drawer.Remove(i.Serial))
		}
	}
	h.Must(h.Drawer.Insert(serial))
}
