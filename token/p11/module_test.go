//go:build cgo

package p11_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
	"certdesk/token/profile"
	"certdesk/token/softkey"
	"certdesk/token/tokentest"
)

// builds keeps the modules that this test run has built.
type builds struct {
	mu  sync.Mutex
	dir string
}

var built builds

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "p11")
	if err != nil {
		panic(err)
	}
	built.dir = dir
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// softModule builds the PKCS #11 module over soft UKeys, once.
func softModule(t testing.TB) string {
	t.Helper()
	built.mu.Lock()
	defer built.mu.Unlock()
	path := filepath.Join(built.dir, "libcertdesk-pkcs11.so")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", path, "certdesk/cmd/certdesk-pkcs11")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the module does not build: %v\n%s", err, out)
	}
	return path
}

// drawer is the harness of soft UKeys behind the module: the folder's own driver plugs them in and out.
type drawer struct {
	token.Driver
	keys *softkey.Driver
}

func newDrawer(t *testing.T, change func(*profile.Profile), opts ...softkey.Option) drawer {
	t.Helper()
	p, err := profile.Named("certdesk-soft")
	must(t, err)
	p.PIN.Tries, p.PIN.SOTries = 10, 10 // what soft UKeys have
	if change != nil {
		change(&p)
	}
	module, dir := softModule(t), memory(t)
	setenv(t, "CERTDESK_UKEYS", dir)
	setenv(t, "CERTDESK_UKEYS_KDF", "light")
	keys, err := softkey.Open(dir, env(), append([]softkey.Option{softkey.WithKDF(1, 8, 1)}, opts...)...)
	must(t, err)
	t.Cleanup(func() { must(t, keys.Close()) })
	return drawer{open(t, module, p), keys}
}

func (d drawer) Tokens() service.Tokens     { return d.Driver }
func (d drawer) SOPIN() []byte              { return []byte(softkey.FactorySOPIN) }
func (d drawer) Insert(serial string) error { return d.keys.Insert(serial) }
func (d drawer) Remove(serial string) error { return d.keys.Remove(serial) }

func (d drawer) Blank(t *testing.T) string {
	t.Helper()
	serial, err := d.keys.NewSerial()
	must(t, err)
	must(t, d.keys.Create(serial))
	must(t, d.keys.Insert(serial))
	return serial
}

func (d drawer) Caps() tokentest.Caps {
	return tokentest.Caps{Lacks: map[tokentest.Feature]string{
		tokentest.Counters: "PKCS #11 tells all, last or no tries, not how many", tokentest.RSA3072: "soft UKeys have no RSA-3072"}}
}

func TestContractModule(t *testing.T) {
	tokentest.RunNamed(t, "p11 · certdesk-pkcs11", func(t *testing.T) tokentest.Harness { return newDrawer(t, nil) })
}

// TestForms goes through the forms that makers choose: who hashes, r ‖ s or DER.
func TestForms(t *testing.T) {
	ctx := context.Background()
	for _, f := range []profile.SM2{{Sign: 0x80008102, Input: "message", Signature: "raw"}, {Sign: 0x80008103, Input: "message", Signature: "der"},
		{Sign: 0x80008104, Input: "digest", Signature: "raw"}, {Sign: 0x80008105, Input: "digest", Signature: "der"}} {
		d := newDrawer(t, func(p *profile.Profile) {
			p.P11.SM2.Sign, p.P11.SM2.Input, p.P11.SM2.Signature = f.Sign, f.Input, f.Signature
		})
		s, spki := d.boxed(t)
		sig, err := s.Sign(ctx, "box", []byte("who hashes?"))
		must(t, err)
		if err := sm.Verify(spki, []byte("who hashes?"), sig); err != nil {
			t.Errorf("%#x: %v", f.Sign, err)
		}
		must(t, d.Close())
	}
}

// TestWrongForm: a profile that names another form than the token's is found out, not passed on.
func TestWrongForm(t *testing.T) {
	d := newDrawer(t, func(p *profile.Profile) { p.P11.SM2.Signature = "der" })
	s, _ := d.boxed(t)
	_, err := s.Sign(context.Background(), "box", []byte("m"))
	wants(t, err, service.TokenDamaged)
}

// boxed is a session, logged in, on a token with an SM2 key in box.
func (d drawer) boxed(t *testing.T) (s service.TokenSession, spki []byte) {
	t.Helper()
	ctx := context.Background()
	s, err := d.Open(ctx, d.Blank(t))
	must(t, err)
	_, err = s.Initialise(ctx, service.InitSpec{Label: "forms", SOPIN: d.SOPIN(), NewSOPIN: []byte("so-13579"), UserPIN: []byte(pin)})
	must(t, err)
	must(t, s.Login(ctx, []byte(pin)))
	spki, err = s.GenerateKey(ctx, "box", service.AlgSM2)
	must(t, err)
	return s, spki
}
