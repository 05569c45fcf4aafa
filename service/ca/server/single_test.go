package server_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"certdesk/service"
	"certdesk/service/ca/server"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// classic is a token's key that is not SM2; hash lets it sign otherwise than it should.
type classic struct {
	crypto.Signer
	hash crypto.Hash
}

// PublicKey implements sm.Signer.
func (c classic) PublicKey() []byte {
	der, _ := x509.MarshalPKIXPublicKey(c.Public())
	return der
}

// Sign implements sm.Signer.
func (c classic) Sign(r io.Reader, message []byte) ([]byte, error) {
	h := c.hash.New()
	h.Write(message)
	return c.Signer.Sign(r, h.Sum(nil), c.hash)
}

func newClassic(t *testing.T, bits int) classic {
	t.Helper()
	if bits > 0 {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		must(t, err)
		return classic{k, crypto.SHA256}
	}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return classic{k, crypto.SHA256}
}

// oneIR asks for a single certificate; change comes before the proof is made, spoil after it.
func oneIR(t *testing.T, key classic, profile string, change, spoil func(*cmp.CertRequest)) *cmp.CertRequests {
	t.Helper()
	wish := testWish()
	wish.Profile = profile
	ext, err := wish.Extension()
	must(t, err)
	r := cmp.CertRequest{Template: cmp.Template{SPKI: key.PublicKey(), Extensions: []pkix.Extension{ext}}}
	change(&r)
	must(t, r.SignPOP(rand.Reader, key))
	spoil(&r)
	return &cmp.CertRequests{Kind: cmp.IR, Requests: []cmp.CertRequest{r}}
}

func asIs(*cmp.CertRequest) {}

// TestSingle: one request, one certificate, confirmed by its SHA-256 hash and revoked under its own issuer's name only.
func TestSingle(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	for n, c := range []struct {
		profile string
		key     classic
	}{{"person-p256", newClassic(t, 0)}, {"person-rsa", newClassic(t, 2048)}, {"person-rsa", newClassic(t, 3072)}} {
		m := d.ask(t, oneIR(t, c.key, c.profile, asIs, asIs), func(h *cmp.Header) { h.SetIdempotencyKey(bytes.Repeat([]byte{byte(n + 1)}, 32)) })
		b, ok := m.Body.(*cmp.CertReplies)
		if !ok || len(b.Replies) != 1 || b.Replies[0].Certificate == nil || b.Replies[0].Envelope != nil {
			t.Fatalf("%+v", fails(t, m))
		}
		x, err := sm.ParseCertificate(b.Replies[0].Certificate)
		must(t, err)
		sum := sha256.Sum256(x.Raw)
		if !bytes.Equal(cmp.CertHash(x), sum[:]) || !bytes.Equal(x.SPKI, c.key.PublicKey()) {
			t.Fatal("another certificate")
		}
		goOn := func(h *cmp.Header) { h.TransactionID, h.RecipNonce = m.Header.TransactionID, m.Header.SenderNonce }
		conf := d.ask(t, &cmp.CertConfirms{Certs: []cmp.CertStatus{{Hash: sum[:]}}}, goOn)
		if _, ok := conf.Body.(*cmp.Confirmed); !ok {
			t.Fatalf("%+v", fails(t, conf))
		}
		a, err := h.svc.Anchors(context.Background())
		must(t, err)
		sm2, err := sm.ParseCertificate(a.Issuing)
		must(t, err)
		rr := &cmp.RevRequests{Revocations: []cmp.Revocation{{Cert: cmp.CertID{Issuer: sm2.RawSubject, Serial: x.Serial}, Reason: 1},
			{Cert: cmp.CertID{Issuer: x.RawIssuer, Serial: x.Serial}, Reason: 1}}}
		got := d.ask(t, rr, none).Body.(*cmp.RevReplies).Statuses
		if got[0].Fail != cmp.BadCertID || got[1].Fail != 0 {
			t.Errorf("%s: under the SM2 CA %s, under its own %s", c.profile, got[0].Fail, got[1].Fail)
		}
	}
}

