package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/wire"
)

type front struct {
	svc  *ca.Service
	env  service.Env
	log  *slog.Logger
	next http.Handler
}

// New is the centre's HTTP front. It expects to stand behind Listen: without a TLS state only the open paths answer.
func New(svc *ca.Service, env service.Env, log *slog.Logger) http.Handler {
	f := &front{svc: svc, env: env, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wire.PathAnchors, f.open(f.anchors))
	mux.HandleFunc("POST "+wire.PathJoin, f.open(f.join))
	mux.HandleFunc("POST "+wire.PathCMP, f.station(f.cmp))
	mux.HandleFunc("GET "+wire.PathCRL, f.station(f.crl))
	mux.HandleFunc("GET "+wire.PathCRL+"/{"+crlFamily+"}", f.station(f.crl))
	mux.HandleFunc("POST "+wire.PathFeed, f.station(f.feed))
	mux.HandleFunc("POST "+wire.PathRange, f.station(f.nextRange))
	mux.HandleFunc("POST "+wire.PathTicket, f.station(f.ticket))
	mux.HandleFunc("POST "+wire.PathRecall, f.station(f.withdraw))
	mux.HandleFunc("POST "+wire.PathEvents, f.station(f.events))
	mux.HandleFunc("GET "+wire.PathHealth, f.station(f.health))
	f.next = mux
	return f
}

// Public is the CRLs alone, for plain HTTP: certificates name such an address, since a list is signed by itself (RFC 5280, 8).
func Public(svc *ca.Service, env service.Env, log *slog.Logger) http.Handler {
	f := &front{svc: svc, env: env, log: log}
	mux := http.NewServeMux()
	give := f.open(func(w http.ResponseWriter, r *http.Request) error { return f.crl(w, r, ca.StationInfo{}) })
	mux.HandleFunc("GET "+wire.PathCRL, give)
	mux.HandleFunc("GET "+wire.PathCRL+"/{"+crlFamily+"}", give)
	f.next = mux
	return f
}

// ServeHTTP keeps one request's panic from taking the centre down, and caps every body.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("panic", "path", r.URL.Path, "panic", p)
			f.fail(w, r, service.E(service.Internal, "server.ServeHTTP", nil, nil))
		}
	}()
	r.Body = http.MaxBytesReader(w, r.Body, wire.MaxRequest)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Date", f.env.Now().UTC().Format(http.TimeFormat)) // stations hold their clocks against it
	w.Header().Set("X-Content-Type-Options", "nosniff")
	f.next.ServeHTTP(w, r)
}

// open serves a path without a certificate.
func (f *front) open(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			f.fail(w, r, err)
		}
	}
}

// station serves a path for the station behind the line's certificate.
func (f *front) station(serve func(http.ResponseWriter, *http.Request, ca.StationInfo) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := f.who(r)
		if err == nil {
			err = serve(w, r, who)
		}
		if err != nil {
			f.fail(w, r, err)
		}
	}
}

// who is the station of the line's certificate. That it chains to the centre's TLS root was checked in the handshake; whether
// it is in service is asked for every request, since a line may be older than a revocation.
func (f *front) who(r *http.Request) (ca.StationInfo, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 || len(r.TLS.VerifiedChains) == 0 {
		return ca.StationInfo{}, service.E(service.StationUnknown, "server.who", nil, nil)
	}
	cert := r.TLS.PeerCertificates[0]
	if f.env.Now().After(cert.NotAfter) {
		return ca.StationInfo{}, service.E(service.StationUnknown, "server.who", nil, nil)
	}
	return f.svc.StationByTLS(r.Context(), cert.Raw)
}

// fail answers with the error's code and arguments. The cause goes to the log.
func (f *front) fail(w http.ResponseWriter, r *http.Request, err error) {
	f.note(r, err)
	e := wire.FromError(err)
	body, err := wire.Encode(e)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", wire.TypeJSON)
	w.WriteHeader(e.Status())
	_, _ = w.Write(body)
}

// note logs a refusal by its code and arguments. The cause, which may hold what a stranger sent, is written only where the fault is
// the centre's own.
func (f *front) note(r *http.Request, err error) {
	f.refusal(r.Context(), "refused", err, "path", r.URL.Path, "from", r.RemoteAddr)
}

func (f *front) refusal(ctx context.Context, what string, err error, attrs ...any) {
	e := wire.FromError(err)
	level := slog.LevelInfo
	attrs = append(attrs, "code", string(e.Code))
	for _, name := range []string{"reason", "field", "what", "minutes", "seq"} {
		if v, ok := e.Args[name]; ok {
			attrs = append(attrs, name, v)
		}
	}
	if e.Status() >= http.StatusInternalServerError {
		level = slog.LevelError
		attrs = append(attrs, "err", err)
	}
	f.log.Log(ctx, level, what, attrs...)
}

// refused logs what one request of a message got.
func (x *exchange) refused(what string, err error, attrs ...any) {
	x.front.refusal(context.Background(), what, err, append([]any{"station", x.who.ID}, attrs...)...)
}

func (f *front) undelivered(r *http.Request) {
	f.log.Info("answer not delivered", "path", r.URL.Path, "from", r.RemoteAddr)
}

// read takes one JSON message.
func read(r *http.Request, m wire.Message) error {
	if !isType(r, wire.TypeJSON) {
		return service.E(service.InputInvalid, "server.read", service.Args{"field": "content-type", "reason": "format"}, nil)
	}
	return lineError(wire.Read(r.Body, wire.MaxRequest, m))
}

// lineError turns what net/http says of a body into a code.
func lineError(err error) error {
	var long *http.MaxBytesError
	var coded *service.Error
	switch {
	case err == nil, errors.As(err, &coded):
		return err
	case errors.As(err, &long):
		return service.E(service.InputTooLong, "server.read", service.Args{"field": "body", "max": "1048576"}, err)
	}
	return service.E(service.InputInvalid, "server.read", service.Args{"field": "body", "reason": "format"}, err)
}

func (f *front) write(w http.ResponseWriter, r *http.Request, m any) error {
	body, err := wire.Encode(m)
	if err != nil {
		return err
	}
	defer clear(body) // it may hold a PIN
	w.Header().Set("Content-Type", wire.TypeJSON)
	if _, err := w.Write(body); err != nil {
		f.undelivered(r)
	}
	return nil
}
