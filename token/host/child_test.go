package host_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/host"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

// The variables that make this test binary a child.
const (
	envMode  = "HOST_TEST_CHILD"
	envDir   = "HOST_TEST_DIR"
	envFault = "HOST_TEST_FAULT" // "crash:Sign", "hang:Sign", "late:Sign" (crash after it was done), "once:FILE:crash:List"
)

func TestMain(m *testing.M) {
	if mode := os.Getenv(envMode); mode != "" {
		os.Exit(playChild(mode))
	}
	os.Exit(m.Run())
}

// playChild is one of several children, most of them bad.
func playChild(mode string) int {
	switch mode {
	case "serve", "noise":
		return serve(mode == "noise")
	case "narrow":
		return serve(false, softkey.WithSpace(4500, 8))
	case "lax":
		return serve(false, lax()...)
	case "station":
		return playStation(os.Getenv(envDir))
	case "exit":
		return 3
	case "silent":
		time.Sleep(time.Hour)
	case "garbage":
		fmt.Println("Segmentation fault in libukey.so, please call your dealer")
		time.Sleep(time.Hour)
	case "oversize":
		_, _ = os.Stdout.Write([]byte{0x7f, 0xff, 0xff, 0xff, 'H'})
		time.Sleep(time.Hour)
	case "half":
		_, _ = os.Stdout.Write([]byte{0, 0, 1, 0, 'H', 0, 0})
	case "version":
		var hello bytes.Buffer
		hello.WriteString("H\x00\x00\x00\x13certdesk token-host\x00\x00\x00\x09and other things")
		_ = binary.Write(os.Stdout, binary.BigEndian, uint32(hello.Len()))
		_, _ = os.Stdout.Write(hello.Bytes())
		time.Sleep(time.Hour)
	}
	return 4
}

// lax makes a drawer quick, and its tokens lock early.
func lax() []softkey.Option {
	return []softkey.Option{softkey.WithDisk(softkeytest.Lax()), softkey.WithTries(3, 3)}
}

func serve(noise bool, opts ...softkey.Option) int {
	in, out, err := host.Pipes()
	if err != nil {
		return 5
	}
	if noise {
		fmt.Println("vendor library 1.0 \x1b[31mhello") // standard output as a library sees it
		fmt.Fprintln(os.Stderr, strings.Repeat("n", 100<<10))
		if n, err := os.Stdin.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			return 6
		}
	}
	err = host.Serve(context.Background(), in, out, func() (token.Driver, error) {
		if os.Getenv(envFault) == "missing" {
			return nil, service.E(service.TokenUnsupported, "test.Open", service.Args{"what": "library"}, errors.New("no such file"))
		}
		fault := faults(os.Getenv(envFault))
		d, err := softkey.Open(os.Getenv(envDir), env(), append(opts, softkey.WithKDF(1, 64, 1), softkey.WithFault(fault))...)
		if err != nil {
			return nil, err
		}
		return &faulty{Driver: d, fault: fault}, nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// faulty gives the calls that softkey has no faults for some too.
type faulty struct {
	*softkey.Driver
	fault softkey.Fault
	leak  [][]byte
}

func (f *faulty) List(ctx context.Context) ([]service.TokenInfo, error) {
	if os.Getenv(envFault) == "leak" {
		f.leak = append(f.leak, bytes.Repeat([]byte{1}, 16<<20))
	}
	_ = f.fault("List", softkey.Before)
	return f.Driver.List(ctx)
}

func (f *faulty) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	_ = f.fault("Open", softkey.Before)
	return f.Driver.Open(ctx, serial)
}

// faults crash or hang this process.
func faults(spec string) softkey.Fault {
	return func(op string, phase softkey.Phase) error {
		what, where, _ := strings.Cut(spec, ":")
		file := ""
		if what == "once" {
			file, where, _ = strings.Cut(where, ":")
			what, where, _ = strings.Cut(where, ":")
		}
		if where != op || (what == "late") != (phase == softkey.After) || file != "" && os.Remove(file) != nil {
			return nil
		}
		if what == "hang" {
			_ = os.WriteFile(filepath.Join(os.Getenv(envDir), "hanging"), []byte(fmt.Sprint(os.Getpid())), 0o600)
			time.Sleep(time.Hour)
		}
		if what == "slow" {
			time.Sleep(700 * time.Millisecond)
			return nil
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil && self.Kill() == nil {
			time.Sleep(time.Hour)
		}
		return err
	}
}

func env() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string { return "0" }}
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("got %v, want %q", err, code)
	}
}

// config runs this binary as a child of some kind on a drawer.
func config(t testing.TB, mode, dir, fault string) host.Config {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	return host.Config{Command: []string{program}, Env: env(),
		Environ: []string{envMode + "=" + mode, envDir + "=" + dir, envFault + "=" + fault}}
}

func start(t testing.TB, cfg host.Config) *host.Driver {
	t.Helper()
	d, err := host.Start(context.Background(), cfg)
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

const (
	serial  = "HOST-0001"
	userPIN = "246813"
	soPIN   = "so-13579"
)

// drawer makes a drawer with made tokens that have a key and a certificate in "box".
func drawer(t testing.TB, serials ...string) (*softkey.Driver, string) {
	t.Helper()
	return drawerWith(t, nil, serials...)
}

func drawerWith(t testing.TB, opts []softkey.Option, serials ...string) (*softkey.Driver, string) {
	t.Helper()
	dir := t.TempDir()
	d, err := softkey.Open(dir, env(), append(opts, softkey.WithKDF(1, 64, 1))...)
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	for _, serial := range serials {
		must(t, d.Create(serial), d.Insert(serial))
		s, err := d.Open(t.Context(), serial)
		must(t, err)
		prepare(t, s)
		must(t, s.Close())
	}
	return d, dir
}

func prepare(t testing.TB, s service.TokenSession) {
	t.Helper()
	ctx := t.Context()
	_, err := s.Initialise(ctx, service.InitSpec{Label: "job", SOPIN: []byte(softkey.FactorySOPIN), NewSOPIN: []byte(soPIN), UserPIN: []byte(userPIN)})
	must(t, err, s.Login(ctx, []byte(userPIN)))
	_, err = s.GenerateKey(ctx, "box", service.AlgSM2)
	must(t, err, s.WriteCertificate(ctx, "box", service.UsageSign, bytes.Repeat([]byte{0x30}, 900)))
}

// opened is a session on the token, logged in.
func opened(t testing.TB, d service.Tokens, serial string) service.TokenSession {
	t.Helper()
	s, err := d.Open(context.Background(), serial)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.Login(context.Background(), []byte(userPIN)))
	return s
}
