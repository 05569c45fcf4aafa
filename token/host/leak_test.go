package host_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/host"
)

// TestNothingLeaks opens and closes sessions by the thousand, and drivers by the dozen: goroutines and descriptors of the station and
// of the child are as many as before.
func TestNothingLeaks(t *testing.T) {
	_, dir := drawer(t, serial)
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	d := start(t, config(t, "serve", dir, ""))
	churn(t, d, 50)
	before, child := mine(), descriptors(t, d.Counts().PID)
	churn(t, d, rounds)
	settles(t, "goroutines", before, mine)
	if after := descriptors(t, d.Counts().PID); after > child+2 {
		t.Errorf("the child has %d descriptors, had %d", after, child)
	}
	fds := descriptors(t, os.Getpid())
	for range 12 {
		one, err := host.Start(t.Context(), config(t, "serve", dir, "crash:Sign"))
		must(t, err)
		lists := one.Watch(t.Context())
		nextList(t, lists)
		_, err = one.Open(t.Context(), "NONE")
		wants(t, err, service.TokenAbsent)
		must(t, one.Close())
	}
	settles(t, "goroutines after drivers", before, mine)
	settles(t, "descriptors", fds, func() int { return descriptors(t, os.Getpid()) })
}

func churn(t *testing.T, d *host.Driver, rounds int) {
	t.Helper()
	for range rounds {
		s, err := d.Open(t.Context(), serial)
		must(t, err)
		_, err = s.Info(t.Context())
		must(t, err, s.Close())
	}
}

// mine counts the goroutines of this package and of the processes it started.
func mine() int {
	buf := make([]byte, 4<<20)
	n := 0
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "token/host.") {
			n++
		}
	}
	return n
}

// descriptors counts what a process has open, 0 where the system does not tell.
func descriptors(t *testing.T, pid int) int {
	t.Helper()
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	must(t, err)
	return len(names)
}

func settles(t *testing.T, what string, most int, count func() int) {
	t.Helper()
	for range 300 {
		if count() <= most {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%s: %d, were %d", what, count(), most)
}

// TestManySessions works on several tokens at once, lists and watches meanwhile, and has every answer reach who asked.
func TestManySessions(t *testing.T) {
	serials := []string{"MANY-1", "MANY-2", "MANY-3", "MANY-4"}
	_, dir := drawer(t, serials...)
	d := start(t, config(t, "serve", dir, ""))
	nextList(t, d.Watch(t.Context()))
	var group sync.WaitGroup
	for _, serial := range serials {
		s := opened(t, d, serial)
		group.Go(func() {
			for i := range 60 {
				der := []byte(fmt.Sprint(serial, " certificate ", i))
				if err := s.WriteCertificate(t.Context(), "box", service.UsageSign, der); err != nil {
					t.Error(err)
					return
				}
				got, err := s.ReadCertificate(t.Context(), "box", service.UsageSign)
				if err != nil || string(got) != string(der) {
					t.Errorf("%q, want %q: %v", got, der, err)
					return
				}
			}
		})
	}
	group.Go(func() {
		for range 100 {
			if list, err := d.List(t.Context()); err != nil || len(list) != len(serials) {
				t.Errorf("%d tokens, %v", len(list), err)
			}
		}
	})
	group.Wait()
}
