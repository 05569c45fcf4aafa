package part

import (
	"bytes"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
)

func typeInto(key func(keys.Event), word string) {
	for _, r := range word {
		key(keys.Event{Act: keys.Text, Text: string(r)})
	}
}

func zero(v []rune) bool {
	return !strings.ContainsFunc(string(v), func(r rune) bool { return r != 0 })
}

// A secret that is taken, emptied or outgrown leaves nothing in any array that held it.
func TestSecretFieldForgets(t *testing.T) {
	f := Field{Kind: Secret, Max: 40}
	typeInto(func(ev keys.Event) { f.Key(ev) }, "73519264")
	first := f.value[:cap(f.value)]
	typeInto(func(ev keys.Event) { f.Key(ev) }, "8642097551")
	if !zero(first) {
		t.Errorf("outgrown: %q", string(first))
	}
	second := f.value[:cap(f.value)]
	f.Key(keys.Event{Act: keys.Backspace})
	if second[len(f.value)] != 0 {
		t.Error("an erased character stays behind the end")
	}
	if b := f.Take(); !bytes.Equal(b, []byte("73519264864209755")) {
		t.Errorf("took %q", b)
	}
	if !zero(second) || f.Len() != 0 {
		t.Errorf("taken: %q", string(second))
	}
}

// A form never makes text of a hidden field, and Wipe empties what was not sent.
func TestFormKeepsSecretsAsBytes(t *testing.T) {
	fs := []flow.Field{{Name: "login", Required: true}, {Name: "password", Required: true, Check: func(v string) (string, error) {
		t.Error("a hidden field's value was made into text for a check")
		return v, nil
	}}}
	f := NewForm(fs, service.EN).Hide("password")
	typeInto(func(ev keys.Event) { f.Key(ev) }, "01")
	f.Key(keys.Event{Act: keys.Enter})
	typeInto(func(ev keys.Event) { f.Key(ev) }, "73519264")
	hidden := f.items[1].in.value[:cap(f.items[1].in.value)]
	if !f.Ready() || f.Key(keys.Event{Act: keys.Enter}) != Last {
		t.Error("a filled form is not ready")
	}
	if n := testing.AllocsPerRun(50, func() { f.check(1) }); n > 0 {
		t.Errorf("checking a hidden field makes %v copies", n)
	}
	if _, shown := f.Values()["password"]; shown {
		t.Error("a hidden value stands among the others")
	}
	if f.Wipe(); !zero(hidden) || f.Ready() {
		t.Errorf("wiped: %q", string(hidden))
	}
}
