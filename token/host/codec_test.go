package host

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"certdesk/service"
)

func info() service.TokenInfo {
	return service.TokenInfo{Serial: "S-1", Label: "\xff\x00标", Model: "m", Manufacturer: "厂", Driver: "skf", Initialised: true,
		Total: 1 << 40, Free: -1, User: service.PINState{Max: 10, Left: 3, Known: true, Default: true, Set: true},
		SO: service.PINState{Max: -1, Locked: true}, Algs: []service.KeyAlg{service.AlgSM2, service.AlgRSA}, Envelope: true,
		Protected: true, Unnamed: true, PINRule: service.PINRule{Min: 6, Max: 16, DigitsOnly: true}}
}

func replies() []*reply {
	cause := errors.New("0x0A000024 密码错")
	full := &reply{id: 7, more: true, ref: 3, rss: 1 << 33, data: []byte{1, 2, 3}, infos: []service.TokenInfo{info(), {}},
		boxes: []service.Container{{Name: "box", SignKey: true, Sign: []byte{}, Encrypt: []byte("cert")}, {EncKey: true}},
		fault: service.E(service.PINWrong, "skf.Login", service.Args{"left": "3", "": "", "a": "b"}, cause)}
	bare := &reply{id: 1, infos: []service.TokenInfo{}, boxes: []service.Container{}}
	noCause := &reply{fault: &service.Error{Code: "x"}, data: []byte{}, infos: []service.TokenInfo{}, boxes: []service.Container{}}
	return []*reply{full, bare, noCause}
}

func requests() []*request {
	return []*request{{id: 1, op: opList}, {id: 1 << 60, ref: 9, op: opDelete, name: "容器", word: "sign", a: []byte{}, b: []byte("x"), c: nil},
		{op: opChangePIN, a: []byte("123456"), b: []byte("654321")}}
}

func hellos() []*hello {
	return []*hello{{version: version, driver: "p11", pid: 77}, {version: version, fault: service.E(service.TokenUnsupported, "p11.Open", nil, errors.New("no"))}}
}

func body(t testing.TB, frame []byte, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	got, err := readFrame(bytes.NewReader(frame))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
}

// TestRoundTrip sends every field both ways, nil and empty kept apart.
func TestRoundTrip(t *testing.T) {
	for _, r := range replies() {
		frame, err := r.encode()
		got, err := decodeReply(body(t, frame, err))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, r)
	}
	for _, q := range requests() {
		frame, err := q.encode()
		got, err := decodeRequest(body(t, frame, err))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, q)
	}
	for _, h := range hellos() {
		frame, err := h.encode()
		got, err := decodeHello(body(t, frame, err))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, h)
	}
}

// TestMinima holds the sizes that bound a list's length before memory is taken for it.
func TestMinima(t *testing.T) {
	e := &encoder{}
	e.info(&service.TokenInfo{})
	if len(e.b) != minInfo {
		t.Errorf("an empty description has %d bytes, not %d", len(e.b), minInfo)
	}
	e = &encoder{}
	e.box(&service.Container{})
	if len(e.b) != minBox {
		t.Errorf("an empty container has %d bytes, not %d", len(e.b), minBox)
	}
}

// TestFrames reads frames that are too long, empty or cut off.
func TestFrames(t *testing.T) {
	for text, want := range map[string]error{
		"": io.EOF, "\x00\x00": io.ErrUnexpectedEOF, "\x00\x00\x00\x00": errFrame, "\x00\x40\x00\x01": errSize, "\xff\xff\xff\xff": errSize,
		"\x00\x00\x00\x02a": io.ErrUnexpectedEOF, "\x00\x00\x00\x02": io.ErrUnexpectedEOF,
	} {
		if _, err := readFrame(strings.NewReader(text)); err != want {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	if _, err := (&request{op: opSign, a: make([]byte, maxFrame)}).encode(); err != errSize {
		t.Errorf("an oversize request: %v", err)
	}
}

// TestFaultOf shows what an error is on the other side.
func TestFaultOf(t *testing.T) {
	inner := service.E(service.PINWrong, "p11.Login", service.Args{"left": "2"}, errors.New("CKR_PIN_INCORRECT"))
	if got := faultOf("host.X", errors.Join(inner, errors.New("more"))); got != inner {
		t.Error(got)
	}
	if got := faultOf("host.X", io.EOF); got.Code != service.Internal || got.Err != io.EOF {
		t.Error(got)
	}
	if faultOf("host.X", nil) != nil {
		t.Error("an error out of nothing")
	}
}

// FuzzStation decodes what a child may send. What decodes has one form: encoded again it is the same.
func FuzzStation(f *testing.F) {
	for _, r := range replies() {
		frame, err := r.encode()
		f.Add(body(f, frame, err))
	}
	for _, h := range hellos() {
		frame, err := h.encode()
		f.Add(body(f, frame, err))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := decodeReply(data); err == nil && (r.fault == nil || r.fault.Err == nil || len(r.fault.Err.Error()) <= maxCause) {
			frame, err := r.encode()
			same(t, body(t, frame, err), data)
		}
		if h, err := decodeHello(data); err == nil && h.version == version {
			frame, err := h.encode()
			same(t, body(t, frame, err), data)
		}
	})
}

// FuzzChild decodes what a station may send.
func FuzzChild(f *testing.F) {
	for _, q := range requests() {
		frame, err := q.encode()
		f.Add(body(f, frame, err))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if q, err := decodeRequest(data); err == nil {
			frame, err := q.encode()
			same(t, body(t, frame, err), data)
		}
	})
}
