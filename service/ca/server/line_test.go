package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/ca/server"
	"certdesk/service/central"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

func TestOnlyTwoPathsAreOpen(t *testing.T) {
	h := newHouse(t)
	stranger := h.caller(t, nil)
	for path, method := range map[string]string{wire.PathCMP: "POST", wire.PathCRL: "GET", wire.PathFeed: "POST", wire.PathRange: "POST",
		wire.PathTicket: "POST", wire.PathEvents: "POST", wire.PathHealth: "GET"} {
		status, body := h.send(t, stranger, method, path, wire.TypeJSON, []byte("{}"))
		if status != http.StatusForbidden || code(t, body) != service.StationUnknown {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	status, body := h.send(t, stranger, "GET", wire.PathAnchors, "", nil)
	var a wire.Anchors
	if err := wire.Decode(body, &a); status != http.StatusOK || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	fp, err := h.svc.Fingerprint(context.Background())
	must(t, err)
	if central.Fingerprint(a) != fp {
		t.Fatal("station and centre differ on the fingerprint")
	}
	status, body = h.send(t, stranger, "POST", wire.PathJoin, wire.TypeJSON, []byte("{}"))
	if status != http.StatusBadRequest || code(t, body) != service.InputRequired {
		t.Fatalf("%d %s", status, body)
	}
}

func TestCertificateOfAnotherCentre(t *testing.T) {
	h, other := newHouse(t), newHouse(t)
	id := other.join(t, "0430")
	r, err := http.NewRequest("GET", "https://"+h.running.Addr()+wire.PathHealth, nil)
	must(t, err)
	if _, err := h.caller(t, &id).Do(r); err == nil {
		t.Fatal("the handshake went through")
	}
	id.Address, id.Anchors = h.running.Addr(), h.join(t, "0430").Anchors
	c, err := central.New(id, h.env, central.Options{})
	must(t, err)
	if err := c.Online(context.Background()); !service.IsCode(err, service.StationUnknown) {
		t.Fatal(err)
	}
}

// A station that joined again (a new machine) shuts the old machine's line.
func TestOldMachine(t *testing.T) {
	h := newHouse(t)
	old := h.join(t, "0430")
	h.join(t, "0430")
	status, body := h.send(t, h.caller(t, &old), "GET", wire.PathHealth, "", nil)
	if status != http.StatusForbidden || code(t, body) != service.StationUnknown {
		t.Fatalf("%d %s", status, body)
	}
}

func TestOldProtocols(t *testing.T) {
	h := newHouse(t)
	c, err := tls.Dial("tcp", h.running.Addr(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if err == nil {
		_ = c.Close()
		t.Fatal("TLS 1.2 accepted")
	}
	c, err = tls.Dial("tcp", h.running.Addr(), &tls.Config{InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{tls.X25519}})
	if err == nil {
		_ = c.Close()
		t.Fatal("another curve than P-256 accepted")
	}
}

func TestBadBodies(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	c := h.caller(t, &id)
	huge := bytes.Repeat([]byte(" "), wire.MaxRequest+1)
	for _, b := range []struct {
		name, path, kind string
		body             []byte
		status           int
		code             service.Code
	}{
		{"not JSON", wire.PathTicket, wire.TypeJSON, []byte("x"), 400, service.InputInvalid},
		{"unknown name", wire.PathTicket, wire.TypeJSON, []byte(`{"serial":"a","generation":1,"pin":"AA=="}`), 400, service.InputInvalid},
		{"no serial", wire.PathTicket, wire.TypeJSON, []byte(`{"generation":1}`), 400, service.InputRequired},
		{"form", wire.PathTicket, "application/x-www-form-urlencoded", []byte(`{"serial":"a","generation":1}`), 400, service.InputInvalid},
		{"huge", wire.PathEvents, wire.TypeJSON, huge, 413, service.InputTooLong},
		{"huge CMP", wire.PathCMP, wire.TypeCMP, huge, 413, service.InputTooLong},
		{"large CMP", wire.PathCMP, wire.TypeCMP, huge[:300<<10], 400, service.InputInvalid},
		{"CMP garbage", wire.PathCMP, wire.TypeCMP, []byte{0x30, 0x80}, 400, service.InputInvalid},
		{"CMP as JSON", wire.PathCMP, wire.TypeJSON, []byte("{}"), 400, service.InputInvalid},
		{"range of nobody", wire.PathRange, wire.TypeJSON, []byte(`{"after":77}`), 403, service.CARefused},
	} {
		status, got := h.send(t, c, "POST", b.path, b.kind, b.body)
		if status != b.status || code(t, got) != b.code {
			t.Errorf("%s: %d %s", b.name, status, got)
		}
	}
}

func TestEvents(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	key, err := sm.ParsePrivateKey(id.Keys.Events)
	must(t, err)
	var events []service.Event
	prev := audit.Start()
	for seq := int64(1); seq <= 3; seq++ {
		e, err := audit.LinkEvent(rand.Reader, key, prev, service.Event{Epoch: 1, Seq: seq, Type: "case", Body: []byte("{}"), At: time.Now().UTC()})
		must(t, err)
		events, prev = append(events, e), e.Hash
	}
	c, err := central.New(id, h.env, central.Options{})
	must(t, err)
	for _, batch := range [][]service.Event{events[:2], events[:2], events} {
		acked, err := c.SendEvents(ctx, batch)
		must(t, err)
		if want := batch[len(batch)-1].Seq; acked != want {
			t.Fatalf("acked %d, want %d", acked, want)
		}
	}
	forged := events[2]
	forged.Seq, forged.Signature = 4, events[0].Signature
	if _, err := c.SendEvents(ctx, []service.Event{forged}); !service.IsCode(err, service.AuditBroken) {
		t.Fatal(err)
	}
	forged.Seq = 9
	if _, err := c.SendEvents(ctx, []service.Event{forged}); !service.IsCode(err, service.EventGap) {
		t.Fatal(err)
	}
	if _, err := c.SendEvents(ctx, nil); !service.IsCode(err, service.InputRequired) {
		t.Fatal(err)
	}
}

// A station's outbox after weeks without a line: more than one request takes, in number and in bytes.
func TestLongOutbox(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	key, err := sm.ParsePrivateKey(id.Keys.Events)
	must(t, err)
	var events []service.Event
	prev, body := audit.Start(), bytes.Repeat([]byte("x"), 100<<10)
	for seq := int64(1); seq <= wire.MaxBatch+40; seq++ {
		e := service.Event{Epoch: 1, Seq: seq, Type: "case", Body: []byte("{}"), At: time.Now().UTC()}
		if seq <= 20 {
			e.Body = body
		}
		e, err := audit.LinkEvent(rand.Reader, key, prev, e)
		must(t, err)
		events, prev = append(events, e), e.Hash
	}
	c, err := central.New(id, h.env, central.Options{})
	must(t, err)
	rounds := 0
	for acked := int64(0); acked < int64(len(events)); rounds++ {
		got, err := c.SendEvents(ctx, events[acked:])
		must(t, err)
		if got <= acked {
			t.Fatalf("no progress at %d", acked)
		}
		acked = got
	}
	if rounds < 4 || rounds > 8 {
		t.Fatalf("%d rounds", rounds)
	}
}

func TestPublicCRL(t *testing.T) {
	h := newHouse(t)
	public := server.Public(h.svc, h.env, slog.New(slog.DiscardHandler))
	for path, want := range map[string]int{wire.PathCRL: 200, wire.PathFeed: 404, wire.PathAnchors: 404} {
		rec := httptest.NewRecorder()
		public.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != want {
			t.Errorf("%s: %d", path, rec.Code)
		}
		if _, err := sm.ParseCRL(rec.Body.Bytes()); want == 200 && err != nil {
			t.Error(err)
		}
	}
}

// What the log says of a refusal names neither the secret of a join nor a ticket's PIN.
func TestTheLogKeepsSecrets(t *testing.T) {
	h := newHouse(t)
	var out locked
	running, err := server.Listen(context.Background(), h.svc, "127.0.0.1:0",
		server.New(h.svc, h.env, slog.New(slog.NewTextHandler(&out, nil))))
	must(t, err)
	secret := bytes.Repeat([]byte("S3cr"), 4)
	keys, err := central.NewKeys(h.env)
	must(t, err)
	fp, err := h.svc.Fingerprint(context.Background())
	must(t, err)
	_, err = central.Join(context.Background(), h.env, running.Addr(), central.Code{Station: "0430", Secret: secret, Fingerprint: fp}, keys, central.Options{})
	if !service.IsCode(err, service.JoinBad) {
		t.Fatal(err)
	}
	must(t, running.Close())
	if log := out.String(); !strings.Contains(log, "join.bad") || strings.Contains(log, "S3cr") || strings.Contains(log, "UzNjc") {
		t.Fatal(log)
	}
}

type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *locked) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

func TestCloseWaitsForRequests(t *testing.T) {
	h := newHouse(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	running, err := server.Listen(context.Background(), h.svc, "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		w.WriteHeader(http.StatusTeapot)
	}))
	must(t, err)
	status, caller := make(chan int), h.caller(t, nil)
	go func() {
		r, err := caller.Get("https://" + running.Addr() + "/")
		if err != nil {
			status <- 0
			return
		}
		_ = r.Body.Close()
		status <- r.StatusCode
	}()
	<-entered
	closed := make(chan error)
	go func() { closed <- running.Close() }()
	select {
	case <-closed:
		t.Fatal("closed over a request")
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	if got := <-status; got != http.StatusTeapot {
		t.Fatal(got)
	}
	must(t, <-closed)
	must(t, running.Close())
	if _, err := net.Dial("tcp", running.Addr()); err == nil {
		t.Fatal("still listens")
	}
}

func TestListenEndsWithItsContext(t *testing.T) {
	h := newHouse(t)
	ctx, stop := context.WithCancel(context.Background())
	running, err := server.Listen(ctx, h.svc, "127.0.0.1:0", http.NotFoundHandler())
	must(t, err)
	stop()
	must(t, running.Close())
	_, err = server.Listen(context.Background(), h.svc, h.running.Addr(), http.NotFoundHandler())
	if !service.IsCode(err, service.InputInvalid) {
		t.Fatal(err)
	}
}

func TestServerCertificate(t *testing.T) {
	h := newHouse(t)
	c, err := tls.Dial("tcp", h.running.Addr(), &tls.Config{InsecureSkipVerify: true})
	must(t, err)
	defer c.Close()
	leaf := c.ConnectionState().PeerCertificates[0]
	if leaf.PublicKeyAlgorithm != x509.ECDSA || leaf.VerifyHostname("127.0.0.1") != nil {
		t.Fatal(leaf.PublicKeyAlgorithm)
	}
}
