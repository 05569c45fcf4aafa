package host

import (
	"testing"
	"time"

	"certdesk/service"
)

// crowd is a child with calls under way.
func crowd(ops ...op) (*child, []*call) {
	cfg := &Config{After: time.After}
	p := &process{exited: make(chan struct{})}
	close(p.exited)
	c := &child{cfg: cfg, proc: p, ended: func(*child) {}, dead: make(chan struct{}), calls: map[uint64]*call{}}
	var all []*call
	for _, o := range ops {
		k, _ := c.begin(&request{op: o})
		all = append(all, k)
	}
	return c, all
}

// verdict is what became of the child: "" or the act that is said to hang.
func verdict(t *testing.T, c *child) string {
	t.Helper()
	if c.lives() {
		return ""
	}
	if c.why.code != service.TokenHung {
		t.Fatal(c.why.of("test"))
	}
	return c.why.args["op"]
}

func wants(t *testing.T, c *child, want string) {
	t.Helper()
	if got := verdict(t, c); got != want {
		t.Fatalf("%q hangs, want %q", got, want)
	}
}

// TestListWaitsForKey has a list that waits for a key generation, begun before or after it: the child lives until the key's own limit.
func TestListWaitsForKey(t *testing.T) {
	for _, order := range [][]op{{opGenerateKey, opList}, {opList, opGenerateKey}} {
		c, calls := crowd(order...)
		list, key := calls[0], calls[1]
		if list.op != opList {
			list, key = key, list
		}
		for range 5 {
			c.overdue(list, time.Second)
			wants(t, c, "")
		}
		c.overdue(key, time.Minute)
		wants(t, c, calls[0].op.String())
		if c.why.args["seconds"] == "" {
			t.Error("no seconds")
		}
	}
}

// TestKeyEnds has the key ready: the list has one more limit of its own, and then hangs.
func TestKeyEnds(t *testing.T) {
	c, calls := crowd(opGenerateKey, opList)
	c.overdue(calls[1], time.Second)
	wants(t, c, "")
	c.forget(calls[0])
	c.overdue(calls[1], time.Second)
	wants(t, c, "List")
}

// TestLaterCallsDoNotExcuse has a busy session beside one that hangs: what begins after the limit ran out does not prolong it.
func TestLaterCallsDoNotExcuse(t *testing.T) {
	c, calls := crowd(opSign, opInfo)
	c.overdue(calls[0], time.Second)
	wants(t, c, "")
	c.forget(calls[1])
	if _, why := c.begin(&request{op: opInfo}); why != nil {
		t.Fatal(why)
	}
	c.overdue(calls[0], time.Second)
	wants(t, c, "Sign")
}

func TestPauses(t *testing.T) {
	for young, want := range map[int]time.Duration{0: firstPause, 1: firstPause, 2: 2 * firstPause, 7: 6400 * time.Millisecond, 8: longPause, 99: longPause} {
		if got := pause(young); got != want {
			t.Errorf("%d: %v, want %v", young, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	cfg := &Config{Limit: func(op string) time.Duration { return map[string]time.Duration{"Sign": time.Second}[op] }}
	for q, want := range map[*request]time.Duration{{op: opSign}: 1, {op: opInfo}: 5, {op: opLogin}: 15, {op: opOpen}: 30,
		{op: opGenerateKey, word: "sm2"}: 30, {op: opGenerateKey, word: "rsa3072"}: 120} {
		if got := cfg.limit(q.limitName()); got != want*time.Second {
			t.Errorf("%s: %v", q.limitName(), got)
		}
	}
}

// TestOldAge has a child die after a long life: what went before is forgotten, and the next one starts at once.
func TestOldAge(t *testing.T) {
	d := &Driver{cfg: Config{After: time.After}}
	why := &ending{fault: true}
	d.bury(why, true)
	d.bury(why, true)
	if d.young != 2 || d.paused == nil {
		t.Fatalf("%d young deaths", d.young)
	}
	d.bury(why, false)
	if d.young != 0 || d.paused != nil || d.counts.Deaths != 3 {
		t.Fatalf("%d young deaths, %+v", d.young, d.counts)
	}
}
