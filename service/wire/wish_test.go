package wire_test

import (
	"reflect"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/wire"
)

func fullWish() wire.Wish {
	return wire.Wish{Profile: "staff-sm2", Days: 365, Subject: service.SubjectFields{CommonName: "李娜𠮷", Organisation: "湘江", Unit: "财务",
		Province: "湖南省", City: "长沙市", CreditCode: "91430100MA4L16QH7R", IDNumber: "430102199001011234"}}
}

func TestWish(t *testing.T) {
	w := fullWish()
	a, err := w.Extension()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := w.Extension()
	got, err := wire.ReadWish(a.Value)
	if err != nil || !reflect.DeepEqual(got, w) || !reflect.DeepEqual(a, b) || a.Critical || !a.Id.Equal(wire.IDWish()) {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestWishRefused(t *testing.T) {
	for name, change := range map[string]func(*wire.Wish){
		"no profile": func(w *wire.Wish) { w.Profile = "" },
		"no name":    func(w *wire.Wish) { w.Subject.CommonName = "" },
		"no days":    func(w *wire.Wish) { w.Days = 0 },
		"for ever":   func(w *wire.Wish) { w.Days = 4000 },
		"long":       func(w *wire.Wish) { w.Subject.Unit = strings.Repeat("字", 171) },
		"control":    func(w *wire.Wish) { w.Subject.City = "a\nb" },
	} {
		w := fullWish()
		change(&w)
		if _, err := w.Extension(); !service.IsCode(err, service.InputInvalid, service.InputRequired, service.InputTooLong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := fullWish()
	ext, _ := w.Extension()
	for name, der := range map[string][]byte{"nothing": nil, "more behind": append(ext.Value, 0), "not a string": {0x30, 0},
		"not JSON": {0x0c, 1, 'x'}, "cut": ext.Value[:9]} {
		if _, err := wire.ReadWish(der); !service.IsCode(err, service.InputInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLines(t *testing.T) {
	e := wire.Error{Code: service.CARefused, Args: service.Args{"reason": "format", "field": "a=b"}}
	got, ok := wire.FromLines(e.Lines())
	if !ok || !reflect.DeepEqual(got, e) || e.Lines()[0] != "ca.refused" || e.Lines()[1] != "field=a=b" {
		t.Fatalf("%q %v", e.Lines(), got)
	}
	for _, other := range [][]string{nil, {""}, {"Policy Forbids"}, {"ca.refused", "no argument"}, make([]string, 20),
		{"ca.refused", "a=" + strings.Repeat("x", 300)}} {
		if _, ok := wire.FromLines(other); ok {
			t.Errorf("%.60q taken", other)
		}
	}
}

// FuzzReadWish: a wish that is read can be written, and reads back the same.
func FuzzReadWish(f *testing.F) {
	w := fullWish()
	ext, _ := w.Extension()
	f.Add(ext.Value)
	f.Fuzz(func(t *testing.T, der []byte) {
		w, err := wire.ReadWish(der)
		if err != nil {
			return
		}
		ext, err := w.Extension()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := wire.ReadWish(ext.Value); err != nil || got != w {
			t.Fatalf("%+v %v", got, err)
		}
	})
}

// FuzzFromLines: the text of a refusal that is taken is written back as the same lines, in order.
func FuzzFromLines(f *testing.F) {
	f.Add("ca.refused\nfield=cn\nreason=format")
	f.Add("policy forbids")
	f.Add("ca.refused\na=1\na=2")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		e, ok := wire.FromLines(lines)
		if !ok {
			return
		}
		if again, ok := wire.FromLines(e.Lines()); !ok || !reflect.DeepEqual(again, e) || len(e.Lines()) != len(lines) {
			t.Fatalf("%q reads as %q", lines, e.Lines())
		}
		if err := e.Service("fuzz"); err.Code == "" {
			t.Fatal("no code")
		}
	})
}
