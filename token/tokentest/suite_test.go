package tokentest

import (
	"slices"
	"testing"
)

// TestClauses checks the contract's own list: names are unique, promises are in words, needs are known features.
func TestClauses(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range all() {
		if c.Name == "" || c.What == "" || seen[c.Name] {
			t.Errorf("clause %q: %q", c.Name, c.What)
		}
		seen[c.Name] = true
		for _, f := range c.needs {
			if !slices.Contains(features(), f) {
				t.Errorf("%s needs %q, which nobody knows", c.Name, f)
			}
		}
	}
	if len(Clauses()) != len(all()) {
		t.Error("Clauses leaves some out")
	}
}

// TestModelLocks walks the model through a lock and an unblock by hand.
func TestModelLocks(t *testing.T) {
	m := &model{in: true, session: opened, label: "x", user: mpin{"111111", 2, 2}, so: mpin{"222222", 2, 2}}
	m.rule.Min, m.rule.Max = 6, 16
	got := []string{string(m.doLogin("12345")), string(m.doLogin("333333")), string(m.doLogin("333333")), string(m.doLogin("111111")),
		string(m.doUnblock("333333", "444444")), string(m.doUnblock("222222", "444444")), string(m.doLogin("444444"))}
	want := []string{"pin.format", "pin.wrong", "pin.locked", "pin.locked", "sopin.wrong", "", ""}
	if !slices.Equal(got, want) || !m.login || m.so.left != 2 {
		t.Fatalf("%q, login %v, SO %d", got, m.login, m.so.left)
	}
}