func TestSingleHostile(t *testing.T) {
	h := newHouse(t)
	d := h.desk(t, h.join(t, "0430"))
	p256, rsa2048, weak := newClassic(t, 0), newClassic(t, 2048), newClassic(t, 1024)
	otherwise := func(k classic) classic { k.hash = crypto.SHA384; return k }
	swap := func(k classic) func(*cmp.CertRequest) {
		return func(r *cmp.CertRequest) { r.Template.SPKI = k.PublicKey() }
	}
	dual := func(b *cmp.CertRequests) *cmp.CertRequests {
		b.Requests = append(b.Requests, cmp.CertRequest{ID: 1, POP: cmp.POPRAVerified})
		return b
	}
	for name, c := range map[string]struct {
		body *cmp.CertRequests
		fail cmp.FailInfo
	}{
		"two requests":          {dual(oneIR(t, p256, "person-p256", asIs, asIs)), cmp.BadRequest},
		"one for SM2":           {one(ir(t, good)), cmp.BadRequest},
		"RSA-1024":              {oneIR(t, weak, "person-rsa", asIs, asIs), cmp.BadCertTemplate},
		"P-256 under RSA":       {oneIR(t, p256, "person-rsa", asIs, asIs), cmp.BadCertTemplate},
		"P-256 under SM2":       {oneIR(t, p256, "person-sm2", asIs, asIs), cmp.BadCertTemplate},
		"RSA under P-256":       {oneIR(t, rsa2048, "person-p256", asIs, asIs), cmp.BadCertTemplate},
		"another digest":        {oneIR(t, otherwise(p256), "person-p256", asIs, asIs), cmp.BadPOP},
		"another digest, RSA":   {oneIR(t, otherwise(rsa2048), "person-rsa", asIs, asIs), cmp.BadPOP},
		"RA vouches":            {oneIR(t, p256, "person-p256", asIs, func(r *cmp.CertRequest) { r.POP = cmp.POPRAVerified }), cmp.BadPOP},
		"nobody vouches":        {oneIR(t, p256, "person-p256", asIs, func(r *cmp.CertRequest) { r.POP = cmp.POPNone }), cmp.BadPOP},
		"a stranger's key":      {unproved(t, oneIR(t, p256, "person-p256", asIs, asIs), swap(newClassic(t, 0))), cmp.BadPOP},
		"a stranger's, and RSA": {unproved(t, oneIR(t, p256, "person-rsa", asIs, asIs), swap(rsa2048)), cmp.BadPOP},
	} {
		if s := fails(t, d.ask(t, c.body, keyed)); s.Status != cmp.Rejection || s.Fail != c.fail {
			t.Errorf("%s: %d %s %q", name, s.Status, s.Fail, s.Text)
		}
	}
	a, err := h.svc.Anchors(context.Background())
	must(t, err)
	if len(a.Others) != 0 {
		t.Error("a refused request founded a hierarchy")
	}
}

// unproved changes a request and leaves it without a proof that covers the change: the encoder refuses to carry the old one.
func unproved(t *testing.T, b *cmp.CertRequests, change func(*cmp.CertRequest)) *cmp.CertRequests {
	t.Helper()
	r := cmp.CertRequest{Template: b.Requests[0].Template}
	change(&r)
	return &cmp.CertRequests{Kind: b.Kind, Requests: []cmp.CertRequest{r}}
}

// TestListsOfTheFamilies: over the line and in the clear, by the family's name, and none that does not exist.
func TestListsOfTheFamilies(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	must(t, h.svc.Found(context.Background(), service.FamilyP256))
	line, public := h.caller(t, &id), server.Public(h.svc, h.env, discard())
	for path, want := range map[string]int{wire.PathCRL: 200, wire.PathCRL + "/p256": 200, wire.PathCRL + "/rsa": 404, wire.PathCRL + "/x": 404} {
		status, der := h.send(t, line, http.MethodGet, path, "", nil)
		w := httptest.NewRecorder()
		public.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if status != want || w.Code != want {
			t.Errorf("%s: %d over the line, %d in the clear", path, status, w.Code)
		}
		if want != 200 {
			continue
		}
		if _, err := sm.ParseCRL(der); err != nil || !bytes.Equal(der, w.Body.Bytes()) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
