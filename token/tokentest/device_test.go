package tokentest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/term"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/p11"
	"certdesk/token/profile"
	"certdesk/token/skf"
	"certdesk/token/tokentest"
)

// What names a device to be tried. docs/tokens.md explains them.
const (
	envModule  = "CERTDESK_TOKEN_MODULE"
	envDriver  = "CERTDESK_TOKEN_DRIVER"
	envProfile = "CERTDESK_TOKEN_PROFILE"
	envSerial  = "CERTDESK_TOKEN_SERIAL"
	envSOFile  = "CERTDESK_TOKEN_SO_FILE"
)

// TestDevice holds a real device to the contract. It erases it.
func TestDevice(t *testing.T) {
	serial := os.Getenv(envSerial)
	if serial == "" {
		t.Skip("NOT CHECKED: no device is named by " + envSerial + "; docs/tokens.md")
	}
	p := deviceProfile(t)
	d := openDevice(t, p)
	tokens, before := &memory{Tokens: d, so: map[string][]byte{}}, infoOf(t, d, serial)
	if before.SO.Known && before.SO.Left < 5 {
		t.Fatalf("%d tries of the SO PIN are left; the contract spends up to two at a time: unblock it first", before.SO.Left)
	}
	given := soPIN(t)
	tokens.so[serial] = bytes.Clone(given)
	t.Cleanup(func() { giveBack(t, tokens, serial, given) })
	name := fmt.Sprintf("%s · %s", d.Name(), strings.TrimSpace(before.Manufacturer+" "+before.Model))
	tokentest.RunNamed(t, name, func(*testing.T) tokentest.Harness { return &device{tokens, serial, capsOf(p, before)} })
}

// device is the harness of one real key: each clause gets it anew, initialised under the SO PIN in force.
type device struct {
	tokens *memory
	serial string
	caps   tokentest.Caps
}

func (d *device) Tokens() service.Tokens  { return d.tokens }
func (d *device) Blank(*testing.T) string { return d.serial }
func (d *device) SOPIN() []byte           { return bytes.Clone(d.tokens.so[d.serial]) }
func (d *device) Caps() tokentest.Caps    { return d.caps }
func (d *device) Insert(string) error     { return service.E(service.TokenUnsupported, "device", nil, nil) }
func (d *device) Remove(string) error     { return service.E(service.TokenUnsupported, "device", nil, nil) }

// capsOf takes the device at its word: what it claims is then tried.
func capsOf(p profile.Profile, info service.TokenInfo) tokentest.Caps {
	lacks := map[tokentest.Feature]string{
		tokentest.Hotplug: "nobody stands by to pull the device",
		tokentest.Several: "one device is tried at a time",
		tokentest.Fresh:   "the device is used again for every clause",
		tokentest.SOLock:  "it would destroy the device",
	}
	lack := func(f tokentest.Feature, missing bool, why string) {
		if missing {
			lacks[f] = why
		}
	}
	for _, alg := range []struct {
		name    service.KeyAlg
		feature tokentest.Feature
	}{{service.AlgSM2, tokentest.SM2}, {service.AlgP256, tokentest.P256}, {service.AlgRSA, tokentest.RSA}, {service.AlgRSA3072, tokentest.RSA3072}} {
		lack(alg.feature, !slices.Contains(info.Algs, alg.name), "the device does not name it")
	}
	lack(tokentest.Envelope, !info.Envelope, "the device says so")
	lack(tokentest.Plain, !info.Envelope || p.Driver == profile.SKF && p.SKF.Prove != "decrypt", "its profile proves by session key")
	lack(tokentest.Counters, !info.User.Known, "the device does not tell its tries")
	lack(tokentest.Lock, !info.User.Known, "the device does not tell its tries: whether it locks would be found out by losing it")
	lack(tokentest.Space, info.Free < 0, "the device does not tell its free space")
	lack(tokentest.SOChange, p.SOPIN.Scheme == profile.Fixed, "its profile says that the SO PIN is fixed")
	return tokentest.Caps{Lacks: lacks}
}

