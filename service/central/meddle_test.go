package central_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/asn1"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca/server"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// between puts a handler before the centre's own and gives the address.
func (h *house) between(t *testing.T, serve func(next http.Handler, w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	next := server.New(h.svc, h.env, slog.New(slog.DiscardHandler))
	running, err := server.Listen(context.Background(), h.svc, "127.0.0.1:0",
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(next, w, r) }))
	must(t, err)
	t.Cleanup(func() { _ = running.Close() })
	return running.Addr()
}

// lose lets the centre act and drops its first n answers on path.
func (h *house) lose(t *testing.T, path string, n int32) string {
	var count atomic.Int32
	return h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path || count.Add(1) > n {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(httptest.NewRecorder(), r)
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = c.Close()
		}
	})
}

func TestLostAnswerToIssue(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	pair, err := h.client(t, id, h.lose(t, wire.PathCMP, 1)).Issue(ctx, wish(key, 1))
	must(t, err)
	again, err := h.client(t, id, "").Issue(ctx, wish(key, 1))
	must(t, err)
	if !bytes.Equal(pair.Sign, again.Sign) || !bytes.Equal(pair.Envelope, again.Envelope) {
		t.Fatal("the try after the lost answer made a second pair")
	}
}

func TestEveryAnswerLost(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	_, err := h.client(t, id, h.lose(t, wire.PathCMP, 99)).Issue(ctx, wish(key, 1))
	wantCode(t, err, service.CAUnreachable)
	_, err = h.client(t, id, "").Issue(ctx, wish(key, 1))
	must(t, err)
}

func TestLostAnswersElsewhere(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	c := h.client(t, id, "")
	pair, err := c.Issue(ctx, wish(newKey(t), 1))
	must(t, err)
	must(t, h.client(t, id, h.lose(t, wire.PathCMP, 1)).Confirm(ctx, pair))
	must(t, h.client(t, id, h.lose(t, wire.PathCMP, 1)).Revoke(ctx, serialOf(t, pair.Sign), 1))
	_, err = h.client(t, id, h.lose(t, wire.PathTicket, 1)).Ticket(ctx, "SK-1", 1)
	must(t, err)
}

func serialOf(t *testing.T, der []byte) string {
	t.Helper()
	c, err := sm.ParseCertificate(der)
	must(t, err)
	return sm.SerialText(c.Serial)
}

func TestReplayedAnswer(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	var first []byte
	addr := h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if first == nil {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			first = rec.Body.Bytes()
		}
		w.Header().Set("Content-Type", wire.TypeCMP)
		_, _ = w.Write(first)
	})
	c := h.client(t, id, addr)
	_, err := c.Issue(ctx, wish(key, 1))
	must(t, err)
	_, err = c.Issue(ctx, wish(key, 1))
	wantCode(t, err, service.CAUntrusted)
}

// lie lets the centre answer, changes the answer with change, and protects it anew with the key and certificates that
// change returns; nil key means the centre's own CMP signer.
func (h *house) lie(t *testing.T, change func(m *cmp.Message) (sm.Signer, [][]byte)) string {
	key, cert, err := h.svc.CMPSigner(context.Background())
	must(t, err)
	a, err := h.svc.Anchors(context.Background())
	must(t, err)
	return h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		m, err := cmp.Parse(rec.Body.Bytes())
		if err != nil {
			t.Error(err)
			return
		}
		signer, certs := change(m)
		if signer == nil {
			signer, certs = key, [][]byte{cert, a.Issuing, a.Root}
		}
		der, err := m.Protect(h.env.Rand, signer, certs)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", wire.TypeCMP)
		_, _ = w.Write(der)
	})
}

func replies(m *cmp.Message) []cmp.CertReply { return m.Body.(*cmp.CertReplies).Replies }

