package sm_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"testing/iotest"

	"certdesk/service"
	"certdesk/service/sm"
)

func newSealer(t testing.TB, master string, version uint32) *sm.Sealer {
	t.Helper()
	s, err := sm.NewSealer(rand.Reader, []byte(master), version)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const master = "0123456789abcdef0123456789abcdef"

func TestSealOpen(t *testing.T) {
	s := newSealer(t, master, 3)
	for _, plain := range []string{"", "510104199001011234", string(make([]byte, 70000))} {
		sealed, err := s.Seal([]byte(plain), "customer", "42", "idno")
		if err != nil {
			t.Fatal(err)
		}
		if len(sealed) != 1+4+12+len(plain)+16 || sealed[4] != 3 {
			t.Errorf("%d bytes, header %x", len(sealed), sealed[:5])
		}
		got, err := s.Open(sealed, "customer", "42", "idno")
		if err != nil || string(got) != plain {
			t.Fatalf("%v", err)
		}
	}
}

func TestSealNeverRepeats(t *testing.T) {
	s := newSealer(t, master, 1)
	a, _ := s.Seal([]byte("same"), "t")
	b, _ := s.Seal([]byte("same"), "t")
	if bytes.Equal(a, b) {
		t.Fatal("the same twice")
	}
}

func TestOpenElsewhere(t *testing.T) {
	s := newSealer(t, master, 1)
	sealed, err := s.Seal([]byte("张三"), "customer", "42", "name")
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range [][]string{nil, {"customer", "42"}, {"customer", "43", "name"}, {"case", "42", "name"},
		{"customer", "42", "mobile"}, {"customer4", "2", "name"}, {"customer", "42", "name", ""}} {
		_, err := s.Open(sealed, place...)
		wantCode(t, err, service.StoreCorrupt)
	}
	_, err = newSealer(t, "another master key of its own ok", 1).Open(sealed, "customer", "42", "name")
	wantCode(t, err, service.StoreCorrupt)
	flipped(sealed, func(at int, changed []byte) {
		if _, err := s.Open(changed, "customer", "42", "name"); err == nil {
			t.Errorf("byte %d changed, still opened", at)
		}
	})
	for n := range sealed {
		_, err := s.Open(sealed[:n], "customer", "42", "name")
		wantCode(t, err, service.StoreCorrupt)
	}
}

func TestSealVersions(t *testing.T) {
	older, newer := newSealer(t, master, 1), newSealer(t, master, 2)
	old, _ := older.Seal([]byte("x"), "t")
	fresh, _ := newer.Seal([]byte("x"), "t")
	if got, err := newer.Open(old, "t"); err != nil || string(got) != "x" {
		t.Fatalf("%v", err)
	}
	_, err := older.Open(fresh, "t")
	wantCode(t, err, service.KeyWrong)
	old[4] = 2 // the header is bound, too
	_, err = newer.Open(old, "t")
	wantCode(t, err, service.StoreCorrupt)
	if !bytes.Equal(older.SearchKey("idno", "1"), newer.SearchKey("idno", "1")) {
		t.Error("search keys change with the version")
	}
}

func TestSearchKeyAndCheck(t *testing.T) {
	s, other := newSealer(t, master, 1), newSealer(t, "another master key of its own ok", 1)
	k := s.SearchKey("idno", "510104")
	if len(k) != 32 || !bytes.Equal(k, s.SearchKey("idno", "510104")) {
		t.Fatal("not a function")
	}
	for _, o := range [][]byte{s.SearchKey("mobile", "510104"), s.SearchKey("idno", "510105"), other.SearchKey("idno", "510104"), s.SearchKey("idn", "o510104")} {
		if bytes.Equal(k, o) {
			t.Error("two inputs, one key")
		}
	}
	if len(s.KeyCheck()) != 16 || bytes.Equal(s.KeyCheck(), other.KeyCheck()) {
		t.Error("key check")
	}
}

func TestSealerNeeds(t *testing.T) {
	_, err := sm.NewSealer(rand.Reader, []byte("short"), 1)
	wantCode(t, err, service.CryptoBad)
	s, err := sm.NewSealer(iotest.ErrReader(errors.New("dry")), []byte(master), 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Seal([]byte("x"))
	wantCode(t, err, service.Internal)
}

func TestSumStandardExample(t *testing.T) { // GM/T 0004, annex A
	a := sm.Sum([]byte("a"), []byte("bc"))
	if hex.EncodeToString(a[:]) != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Fatalf("%x", a)
	}
	h := sm.NewHash()
	h.Write([]byte("abc"))
	if !sm.Equal(h.Sum(nil), a[:]) || sm.Equal(a[:31], a[:]) {
		t.Fatal("running hash")
	}
}

func TestHMACAndDeriveAreApart(t *testing.T) {
	k, b := []byte("key"), func(s string) []byte { return []byte(s) }
	seen := map[string]string{}
	note := func(name string, out []byte) {
		if before, dup := seen[string(out)]; dup {
			t.Errorf("%s equals %s", name, before)
		}
		seen[string(out)] = name
	}
	mac := func(name string, parts ...[]byte) { m := sm.HMAC(k, parts...); note(name, m[:]) }
	mac("ab,c", b("ab"), b("c"))
	mac("a,bc", b("a"), b("bc"))
	mac("abc", b("abc"))
	mac("abc,", b("abc"), nil)
	mac("none")
	note("derive abc", sm.Derive(k, "abc"))
	note("derive a,bc", sm.Derive(k, "a", b("bc")))
	note("derive other key", sm.Derive(b("kez"), "abc"))
}

func TestNothingPrintsSecrets(t *testing.T) {
	k := newKey(t)
	for _, v := range []any{newSealer(t, master, 1), k} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
			out := fmt.Sprintf(verb, v)
			if len(out) > 64 {
				t.Errorf("%s of %T prints its inside", verb, v)
			}
		}
	}
}
