package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/service/ca"
)

// result is what one invocation left behind.
type result struct {
	code     int
	out, err string
}

func call(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, streams{in: strings.NewReader(stdin), out: &out, err: &errs})
	return result{code, out.String(), errs.String()}
}

// good calls and fails unless it succeeded.
func good(t *testing.T, args ...string) string {
	t.Helper()
	r := call(t, "correct horse\n", args...)
	if r.code != exitOK {
		t.Fatalf("%v: exit %d\n%s", args, r.code, r.err)
	}
	return r.out
}

func founded(t *testing.T) (flag, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "centre.db")
	flag = "--db=sqlite:" + path
	good(t, "init", flag, "--name", "测试中心", "--host", "localhost", "--host", "127.0.0.1")
	return flag, path
}

func read[T any](t *testing.T, text string) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&v); err != nil || d.More() {
		t.Fatalf("not one JSON value: %q, %v", text, err)
	}
	return v
}

func TestInit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	args := []string{"init", "--json", "--db", "sqlite:" + path, "--name", "测试中心", "--host", "localhost"}
	v := read[map[string]string](t, good(t, args...))
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(v["fingerprint"]) || v["name"] != "测试中心" {
		t.Fatalf("%v", v)
	}
	for _, file := range []string{path, v["key"]} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info, err)
		}
	}
	if r := call(t, "", args...); r.code != exitFail || !strings.Contains(r.err, "centre.exists") {
		t.Fatalf("again: %+v", r)
	}
	if err := os.Remove(v["key"]); err != nil {
		t.Fatal(err)
	}
	if r := call(t, "", args...); r.code != exitFail {
		t.Fatalf("without its key: %+v", r)
	}
	if _, err := os.Stat(v["key"]); !os.IsNotExist(err) {
		t.Fatal("a key that opens nothing was left beside the store")
	}
	if r := call(t, "", "station", "list", "--db", "sqlite:"+path); r.code != exitFail || !strings.Contains(r.err, "key.missing") {
		t.Fatalf("without its key: %+v", r)
	}
}

func TestUsage(t *testing.T) {
	flag, path := founded(t)
	for _, args := range [][]string{
		{}, {"station"}, {"nothing"}, {"init", flag}, {"station", "add", flag}, {"station", "revoke", flag},
		{"station", "list"}, {"station", "list", "--db", path}, {"station", "list", "--db", "postgres://x"},
		{"station", "list", flag, "extra"}, {"serve", flag, "--nothing"}, {"user", "add", flag, "--password", "x"},
	} {
		if r := call(t, "", args...); r.code != exitUsage || r.err == "" || r.out != "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if r := call(t, "", "station", "add", "--help"); r.code != exitOK || !strings.Contains(r.out, "--window") {
		t.Errorf("help: %+v", r)
	}
	absent := "--db=sqlite:" + path + ".absent"
	if r := call(t, "", "station", "list", absent); r.code != exitFail || !strings.Contains(r.err, "centre.bare") {
		t.Errorf("absent store: %+v", r)
	}
}

func TestStations(t *testing.T) {
	flag, _ := founded(t)
	add := []string{"station", "add", flag, "--hall", "长沙市政务大厅", "--window", "03", "--id"}
	code, err := ca.ParseJoinCode(good(t, append(add, "0430")...))
	if err != nil || code.Station != "0430" {
		t.Fatalf("%+v, %v", code, err)
	}
	file := filepath.Join(t.TempDir(), "join")
	out := good(t, append(add, "0431", "--address", "127.0.0.1:8443", "--out", file, "--json")...)
	if v := read[map[string]string](t, out); v["file"] != file || v["code"] != "" || v["fingerprint"] != code.Fingerprint {
		t.Fatalf("%v", v)
	}
	text, err := os.ReadFile(file)
	lines := strings.Split(string(text), "\n")
	if err != nil || len(lines) != 3 || lines[1] != "127.0.0.1:8443" {
		t.Fatalf("%q, %v", text, err)
	}
	if code, err := ca.ParseJoinCode(lines[0]); err != nil || code.Station != "0431" {
		t.Fatalf("%+v, %v", code, err)
	}
	if r := call(t, "", append(add, "0432", "--out", file)...); r.code != exitFail {
		t.Fatalf("an existing file was overwritten: %+v", r)
	}
	good(t, "station", "revoke", "0430", flag)
	rows := read[[]stationRow](t, good(t, "station", "list", flag, "--json"))
	if len(rows) != 2 || rows[0] != (stationRow{"0430", "长沙市政务大厅", "03", "revoked"}) || rows[1].Status != "invited" {
		t.Fatalf("%+v", rows)
	}
	bad := filepath.Join(t.TempDir(), "bad")
	if r := call(t, "", append(add, "../1", "--out", bad)...); r.code != exitFail {
		t.Fatalf("%+v", r)
	}
	if _, err := os.Stat(bad); !os.IsNotExist(err) {
		t.Fatal("an empty join file was left")
	}
}