// memory remembers the SO PIN in force on each token, so that the next clause can begin, and the end give it back.
type memory struct {
	service.Tokens
	so map[string][]byte
}

func (m *memory) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	s, err := m.Tokens.Open(ctx, serial)
	if err != nil {
		return nil, err
	}
	return &remembered{s, m, serial}, nil
}

type remembered struct {
	service.TokenSession
	m      *memory
	serial string
}

func (r *remembered) Initialise(ctx context.Context, spec service.InitSpec) (service.TokenInfo, error) {
	info, err := r.TokenSession.Initialise(ctx, spec)
	if err == nil {
		r.m.so[r.serial] = bytes.Clone(spec.NewSOPIN)
	}
	return info, err
}

func (r *remembered) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	err := r.TokenSession.ChangeSOPIN(ctx, old, new)
	if err == nil {
		r.m.so[r.serial] = bytes.Clone(new)
	}
	return err
}

func giveBack(t *testing.T, m *memory, serial string, given []byte) {
	s, err := m.Open(context.Background(), serial)
	if err == nil {
		defer s.Close()
		if now := m.so[serial]; !bytes.Equal(now, given) {
			err = s.ChangeSOPIN(context.Background(), now, given)
		}
	}
	if err != nil {
		t.Errorf("the device did not get the SO PIN back that it came with: %v", err)
	}
}

func deviceProfile(t *testing.T) profile.Profile {
	t.Helper()
	p, err := profile.Profile{}, error(nil)
	name, driver := os.Getenv(envProfile), os.Getenv(envDriver)
	switch {
	case name == "" && driver == "":
		t.Fatalf("%s or %s must say what drives the device", envProfile, envDriver)
	case name == "":
		p, err = profile.Named(driver)
	case strings.HasSuffix(name, ".toml"):
		p, err = profile.Load(name)
	default:
		p, err = profile.Named(name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if driver != "" && driver != p.Driver {
		t.Fatalf("%s is %s, the profile is for %s", envDriver, driver, p.Driver)
	}
	return p
}

func openDevice(t *testing.T, p profile.Profile) (d token.Driver) {
	t.Helper()
	module := os.Getenv(envModule)
	if module == "" {
		var tried []string
		if module, tried = p.FindLibrary(runtime.GOOS, runtime.GOARCH, exists); module == "" {
			t.Fatalf("%s names no library, and none of these is there: %v", envModule, tried)
		}
	}
	var err error
	if p.Driver == profile.SKF {
		d, err = skf.Open(skf.Config{Module: module, Profile: p, Env: env()})
	} else {
		d, err = p11.Open(p11.Config{Module: module, Profile: p, Env: env()})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func infoOf(t *testing.T, tokens service.Tokens, serial string) service.TokenInfo {
	t.Helper()
	list, err := tokens.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, info := range list {
		if info.Serial == serial {
			return info
		}
		seen = append(seen, info.Serial)
	}
	t.Fatalf("no token %s is in; there are %q", serial, seen)
	return service.TokenInfo{}
}

// soPIN reads the SO PIN from a file, or asks for it on the terminal: arguments and the environment are for everybody to read.
func soPIN(t *testing.T) []byte {
	t.Helper()
	if path := os.Getenv(envSOFile); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.TrimRight(text, "\r\n")
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		t.Fatalf("no terminal to ask for the SO PIN: write it into a file and name that by %s", envSOFile)
	}
	defer tty.Close()
	fmt.Fprint(tty, "SO PIN of the device, which will be erased: ")
	pin, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	if err != nil {
		t.Fatal(err)
	}
	return pin
}

func env() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string {
		var b [16]byte
		_, _ = rand.Read(b[:])
		return hex.EncodeToString(b[:])
	}}
}
