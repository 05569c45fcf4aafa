package central_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/central"
	"certdesk/service/wire"
)

// listen runs serve for every connection, under the centre's own certificate where conf is not nil.
func listen(t *testing.T, conf *tls.Config, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if conf != nil {
				c = tls.Server(c, conf)
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return l.Addr().String()
}

func (h *house) conf(t *testing.T) *tls.Config {
	t.Helper()
	cert, _, err := h.svc.ServerTLS(context.Background())
	must(t, err)
	return &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequestClientCert}
}

// answer reads one request and writes text.
func answer(text string) func(net.Conn) {
	return func(c net.Conn) {
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(c, text)
	}
}

func whole(kind, body string) func(net.Conn) {
	return answer(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body))
}

func silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

func TestFaultsOfTheLine(t *testing.T) {
	h, other := newHouse(t), newHouse(t)
	id := h.join(t, "0430")
	good, old := h.conf(t), h.conf(t)
	old.MaxVersion = tls.VersionTLS12
	strict := h.conf(t)
	strict.ClientAuth, strict.ClientCAs = tls.RequireAndVerifyClientCert, nil
	long := string(bytes.Repeat([]byte(" "), 300<<10))
	for _, c := range []struct {
		name  string
		conf  *tls.Config
		serve func(net.Conn)
		want  service.Code
	}{
		{"closes at once", nil, func(net.Conn) {}, service.CAUnreachable},
		{"closes after TLS", good, func(c net.Conn) { _ = c.(*tls.Conn).Handshake() }, service.CAUnreachable},
		{"closes after the request", good, answer(""), service.CAUnreachable},
		{"closes in the answer", good, answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"), service.CAUnreachable},
		{"silent without TLS", nil, silent, service.CASlow},
		{"silent after TLS", good, silent, service.CASlow},
		{"stops in the answer", good, func(c net.Conn) {
			answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{")(c)
			silent(c)
		}, service.CASlow},
		{"not TLS", nil, func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH\r\n"); silent(c) }, service.CAGarbage},
		{"old TLS", old, silent, service.CAGarbage},
		{"not HTTP", good, answer("+OK ready\r\n\r\n"), service.CAGarbage},
		{"a page", good, whole("text/html", "<html>"), service.CAGarbage},
		{"a proxy's error", good, answer("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), service.CAGarbage},
		{"a redirect", good, answer("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), service.CAGarbage},
		{"other JSON", good, whole(wire.TypeJSON, `{"ok":true,"more":1}`), service.CAGarbage},
		{"too long", good, whole(wire.TypeJSON, long), service.CAGarbage},
		{"says no", good, answer("HTTP/1.1 403 F\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n" + `{"code":"station.unknown"}`), service.StationUnknown},
		{"another centre", other.conf(t), silent, service.CAUntrusted},
		{"station's certificate refused", strict, silent, service.StationUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mine := id
			mine.Address = listen(t, c.conf, c.serve)
			whole := 20 * time.Second // on a busy machine too, only what is slow is called slow
			if c.want == service.CASlow {
				whole = 700 * time.Millisecond
			}
			client, err := central.New(mine, h.env, central.Options{Connect: 20 * time.Second, Whole: whole, Pause: time.Millisecond})
			must(t, err)
			err = client.Online(context.Background())
			if service.CodeOf(err) != c.want {
				t.Fatalf("want %s, got %v", c.want, err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	h := newHouse(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	err = h.client(t, h.join(t, "0430"), l.Addr().String()).Online(context.Background())
	if service.CodeOf(err) != service.CAUnreachable || service.ArgsOf(err)["address"] != l.Addr().String() {
		t.Fatal(err)
	}
}

// No connection in time is no line, not a slow centre.
func TestConnectTakesTooLong(t *testing.T) {
	h := newHouse(t)
	c, err := central.New(h.join(t, "0430"), h.env, central.Options{Connect: time.Nanosecond, Pause: time.Millisecond})
	must(t, err)
	wantCode(t, c.Online(context.Background()), service.CAUnreachable)
}

func TestTheClerkStops(t *testing.T) {
	h := newHouse(t)
	c := h.client(t, h.join(t, "0430"), listen(t, h.conf(t), silent))
	ctx, stop := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, stop)
	wantCode(t, c.Online(ctx), service.Cancelled)
	late, stop := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer stop()
	wantCode(t, c.Online(late), service.CASlow)
}

func TestCMPGarbage(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	for name, serve := range map[string]func(net.Conn){
		"random": whole(wire.TypeCMP, "\x30\x03\x02\x01\x07"), "empty": whole(wire.TypeCMP, ""), "JSON": whole(wire.TypeJSON, "{}"),
	} {
		_, err := h.client(t, id, listen(t, h.conf(t), serve)).Issue(context.Background(), wish(newKey(t), 1))
		if service.CodeOf(err) != service.CAGarbage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddress(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	for _, a := range []string{"", "host", "host:", ":8443", "host:0", "host:70000", "https://host:1"} {
		id.Address = a
		if _, err := central.New(id, h.env, central.Options{}); service.CodeOf(err) != service.InputInvalid {
			t.Errorf("%q: %v", a, err)
		}
	}
}
