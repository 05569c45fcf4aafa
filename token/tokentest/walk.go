package tokentest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"certdesk/service"
)

// Discarder is a harness that can throw a token of Blank away, which long runs need.
type Discarder interface {
	Discard(t *testing.T, serial string)
}

// RunModel makes sequences random sequences of 10 to 20 calls, legal and illegal, each on a fresh token, and compares every
// code and everything visible with the model. The same seed makes the same sequences. It needs a device with every
// ability but memory limits, other algorithms and what hostile clauses ask of a harness.
func RunModel(t *testing.T, h Harness, sequences int, seed uint64) {
	b := newBench(t, h)
	if lack := b.lacks([]Feature{Hotplug, Erase, Counters, Lock, SOLock, SOChange, Default, SM2, Envelope, Plain, Delete, Several, Exclude, Fresh}); lack != "" {
		t.Skipf("UNSUPPORTED model: %s", lack)
	}
	seen := map[service.Code]int{}
	calls := 0
	for i := range sequences {
		w := newWalk(t, h, seen, rand.New(rand.NewPCG(seed, uint64(i))))
		for range 10 + w.rng.IntN(11) {
			w.step()
			calls++
		}
		w.compare()
		w.end()
		if t.Failed() {
			t.Fatalf("sequence %d of seed %d:\n%s", i, seed, strings.Join(w.trace, "\n"))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%8d %s", seen[code], string(code))
	}
	t.Logf("model: %d sequences, %d calls agree", sequences, calls)
	if sequences >= 1000 {
		coverage(t, seen)
	}
}

// coverage sees to it that the walk reached every refusal it can reach.
func coverage(t *testing.T, seen map[service.Code]int) {
	for _, code := range []service.Code{"", service.PINWrong, service.PINLocked, service.PINFormat, service.SOPINWrong,
		service.SOPINLocked, service.TokenAbsent, service.TokenRemoved, service.TokenBlank, service.TokenLogin,
		service.TokenObject, service.TokenExists, service.TokenBusy, service.TokenUnsupported, service.TokenFailed,
		service.InputInvalid, service.InputRequired, service.VerifyFailed} {
		if seen[code] == 0 {
			t.Errorf("no call gave %q", code)
		}
	}
}

// walk is one sequence under way.
type walk struct {
	*testing.T
	h       Harness
	ctx     context.Context
	rng     *rand.Rand
	seen    map[service.Code]int
	m       *model
	serial  string
	userMax int
	s       service.TokenSession
	graves  []service.TokenSession // sessions of ended insertions
	trace   []string
}

func newWalk(t *testing.T, h Harness, seen map[service.Code]int, rng *rand.Rand) *walk {
	w := &walk{T: t, h: h, ctx: context.Background(), rng: rng, seen: seen, serial: h.Blank(t)}
	s, err := h.Tokens().Open(w.ctx, w.serial)
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.Info(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.s, w.m = s, newModel(info, string(h.SOPIN()))
	w.m.session = opened
	if rng.IntN(4) > 0 {
		w.prepare()
	}
	return w
}

// prepare begins most sequences on an initialised token, many with the login and a key.
func (w *walk) prepare() {
	w.initialise(service.InitSpec{Label: "case", SOPIN: []byte(w.m.so.pin), NewSOPIN: []byte(soPIN), UserPIN: []byte(userPIN)})
	if w.rng.IntN(3) > 0 {
		w.loginWith(userPIN)
		w.generate("a", service.AlgSM2)
	}
}

// call notes a call with its outcome and reports whether it succeeded as the model said.
func (w *walk) call(what string, err error, want service.Code) bool {
	got := service.CodeOf(err)
	w.trace = append(w.trace, fmt.Sprintf("%-40s %q", what, got))
	w.seen[got]++
	if got != want {
		w.Errorf("%s: got %v, model says %q", what, err, want)
	}
	return got == "" && want == ""
}

func (w *walk) step() {
	if w.Failed() {
		return
	}
	acts := []struct {
		weight int
		do     func()
	}{
		{2, w.remove}, {3, w.insert}, {4, w.open}, {1, w.close}, {2, w.compare}, {1, w.useGrave},
		{10, func() { w.loginWith(w.pin(w.m.user.pin)) }}, {2, w.logout}, {4, w.changePIN}, {3, w.changeSO}, {5, w.unblock},
		{3, func() { w.initialise(w.spec()) }},
		{6, func() { w.generate(w.name(), w.alg()) }}, {3, w.sign}, {6, w.importKey}, {3, w.decrypt}, {8, w.prove},
		{5, w.writeCert}, {2, w.deleteBox},
	}
	total := 0
	for _, a := range acts {
		total += a.weight
	}
	n := w.rng.IntN(total)
	for _, a := range acts {
		if n -= a.weight; n < 0 {
			a.do()
			return
		}
	}
}

// pin picks the right PIN half the time, else any of a few, some malformed.
func (w *walk) pin(right string) string {
	if w.rng.IntN(2) == 0 && right != "" {
		return right
	}
	return pick(w, userPIN, newPIN, soPIN, wrong, wrong, wrong, "12345", "12345678901234567", "口令口令口令", "")
}

func (w *walk) fresh() string {
	return pick(w, userPIN, newPIN, soPIN, "ab cd ~!", "short", "密码密码密码")
}

// name picks a container; the last two never exist.
func (w *walk) name() string { return pick(w, "a", "a", "b", "c", "", "容器") }

func (w *walk) alg() service.KeyAlg {
	return pick(w, service.AlgSM2, service.AlgSM2, service.AlgSM2, service.AlgSM2, "dsa1024")
}

func (w *walk) spec() service.InitSpec {
	return service.InitSpec{Label: pick(w, "one", "two", "two", ""), SOPIN: []byte(w.pin(w.m.so.pin)),
		NewSOPIN: []byte(w.fresh()), UserPIN: []byte(w.fresh())}
}

func pick[T any](w *walk, from ...T) T { return from[w.rng.IntN(len(from))] }

func (w *walk) end() {
	for _, s := range append(w.graves, w.s) {
		if err := s.Close(); err != nil {
			w.Errorf("close: %v", err)
		}
	}
	if d, ok := w.h.(Discarder); ok {
		d.Discard(w.T, w.serial)
	}
}