func TestUsers(t *testing.T) {
	flag, path := founded(t)
	add := []string{"user", "add", flag, "--login", "1001", "--name", "王芳", "--role", "clerk"}
	out := good(t, add...)
	if strings.Contains(out, "horse") {
		t.Fatal("the password was printed")
	}
	rows := read[[]userRow](t, good(t, "user", "list", flag, "--json"))
	if len(rows) != 1 || rows[0] != (userRow{"1001", "王芳", "clerk", true}) {
		t.Fatalf("%+v", rows)
	}
	for stdin, code := range map[string]string{"short\n": "password.weak", "": "password.weak"} {
		if r := call(t, stdin, add...); r.code != exitFail || !strings.Contains(r.err, code) {
			t.Errorf("%q: %+v", stdin, r)
		}
	}
	if r := call(t, "correct horse\n", append(add[:len(add)-1], "boss")...); r.code != exitFail {
		t.Errorf("role: %+v", r)
	}
	for _, file := range []string{path, path + "-wal"} {
		raw, _ := os.ReadFile(file)
		if bytes.Contains(raw, []byte("王芳")) || bytes.Contains(raw, []byte("correct horse")) {
			t.Errorf("%s names the person", filepath.Base(file))
		}
	}
}

func TestCatalogApply(t *testing.T) {
	flag, _ := founded(t)
	file := filepath.Join(t.TempDir(), "catalog.toml")
	shipped, err := os.ReadFile(filepath.Join("..", "certdesk", "demo", "catalog.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, shipped, 0o600); err != nil {
		t.Fatal(err)
	}
	if v := read[map[string]any](t, good(t, "catalog", "apply", file, flag, "--json")); v["bytes"] != float64(len(shipped)) {
		t.Fatalf("%v", v)
	}
	if err := os.WriteFile(file, []byte("version = \"1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := call(t, "", "catalog", "apply", file, flag); r.code != exitFail || !strings.Contains(r.err, "catalog.bad") {
		t.Fatalf("%+v", r)
	}
	if err := os.WriteFile(file, []byte("version = \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := call(t, "", "catalog", "apply", file, flag); r.code != exitFail || !strings.Contains(r.err, "第 1 行") {
		t.Fatalf("%+v", r)
	}
	if r := call(t, "", "catalog", "apply", file+".absent", flag); r.code != exitFail || !strings.Contains(r.err, "not-found") {
		t.Fatalf("%+v", r)
	}
}

// lines is a writer that hands out what was written, line by line.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.text.Write(p)
	select {
	case l.more <- struct{}{}:
	default:
	}
	return n, err
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestServe(t *testing.T) {
	flag, _ := founded(t)
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	out, errs := &lines{more: make(chan struct{}, 1)}, &lines{more: make(chan struct{}, 1)}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", flag, "--listen", "127.0.0.1:0"}, streams{in: strings.NewReader(""), out: out, err: errs})
	}()
	select {
	case <-out.more:
	case code := <-done:
		t.Fatalf("ended with %d: %s", code, errs)
	}
	address := strings.TrimSpace(strings.TrimPrefix(out.String(), "listening on "))
	line, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	state := line.(*tls.Conn).ConnectionState()
	if state.Version != tls.VersionTLS13 || state.PeerCertificates[0].VerifyHostname("localhost") != nil {
		t.Fatalf("%x %v", state.Version, state.PeerCertificates[0].DNSNames)
	}
	_ = line.Close()
	stop()
	if code := <-done; code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
}
