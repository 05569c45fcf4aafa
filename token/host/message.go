package host

import (
	"bytes"
	"errors"
	"slices"

	"certdesk/service"
)

// Kinds of messages: the first byte of a frame.
const (
	kindHello   = 'H'
	kindRequest = 'Q'
	kindReply   = 'R'
)

const (
	magic   = "certdesk token-host"
	version = 1
)

// hello is the child's first message. fault tells why it has no driver.
type hello struct {
	version uint32
	driver  string
	pid     uint32
	fault   *service.Error
}

func (h *hello) encode() ([]byte, error) {
	e := newEncoder(kindHello)
	e.text(magic)
	e.u32(h.version)
	e.text(h.driver)
	e.u32(h.pid)
	e.fault(h.fault)
	return e.frame()
}

// decodeHello reads no further than the version where that is another one.
func decodeHello(body []byte) (*hello, error) {
	d := &decoder{b: body}
	if d.u8() != kindHello || d.text() != magic {
		return nil, errFrame
	}
	h := &hello{version: d.u32()}
	if h.version != version && !d.bad {
		return h, nil
	}
	h.driver, h.pid, h.fault = d.text(), d.u32(), d.fault()
	return h, d.end()
}

// request is one call. ref is the session or, for Unwatch, the watch; the rest is what the op takes. PINs stand in a, b and c only.
type request struct {
	id, ref uint64
	op      op
	name    string // serial, label or container
	word    string // algorithm or usage
	a, b, c []byte
}

func (q *request) encode() ([]byte, error) {
	e := newEncoder(kindRequest)
	e.u64(q.id)
	e.u64(q.ref)
	e.u8(byte(q.op))
	e.text(q.name)
	e.text(q.word)
	e.bytes(q.a)
	e.bytes(q.b)
	e.bytes(q.c)
	return e.frame()
}

// decodeRequest leaves a, b and c in the frame: clearing the frame clears them.
func decodeRequest(body []byte) (*request, error) {
	d := &decoder{b: body}
	kind := d.u8()
	q := &request{id: d.u64(), ref: d.u64(), op: op(d.u8()), name: d.text(), word: d.text(), a: d.bytes(), b: d.bytes(), c: d.bytes()}
	if kind != kindRequest || q.op == 0 || q.op >= opEnd {
		return nil, errFrame
	}
	return q, d.end()
}

// reply answers the request of the same id. more is set on the lists of a watch. ref is the new session; rss the child's resident
// memory in bytes, with a list only, 0 where it is unknown.
type reply struct {
	id    uint64
	more  bool
	fault *service.Error
	ref   uint64
	rss   uint64
	data  []byte
	infos []service.TokenInfo
	boxes []service.Container
}

func (r *reply) encode() ([]byte, error) {
	e := newEncoder(kindReply)
	e.u64(r.id)
	e.flag(r.more)
	e.fault(r.fault)
	e.u64(r.ref)
	e.u64(r.rss)
	e.bytes(r.data)
	e.u32(uint32(len(r.infos)))
	for i := range r.infos {
		e.info(&r.infos[i])
	}
	e.u32(uint32(len(r.boxes)))
	for i := range r.boxes {
		e.box(&r.boxes[i])
	}
	return e.frame()
}

// decodeReply copies: nothing of the reply lies in the frame.
func decodeReply(body []byte) (*reply, error) {
	d := &decoder{b: body}
	kind := d.u8()
	r := &reply{id: d.u64(), more: d.flag(), fault: d.fault(), ref: d.u64(), rss: d.u64(), data: bytes.Clone(d.bytes())}
	r.infos = make([]service.TokenInfo, d.count(minInfo))
	for i := range r.infos {
		r.infos[i] = d.info()
	}
	r.boxes = make([]service.Container, d.count(minBox))
	for i := range r.boxes {
		r.boxes[i] = d.box()
	}
	if kind != kindReply {
		return nil, errFrame
	}
	return r, d.end()
}

// maxCause is how much of a cause's text crosses.
const maxCause = 16 << 10

// faultOf is an error as it crosses: the outermost code with its place and values, and of the cause its text.
func faultOf(place string, err error) *service.Error {
	if err == nil {
		return nil
	}
	var e *service.Error
	if !errors.As(err, &e) || e.Code == "" {
		return service.E(service.Internal, place, nil, err)
	}
	return e
}

func (e *encoder) fault(f *service.Error) {
	e.flag(f != nil)
	if f == nil {
		return
	}
	e.text(string(f.Code))
	e.text(f.Op)
	keys := make([]string, 0, len(f.Args))
	for k := range f.Args {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	e.u32(uint32(len(keys)))
	for _, k := range keys {
		e.text(k)
		e.text(f.Args[k])
	}
	e.flag(f.Err != nil)
	if f.Err != nil {
		cause := f.Err.Error()
		e.text(cause[:min(len(cause), maxCause)])
	}
}

func (d *decoder) fault() *service.Error {
	if !d.flag() {
		return nil
	}
	f := &service.Error{Code: service.Code(d.text()), Op: d.text(), Args: d.args()}
	if d.flag() {
		f.Err = errors.New(d.text())
	}
	d.bad = d.bad || f.Code == "" // would pass for success
	return f
}

// args come in order, each name once: there is one way to write them.
func (d *decoder) args() service.Args {
	n := d.count(8)
	if n == 0 {
		return nil
	}
	args, last := make(service.Args, n), ""
	for i := range n {
		k := d.text()
		d.bad = d.bad || i > 0 && k <= last
		args[k], last = d.text(), k
	}
	return args
}
