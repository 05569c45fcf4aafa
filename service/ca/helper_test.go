package ca_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"certdesk/db/cadb"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

// centre is a founded centre over a real store, with a clock the test turns.
type centre struct {
	*ca.Service
	t     *testing.T
	store *cadb.Store
	env   service.Env
	mu    sync.Mutex
	clock time.Time
}

func testMaster() []byte { return []byte("0123456789abcdef0123456789abcdef") }

func bare(t *testing.T) *centre {
	t.Helper()
	c := &centre{t: t, clock: time.Date(2026, 11, 21, 2, 30, 0, 123456789, time.UTC)}
	ids := 0
	c.env = service.Env{Now: c.now, Rand: rand.Reader, NewID: func() string { ids++; return fmt.Sprintf("%032x", ids) }}
	var err error
	c.store, err = cadb.Open(context.Background(), filepath.Join(t.TempDir(), "centre.db"))
	ok(t, err)
	t.Cleanup(func() { ok(t, c.store.Close()) })
	c.Service, err = ca.New(c.store, c.env, testMaster())
	ok(t, err)
	return c
}

func found(t *testing.T) *centre {
	t.Helper()
	c := bare(t)
	ok(t, c.Init(c.ctx(), ca.InitSpec{Name: "湖南数字证书认证中心", Hosts: []string{"localhost", "127.0.0.1"}}))
	return c
}

func (c *centre) ctx() context.Context { return c.t.Context() }

func (c *centre) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clock
}

func (c *centre) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock = c.clock.Add(d)
}

// machine is a station's keys and what it was sent.
type machine struct {
	id                 string
	tls                *ecdsa.PrivateKey
	ra, events, bundle *sm.PrivateKey
	request            ca.JoinRequest
	reply              ca.JoinReply
}

func smKey(t *testing.T) *sm.PrivateKey {
	t.Helper()
	k, err := sm.GenerateKey(rand.Reader)
	ok(t, err)
	return k
}

func newMachine(t *testing.T, code ca.JoinCode) *machine {
	t.Helper()
	m := &machine{id: code.Station, ra: smKey(t), events: smKey(t), bundle: smKey(t)}
	var err error
	m.tls, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	spki, err := x509.MarshalPKIXPublicKey(&m.tls.PublicKey)
	ok(t, err)
	m.request = ca.JoinRequest{Station: code.Station, Secret: code.Secret[:], TLSKey: spki,
		RAKey: m.ra.PublicKey(), EventsKey: m.events.PublicKey(), BundleKey: m.bundle.PublicKey()}
	return m
}

func (c *centre) invite(id string) ca.JoinCode {
	c.t.Helper()
	code, err := c.AddStation(c.ctx(), ca.StationSpec{ID: id, Hall: "长沙市政务大厅", Window: "03"})
	ok(c.t, err)
	return code
}

func (c *centre) joined(id string) *machine {
	c.t.Helper()
	m := newMachine(c.t, c.invite(id))
	var err error
	m.reply, err = c.Join(c.ctx(), m.request)
	ok(c.t, err)
	return m
}

func orgRequest(key byte, token *sm.PrivateKey) ca.IssueRequest {
	return ca.IssueRequest{Key: [32]byte{key}, Transaction: []byte{key, 1}, TemplateDigest: [32]byte{key, 2}, Profile: "org-sm2",
		Subject: service.SubjectFields{CommonName: "长沙岳麓科技有限公司", Organisation: "长沙岳麓科技有限公司", Province: "湖南省",
			City: "长沙市", CreditCode: "914403001922038216"},
		PublicKey: token.PublicKey(), Days: 365}
}

func personRequest(key byte, token *sm.PrivateKey) ca.IssueRequest {
	r := orgRequest(key, token)
	r.Profile, r.Subject = "person-sm2", service.SubjectFields{CommonName: "欧阳·𠮷", IDNumber: "11010519491231002X"}
	return r
}

func staffRequest(key byte, token *sm.PrivateKey) ca.IssueRequest {
	r := orgRequest(key, token)
	r.Profile, r.Subject.CommonName, r.Subject.Passport = "staff-sm2", "John O'Neil", "E12345678"
	return r
}

func (c *centre) issue(station string, r ca.IssueRequest) service.CertReply {
	c.t.Helper()
	reply, err := c.Issue(c.ctx(), station, r)
	ok(c.t, err)
	return reply
}

func cert(t *testing.T, der []byte) *sm.Certificate {
	t.Helper()
	c, err := sm.ParseCertificate(der)
	ok(t, err)
	return c
}

func serial(t *testing.T, der []byte) string {
	t.Helper()
	return sm.SerialText(cert(t, der).Serial)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected: %v", err)
	}
}

// wants fails unless err carries the code and, where one is given, the reason.
func wants(t *testing.T, err error, code service.Code, reason string) {
	t.Helper()
	if got := service.CodeOf(err); got != code || reason != "" && service.ArgsOf(err)["reason"] != reason {
		t.Fatalf("want %s %q, got %v", code, reason, err)
	}
}
