package host_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/host"
)

// TestBadChildren starts programs that are no good children.
func TestBadChildren(t *testing.T) {
	cases := []struct {
		mode   string
		code   service.Code
		reason string // or op
	}{
		{"exit", service.TokenHostDied, "exit status 3"}, {"half", service.TokenHostDied, "exit status 4"},
		{"garbage", service.TokenHostDied, "protocol"}, {"oversize", service.TokenHostDied, "protocol"},
		{"version", service.TokenHostDied, "version"}, {"silent", service.TokenHung, "Start"},
	}
	for _, c := range cases {
		cfg := config(t, c.mode, t.TempDir(), "")
		cfg.Driver = "p11"
		cfg.Limit = func(string) time.Duration { return 2 * time.Second }
		_, err := host.Start(t.Context(), cfg)
		wants(t, err, c.code)
		if args := service.ArgsOf(err); args["driver"] != "p11" || args["reason"]+args["op"] != c.reason {
			t.Errorf("%s: %v", c.mode, err)
		}
	}
}

func TestStartErrors(t *testing.T) {
	_, err := host.Start(t.Context(), host.Config{Env: env()})
	wants(t, err, service.InputRequired)
	_, err = host.Start(t.Context(), host.Config{Command: []string{"x"}})
	wants(t, err, service.InputRequired)
	_, err = host.Start(t.Context(), host.Config{Env: env(), Command: []string{filepath.Join(t.TempDir(), "none")}})
	wants(t, err, service.TokenHostDied)
	other := config(t, "serve", t.TempDir(), "")
	other.Driver = "skf"
	_, err = host.Start(t.Context(), other)
	wants(t, err, service.TokenHostDied)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = host.Start(ctx, config(t, "serve", t.TempDir(), ""))
	wants(t, err, service.Cancelled)
}

// TestLibraryMissing lets what the child's open says cross as it is; a late driver starts all the same and says it when asked.
func TestLibraryMissing(t *testing.T) {
	cfg := config(t, "serve", t.TempDir(), "missing")
	_, err := host.Start(t.Context(), cfg)
	wants(t, err, service.TokenUnsupported)
	cfg.Late, cfg.Driver = true, "p11"
	d := start(t, cfg)
	for range 5 {
		_, err = d.List(t.Context())
		wants(t, err, service.TokenUnsupported)
	}
	if want := "test.Open: token.unsupported what=library: no such file"; err.Error() != want || d.Name() != "p11" {
		t.Errorf("%s: %v", d.Name(), err)
	}
}

// TestNoise starts a library that prints and reads: nothing of it reaches the protocol, the log takes as much as it may.
func TestNoise(t *testing.T) {
	_, dir := drawer(t, serial)
	var log safe
	cfg := config(t, "noise", dir, "")
	cfg.Log, cfg.LogLimit = &log, 10000
	d := start(t, cfg)
	opened(t, d, serial)
	must(t, d.Close())
	text := log.String()
	if !strings.Contains(text, "vendor library 1.0 ?[31mhello") || strings.Count(text, "left out") != 1 || len(text) > 11000 {
		t.Errorf("%d bytes: %.300s", len(text), text)
	}
	if !strings.Contains(text, "started") || !strings.Contains(text, "ended") {
		t.Error("the log does not tell of start and end")
	}
}

type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestCrash kills the library in an act: the call and every later one of the session say so, and a fresh session works.
func TestCrash(t *testing.T) {
	_, dir := drawer(t, serial)
	file := filepath.Join(t.TempDir(), "once")
	for _, when := range []string{"crash", "late"} {
		must(t, os.WriteFile(file, nil, 0o600))
		t.Run(when, func(t *testing.T) { crash(t, dir, "once:"+file+":"+when+":WriteCertificate", when) })
	}
}

func crash(t *testing.T, dir, fault, when string) {
	d := start(t, config(t, "serve", dir, fault))
	s := opened(t, d, serial)
	err := s.WriteCertificate(t.Context(), "box", service.UsageSign, []byte(when))
	wants(t, err, service.TokenHostDied)
	if a := service.ArgsOf(err); a["driver"] != "softkey" || a["reason"] != "signal: killed" && a["reason"] != "exit status 1" {
		t.Errorf("%v", err)
	}
	_, err = s.Info(t.Context())
	wants(t, err, service.TokenHostDied)
	must(t, s.Close())
	der, err := opened(t, d, serial).ReadCertificate(t.Context(), "box", service.UsageSign)
	must(t, err)
	if (string(der) == when) != (when == "late") {
		t.Errorf("%s: the certificate is %.10q", when, der)
	}
}

// TestHang stops the library in an act of one session. Others go on meanwhile; when the limit is over all of them end.
func TestHang(t *testing.T) {
	_, dir := drawer(t, serial, "HOST-0002")
	cfg := config(t, "serve", dir, "hang:Sign")
	cfg.Limit = func(op string) time.Duration {
		if op == "Sign" {
			return 1500 * time.Millisecond
		}
		return 0
	}
	d := start(t, cfg)
	one, two := opened(t, d, serial), opened(t, d, "HOST-0002")
	result := make(chan error, 1)
	go func() {
		_, err := one.Sign(context.Background(), "box", []byte("m"))
		result <- err
	}()
	_, err := d.List(t.Context())
	must(t, err)
	_, err = two.PublicKey(t.Context(), "box", service.UsageSign)
	must(t, err)
	err = <-result
	wants(t, err, service.TokenHung)
	if a := service.ArgsOf(err); a["op"] != "Sign" || a["seconds"] != "2" || a["driver"] != "softkey" {
		t.Errorf("%v", err)
	}
	_, err = two.PublicKey(t.Context(), "box", service.UsageSign)
	wants(t, err, service.TokenHung)
	must(t, one.Close(), two.Close())
	opened(t, d, serial)
}

// TestCloseUnderway closes the driver under a call.
func TestCloseUnderway(t *testing.T) {
	_, dir := drawer(t, serial)
	d := start(t, config(t, "serve", dir, "hang:Sign"))
	s := opened(t, d, serial)
	result := make(chan error, 1)
	go func() {
		_, err := s.Sign(context.Background(), "box", []byte("m"))
		result <- err
	}()
	for {
		if _, err := os.Stat(filepath.Join(dir, "hanging")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	must(t, d.Close())
	wants(t, <-result, service.TokenFailed)
	_, err := d.List(t.Context())
	wants(t, err, service.TokenFailed)
	_, err = s.Info(t.Context())
	wants(t, err, service.TokenFailed)
	must(t, s.Close(), d.Close())
}
