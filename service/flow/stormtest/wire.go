package stormtest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"sync"
	"syscall"

	"certdesk/service/cmp"
)

// wire is the way to the centre, behind the board. It keeps what is to arrive late.
type wire struct {
	inner http.RoundTripper
	board *Board
	tick  func()
	mu    sync.Mutex
	late  []func()
}

// CloseIdleConnections passes on what http.Client.CloseIdleConnections asks for.
func (w *wire) CloseIdleConnections() {
	if c, ok := w.inner.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	name := messageName(r.URL.Path, body)
	switch w.board.Pass(Point{AtMessage, name, Before}) {
	case None, Pull:
	case Late:
		w.keep(r, body)
		return nil, noAnswer(r)
	case Fail:
		return nil, refused()
	default:
		return nil, errDark
	}
	reply, err := w.send(r, body)
	if err != nil {
		return nil, err
	}
	return w.back(r, body, reply, w.board.Pass(Point{AtMessage, name, After}))
}

func (w *wire) back(r *http.Request, body []byte, reply *http.Response, f Fault) (*http.Response, error) {
	switch f {
	case None, Pull:
		return reply, nil
	case Delay:
		w.tick()
		return reply, nil
	case Twice:
		again, err := w.send(r, body)
		if err == nil {
			again.Body.Close()
		}
		return reply, nil
	case Garbage:
		reply.Body = io.NopCloser(bytes.NewReader([]byte{0x30, 0x84, 0xff}))
		return reply, nil
	case Fail:
		return nil, errors.Join(errInjected, io.ErrUnexpectedEOF)
	}
	return nil, errDark
}

// send reads the whole answer, so that nothing of it is on its way when a fault is decided.
func (w *wire) send(r *http.Request, body []byte) (*http.Response, error) {
	c := r.Clone(r.Context())
	c.Body = io.NopCloser(bytes.NewReader(body))
	reply, err := w.inner.RoundTrip(c)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	got, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	reply.Body = io.NopCloser(bytes.NewReader(got))
	return reply, nil
}

// keep notes a message that arrives when the wire delivers.
func (w *wire) keep(r *http.Request, body []byte) {
	c, copied := r.Clone(r.Context()), bytes.Clone(body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late = append(w.late, func() {
		if reply, err := w.send(c.WithContext(detached()), copied); err == nil {
			reply.Body.Close()
		}
	})
}

// deliver lets everything arrive that was late.
func (w *wire) deliver() {
	w.mu.Lock()
	late := w.late
	w.late = nil
	w.mu.Unlock()
	for _, arrive := range late {
		arrive()
	}
}

// noAnswer is a connection over which nothing comes back in time.
func noAnswer(r *http.Request) error {
	if t := httptrace.ContextClientTrace(r.Context()); t != nil && t.GotConn != nil {
		t.GotConn(httptrace.GotConnInfo{})
	}
	return &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
}

func refused() error { return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED} }

// messageName tells one CMP message from another by the type of its body (RFC 9810, 5.1.2).
func messageName(path string, body []byte) string {
	m, err := cmp.Parse(body)
	if err != nil {
		return path
	}
	switch m.Type() {
	case cmp.IR:
		return "ir"
	case cmp.CertConf:
		return "certConf"
	case cmp.RR:
		return "rr"
	}
	return path
}

// waiting is how many messages are still on their way.
func (w *wire) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.late)
}
