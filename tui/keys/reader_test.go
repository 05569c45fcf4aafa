package keys_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"certdesk/tui/keys"
	"certdesk/tui/tuitest"
)

func read(presses ...tea.KeyPressMsg) []keys.Event {
	var r keys.Reader
	var out []keys.Event
	for _, p := range presses {
		evs, _ := r.Read(p)
		out = append(out, evs...)
	}
	return append(out, r.Timeout()...)
}

// Every function key has its twins, and all of them mean the same.
func TestTwins(t *testing.T) {
	for act, twins := range map[keys.Action][][]string{
		keys.Help: {{"f1"}, {"esc", "1"}, {"alt+1"}, {"ctrl+g"}}, keys.Back: {{"f3"}, {"esc", "3"}, {"alt+3"}, {"ctrl+b"}},
		keys.List: {{"f4"}, {"esc", "4"}, {"ctrl+o"}}, keys.Refresh: {{"f5"}, {"esc", "5"}, {"ctrl+r"}},
		keys.Override: {{"f8"}, {"esc", "8"}, {"ctrl+p"}}, keys.Repeat: {{"f9"}, {"esc", "9"}, {"ctrl+d"}},
		keys.Submit: {{"f10"}, {"esc", "0"}, {"alt+0"}, {"ctrl+s"}}, keys.Cancel: {{"f12"}, {"esc", "-"}, {"alt+-"}, {"ctrl+x"}},
	} {
		for _, names := range twins {
			var ps []tea.KeyPressMsg
			for _, n := range names {
				ps = append(ps, tuitest.Key(n))
			}
			if got := read(ps...); len(got) != 1 || got[0].Act != act {
				t.Errorf("%v gives %v, want %v", names, got, act)
			}
		}
		if (keys.Binding{Act: act}).Twins() == "" || (keys.Binding{Act: act}).Cap() == "" {
			t.Errorf("action %d is not described", act)
		}
	}
}

func TestEscAlone(t *testing.T) {
	esc := tuitest.Key("esc")
	for _, c := range []struct {
		name string
		in   []tea.KeyPressMsg
		want []keys.Action
	}{
		{"after its time it is Esc", []tea.KeyPressMsg{esc}, []keys.Action{keys.Escape}},
		{"twice is one Esc", []tea.KeyPressMsg{esc, esc}, []keys.Action{keys.Escape}},
		{"before a letter both count", []tea.KeyPressMsg{esc, tuitest.Key("a")}, []keys.Action{keys.Escape, keys.Text}},
		{"before a digit without meaning both count", []tea.KeyPressMsg{esc, tuitest.Key("7")}, []keys.Action{keys.Escape, keys.Text}},
		{"the number pad types digits", []tea.KeyPressMsg{{Code: tea.KeyKp7}}, []keys.Action{keys.Text}},
		{"Esc with a digit of the number pad", []tea.KeyPressMsg{esc, {Code: tea.KeyKp0}}, []keys.Action{keys.Submit}},
	} {
		got := read(c.in...)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.name, got)
			continue
		}
		for i := range got {
			if got[i].Act != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
	}
}
