package central_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"certdesk/service"
	"certdesk/service/central"
	"certdesk/service/wire"
)

func TestJoin(t *testing.T) {
	h, other, ctx := newHouse(t), newHouse(t), context.Background()
	code := h.code(t, "0430")
	keys, err := central.NewKeys(h.env)
	must(t, err)
	join := func(addr string, change func(*central.Code), k central.Keys) error {
		c := code
		c.Secret = bytes.Clone(code.Secret)
		change(&c)
		_, err := central.Join(ctx, h.env, addr, c, k, quick())
		return err
	}
	same := func(*central.Code) {}
	wantCode(t, join(other.addr, same, keys), service.JoinBad)
	wantCode(t, join(h.addr, func(c *central.Code) { c.Fingerprint = "00" + c.Fingerprint[2:] }, keys), service.JoinBad)
	wantCode(t, join(h.addr, func(c *central.Code) { c.Secret[0] ^= 1 }, keys), service.JoinBad)
	wantCode(t, join(h.addr, func(c *central.Code) { c.Station = "0999" }, keys), service.JoinBad)
	wantCode(t, join("nowhere", same, keys), service.InputInvalid)
	must(t, join(h.lose(t, wire.PathJoin, 1), same, keys))
	must(t, join(h.addr, same, keys))
	fresh, err := central.NewKeys(h.env)
	must(t, err)
	wantCode(t, join(h.addr, same, fresh), service.JoinUsed)
}

// Whatever a joined line brings is checked against the station's own keys and the roots of its code.
func TestLiesAtJoining(t *testing.T) {
	h, stranger, ctx := newHouse(t), newHouse(t), context.Background()
	second, far := h.join(t, "0431"), stranger.join(t, "0430")
	for _, c := range []struct {
		name   string
		code   service.Code
		change func(r *wire.JoinReply)
	}{
		{"nothing", "", func(*wire.JoinReply) {}},
		{"another station", service.CAMismatch, func(r *wire.JoinReply) { r.Station.ID = "0431" }},
		{"another line certificate", service.CAMismatch, func(r *wire.JoinReply) { r.TLS = second.Certificates.TLS }},
		{"garbage for the line", service.CAGarbage, func(r *wire.JoinReply) { r.TLS = []byte("x") }},
		{"another RA", service.CAMismatch, func(r *wire.JoinReply) { r.RA = second.Certificates.RA }},
		{"another events certificate", service.CAMismatch, func(r *wire.JoinReply) { r.Events = r.RA }},
		{"another bundle certificate", service.CAMismatch, func(r *wire.JoinReply) { r.Bundle = r.RA }},
		{"garbage for the RA", service.CAGarbage, func(r *wire.JoinReply) { r.RA = []byte("x") }},
		{"another root", service.CAUntrusted, func(r *wire.JoinReply) { r.Anchors.Root = far.Anchors.Root }},
		{"another root of the line", service.CAUntrusted, func(r *wire.JoinReply) { r.Anchors.TLSRoot = far.Anchors.TLSRoot }},
		{"another issuing CA", service.CAUntrusted, func(r *wire.JoinReply) { r.Anchors.Issuing = far.Anchors.Issuing }},
		{"another CMP signer", service.CAUntrusted, func(r *wire.JoinReply) { r.Anchors.CMPSigner = far.Anchors.CMPSigner }},
		{"the RA as CMP signer", service.CAUntrusted, func(r *wire.JoinReply) { r.Anchors.CMPSigner = r.RA }},
		{"garbage for the CMP signer", service.CAUntrusted, func(r *wire.JoinReply) { r.Anchors.CMPSigner = []byte("x") }},
		{"the issuing CA of another beside ours", service.CAUntrusted, func(r *wire.JoinReply) {
			r.Anchors.Issuing = append(r.Anchors.Issuing, far.Anchors.Issuing...)
		}},
		{"incomplete", service.CAGarbage, func(r *wire.JoinReply) { r.Bundle = nil }},
	} {
		addr := h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			body := rec.Body.Bytes()
			if r.URL.Path == wire.PathJoin {
				var reply wire.JoinReply
				if err := wire.Decode(body, &reply); err != nil {
					t.Error(err)
				}
				c.change(&reply)
				body, _ = wire.Encode(&reply)
			}
			w.Header().Set("Content-Type", wire.TypeJSON)
			_, _ = w.Write(body)
		})
		keys, err := central.NewKeys(h.env)
		must(t, err)
		_, err = central.Join(ctx, h.env, addr, h.code(t, "0430"), keys, quick())
		if service.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A centre with foreign roots under the right ones' names is found out by the fingerprint before the secret goes out.
func TestSecretStaysHome(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	asked := false
	addr := h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		asked = asked || r.URL.Path == wire.PathJoin
		next.ServeHTTP(w, r)
	})
	code := h.code(t, "0430")
	code.Fingerprint = "0123456789abcdef0123456789abcdef"
	keys, err := central.NewKeys(h.env)
	must(t, err)
	_, err = central.Join(ctx, h.env, addr, code, keys, quick())
	if service.CodeOf(err) != service.JoinBad || asked {
		t.Fatalf("%v, secret sent: %v", err, asked)
	}
}
