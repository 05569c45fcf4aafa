package server

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
)

const (
	graceTime   = 10 * time.Second // for requests under way at Close
	renewEvery  = 12 * time.Hour   // how often the server's certificate is looked at
	headerBytes = 16 << 10
)

// Running is a server that listens.
type Running struct {
	server *http.Server
	addr   string
	stop   context.CancelFunc
	ended  chan struct{} // closed when the last request is answered
	err    error         // why it ended, where nobody closed it
}

// Listen serves h on addr (host:port; port 0 picks one) under the centre's own certificate, until Close or the end of ctx.
// InputInvalid (field address) where the address cannot be had.
func Listen(ctx context.Context, svc *ca.Service, addr string, h http.Handler) (*Running, error) {
	return ListenWithin(ctx, svc, addr, h, Limits{})
}

// ListenWithin is Listen with other limits.
func ListenWithin(ctx context.Context, svc *ca.Service, addr string, h http.Handler, limits Limits) (*Running, error) {
	limits = limits.withDefaults()
	log, now := outside(h)
	side := &side{svc: svc, now: now}
	if err := side.renew(ctx); err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, service.E(service.InputInvalid, "server.Listen", service.Args{"field": "address", "reason": "listen"}, err)
	}
	ctx, stop := context.WithCancel(ctx)
	r := &Running{addr: l.Addr().String(), stop: stop, ended: make(chan struct{}), server: &http.Server{
		Handler: h, ReadHeaderTimeout: limits.Header, ReadTimeout: limits.Read, WriteTimeout: limits.Write, IdleTimeout: limits.Idle,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelInfo),
	}}
	go side.keep(ctx, log)
	go r.run(ctx, tls.NewListener(bound(l, limits), &tls.Config{MinVersion: tls.VersionTLS13, GetConfigForClient: side.config}))
	return r, nil
}

// outside takes log and clock from a handler of New; another one gets no log and the machine's clock.
func outside(h http.Handler) (*slog.Logger, func() time.Time) {
	if f, ok := h.(*front); ok {
		return f.log, f.env.Now
	}
	return slog.New(slog.DiscardHandler), nil
}

// Addr is where it listens, host:port.
func (r *Running) Addr() string { return r.addr }

// Close takes no new request, waits a while for those under way, and ends.
func (r *Running) Close() error {
	r.stop()
	<-r.ended
	return r.err
}

func (r *Running) run(ctx context.Context, l net.Listener) {
	defer close(r.ended)
	defer r.stop()
	served := make(chan error, 1)
	go func() { served <- r.server.Serve(l) }()
	select {
	case err := <-served:
		r.err = service.E(service.Internal, "server.Listen", nil, err)
		return
	case <-ctx.Done():
	}
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer stop()
	if r.server.Shutdown(grace) != nil {
		_ = r.server.Close()
	}
	<-served
}

// side is the server's side of TLS: its certificate, renewed in time, and who may call.
type side struct {
	svc  *ca.Service
	now  func() time.Time
	conf atomic.Pointer[tls.Config]
}

func (s *side) config(*tls.ClientHelloInfo) (*tls.Config, error) { return s.conf.Load(), nil }

func (s *side) renew(ctx context.Context) error {
	cert, stations, err := s.svc.ServerTLS(ctx)
	if err != nil {
		return err
	}
	s.conf.Store(&tls.Config{
		MinVersion: tls.VersionTLS13, CurvePreferences: []tls.CurveID{tls.CurveP256}, Certificates: []tls.Certificate{cert},
		ClientCAs: stations, ClientAuth: tls.VerifyClientCertIfGiven, Time: s.now,
	})
	return nil
}

// keep looks after the certificate; where the centre cannot be read the old one stays in use.
func (s *side) keep(ctx context.Context, log *slog.Logger) {
	t := time.NewTicker(renewEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := s.renew(ctx); err != nil {
				log.Error("server certificate not renewed", "err", err)
			}
		}
	}
}
