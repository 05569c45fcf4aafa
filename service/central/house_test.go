package central_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/central"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

func testEnv() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string {
		b := make([]byte, 16)
		_, _ = rand.Read(b)
		return hex.EncodeToString(b)
	}}
}

// house is a whole centre on a loopback port.
type house struct {
	env  service.Env
	svc  *ca.Service
	addr string
	stop func() error
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ctx, env := context.Background(), testEnv()
	store, err := cadb.Open(ctx, filepath.Join(t.TempDir(), "centre.db"))
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	svc, err := ca.New(store, env, []byte("0123456789abcdef0123456789abcdef"))
	must(t, err)
	must(t, svc.Init(ctx, ca.InitSpec{Name: "示范电子认证", Hosts: []string{"127.0.0.1", "localhost"}}))
	running, err := server.Listen(ctx, svc, "127.0.0.1:0", server.New(svc, env, slog.New(slog.DiscardHandler)))
	must(t, err)
	t.Cleanup(func() { _ = running.Close() })
	return &house{env: env, svc: svc, addr: running.Addr(), stop: running.Close}
}

func (h *house) code(t *testing.T, id string) central.Code {
	t.Helper()
	c, err := h.svc.AddStation(context.Background(), ca.StationSpec{ID: id, Hall: "政务大厅", Window: "一号窗口"})
	must(t, err)
	read, err := ca.ParseJoinCode(c.String())
	must(t, err)
	return central.Code{Station: read.Station, Secret: read.Secret[:], Fingerprint: read.Fingerprint}
}

func (h *house) join(t *testing.T, id string) central.Identity {
	t.Helper()
	keys, err := central.NewKeys(h.env)
	must(t, err)
	identity, err := central.Join(context.Background(), h.env, h.addr, h.code(t, id), keys, central.Options{})
	must(t, err)
	return identity
}

// client of a joined station, with addr in place of the centre's where it is not empty.
func (h *house) client(t *testing.T, id central.Identity, addr string) *central.Client {
	t.Helper()
	if addr != "" {
		id.Address = addr
	}
	c, err := central.New(id, h.env, quick())
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func quick() central.Options {
	return central.Options{Connect: time.Second, Whole: 3 * time.Second, Pause: time.Millisecond}
}

// wish is a request for a pair for key; n makes its idempotency key.
func wish(key *sm.PrivateKey, n int) service.CertRequest {
	return service.CertRequest{
		Key: flow.RequestKey("0430", "B0430-1", "issue", n, key.PublicKey()), Profile: "org-sm2",
		Subject:   service.SubjectFields{CommonName: "湘江贸易有限公司", Organisation: "湘江贸易有限公司", CreditCode: "91430100MA4L16QH7R"},
		PublicKey: key.PublicKey(), Days: 365,
		Sign: func(_ context.Context, m []byte) ([]byte, error) { return key.Sign(rand.Reader, m) },
	}
}

func newKey(t *testing.T) *sm.PrivateKey {
	t.Helper()
	k, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	return k
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("want %s, got %v", code, err)
	}
}
