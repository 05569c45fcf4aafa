package server_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca/server"
	"certdesk/service/cmp"
	"certdesk/service/wire"
)

// within asks the front itself, as if over the line of the station.
func (h *house) within(t testing.TB, leaf []byte) func(path, kind string, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	cert, err := x509.ParseCertificate(leaf)
	must(t, err)
	state := &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}, VerifiedChains: [][]*x509.Certificate{{cert}}}
	front := server.New(h.svc, h.env, discard())
	return func(path, kind string, body []byte) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.TLS = state
		rec := httptest.NewRecorder()
		front.ServeHTTP(rec, r)
		return rec
	}
}

// FuzzCMP gives the centre whole messages as they come (tag 255), and bodies in messages that are signed as they should be.
// Whatever it makes of them is no fault of its own.
func FuzzCMP(f *testing.F) {
	h := newHouse(f)
	id := h.join(f, "0430")
	d, ask := h.desk(f, id), h.within(f, id.Certificates.TLS)
	for _, b := range []cmp.Body{&cmp.General{Kind: cmp.GenM}, &cmp.Confirmed{}, &cmp.Polls{IDs: []int{0}}, &cmp.Failure{}, &cmp.CertConfirms{},
		&cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: cmp.CertID{Issuer: []byte{0x30, 0}, Serial: big.NewInt(7)}, Reason: 1}}}} {
		der, _ := d.sealed(f, b, none)
		_, body, _ := parts(f, der)
		f.Add(body[0], body)
		f.Add(byte(255), der)
	}
	f.Fuzz(func(t *testing.T, tag byte, in []byte) {
		if len(in) > 32<<10 {
			return
		}
		der := in
		if tag != 255 {
			der = d.dressed(t, in)
		}
		rec := ask(wire.PathCMP, wire.TypeCMP, der)
		if rec.Code == http.StatusOK {
			m, err := cmp.Parse(rec.Body.Bytes())
			must(t, err)
			if s := fails(t, m); s.Fail&(cmp.SystemFailure|cmp.SystemUnavail) != 0 {
				t.Fatalf("%q", s.Text)
			}
			return
		}
		if rec.Code >= 500 || code(t, rec.Body.Bytes()) == service.Internal {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	})
}

// dressed puts a body, whatever it is, into a signed message.
func (d *desk) dressed(t testing.TB, body []byte) []byte {
	header, err := cmp.NewHeader(rand.Reader, time.Now(), nil, nil)
	must(t, err)
	keyed(&header)
	der, err := (&cmp.Message{Header: header, Body: &cmp.General{Kind: cmp.GenM}}).Protect(rand.Reader, d.key, d.certs)
	must(t, err)
	head, _, certs := parts(t, der)
	sig, err := d.key.Sign(rand.Reader, sequence(append(bytes.Clone(head), body...)))
	must(t, err)
	return sequence(bytes.Join([][]byte{head, body, wrap(0xa0, wrap(0x03, append([]byte{0}, sig...))), certs}, nil))
}

// FuzzJSON gives the JSON paths whatever comes.
func FuzzJSON(f *testing.F) {
	h := newHouse(f)
	id := h.join(f, "0430")
	ask := h.within(f, id.Certificates.TLS)
	paths := []string{wire.PathJoin, wire.PathFeed, wire.PathRange, wire.PathTicket, wire.PathRecall, wire.PathEvents}
	for i, body := range []string{`{"station":"0430","secret":"AAAA","tls":"AAAA","ra":"AAAA","events":"AAAA","bundle":"AAAA","raProof":"AAAA","eventsProof":"AAAA"}`,
		`{"cursor":0}`, `{"after":10000}`, `{"serial":"SK-1","generation":1}`, `{"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`,
		`{"events":[{"epoch":1,"seq":1,"type":"case","body":"e30=","prev":"AA==","hash":"AA==","signature":"AA==","at":"2026-01-01T00:00:00Z"}]}`} {
		f.Add(byte(i), []byte(body))
	}
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		rec := ask(paths[int(which)%len(paths)], wire.TypeJSON, body)
		if rec.Code == http.StatusOK {
			return
		}
		if c := code(t, rec.Body.Bytes()); rec.Code >= 500 || c == service.Internal {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	})
}
