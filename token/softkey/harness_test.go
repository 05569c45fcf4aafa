package softkey_test

import (
	"crypto/rand"
	"encoding/hex"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
	"certdesk/token/tokentest"
)

func env() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: func() string {
		var b [16]byte
		_, _ = rand.Read(b[:])
		return hex.EncodeToString(b[:])
	}}
}

// drawer is the harness of a softkey folder.
type drawer struct {
	*softkey.Driver
	tokens service.Tokens
	dir    string
}

func (d drawer) Tokens() service.Tokens { return d.tokens }
func (d drawer) SOPIN() []byte          { return []byte(softkey.FactorySOPIN) }

func (d drawer) Caps() tokentest.Caps {
	return tokentest.Caps{Lacks: map[tokentest.Feature]string{
		tokentest.RSA3072:  "a soft UKey makes SM2, P-256 and RSA-2048 keys",
		tokentest.OddLabel: "a token's file is text: one with broken UTF-8 is damaged as a whole",
		tokentest.Crowd:    "a soft UKey takes 8 containers and no other objects",
		tokentest.Protect:  "a soft UKey has no write protection",
		tokentest.Twin:     "a token's file is named by its serial",
	}}
}

// Narrow takes the drawer's driver for one whose tokens hold a container with its key and certificate, and no second.
func (d *drawer) Narrow(t *testing.T, spec service.InitSpec) string {
	t.Helper()
	serial := d.Blank(t)
	d.Driver = open(t, d.dir, softkey.WithSpace(4500, 8))
	d.tokens = d.Driver
	s, err := d.tokens.Open(t.Context(), serial)
	must(t, err)
	_, err = s.Initialise(t.Context(), spec)
	must(t, err)
	must(t, s.Close())
	return serial
}

func (d drawer) Blank(t *testing.T) string {
	t.Helper()
	serial, err := d.NewSerial()
	must(t, err)
	must(t, d.Create(serial))
	must(t, d.Insert(serial))
	return serial
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, dir string, opts ...softkey.Option) *softkey.Driver {
	t.Helper()
	d, err := softkey.Open(dir, env(), append([]softkey.Option{softkey.WithKDF(1, 8, 1)}, opts...)...)
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

func TestContract(t *testing.T) {
	tokentest.RunNamed(t, "softkey", func(t *testing.T) tokentest.Harness {
		dir := t.TempDir()
		d := open(t, dir)
		return &drawer{d, d, dir}
	})
}

// TestContractOwned goes through the owner goroutine, on a disk without syncs: what they are good for is shown elsewhere.
func TestContractOwned(t *testing.T) {
	tokentest.Run(t, func(t *testing.T) tokentest.Harness {
		dir := t.TempDir()
		d := open(t, dir, softkey.WithDisk(softkeytest.Lax()))
		return drawer{d, token.Owned(d), dir}
	})
}
