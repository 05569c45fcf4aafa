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
func (d drawer) Caps() tokentest.Caps   { return tokentest.Caps{} }

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
	tokentest.Run(t, func(t *testing.T) tokentest.Harness {
		dir := t.TempDir()
		d := open(t, dir)
		return drawer{d, d, dir}
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
