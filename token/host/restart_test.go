package host_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"certdesk/service"
)

// pauses lets the pauses between starts pass at once and remembers them. Other waits are real ones.
type pauses struct {
	mu   sync.Mutex
	list []time.Duration
	hold bool // pauses last for ever
}

func (p *pauses) after(d time.Duration) <-chan time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	backoff := d == 10*time.Second
	for step := 100 * time.Millisecond; step < 10*time.Second; step *= 2 {
		backoff = backoff || d == step
	}
	if !backoff {
		return time.After(d)
	}
	p.list = append(p.list, d)
	if p.hold {
		return make(chan time.Time)
	}
	now := make(chan time.Time, 1)
	now <- time.Time{}
	return now
}

// TestBackOff has the library die of every list: the pauses double up to ten seconds, and each List ends with the error.
func TestBackOff(t *testing.T) {
	_, dir := drawer(t, serial)
	p := &pauses{}
	cfg := config(t, "serve", dir, "crash:List")
	cfg.After = p.after
	d := start(t, cfg)
	for d.Counts().Deaths < 9 {
		_, err := d.List(t.Context())
		wants(t, err, service.TokenHostDied)
	}
	want := []time.Duration{100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000}
	for i := range want {
		want[i] *= time.Millisecond
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.list[:len(want)], want) {
		t.Errorf("pauses %v", p.list)
	}
}

// TestListDoesNotWait gives the error at once while the pause after three deaths in a row lasts, and starts no child meanwhile.
func TestListDoesNotWait(t *testing.T) {
	_, dir := drawer(t, serial)
	p := &pauses{}
	cfg := config(t, "serve", dir, "crash:List")
	cfg.After = p.after
	d := start(t, cfg)
	for d.Counts().Deaths < 2 {
		_, err := d.List(t.Context())
		wants(t, err, service.TokenHostDied)
	}
	p.mu.Lock()
	p.hold = true
	p.mu.Unlock()
	for d.Counts().Deaths < 4 {
		_, err := d.List(t.Context())
		wants(t, err, service.TokenHostDied)
	}
	starts := d.Counts().Starts
	from := time.Now()
	for range 100 {
		_, err := d.List(t.Context())
		wants(t, err, service.TokenHostDied)
	}
	if took := time.Since(from); took > time.Second || d.Counts().Starts != starts {
		t.Errorf("100 lists took %v, %d starts more", took, d.Counts().Starts-starts)
	}
}

// TestListTriesAgain has the library die of one list: nobody sees it.
func TestListTriesAgain(t *testing.T) {
	_, dir := drawer(t, serial)
	file := filepath.Join(t.TempDir(), "once")
	must(t, os.WriteFile(file, nil, 0o600))
	d := start(t, config(t, "serve", dir, "once:"+file+":crash:List"))
	list, err := d.List(t.Context())
	must(t, err)
	if c := d.Counts(); len(list) != 1 || c.Deaths != 1 || c.Starts != 2 {
		t.Errorf("%d tokens, %+v", len(list), c)
	}
}

// nextList waits for a list of a watch.
func nextList(t *testing.T, lists <-chan []service.TokenInfo) []service.TokenInfo {
	t.Helper()
	select {
	case list, open := <-lists:
		if open {
			return list
		}
	case <-time.After(10 * time.Second):
	}
	t.Fatal("no list")
	return nil
}

// TestWatchOutlives kills the child under a watch: it goes on, sends nothing that did not change and the change when there is one. The
// library that hangs in List is found although nobody calls anything.
func TestWatchOutlives(t *testing.T) {
	soft, dir := drawer(t, serial)
	file := filepath.Join(t.TempDir(), "once")
	cfg := config(t, "serve", dir, "once:"+file+":hang:List")
	cfg.Probe = 20 * time.Millisecond
	cfg.Limit = func(string) time.Duration { return time.Second }
	d := start(t, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	lists := d.Watch(ctx)
	if list := nextList(t, lists); len(list) != 1 {
		t.Fatalf("%v", list)
	}
	must(t, os.WriteFile(file, nil, 0o600))
	for d.Counts().Starts < 2 {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond)
	select {
	case list := <-lists:
		t.Fatalf("a list without a change: %v", list)
	default:
	}
	must(t, soft.Remove(serial))
	if list := nextList(t, lists); len(list) != 0 {
		t.Fatalf("%v", list)
	}
	cancel()
	if _, open := <-lists; open {
		t.Fatal("the watch goes on")
	}
	if c := d.Counts(); c.Deaths != 1 {
		t.Errorf("%+v", c)
	}
}

// TestWatchEndsWithDriver closes the driver under a watch.
func TestWatchEndsWithDriver(t *testing.T) {
	_, dir := drawer(t, serial)
	d := start(t, config(t, "serve", dir, ""))
	lists := d.Watch(t.Context())
	nextList(t, lists)
	must(t, d.Close())
	if _, open := <-lists; open {
		t.Fatal("the watch goes on")
	}
}

// TestRetired replaces a child that has worked enough or leaks, and only while no session is open.
func TestRetired(t *testing.T) {
	_, dir := drawer(t, serial)
	cfg := config(t, "serve", dir, "")
	cfg.MaxOps = 5
	d := start(t, cfg)
	s := opened(t, d, serial)
	for range 10 {
		_, err := s.Info(t.Context())
		must(t, err)
	}
	if d.Counts().Retired != 0 {
		t.Fatal("retired under a session")
	}
	must(t, s.Close())
	_, err := d.List(t.Context())
	must(t, err)
	if c := d.Counts(); c.Retired != 1 || c.Deaths != 0 || c.Starts != 2 {
		t.Errorf("%+v", c)
	}
}

func TestLeakRetired(t *testing.T) {
	_, dir := drawer(t, serial)
	cfg := config(t, "serve", dir, "leak")
	cfg.MaxRSS = 40 << 20
	d := start(t, cfg)
	for range 12 {
		list, err := d.List(t.Context())
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("%v", list)
		}
	}
	if c := d.Counts(); c.Deaths != 0 || c.Retired == 0 || c.Retired > 6 {
		t.Errorf("%+v", c)
	}
}
