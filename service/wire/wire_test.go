package wire_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/wire"
)

func TestDecodeRefuses(t *testing.T) {
	deep := strings.Repeat(`{"args":`, 40) + "{}" + strings.Repeat("}", 40)
	for name, body := range map[string]string{
		"unknown name":     `{"serial":"A","generation":1,"pin":"MTIz"}`,
		"name twice":       `{"serial":"A","serial":"B","generation":1}`,
		"twice, by case":   `{"serial":"A","Serial":"B","generation":1}`,
		"name not ASCII":   `{"ſerial":"A","generation":1}`,
		"trailing message": `{"serial":"A","generation":1}{}`,
		"trailing bytes":   `{"serial":"A","generation":1} x`,
		"list":             `[{"serial":"A","generation":1}]`,
		"null":             `null`,
		"text":             `"serial"`,
		"empty":            ``,
		"cut":              `{"serial":"A"`,
		"wrong type":       `{"serial":7,"generation":1}`,
		"fraction":         `{"serial":"A","generation":1.5}`,
		"negative":         `{"serial":"A","generation":-1}`,
		"control":          `{"serial":"A\u0007","generation":1}`,
		"deep":             deep,
	} {
		var m wire.TicketRequest
		if err := wire.Decode([]byte(body), &m); service.CodeOf(err) != service.InputInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecodeNamesTheField(t *testing.T) {
	for _, c := range []struct {
		body  string
		m     wire.Message
		code  service.Code
		field string
	}{
		{`{"serial":"","generation":1}`, &wire.TicketRequest{}, service.InputRequired, "serial"},
		{`{"serial":"` + strings.Repeat("a", 65) + `","generation":1}`, &wire.TicketRequest{}, service.InputTooLong, "serial"},
		{`{"station":"S","secret":"AAAA"}`, &wire.JoinRequest{}, service.InputRequired, "tls"},
		{`{"events":[]}`, &wire.EventBatch{}, service.InputRequired, "events"},
		{`{"root":"AAAA","issuing":["AAAA"],"tlsRoot":"AAAA","cmp":"AAAA","others":[{"family":"rsa","root":"AAAA","issuing":"AAAA"}]}`,
			&wire.Anchors{}, service.InputRequired, "others.proof"},
		{`{"root":"AAAA","issuing":["AAAA"],"tlsRoot":"AAAA","cmp":"AAAA","others":[{},{},{},{},{},{},{},{},{}]}`,
			&wire.Anchors{}, service.InputTooLong, "others"},
		{`{"cursor":-1}`, &wire.FeedRequest{}, service.InputInvalid, "cursor"},
	} {
		err := wire.Decode([]byte(c.body), c.m)
		if service.CodeOf(err) != c.code || service.ArgsOf(err)["field"] != c.field {
			t.Errorf("%s: %v", c.body, err)
		}
	}
}

func TestReadCapsTheBody(t *testing.T) {
	body := `{"serial":"A","generation":1}`
	var m wire.TicketRequest
	if err := wire.Read(strings.NewReader(body), int64(len(body)), &m); err != nil {
		t.Fatalf("at the limit: %v", err)
	}
	err := wire.Read(strings.NewReader(body+" "), int64(len(body)), &m)
	if service.CodeOf(err) != service.InputTooLong || service.ArgsOf(err)["field"] != "body" {
		t.Fatalf("above the limit: %v", err)
	}
}

func TestReadKeepsTheReadersError(t *testing.T) {
	broken := errors.New("line cut")
	var m wire.TicketRequest
	if err := wire.Read(failing{broken}, 10, &m); !errors.Is(err, broken) {
		t.Fatal(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestRoundTrip(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	der := []byte{0x30, 0x00}
	anchors := wire.Anchors{Root: der, Issuing: [][]byte{der}, TLSRoot: der, CMPSigner: der,
		Others: []wire.OtherCA{{Family: "rsa", Root: der, Issuing: der, Proof: der}}}
	station := wire.StationInfo{ID: "0043", Hall: "政务大厅", Window: "一号窗口", Joined: at}
	for _, m := range []wire.Message{
		&anchors,
		&wire.JoinRequest{Station: "0043", Secret: der, TLS: der, RA: der, Events: der, Bundle: der, RAProof: der, EventsProof: der},
		&wire.JoinReply{Station: station, TLS: der, RA: der, Events: der, Bundle: der, Anchors: anchors},
		&wire.FeedRequest{Cursor: 7},
		&wire.Feed{Cursor: 8, Station: station, Staff: []service.Staff{{ID: "1", Login: "01", Name: "王芳", Role: service.RoleClerk,
			Active: true}}, Catalog: []byte("title=1"), Range: wire.Range{Prefix: "R-", From: 1, To: 9}, CRL: der, At: at,
			Others: []wire.OtherCA{{Family: "p256", Root: der, Issuing: der, Proof: der, CRL: der}}},
		&wire.RangeRequest{After: 9},
		&wire.Range{Prefix: "R-", From: 1, To: 9},
		&wire.TicketRequest{Serial: "SK01", Generation: 2},
		&wire.Ticket{Serial: "SK01", Generation: 2, PIN: []byte("123456")},
		&wire.EventBatch{Events: []service.Event{{Epoch: 1, Seq: 1, Type: "case", Body: der, Prev: der, Hash: der, Signature: der, At: at}}},
		&wire.Acknowledged{Seq: 4},
		&wire.Health{OK: true},
		&wire.Error{Code: service.CARefused, Args: service.Args{"reason": "x"}},
	} {
		body, err := wire.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(reflect.TypeOf(m).Elem()).Interface().(wire.Message)
		if err := wire.Decode(body, back); err != nil || !reflect.DeepEqual(m, back) {
			t.Errorf("%T: %v\n%s", m, err, body)
		}
	}
}

func TestErrorKeepsNoInternals(t *testing.T) {
	cause := errors.New("disk /var/secret")
	e := wire.FromError(service.E(service.CAConflict, "ca.Issue", service.Args{"case": "7"}, cause))
	body, err := wire.Encode(e)
	if err != nil || bytes.Contains(body, []byte("disk")) || bytes.Contains(body, []byte("ca.Issue")) {
		t.Fatalf("%s %v", body, err)
	}
	if got := wire.FromError(cause); got.Code != service.Internal || got.Args != nil {
		t.Fatal(got)
	}
}

func TestErrorIsAlwaysReadable(t *testing.T) {
	args := service.Args{"long": strings.Repeat("字", 100), "odd": "a\x00b\xffc"}
	e := wire.FromError(service.E(service.NotFound, "x", args, nil))
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	if e.Args["odd"] != "abc" || e.Args["long"] != strings.Repeat("字", 66) {
		t.Fatalf("%q", e.Args)
	}
}

func TestErrorAtTheStation(t *testing.T) {
	for _, c := range []struct {
		in   wire.Error
		want service.Code
		arg  string
	}{
		{wire.Error{Code: service.CAConflict}, service.CAConflict, ""},
		{wire.Error{Code: service.StationUnknown}, service.StationUnknown, ""},
		{wire.Error{Code: service.InputChoice}, service.CARefused, string(service.InputChoice)},
		{wire.Error{Code: service.StoreBusy}, service.CASlow, "store.busy"},
		{wire.Error{Code: service.StoreFull}, service.CASlow, "store.full"},
		{wire.Error{Code: service.Internal}, service.CASlow, "internal"},
		{wire.Error{Code: "no.such"}, service.CASlow, "no.such"},
	} {
		err := c.in.Service("central.Feed")
		if err.Code != c.want || err.Args["reason"] != c.arg {
			t.Errorf("%s: %v", c.in.Code, err)
		}
	}
}

func TestErrorStatus(t *testing.T) {
	for code, want := range map[service.Code]int{
		service.InputTooLong: 413, service.StationUnknown: 403, service.CAConflict: 409, service.StoreFull: 500, "no.such": 500,
	} {
		if got := (wire.Error{Code: code}).Status(); got != want {
			t.Errorf("%s: %d", code, got)
		}
	}
}

// FuzzDecode: whatever decodes passes its own check again after encoding, and reads back as the same message.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"serial":"A","generation":1}`))
	f.Add([]byte(`{"code":"ca.refused","args":{"reason":"x"}}`))
	f.Add([]byte(`{"events":[{"epoch":1,"seq":1,"type":"t","body":"","prev":"","hash":"AA==","signature":"AA==","at":"2026-01-01T00:00:00Z"}]}`))
	f.Add([]byte(`{"cursor":0,"staff":[{"id":"1","login":"2"}],"station":{"id":"x"},"range":{"from":1,"to":2}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range []wire.Message{&wire.TicketRequest{}, &wire.Error{}, &wire.EventBatch{}, &wire.Feed{}, &wire.JoinRequest{},
			&wire.JoinReply{}, &wire.Anchors{}, &wire.Ticket{}, &wire.Range{}, &wire.RangeRequest{}, &wire.FeedRequest{}, &wire.WithdrawRequest{},
			&wire.Withdrawn{}, &wire.Acknowledged{}, &wire.Health{}} {
			if wire.Decode(body, m) != nil {
				continue
			}
			again, err := wire.Encode(m)
			if err != nil {
				t.Fatal(err)
			}
			back := reflect.New(reflect.TypeOf(m).Elem()).Interface().(wire.Message)
			if err := wire.Decode(again, back); err != nil {
				t.Fatalf("%q: %v", again, err)
			}
		}
	})
}
