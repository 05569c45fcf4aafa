//go:build cgo

package p11_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/p11"
	"certdesk/token/profile"
	"certdesk/token/tokentest"
)

const factorySO = "87654321" // SoftHSM2 takes any SO PIN on a blank token

func env() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string {
		var b [16]byte
		_, _ = rand.Read(b[:])
		return hex.EncodeToString(b[:])
	}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("got %v, want code %q", err, code)
	}
}

// softHSM finds the library. It is needed: without it nothing here is shown.
func softHSM(t testing.TB) (module string, p profile.Profile) {
	t.Helper()
	p, err := profile.Named("softhsm2")
	must(t, err)
	module, tried := p.FindLibrary(runtime.GOOS, runtime.GOARCH, func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	})
	if module == "" {
		t.Fatalf("libsofthsm2.so is missing (looked at %v): install the Debian package softhsm2", tried)
	}
	return module, p
}

// store points SoftHSM2 at an empty folder; it reads the environment when it is initialised.
func store(t testing.TB) string {
	t.Helper()
	dir := memory(t)
	must(t, os.Mkdir(filepath.Join(dir, "tokens"), 0o700))
	conf := filepath.Join(dir, "softhsm2.conf")
	text := fmt.Sprintf("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", filepath.Join(dir, "tokens"))
	must(t, os.WriteFile(conf, []byte(text), 0o600))
	setenv(t, "SOFTHSM2_CONF", conf)
	return conf
}

// memory is a folder that costs no disk syncs where the system has such: SoftHSM2 makes several for every object.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "softhsm")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	return dir
}

func setenv(t testing.TB, name, value string) {
	t.Helper()
	old, had := os.LookupEnv(name)
	must(t, os.Setenv(name, value))
	t.Cleanup(func() {
		if had {
			_ = os.Setenv(name, old)
			return
		}
		_ = os.Unsetenv(name)
	})
}

func open(t testing.TB, module string, p profile.Profile) *p11.Driver {
	t.Helper()
	d, err := p11.Open(p11.Config{Module: module, Profile: p, Env: env()})
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

// hsm is the harness of a SoftHSM2 store.
type hsm struct {
	token.Driver
	module string
	l      *liar // answers as SoftHSM2 does until told otherwise
}

// newHSM is a store of its own with a driver on it.
func newHSM(t *testing.T) hsm {
	t.Helper()
	return lying(t, &liar{}, nil)
}

func (h hsm) Tokens() service.Tokens { return h.Driver }
func (h hsm) SOPIN() []byte          { return []byte(factorySO) }
func (h hsm) Insert(string) error    { return service.E(service.TokenUnsupported, "hsm", nil, nil) }
func (h hsm) Remove(string) error    { return service.E(service.TokenUnsupported, "hsm", nil, nil) }

// Blank initialises the one slot that SoftHSM2 keeps free, for only then it has a serial; TestFreshSoftHSM shows what it was before.
func (h hsm) Blank(t *testing.T) string {
	t.Helper()
	s := h.free(t)
	info, err := s.Initialise(context.Background(), service.InitSpec{Label: "blank", SOPIN: []byte(factorySO), NewSOPIN: []byte(factorySO),
		UserPIN: []byte("blank-0000")})
	must(t, err)
	must(t, s.Close())
	return info.Serial
}

// free is a session on the token that was never initialised.
func (h hsm) free(t *testing.T) service.TokenSession {
	t.Helper()
	list, err := h.List(context.Background())
	must(t, err)
	for _, info := range list {
		if !info.Initialised {
			s, err := h.Open(context.Background(), info.Serial)
			must(t, err)
			return s
		}
	}
	t.Fatal("SoftHSM2 has no free slot")
	return nil
}

func (h hsm) Caps() tokentest.Caps {
	const none = "SoftHSM2 has no device that could be pulled"
	return tokentest.Caps{Lacks: map[tokentest.Feature]string{
		tokentest.Hotplug: none, tokentest.Counters: "SoftHSM2 counts no tries", tokentest.Lock: "SoftHSM2 locks no PIN",
		tokentest.SOLock: "SoftHSM2 locks no SO PIN", tokentest.Default: "SoftHSM2 has no factory PIN",
		tokentest.SM2:   "SoftHSM2 has no SM2 mechanism",
		tokentest.Plain: "SoftHSM2 has no SM2 mechanism", tokentest.Envelope: "SoftHSM2 has no SM2 mechanism",
		tokentest.Space: "SoftHSM2 is as large as the disk", tokentest.Fresh: "a token of SoftHSM2 has no serial before it is initialised",
	}}
}

func TestContractSoftHSM(t *testing.T) {
	tokentest.RunNamed(t, "p11 · SoftHSM2", func(t *testing.T) tokentest.Harness { return newHSM(t) })
}

// TestOpenRefusals names what is wrong with a file that is no module.
func TestOpenRefusals(t *testing.T) {
	dir := t.TempDir()
	noise := filepath.Join(dir, "noise.so")
	must(t, os.WriteFile(noise, []byte(strings.Repeat("noise", 100)), 0o600))
	for path, reason := range map[string]string{filepath.Join(dir, "none.so"): "no-file", noise: "format"} {
		_, err := p11.Open(p11.Config{Module: path, Env: env()})
		wants(t, err, service.TokenLibrary)
		if got := service.ArgsOf(err)["reason"]; got != reason {
			t.Errorf("%s: reason %q, want %q", filepath.Base(path), got, reason)
		}
	}
}
