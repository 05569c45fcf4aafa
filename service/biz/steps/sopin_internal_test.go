package steps

import (
	"reflect"
	"testing"
)

// TestStanding: what is stored is read back, and nothing else is read.
func TestStanding(t *testing.T) {
	for text, want := range map[string]standing{
		"1": {known: true, force: 1}, "0": {known: true}, "7 due": {known: true, force: 7, due: true}, "2>3": {known: true, force: 2, next: 3},
		"0>1": {known: true, next: 1},
	} {
		got, err := parseStanding(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: %+v %q %v", text, got, got.String(), err)
		}
	}
	for _, text := range []string{"", "x", "-1", "1>", ">2", "3>2", "2>2", "1 due>2", "1>2 due", "1 >2", "9999999"} {
		if got, err := parseStanding(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// TestOrder: the new one of a change first; else the one on record, then its neighbours; never more than maxGuess.
func TestOrder(t *testing.T) {
	for text, want := range map[string][]int{
		"": {1, 2, 3, 4}, "0": {0, 1, 2, 3}, "1": {1, 2, 3, 4}, "1 due": {1, 2, 3, 4}, "5": {5, 6, 4, 7}, "5>6": {6, 5}, "0>1": {1, 0},
	} {
		var s standing
		if text != "" {
			s, _ = parseStanding(text)
		}
		if got := s.order(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v", text, got)
		}
	}
	for text, want := range map[string][]int{"0": {1}, "0>1": {1}, "4 due": {4}, "4>5": {4, 5}} {
		if s, _ := parseStanding(text); !reflect.DeepEqual(s.sealed(), want) {
			t.Errorf("%q: sealed %v", text, s.sealed())
		}
	}
}

func FuzzStanding(f *testing.F) {
	for _, text := range []string{"1", "2 due", "2>3", "", ">", "00", "+1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseStanding(text)
		if err != nil {
			return
		}
		again, err := parseStanding(s.String())
		if err != nil || again != s {
			t.Errorf("%q: %+v, %+v, %v", text, s, again, err)
		}
	})
}
