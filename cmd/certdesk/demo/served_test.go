package demo

import (
	"bytes"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/token/softkey"
)

func hall(t *testing.T, dir string) *Hall {
	t.Helper()
	o := app.Options{Dir: dir, Env: app.RealEnv(), Soft: []softkey.Option{softkey.WithKDF(1, 8, 1)}}
	h, err := Open(t.Context(), o, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func auto(t *testing.T, h *Hall, seed uint64, n int) *Auto {
	t.Helper()
	a, err := NewAuto(t.Context(), h.App, People(), seed, n)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func run(t *testing.T, h *Hall, seed uint64, n int) Summary {
	t.Helper()
	s, err := auto(t, h, seed, n).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range s.Cases {
		if c.Status != string(service.Completed) {
			t.Errorf("seed %d, customer %d: %+v", seed, i, c)
		}
	}
	return s
}

func statuses(t *testing.T, h *Hall) map[string]service.Status {
	t.Helper()
	found, err := h.App.Engine.Find(t.Context(), service.StationActor(), service.CaseQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]service.Status{}
	for _, c := range found {
		out[c.No] = c.Status
	}
	return out
}

// stop serves one visit of a seed until so many prompts and works are behind it, as if the power went then.
func stop(t *testing.T, h *Hall, seed uint64, index, acts int) string {
	t.Helper()
	a := auto(t, h, seed, index+1)
	v := a.visits[index]
	no, err := a.turn(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	c := &customerAtDesk{auto: a, visit: v, no: no}
	for range acts {
		s, err := h.App.Engine.Screen(t.Context(), a.clerk, no)
		if err == nil && !s.Closed {
			err = c.next(t.Context(), s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return no
}

// Cases cut off at any point, of two seeds, in one hall: each is finished for the person it was begun for, nobody is served twice.
func TestTwoSeedsCutOff(t *testing.T) {
	h := hall(t, filepath.Join(t.TempDir(), "hall"))
	run(t, h, 1, 1)
	var cut []string
	for _, c := range []struct {
		seed        uint64
		index, acts int
	}{
		{1, 1, 1}, {2, 0, 0}, {2, 1, 0}, {1, 2, 2}, {2, 2, 6}, // 1001: begun, type chosen, number told, named …
		{1, 3, 0}, // 2001: nothing known yet, not even the token
	} {
		cut = append(cut, stop(t, h, c.seed, c.index, c.acts))
	}
	second := run(t, h, 2, 3)
	for no, status := range statuses(t, h) { // those of seed 1 too
		if status != service.Completed {
			t.Errorf("%s is %s", no, status)
		}
	}
	first := run(t, h, 1, 4)
	if n := len(statuses(t, h)); n != 3+4 {
		t.Errorf("%d cases, %d were cut off", n, len(cut))
	}
	for i, want := range map[int]string{1: cut[0], 2: cut[3], 3: cut[5]} {
		if first.Cases[i].No != want {
			t.Errorf("seed 1, customer %d got %s, not his own %s", i, first.Cases[i].No, want)
		}
	}
	for i, want := range map[int]string{0: cut[1], 1: cut[2], 2: cut[4]} {
		if second.Cases[i].No != want {
			t.Errorf("seed 2, customer %d got %s, not his own %s", i, second.Cases[i].No, want)
		}
	}
	for seed, s := range map[uint64]Summary{1: first, 2: second} {
		named(t, seed, s)
	}
}

// named checks that everybody got what he came for, under his own name and on his own token.
func named(t *testing.T, seed uint64, s Summary) {
	t.Helper()
	for i, v := range plan(seed, len(s.Cases), app.RealEnv().Now()) {
		want := v.customer.OrgName
		if v.customer.Type == service.Individual {
			want = v.customer.Holder.Name
		}
		if c := s.Cases[i]; c.Customer != want || c.Kind != string(v.kind) || c.Token != s.Cases[v.earlier].Token {
			t.Errorf("seed %d, customer %d: %+v, want %s of %s", seed, i, c, v.kind, want)
		}
	}
}

// What nobody entered anything into goes to the next customer; what a person began at the screen stays his.
func TestCasesBegunAtTheScreen(t *testing.T) {
	h := hall(t, filepath.Join(t.TempDir(), "hall"))
	a := auto(t, h, 1, 1)
	begin := func(who service.Actor, kind service.Kind) string {
		no, err := h.App.Engine.Begin(t.Context(), who, kind)
		if err != nil {
			t.Fatal(err)
		}
		return no
	}
	other, blank, begun := begin(a.reviewer, service.KindIssue), begin(a.clerk, service.KindIssue), begin(a.clerk, service.KindIssue)
	err := h.App.Engine.Answer(t.Context(), a.clerk, begun, flow.Answer{Step: "type", Choice: string(service.Individual)})
	if err != nil {
		t.Fatal(err)
	}
	s := run(t, h, 1, 1)
	if s.Cases[0].No != blank {
		t.Errorf("the first customer got %s, not the blank %s", s.Cases[0].No, blank)
	}
	have := statuses(t, h)
	if len(have) != 3 || have[other].Closed() || have[begun].Closed() {
		t.Errorf("%v", have)
	}
	if err := h.App.Engine.Cancel(t.Context(), a.clerk, begun, "x"); err != nil {
		t.Fatal(err)
	}
	cancelled := stop(t, h, 1, 1, 3)
	if err := h.App.Engine.Cancel(t.Context(), a.clerk, cancelled, "x"); err != nil {
		t.Fatal(err)
	}
	if s := run(t, h, 1, 2); s.Cases[1].No == cancelled {
		t.Error("a customer whose case was cancelled was not served")
	}
}

// However often the power goes after a change of PIN, he tries what the token can have, and never sets what it has.
func TestPINsHeTries(t *testing.T) {
	v := visit{seed: 5, index: 7, earlier: 4, kind: service.KindChangePIN}
	p := &flow.Prompt{Secrets: []flow.SecretField{{Name: "old"}, {Name: "new"}}}
	can := map[string]bool{string(PIN(5, 4, false)): true, string(PIN(5, 7, false)): true, string(PIN(5, 7, true)): true}
	if len(can) != 3 {
		t.Fatal("two of his PINs are the same")
	}
	tried := map[string]bool{}
	for wrong := range 3 {
		s := (&customerAtDesk{visit: v, wrong: wrong}).secrets(p)
		tried[string(s["old"])] = true
		if bytes.Equal(s["old"], s["new"]) || !can[string(s["old"])] || !can[string(s["new"])] {
			t.Errorf("after %d wrong ones: %s", wrong, s)
		}
	}
	if len(tried) != 3 {
		t.Errorf("tried %d of 3", len(tried))
	}
}

// A clerk who remembers nothing from one act to the next, as after a power cut between any two: everybody is served all the same.
func TestForgetfulClerk(t *testing.T) {
	h := hall(t, filepath.Join(t.TempDir(), "hall"))
	a := auto(t, h, 3, 8)
	for _, v := range a.visits {
		no, err := a.turn(t.Context(), v)
		for acts := 0; err == nil; acts++ {
			var s flow.Screen
			if s, err = h.App.Engine.Screen(t.Context(), a.clerk, no); err == nil && !s.Closed {
				err = (&customerAtDesk{auto: a, visit: v, no: no}).next(t.Context(), s)
			}
			if s.Closed {
				break
			}
			if acts > 100 {
				t.Fatalf("customer %d goes round and round", v.index)
			}
		}
		if err != nil {
			t.Fatalf("customer %d: %v", v.index, err)
		}
	}
	s := run(t, h, 3, 8)
	named(t, 3, s)
	if in, err := h.App.Tokens.List(t.Context()); err != nil || len(in) > 0 {
		t.Errorf("left in at the end: %v, %v", in, err)
	}
}
