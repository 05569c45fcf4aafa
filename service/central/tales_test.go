package central_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/central"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// tell puts body in place of the centre's JSON answer.
func (h *house) tell(t *testing.T, id central.Identity, status int, kind string, body []byte) *central.Client {
	return h.client(t, id, h.between(t, func(_ http.Handler, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
}

func encoded(t *testing.T, m any) []byte {
	t.Helper()
	b, err := wire.Encode(m)
	must(t, err)
	return b
}

// Tickets, ranges, feeds and acknowledgements of something else than was asked.
func TestTalesInJSON(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, far := h.join(t, "0430"), newHouse(t)
	foreign, err := far.svc.CRL(ctx)
	must(t, err)
	ticket := func(c *central.Client) error {
		got, err := c.Ticket(ctx, "SK-1", 2)
		if err != nil && got.PIN != nil {
			t.Error("a PIN beside the error")
		}
		return err
	}
	next := func(c *central.Client) error {
		got, err := c.NextRange(ctx, 10000)
		if err != nil && got != (wire.Range{}) {
			t.Error("a range beside the error")
		}
		return err
	}
	feed := func(c *central.Client) error {
		got, err := c.Feed(ctx)
		if err != nil && (got.Station.ID != "" || got.Catalog != nil) {
			t.Error("a feed beside the error")
		}
		return err
	}
	crl := func(c *central.Client) error { _, err := c.CRL(ctx); return err }
	withdraw := func(c *central.Client) error { _, err := c.Withdraw(ctx, [32]byte{1}); return err }
	feedOf := func(change func(*wire.Feed)) []byte {
		f := wire.Feed{Station: wire.StationInfo{ID: "0430"}, Range: wire.Range{Prefix: "R-0430-", From: 1, To: 10000}}
		change(&f)
		return encoded(t, f)
	}
	rangeOf := func(prefix string, from, to int64) []byte {
		return encoded(t, wire.Range{Prefix: prefix, From: from, To: to})
	}
	for _, c := range []struct {
		name string
		call func(*central.Client) error
		body []byte
		want string
	}{
		{"ticket", ticket, encoded(t, wire.Ticket{Serial: "SK-1", Generation: 2, PIN: []byte("12345678")}), ""},
		{"ticket of another token", ticket, encoded(t, wire.Ticket{Serial: "SK-2", Generation: 2, PIN: []byte("12345678")}), "ca.mismatch token"},
		{"ticket of another generation", ticket, encoded(t, wire.Ticket{Serial: "SK-1", Generation: 1, PIN: []byte("12345678")}), "ca.mismatch token"},
		{"ticket with no PIN", ticket, encoded(t, wire.Ticket{Serial: "SK-1", Generation: 2}), "ca.garbage "},
		{"ticket with a long PIN", ticket, encoded(t, wire.Ticket{Serial: "SK-1", Generation: 2, PIN: make([]byte, 65)}), "ca.garbage "},
		{"ticket twice", ticket, []byte(`{"serial":"SK-1","serial":"SK-2","generation":2,"pin":"MTIz"}`), "ca.garbage "},
		{"range", next, rangeOf("R-0430-", 10001, 20000), ""},
		{"range again", next, rangeOf("R-0430-", 1, 10000), "ca.mismatch range"},
		{"range that overlaps", next, rangeOf("R-0430-", 10000, 20000), "ca.mismatch range"},
		{"range within the last", next, rangeOf("R-0430-", 9000, 9999), "ca.mismatch range"},
		{"range backwards", next, rangeOf("R-0430-", 20000, 10001), "ca.garbage "},
		{"range below zero", next, rangeOf("R-0430-", -5, 10), "ca.garbage "},
		{"range of another station", next, rangeOf("R-0431-", 10001, 20000), "ca.mismatch range"},
		{"no range", next, rangeOf("", 0, 0), "ca.mismatch range"},
		{"range of one number in words", next, []byte(`{"prefix":"R-0430-","from":"10001","to":"20000"}`), "ca.garbage "},
		{"feed", feed, feedOf(func(*wire.Feed) {}), ""},
		{"feed of another station", feed, feedOf(func(f *wire.Feed) { f.Station.ID = "0431" }), "ca.mismatch station"},
		{"feed with another's range", feed, feedOf(func(f *wire.Feed) { f.Range.Prefix = "R-0431-" }), "ca.mismatch range"},
		{"feed with a range from zero", feed, feedOf(func(f *wire.Feed) { f.Range.From = 0 }), "ca.mismatch range"},
		{"feed with another's CRL", feed, feedOf(func(f *wire.Feed) { f.CRL = foreign }), "ca.untrusted crl"},
		{"feed with an old CRL", feed, feedOf(func(f *wire.Feed) { f.CRL = h.oldCRL(t) }), "ca.untrusted crl-time"},
		{"feed with no CRL but bytes", feed, feedOf(func(f *wire.Feed) { f.CRL = []byte{0x30, 0} }), "ca.garbage "},
		{"feed with a person without a name to sign in", feed, feedOf(func(f *wire.Feed) { f.Staff = make([]service.Staff, 1) }), "ca.garbage "},
		{"feed with too many people", feed, feedOf(func(f *wire.Feed) { f.Staff = make([]service.Staff, 1001) }), "ca.garbage "},
		{"feed with more", feed, []byte(`{"station":{"id":"0430"},"root":"AAAA"}`), "ca.garbage "},
		{"withdrawn", withdraw, []byte(`{"issued":true}`), ""},
		{"withdrawn perhaps", withdraw, []byte(`{"issued":"yes"}`), "ca.garbage "},
		{"CRL as JSON", crl, []byte(`{}`), "ca.garbage "},
	} {
		if err := c.call(h.tell(t, id, 200, wire.TypeJSON, c.body)); says(err) != c.want {
			t.Errorf("%s: want %q, got %v", c.name, c.want, err)
		}
	}
	if err := crl(h.tell(t, id, 200, wire.TypeCRL, foreign)); says(err) != "ca.untrusted crl" {
		t.Errorf("another's CRL: %v", err)
	}
	for name, c := range map[string]struct {
		status     int
		kind, body string
		want       string
	}{
		"HTML": {200, "text/html", "<html>", "ca.garbage "}, "HTML called JSON": {200, wire.TypeJSON, "<html>", "ca.garbage "},
		"a refusal as success":     {200, wire.TypeJSON, `{"code":"ca.refused"}`, "ca.garbage "},
		"no content":               {204, wire.TypeJSON, "", "ca.garbage "},
		"an odd code":              {403, wire.TypeJSON, `{"code":"RM -RF"}`, "ca.garbage "},
		"a long argument":          {403, wire.TypeJSON, `{"code":"ca.refused","args":{"reason":"` + string(bytes.Repeat([]byte("x"), 300)) + `"}}`, "ca.garbage "},
		"a code of the station":    {500, wire.TypeJSON, `{"code":"store.full"}`, "ca.slow store.full"},
		"a PIN that would be lost": {403, wire.TypeJSON, `{"code":"pin.locked"}`, "ca.slow pin.locked"},
		"the clock":                {403, wire.TypeJSON, `{"code":"ca.clock","args":{"minutes":"37","reason":"fast"}}`, "ca.clock fast"},
	} {
		if err := ticket(h.tell(t, id, c.status, c.kind, []byte(c.body))); says(err) != c.want {
			t.Errorf("%s: want %q, got %v", name, c.want, err)
		}
	}
}

// oldCRL is a list of the week before last.
func (h *house) oldCRL(t *testing.T) []byte {
	t.Helper()
	l, then := newLiar(t, h, honest), time.Now().AddDate(0, 0, -14)
	der, err := sm.CreateCRL(h.env.Rand, sm.CRLSpec{Number: l.root.cert.Serial, ThisUpdate: then, NextUpdate: then.AddDate(0, 0, 7)},
		l.issuing.cert, l.issuing.PrivateKey)
	must(t, err)
	return der
}

// What was not handed over is never taken as sent, whatever the centre claims to hold.
func TestAcknowledgesTooMuch(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	events := []service.Event{{Epoch: 1, Seq: 7, Type: "case", Hash: []byte{1}, Signature: []byte{1}}}
	for body, want := range map[string]int64{`{"seq":7}`: 7, `{"seq":4611686018427387904}`: 7, `{"seq":3}`: 3} {
		acked, err := h.tell(t, id, 200, wire.TypeJSON, []byte(body)).SendEvents(context.Background(), events)
		must(t, err)
		if acked != want {
			t.Errorf("%s: %d", body, acked)
		}
	}
	for _, body := range []string{`{"seq":-1}`, `{"seq":9223372036854775808}`, `{}x`} {
		_, err := h.tell(t, id, 200, wire.TypeJSON, []byte(body)).SendEvents(context.Background(), events)
		wantCode(t, err, service.CAGarbage)
	}
}

// A centre that drips its answer, or never ends it, is slow; the call ends in its time and nothing is believed.
func TestAnswersThatNeverEnd(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	head := "HTTP/1.1 200 OK\r\nContent-Type: " + wire.TypeCMP + "\r\n"
	dripping := func(start, more string) func(net.Conn) {
		return func(c net.Conn) {
			answer(start)(c)
			for {
				if _, err := io.WriteString(c, more); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
	}
	for name, c := range map[string]struct {
		serve func(net.Conn)
		want  service.Code
	}{
		"drips the header": {dripping("HTTP/1.1 200 OK\r\nX-Long: ", "x"), service.CASlow},
		"drips the body":   {dripping(head+"Content-Length: 100000\r\n\r\n", "0"), service.CASlow},
		"drips chunks":     {dripping(head+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n0\r\n"), service.CASlow},
		"goes on for ever": {dripping(head+"\r\n", string(make([]byte, 64<<10))), service.CAGarbage},
		"header for ever":  {dripping("HTTP/1.1 200 OK\r\nX-Long: ", string(bytes.Repeat([]byte("x"), 1<<20))), service.CAGarbage},
		"only continues":   {dripping("", "HTTP/1.1 100 Continue\r\n\r\n"), service.CASlow},
		"a false length":   {answer(head + "Content-Length: -1\r\n\r\n"), service.CAGarbage},
		"zipped":           {answer(head + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"), service.CAGarbage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mine := id
			mine.Address = listen(t, h.conf(t), c.serve)
			whole := 900 * time.Millisecond
			if c.want == service.CAGarbage {
				whole = 20 * time.Second // it is seen, not waited for
			}
			client, err := central.New(mine, h.env, central.Options{Connect: 20 * time.Second, Whole: whole, Pause: time.Millisecond})
			must(t, err)
			began := time.Now()
			_, err = client.Issue(context.Background(), wish(newKey(t), 1))
			if service.CodeOf(err) != c.want || c.want == service.CASlow && time.Since(began) > 10*time.Second {
				t.Fatalf("want %s, got %v after %s", c.want, err, time.Since(began))
			}
		})
	}
}

// A station whose clock is wrong is told by how much, and can go on once it is right.
func TestStationWithAWrongClock(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id, key := h.join(t, "0430"), newKey(t)
	off := 0 * time.Minute
	env := h.env
	env.Now = func() time.Time { return time.Now().Add(off) }
	c, err := central.New(id, env, quick())
	must(t, err)
	for _, o := range []struct {
		off  time.Duration
		want string
	}{{37*time.Minute + 30*time.Second, "ca.clock fast"}, {9 * time.Minute, ""}} {
		off = o.off
		_, err := c.Issue(ctx, wish(key, 1))
		if says(err) != o.want || err != nil && service.ArgsOf(err)["minutes"] != "37" {
			t.Errorf("%s: %v", o.off, err)
		}
	}
}

// Something on the way sends every message twice, or the first of them, and gives the station the answer to the copy. The copy has
// no effect; the station asks again for what the centre stored, and is never told that its request was refused.
func TestMessageSentTwice(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	id := h.join(t, "0430")
	for times, want := range map[int32]string{1: "", 99: "ca.slow "} {
		var seen atomic.Int32
		addr := h.between(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			if seen.Add(1) <= times {
				captured, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(captured))
				next.ServeHTTP(httptest.NewRecorder(), r)
				r = r.Clone(r.Context())
				r.Body = io.NopCloser(bytes.NewReader(captured))
			}
			next.ServeHTTP(w, r)
		})
		key := newKey(t)
		got, err := h.client(t, id, addr).Issue(ctx, wish(key, 1))
		if says(err) != want {
			t.Fatalf("%d: %v", times, err)
		}
		stored, err := h.client(t, id, "").Issue(ctx, wish(key, 1))
		must(t, err)
		if want == "" && !bytes.Equal(stored.Sign, got.Sign) {
			t.Fatal("two pairs")
		}
	}
}
