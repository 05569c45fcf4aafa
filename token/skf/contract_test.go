package skf_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/profile"
	"certdesk/token/skf"
	"certdesk/token/skf/skftest"
	"certdesk/token/softkey"
	"certdesk/token/tokentest"
)

func env() service.Env {
	return service.Env{Now: time.Now, Rand: rand.Reader, NewID: rand.Text}
}

func soft() profile.Profile {
	return profile.Profile{Driver: profile.SKF, SOPIN: profile.SOPIN{Factory: softkey.FactorySOPIN}}
}

func open(t testing.TB, module string, p profile.Profile) *skf.Driver {
	t.Helper()
	d, err := skf.Open(skf.Config{Module: module, Profile: p, Env: env()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// drawer is a library over soft UKeys.
type drawer struct {
	*skftest.Drawer
	tokens service.Tokens
	lacks  map[tokentest.Feature]string
}

func (d drawer) Blank(t *testing.T) string { return d.Drawer.Blank(t) }
func (d drawer) Tokens() service.Tokens    { return d.tokens }
func (d drawer) Caps() tokentest.Caps      { return tokentest.Caps{Lacks: d.lacks} }

// made initialises a token of Blank.
func (d drawer) made(t *testing.T, spec service.InitSpec, act func(ctx context.Context, s service.TokenSession)) string {
	t.Helper()
	ctx, serial := t.Context(), d.Blank(t)
	s, err := d.tokens.Open(ctx, serial)
	must(t, err)
	_, err = s.Initialise(ctx, spec)
	must(t, err)
	must(t, s.Login(ctx, spec.UserPIN))
	act(ctx, s)
	must(t, s.Close())
	return serial
}

// side writes what the double keeps beside a token.
func (d drawer) side(t *testing.T, serial string, content map[string]any) {
	t.Helper()
	data, err := json.Marshal(content)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(d.Dir, serial+".skf"), data, 0o600))
}

// OddLabel has a label in GBK.
func (d drawer) OddLabel(t *testing.T, spec service.InitSpec) string {
	serial := d.made(t, spec, func(context.Context, service.TokenSession) {})
	d.side(t, serial, map[string]any{"app": "CERTDESK", "label": []byte("\xb1\xea\xc7\xa9 \x1b[2J")})
	return serial
}

// Crowd has containers that hold nothing.
func (d drawer) Crowd(t *testing.T, spec service.InitSpec, objects int) string {
	var empty []string
	for i := range objects {
		empty = append(empty, fmt.Sprintf("{%08X-9F3C-4D5E-8A7B-%012X}", i, i))
	}
	serial := d.made(t, spec, func(context.Context, service.TokenSession) {})
	d.side(t, serial, map[string]any{"app": "CERTDESK", "label": []byte(spec.Label), "empty": empty})
	return serial
}

// Narrow has a certificate that takes nearly all there is.
func (d drawer) Narrow(t *testing.T, spec service.InitSpec) string {
	return d.made(t, spec, func(ctx context.Context, s service.TokenSession) {
		_, err := s.GenerateKey(ctx, "filler", service.AlgSM2)
		must(t, err)
		info, err := s.Info(ctx)
		must(t, err)
		must(t, s.WriteCertificate(ctx, "filler", service.UsageSign, make([]byte, info.Free-2600)))
	})
}

// Twin has a second token that bears the first one's serial.
func (d drawer) Twin(t *testing.T, spec service.InitSpec) string {
	nothing := func(context.Context, service.TokenSession) {}
	one, two := d.made(t, spec, nothing), d.made(t, spec, nothing)
	d.side(t, two, map[string]any{"app": "CERTDESK", "label": []byte(spec.Label), "serial": one})
	must(t, d.Remove(two))
	must(t, d.Insert(two))
	return one
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// standard is what no library of GM/T 0016 is asked for here.
func standard() map[tokentest.Feature]string {
	const sm2 = "the driver makes SM2 keys only"
	return map[tokentest.Feature]string{tokentest.P256: sm2, tokentest.RSA: sm2, tokentest.RSA3072: sm2,
		tokentest.Protect: "GM/T 0016 has no word for write protection: writes fail and nothing says it beforehand"}
}

func TestContract(t *testing.T) {
	for _, bits := range []int{32, 64} {
		t.Run(fmt.Sprint(bits), func(t *testing.T) {
			module := skftest.Library(t, bits)
			t.Setenv("CERTDESK_SKF_DECRYPT", "1")
			tokentest.RunNamed(t, fmt.Sprintf("skf%d", bits), func(t *testing.T) tokentest.Harness {
				d := skftest.New(t)
				return drawer{d, token.Owned(open(t, module, soft())), standard()}
			})
		})
	}
}