func TestLiesOfTheCentre(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	good, err := h.client(t, id, "").Issue(ctx, wish(key, 1))
	must(t, err)
	other, err := h.client(t, id, "").Issue(ctx, wish(newKey(t), 2))
	must(t, err)
	strangers := newKey(t)
	fourth, err := h.client(t, id, "").Issue(ctx, wish(strangers, 4))
	must(t, err)
	opened, err := sm.SealEnvelope(h.env.Rand, key.PublicKey(), strangers)
	must(t, err)
	short := wish(key, 5)
	short.Days = 30
	brief, err := h.client(t, id, "").Issue(ctx, short)
	must(t, err)
	namesake := wish(newKey(t), 3)
	namesake.Subject.Unit = "财务部"
	third, err := h.client(t, id, "").Issue(ctx, namesake)
	must(t, err)
	for _, c := range []struct {
		name, arg string
		code      service.Code
		change    func(m *cmp.Message)
	}{
		{"nothing", "", "", func(*cmp.Message) {}},
		{"another key", "key", service.CAMismatch, func(m *cmp.Message) { replies(m)[0].Certificate = other.Sign }},
		{"another envelope", "envelope", service.CAMismatch, func(m *cmp.Message) { replies(m)[1].Envelope = other.Envelope }},
		{"broken envelope", "envelope", service.CAMismatch, func(m *cmp.Message) { replies(m)[1].Envelope = []byte{0x30, 0} }},
		{"no envelope", "envelope", service.CAMismatch, func(m *cmp.Message) { replies(m)[1].Envelope = nil }},
		{"swapped", "key", service.CAMismatch, func(m *cmp.Message) {
			r := replies(m)
			r[0].Certificate, r[1].Certificate = r[1].Certificate, r[0].Certificate
		}},
		{"signing certificate twice", "key", service.CAMismatch, func(m *cmp.Message) { replies(m)[1].Certificate = good.Sign }},
		{"another holder's encryption pair", "name", service.CAMismatch, func(m *cmp.Message) {
			replies(m)[1].Certificate, replies(m)[1].Envelope = third.Encrypt, third.Envelope
		}},
		{"two signing certificates", "usage", service.CAMismatch, func(m *cmp.Message) {
			replies(m)[1].Certificate, replies(m)[1].Envelope = fourth.Sign, opened
		}},
		{"two periods", "period", service.CAMismatch, func(m *cmp.Message) {
			replies(m)[1].Certificate, replies(m)[1].Envelope = brief.Encrypt, brief.Envelope
		}},
		{"not a certificate", "", service.CAGarbage, func(m *cmp.Message) { replies(m)[0].Certificate = []byte{0x30, 0} }},
		{"one answer", "", service.CAGarbage, func(m *cmp.Message) {
			b := m.Body.(*cmp.CertReplies)
			b.Replies = b.Replies[:1]
		}},
		{"another body", "", service.CAGarbage, func(m *cmp.Message) { m.Body = &cmp.Confirmed{} }},
		{"waiting", "", service.CARefused, func(m *cmp.Message) { replies(m)[0].Status.Status = cmp.Waiting }},
		{"another CA's words", "policy forbids", service.CARefused, func(m *cmp.Message) {
			m.Body = &cmp.Failure{Status: cmp.StatusInfo{Status: cmp.Rejection, Text: []string{"policy forbids"}}}
		}},
		{"another nonce", "nonce", service.CAUntrusted, func(m *cmp.Message) { m.Header.RecipNonce = bytes.Repeat([]byte{1}, 16) }},
		{"another transaction", "transaction", service.CAUntrusted, func(m *cmp.Message) { m.Header.TransactionID = bytes.Repeat([]byte{1}, 16) }},
	} {
		addr := h.lie(t, func(m *cmp.Message) (sm.Signer, [][]byte) { c.change(m); return nil, nil })
		_, err := h.client(t, id, addr).Issue(ctx, wish(key, 1))
		args := service.ArgsOf(err)
		if service.CodeOf(err) != c.code || c.arg != "" && args["what"]+args["reason"] != c.arg {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A shorter term than the profile's is asked for; the centre answers with a year.
func TestLongerThanAsked(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	year, err := h.client(t, id, "").Issue(ctx, wish(key, 1))
	must(t, err)
	addr := h.lie(t, func(m *cmp.Message) (sm.Signer, [][]byte) {
		r := replies(m)
		r[0].Certificate, r[1].Certificate, r[1].Envelope = year.Sign, year.Encrypt, year.Envelope
		return nil, nil
	})
	month := wish(key, 2)
	month.Days = 30
	_, err = h.client(t, id, addr).Issue(ctx, month)
	if service.CodeOf(err) != service.CAMismatch || service.ArgsOf(err)["what"] != "period" {
		t.Fatal(err)
	}
}

// A certificate of the same CA that is not the CMP signer's may not speak for the centre.
func TestAnswerSignedByAnother(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, customer := h.join(t, "0430"), newKey(t)
	pair, err := h.client(t, id, "").Issue(ctx, wish(customer, 9))
	must(t, err)
	ra, err := sm.ParsePrivateKey(id.Keys.RA)
	must(t, err)
	stranger := newHouse(t)
	key, cert, err := stranger.svc.CMPSigner(ctx)
	must(t, err)
	a, err := stranger.svc.Anchors(ctx)
	must(t, err)
	for name, as := range map[string]struct {
		key   sm.Signer
		certs [][]byte
	}{
		"a customer":          {customer, append([][]byte{pair.Sign}, pair.Chain...)},
		"a station":           {ra, append([][]byte{id.Certificates.RA}, pair.Chain...)},
		"another centre":      {key, [][]byte{cert, a.Issuing, a.Root}},
		"self-made authority": selfMade(t, h.env),
	} {
		addr := h.lie(t, func(*cmp.Message) (sm.Signer, [][]byte) { return as.key, as.certs })
		_, err := h.client(t, id, addr).Issue(ctx, wish(newKey(t), 1))
		if service.CodeOf(err) != service.CAUntrusted {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func selfMade(t *testing.T, env service.Env) struct {
	key   sm.Signer
	certs [][]byte
} {
	key := newKey(t)
	serial, err := sm.NewSerial(env.Rand)
	must(t, err)
	der, err := sm.CreateCertificate(env.Rand, sm.CertSpec{Serial: serial, Subject: sm.Subject{CN: "CMP"}, SPKI: key.PublicKey(),
		NotBefore: env.Now().Add(-time.Hour), NotAfter: env.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []asn1.ObjectIdentifier{cmp.EKUcmcCA}}, nil, key)
	must(t, err)
	return struct {
		key   sm.Signer
		certs [][]byte
	}{key, [][]byte{der}}
}

func TestTamperedAnswer(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	for _, at := range []int{60, 400, 900, 1500} {
		addr := h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			body, _ := io.ReadAll(rec.Body)
			body[at] ^= 1
			w.Header().Set("Content-Type", wire.TypeCMP)
			_, _ = w.Write(body)
		})
		_, err := h.client(t, id, addr).Issue(ctx, wish(newKey(t), 1))
		if !service.IsCode(err, service.CAUntrusted, service.CAGarbage) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}
