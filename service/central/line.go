package central

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"certdesk/service"
	"certdesk/service/wire"
)

// Options are the client's limits; a zero field means its default.
type Options struct {
	Connect time.Duration // TCP connect; 5 s
	Whole   time.Duration // one call with all its tries; 15 s
	Pause   time.Duration // before the second try; 250 ms
	// Through, where it is set, stands between the client and the wire: tests lose, repeat and delay messages there.
	Through func(http.RoundTripper) http.RoundTripper
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&o.Connect, 5 * time.Second}, {&o.Whole, 15 * time.Second}, {&o.Pause, 250 * time.Millisecond}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return o
}

// tries is how often a request goes out where the line failed; the idempotency key makes repeats safe.
const tries = 2

// answer is what came back, still unread in meaning.
type answer struct {
	status int
	kind   string // media type without parameters
	body   []byte
}

func newHTTP(conf *tls.Config, o Options) *http.Client {
	dialer := &net.Dialer{Timeout: o.Connect}
	var way http.RoundTripper = &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: conf, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
		DisableCompression: true,
	}
	if o.Through != nil {
		way = o.Through(way)
	}
	return &http.Client{
		Transport:     way,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call sends what build makes, once more where the line failed, within the time of one call. build runs for every try, so
// that no nonce is sent twice.
func (c *Client) call(ctx context.Context, op, method, path, kind string, limit int64, build func() ([]byte, error)) (answer, error) {
	whole, stop := context.WithTimeout(ctx, c.options.Whole)
	defer stop()
	for try := 1; ; try++ {
		body, err := build()
		if err != nil {
			return answer{}, err
		}
		a, err := c.once(ctx, whole, op, method, path, kind, body, limit)
		if !service.IsCode(err, service.CAUnreachable) || try == tries || !sleep(whole, c.options.Pause) {
			return a, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Client) once(ctx, whole context.Context, op, method, path, kind string, body []byte, limit int64) (answer, error) {
	var at atomic.Int32
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(whole, traced(&at)), method, "https://"+c.address+path,
		bytes.NewReader(body))
	if err != nil {
		return answer{}, c.unreachable("central."+op, err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", kind)
	}
	reply, err := c.http.Do(r)
	if err != nil {
		return answer{}, c.fault(ctx, op, phase(at.Load()), err)
	}
	defer reply.Body.Close()
	got, err := io.ReadAll(io.LimitReader(reply.Body, limit+1))
	if err != nil {
		return answer{}, c.fault(ctx, op, phaseReply, err)
	}
	if int64(len(got)) > limit {
		return answer{}, service.E(service.CAGarbage, "central."+op, nil, errors.New("answer too long"))
	}
	return answer{status: reply.StatusCode, kind: mediaType(reply.Header.Get("Content-Type")), body: got}, nil
}

func traced(at *atomic.Int32) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				at.Store(int32(phaseShake))
			}
		},
		GotConn:              func(httptrace.GotConnInfo) { at.Store(int32(phaseWait)) },
		GotFirstResponseByte: func() { at.Store(int32(phaseReply)) },
	}
}

// json exchanges one message of service/wire. What the centre would refuse by its form is not sent.
func (c *Client) json(ctx context.Context, op, path string, in, out wire.Message) error {
	if err := in.Check(); err != nil {
		return err
	}
	a, err := c.call(ctx, op, http.MethodPost, path, wire.TypeJSON, wire.MaxReply, func() ([]byte, error) { return wire.Encode(in) })
	if err != nil {
		return err
	}
	defer clear(a.body) // it may hold a PIN
	return a.message(op, out)
}

// message reads a JSON answer, or the centre's refusal.
func (a answer) message(op string, out wire.Message) error {
	if err := a.refusal(op); err != nil {
		return err
	}
	if a.kind != wire.TypeJSON {
		return service.E(service.CAGarbage, "central."+op, nil, errors.New("not JSON"))
	}
	if err := wire.Decode(a.body, out); err != nil {
		return service.E(service.CAGarbage, "central."+op, nil, err)
	}
	return nil
}

// refusal is the centre's error where the answer is one.
func (a answer) refusal(op string) error {
	if a.status == http.StatusOK {
		return nil
	}
	var e wire.Error
	if a.kind == wire.TypeJSON {
		if err := wire.Decode(a.body, &e); err == nil {
			return e.Service("central." + op)
		}
	}
	return service.E(service.CAGarbage, "central."+op, nil, errors.New("status without an error of the protocol"))
}

func mediaType(header string) string {
	kind, _, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return kind
}
