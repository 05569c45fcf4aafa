package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/ca/server"
	"certdesk/service/central"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

type house struct {
	env     service.Env
	shift   *atomic.Int64 // how far the centre's clock is off, in nanoseconds
	log     *locked       // everything the front wrote
	store   *cadb.Store
	svc     *ca.Service
	running *server.Running
}

func newHouse(t testing.TB) *house {
	t.Helper()
	ctx := context.Background()
	shift, out := &atomic.Int64{}, &locked{}
	now := func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
	env := service.Env{Now: now, Rand: rand.Reader, NewID: func() string { return hex.EncodeToString(make([]byte, 16)) }}
	store, err := cadb.Open(ctx, filepath.Join(t.TempDir(), "centre.db"))
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	svc, err := ca.New(store, env, bytes.Repeat([]byte{7}, 32))
	must(t, err)
	must(t, svc.Init(ctx, ca.InitSpec{Name: "Test CA", Hosts: []string{"127.0.0.1"}}))
	running, err := server.Listen(ctx, svc, "127.0.0.1:0", server.New(svc, env, slog.New(slog.NewTextHandler(out, nil))))
	must(t, err)
	t.Cleanup(func() { _ = running.Close() })
	return &house{env: env, shift: shift, log: out, store: store, svc: svc, running: running}
}

func (h *house) join(t testing.TB, station string) central.Identity {
	t.Helper()
	code, err := h.svc.AddStation(context.Background(), ca.StationSpec{ID: station, Hall: "H", Window: "1"})
	must(t, err)
	keys, err := central.NewKeys(h.env)
	must(t, err)
	id, err := central.Join(context.Background(), h.env, h.running.Addr(),
		central.Code{Station: station, Secret: code.Secret[:], Fingerprint: code.Fingerprint}, keys, central.Options{})
	must(t, err)
	return id
}

// caller is an HTTP client with the line's certificate of an identity; nil calls without one.
func (h *house) caller(t testing.TB, id *central.Identity) *http.Client {
	t.Helper()
	a, err := h.svc.Anchors(context.Background())
	must(t, err)
	root, err := x509.ParseCertificate(a.TLSRoot)
	must(t, err)
	conf := &tls.Config{RootCAs: x509.NewCertPool()}
	conf.RootCAs.AddCert(root)
	if id != nil {
		key, err := x509.ParsePKCS8PrivateKey(id.Keys.TLS)
		must(t, err)
		conf.Certificates = []tls.Certificate{{Certificate: [][]byte{id.Certificates.TLS}, PrivateKey: key}}
	}
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: conf}, Timeout: 10 * time.Second}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// send gives the status and the body of one exchange.
func (h *house) send(t testing.TB, c *http.Client, method, path, kind string, body []byte) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, "https://"+h.running.Addr()+path, bytes.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", kind)
	reply, err := c.Do(r)
	must(t, err)
	defer reply.Body.Close()
	got, err := io.ReadAll(reply.Body)
	must(t, err)
	return reply.StatusCode, got
}

// code is the code of a JSON refusal.
func code(t testing.TB, body []byte) service.Code {
	t.Helper()
	var e wire.Error
	must(t, wire.Decode(body, &e))
	return e.Code
}

// passed turns the centre's clock.
func (h *house) passed(d time.Duration) { h.shift.Add(int64(d)) }

// desk is what signs a station's messages.
type desk struct {
	house *house
	line  *http.Client
	key   sm.Signer
	certs [][]byte
}

func (h *house) desk(t testing.TB, id central.Identity) *desk {
	t.Helper()
	key, err := sm.ParsePrivateKey(id.Keys.RA)
	must(t, err)
	return &desk{house: h, line: h.caller(t, &id), key: key, certs: [][]byte{id.Certificates.RA}}
}

// sealed is one signed message of body.
func (d *desk) sealed(t testing.TB, body cmp.Body, change func(*cmp.Header)) ([]byte, cmp.Header) {
	t.Helper()
	header, err := cmp.NewHeader(rand.Reader, time.Now(), nil, nil)
	must(t, err)
	change(&header)
	m := &cmp.Message{Header: header, Body: body}
	der, err := m.Protect(rand.Reader, d.key, d.certs)
	must(t, err)
	return der, header
}

// post sends bytes as a CMP message and gives the answer, which must be signed by the centre.
func (d *desk) post(t testing.TB, der []byte) *cmp.Message {
	t.Helper()
	status, got := d.house.send(t, d.line, http.MethodPost, wire.PathCMP, wire.TypeCMP, der)
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, got)
	}
	reply, err := cmp.Parse(got)
	must(t, err)
	signer, err := reply.SignerCert()
	must(t, err)
	must(t, reply.VerifyProtection(signer))
	if len(reply.ExtraCerts) != 3 {
		t.Fatalf("%d extra certificates", len(reply.ExtraCerts))
	}
	return reply
}

// ask sends body and gives the answer, which must answer this very message.
func (d *desk) ask(t testing.TB, body cmp.Body, change func(*cmp.Header)) *cmp.Message {
	t.Helper()
	der, header := d.sealed(t, body, change)
	reply := d.post(t, der)
	if !bytes.Equal(reply.Header.TransactionID, header.TransactionID) || !bytes.Equal(reply.Header.RecipNonce, header.SenderNonce) {
		t.Fatal("the answer is to another message")
	}
	return reply
}

// fails is the status of an error or of the first certificate or revocation refused.
func fails(t testing.TB, m *cmp.Message) cmp.StatusInfo {
	t.Helper()
	switch b := m.Body.(type) {
	case *cmp.Failure:
		return b.Status
	case *cmp.CertReplies:
		return b.Replies[0].Status
	case *cmp.RevReplies:
		return b.Statuses[0]
	}
	return cmp.StatusInfo{}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func parsed(t testing.TB, r *http.Response) *cmp.Message {
	der, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	m, err := cmp.Parse(der)
	if err != nil {
		t.Error(err)
		return &cmp.Message{}
	}
	return m
}

// parts splits a message into header, body and extra certificates, each with its tag.
func parts(t testing.TB, der []byte) (header, body, certs []byte) {
	t.Helper()
	var all []asn1.RawValue
	_, err := asn1.Unmarshal(der, &all)
	must(t, err)
	if len(all) != 4 {
		t.Fatalf("%d parts", len(all))
	}
	return all[0].FullBytes, all[1].FullBytes, all[3].FullBytes
}
