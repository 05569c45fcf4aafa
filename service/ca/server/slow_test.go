package server_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca/server"
	"certdesk/service/central"
	"certdesk/service/cmp"
	"certdesk/service/wire"
)

// hurried serves the house with short limits.
func (h *house) hurried(t *testing.T, limits server.Limits) string {
	t.Helper()
	running, err := server.ListenWithin(context.Background(), h.svc, "127.0.0.1:0", server.New(h.svc, h.env, discard()), limits)
	must(t, err)
	t.Cleanup(func() { _ = running.Close() })
	return running.Addr()
}

func short() server.Limits {
	return server.Limits{Header: 300 * time.Millisecond, Read: 600 * time.Millisecond, Write: 600 * time.Millisecond, Idle: 300 * time.Millisecond}
}

// line is a connection after its handshake, with the station's certificate.
func (h *house) line(t *testing.T, id *central.Identity, addr string) *tls.Conn {
	t.Helper()
	conf := h.caller(t, id).Transport.(*http.Transport).TLSClientConfig.Clone()
	conf.ServerName = "127.0.0.1"
	c, err := tls.Dial("tcp", addr, conf)
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ends fails unless the other side ends the connection within the time; before that c may get an answer.
func ends(t *testing.T, c net.Conn, within time.Duration) string {
	t.Helper()
	must(t, c.SetReadDeadline(time.Now().Add(within)))
	var got bytes.Buffer
	_, err := io.Copy(&got, c)
	if n, ok := err.(net.Error); ok && n.Timeout() {
		t.Fatalf("still open after %s", within)
	}
	return got.String()
}

// drip writes text byte by byte, for ever or until the other side has enough.
func drip(c net.Conn, text string) {
	go func() {
		for i := 0; ; i++ {
			if _, err := c.Write([]byte{text[min(i, len(text)-1)]}); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
}

// A caller who takes his time keeps nobody waiting: whatever he is slow with, his connection ends.
func TestSlowCallers(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	addr := h.hurried(t, short())
	head := "POST " + wire.PathCMP + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + wire.TypeCMP + "\r\nContent-Length: 100000\r\n\r\n"
	for title, act := range map[string]func() net.Conn{
		"says nothing before TLS": func() net.Conn { return dial(t, addr) },
		"drips the handshake":     func() net.Conn { c := dial(t, addr); drip(c, "\x16\x03\x01\x02\x00\x01"); return c },
		"says nothing after TLS":  func() net.Conn { return h.line(t, &id, addr) },
		"drips the header":        func() net.Conn { c := h.line(t, &id, addr); drip(c, "GET /crl HTTP/1.1\r\nX: "+"x"); return c },
		"drips the body":          func() net.Conn { c := h.line(t, &id, addr); _, _ = io.WriteString(c, head); drip(c, "0"); return c },
		"stops in the body":       func() net.Conn { c := h.line(t, &id, addr); _, _ = io.WriteString(c, head+"0"); return c },
		"idles after an answer": func() net.Conn {
			c := h.line(t, &id, addr)
			_, _ = io.WriteString(c, "GET "+wire.PathHealth+" HTTP/1.1\r\nHost: x\r\n\r\n")
			return c
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			ends(t, act(), 5*time.Second)
		})
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// While many connections are held by somebody slow, a station is served.
func TestOthersAreServedMeanwhile(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	limits := short()
	limits.Connections, limits.PerAddress = 4, 4
	addr := h.hurried(t, limits)
	for range 12 {
		c := dial(t, addr)
		drip(c, "\x16\x03\x01\x02\x00\x01")
	}
	id.Address = addr
	client, err := central.New(id, h.env, central.Options{Whole: 20 * time.Second})
	must(t, err)
	began := time.Now()
	for err = client.Online(context.Background()); service.IsCode(err, service.CAUnreachable) && time.Since(began) < 20*time.Second; {
		err = client.Online(context.Background()) // the share of this address may be used up until the slow ones time out
	}
	must(t, err)
}

func TestConnectionsOfOneAddress(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	addr := h.hurried(t, server.Limits{PerAddress: 2})
	first, second := h.line(t, &id, addr), h.line(t, &id, addr)
	third := dial(t, addr)
	ends(t, third, 5*time.Second)
	must(t, first.Close())
	must(t, second.Close())
	for range 100 { // the places come back
		c := dial(t, addr)
		if tls.Client(c, &tls.Config{InsecureSkipVerify: true}).Handshake() == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("no place became free")
}

// A body beyond the limit is not read to its end, whether its length is told or not.
func TestOversizedBodies(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	for _, path := range []string{wire.PathCMP, wire.PathEvents, wire.PathTicket, wire.PathJoin} {
		kind := wire.TypeJSON
		if path == wire.PathCMP {
			kind = wire.TypeCMP
		}
		c := h.line(t, &id, h.running.Addr())
		_, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", path, kind)
		must(t, err)
		sent := 0
		chunk := fmt.Appendf(nil, "10000\r\n%s\r\n", bytes.Repeat([]byte(" "), 0x10000))
		for ; sent < 64; sent++ {
			if _, err := c.Write(chunk); err != nil {
				break
			}
		}
		got := ends(t, c, 10*time.Second)
		if sent == 64 && !bytes.HasPrefix([]byte(got), []byte("HTTP/1.1 413")) {
			t.Errorf("%s: 4 MiB taken: %.40q", path, got)
		}
	}
	r, err := http.NewRequest("GET", "https://"+h.running.Addr()+wire.PathHealth, nil)
	must(t, err)
	r.Header.Set("X-Long", string(bytes.Repeat([]byte("x"), 64<<10)))
	reply, err := h.caller(t, &id).Do(r)
	must(t, err)
	_ = reply.Body.Close()
	if reply.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Fatal(reply.StatusCode)
	}
}

// Five years on, the station's certificates have ended: the line is shut, also one that was open all the while.
func TestExpiredStation(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	c := h.line(t, &id, h.running.Addr())
	_, err := io.WriteString(c, "GET "+wire.PathHealth+" HTTP/1.1\r\nHost: x\r\n\r\n")
	must(t, err)
	first := make([]byte, len("HTTP/1.1 200")) // the handshake is through, at the server too
	_, err = io.ReadFull(c, first)
	must(t, err)
	h.passed(5 * 366 * 24 * time.Hour)
	_, err = io.WriteString(c, "GET "+wire.PathHealth+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	must(t, err)
	if got := ends(t, c, 10*time.Second); !strings.Contains(got, "HTTP/1.1 403") || string(first) != "HTTP/1.1 200" {
		t.Fatalf("%s %q", first, got)
	}
	client, err := central.New(id, service.Env{Now: time.Now, Rand: h.env.Rand, NewID: h.env.NewID}, central.Options{})
	must(t, err)
	if err := client.Online(context.Background()); !service.IsCode(err, service.StationUnknown) {
		t.Fatal(err)
	}
}

// A station that is revoked while its line is open gets no message in any more, however well signed.
func TestRevokedOverAnOpenLine(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	d := h.desk(t, id)
	d.ask(t, &cmp.General{Kind: cmp.GenM}, none)
	must(t, h.svc.RevokeStation(context.Background(), "0430"))
	der, _ := d.sealed(t, ir(t, good), keyed)
	status, got := h.send(t, d.line, http.MethodPost, wire.PathCMP, wire.TypeCMP, der)
	if status != http.StatusForbidden || code(t, got) != service.StationUnknown {
		t.Fatalf("%d %s", status, got)
	}
}
