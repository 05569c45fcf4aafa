package stormtest_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"certdesk/service"
	"certdesk/service/flow/stormtest"
)

func template(t testing.TB) *stormtest.Template {
	t.Helper()
	tpl, err := stormtest.NewTemplate(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// TestCalm: with no fault at all every business is completed, and every invariant holds.
func TestCalm(t *testing.T) {
	tpl := template(t)
	for _, kind := range businesses() {
		e, passed, err := stormtest.Run(t.Context(), tpl, stormtest.Calm(kind))
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Broken) > 0 || len(e.Seen) > 0 || e.Issued != 1 {
			t.Errorf("%s: broken %v, errors %v, %d pairs", kind, e.Broken, e.Seen, e.Issued)
		}
		t.Logf("%s: %v", kind, count(passed))
	}
}

func businesses() []service.Kind {
	return []service.Kind{service.KindIssue, service.KindUnlock, service.KindChangePIN}
}

func count(passed []stormtest.Point) map[stormtest.Kind]int {
	out := map[stormtest.Kind]int{}
	for _, p := range passed {
		out[p.Kind]++
	}
	return out
}

// TestSeeds plays random schedules with up to three faults each: STORM_SEEDS of them (60 by default, 20 in a short run) from STORM_FROM (1).
func TestSeeds(t *testing.T) {
	from, n := number("STORM_FROM", 1), number("STORM_SEEDS", shorter(60, 20))
	var all []*stormtest.Script
	for seed := from; seed < from+n; seed++ {
		all = append(all, stormtest.Draw(uint64(seed), 3))
	}
	playAll(t, all)
}

// TestEveryPoint strikes every point that an undisturbed run of each business passes, with every fault that it takes: all of them
// where STORM_ALL is set, else one in STORM_SHARE (40 by default, 120 in a short run), another share each day of the month.
func TestEveryPoint(t *testing.T) {
	tpl := template(t)
	var all []*stormtest.Script
	for _, kind := range businesses() {
		_, passed, err := stormtest.Run(t.Context(), tpl, stormtest.Calm(kind))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, singles(kind, passed)...)
	}
	if os.Getenv("STORM_ALL") == "" {
		all = share(all, number("STORM_SHARE", shorter(40, 120)))
	}
	playAll(t, all)
}

// singles makes a schedule of one strike for every point × fault.
func singles(kind service.Kind, passed []stormtest.Point) []*stormtest.Script {
	var out []*stormtest.Script
	nth := map[stormtest.Kind]int{}
	for _, p := range passed {
		nth[p.Kind]++
		for pick := range p.Takes() {
			out = append(out, stormtest.Calm(kind, stormtest.Strike{Kind: p.Kind, Nth: nth[p.Kind], Pick: pick}))
		}
	}
	return out
}

func share(all []*stormtest.Script, of int) []*stormtest.Script {
	var out []*stormtest.Script
	for i := 0; i < len(all); i += of {
		out = append(out, all[i])
	}
	return out
}

// tally adds up what schedules came to.
type tally struct {
	sync.Mutex
	schedules, struck, restarts, issued, done, bad int
	faults                                         map[stormtest.Fault]int
	codes                                          map[service.Code]int
}

func (a *tally) add(e *stormtest.Ending) {
	a.Lock()
	defer a.Unlock()
	a.schedules++
	a.struck += len(e.Struck)
	a.restarts += e.Restarts
	a.issued += e.Issued
	a.done += e.Done
	for _, s := range e.Struck {
		a.faults[s.Fault]++
	}
	for c, n := range e.Seen {
		a.codes[c] += n
	}
}

// playAll plays schedules on all processors; ten that fail are enough.
func playAll(t *testing.T, all []*stormtest.Script) {
	t.Helper()
	tpl := template(t)
	sum := &tally{faults: map[stormtest.Fault]int{}, codes: map[service.Code]int{}}
	next := make(chan *stormtest.Script)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for s := range next {
				playOne(t, tpl, s, sum)
			}
		})
	}
	for _, s := range all {
		next <- s
	}
	close(next)
	wait.Wait()
	t.Logf("%d schedules, %d faults struck %v, %d restarts, %d pairs issued, %d cases completed, errors read %v",
		sum.schedules, sum.struck, sum.faults, sum.restarts, sum.issued, sum.done, sum.codes)
	if sum.struck < len(all)/2 {
		t.Errorf("only %d faults struck in %d schedules", sum.struck, len(all))
	}
}

func playOne(t *testing.T, tpl *stormtest.Template, s *stormtest.Script, sum *tally) {
	sum.Lock()
	enough := sum.bad >= number("STORM_ENOUGH", 10)
	sum.Unlock()
	if enough {
		return
	}
	e, _, err := stormtest.Run(context.Background(), tpl, s)
	if err == nil && len(e.Broken) > 0 {
		err = fmt.Errorf("%q\n  struck %v\n  read %v", e.Broken, e.Struck, e.Seen)
	}
	if err != nil {
		t.Errorf("seed %d, plan %v: %v", s.Seed, s.Plan, err)
		sum.Lock()
		sum.bad++
		sum.Unlock()
		return
	}
	sum.add(e)
}

// shorter is for runs under the race detector, which take six times as long.
func shorter(whole, short int) int {
	if testing.Short() {
		return short
	}
	return whole
}

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}
