package host_test

import (
	"testing"

	"certdesk/service"
	"certdesk/token/host"
	"certdesk/token/softkey"
	"certdesk/token/tokentest"
)

// plugs is a drawer whose tokens are used through a child, and plugged in and out here.
type plugs struct {
	*softkey.Driver
	host *host.Driver
	dir  string
}

func (p plugs) Tokens() service.Tokens { return p.host }
func (p plugs) SOPIN() []byte          { return []byte(softkey.FactorySOPIN) }

// Caps are softkey's own.
func (p plugs) Caps() tokentest.Caps {
	return tokentest.Caps{Lacks: map[tokentest.Feature]string{
		tokentest.RSA3072:  "a soft UKey makes SM2, P-256 and RSA-2048 keys",
		tokentest.OddLabel: "a token's file is text: one with broken UTF-8 is damaged as a whole",
		tokentest.Crowd:    "a soft UKey takes 8 containers and no other objects",
		tokentest.Protect:  "a soft UKey has no write protection",
		tokentest.Twin:     "a token's file is named by its serial",
	}}
}

// Narrow takes the child for one whose tokens hold a container with its key and certificate, and no second.
func (p *plugs) Narrow(t *testing.T, spec service.InitSpec) string {
	t.Helper()
	serial := p.Blank(t)
	p.host = start(t, config(t, "narrow", p.dir, ""))
	s, err := p.host.Open(t.Context(), serial)
	must(t, err)
	_, err = s.Initialise(t.Context(), spec)
	must(t, err, s.Close())
	return serial
}

func (p plugs) Blank(t *testing.T) string {
	t.Helper()
	serial, err := p.NewSerial()
	must(t, err, p.Create(serial), p.Insert(serial))
	return serial
}

// TestContract holds softkey to the whole contract through the pipes.
func TestContract(t *testing.T) {
	tokentest.Run(t, func(t *testing.T) tokentest.Harness {
		d, dir := drawer(t)
		return &plugs{d, start(t, config(t, "serve", dir, "")), dir}
	})
}

// TestModel walks at random through the pipes beside the contract's model.
func TestModel(t *testing.T) {
	sequences := 300
	if testing.Short() {
		sequences = 50
	}
	d, dir := drawerWith(t, lax())
	tokentest.RunModel(t, plugs{d, start(t, config(t, "lax", dir, "")), dir}, sequences, 20260801)
}
