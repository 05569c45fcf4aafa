package profile_test

import (
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/token/profile"
)

func parsed(t *testing.T, seen profile.Seen) (profile.Profile, string) {
	t.Helper()
	text := profile.Draft(seen)
	p, err := profile.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p, string(text)
}

func TestDraftPKCS11(t *testing.T) {
	p, text := parsed(t, profile.Seen{Driver: profile.P11, Module: "/opt/maker/libp11.so", GOOS: "linux", GOARCH: "loong64",
		Model: `Key "X" 100`, Flags: []string{"CKF_RNG", "CKF_LOGIN_REQUIRED"}, Counters: true,
		Algs: []service.KeyAlg{service.AlgRSA, service.AlgSM2}, PIN: profile.PINs{Min: 6, Max: 8, SOTries: 4_000_000},
		Mechanisms: []profile.Mechanism{{Number: 0, Name: "CKM_RSA_PKCS_KEY_PAIR_GEN"}, {Number: 0x80008001}, {Number: 0x80008104},
			{Number: 0x80008201}, {Number: 0x80008301}},
		Unknown: []string{"how wrong SO PINs count"}})
	if p.Driver != profile.P11 || p.Library["linux/loong64"][0] != "/opt/maker/libp11.so" || p.Label != `Key "X" 100` || !p.P11.Counters ||
		p.P11.SM2 == nil || p.P11.SM2.Unwrap != 0x80008301 || len(p.Algs) != 2 || p.PIN.Max != 8 || p.PIN.SOTries != 0 {
		t.Errorf("%+v\n%s", p, text)
	}
	for _, want := range []string{"how wrong SO PINs count", "fit profile certdesk-soft", "0x80008104", "# factory"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Numbers that no set has are told, and no SM2 is claimed.
func TestDraftUnknownNumbers(t *testing.T) {
	p, text := parsed(t, profile.Seen{Driver: profile.P11, Algs: []service.KeyAlg{service.AlgSM2}, Mechanisms: []profile.Mechanism{{Number: 0x8000ABCD}}})
	if p.P11.SM2 != nil || len(p.Algs) != 0 || !strings.Contains(text, "0x8000ABCD") || p.Name != "my-token" {
		t.Errorf("%+v\n%s", p, text)
	}
}

func TestDraftSKF(t *testing.T) {
	packed := true
	p, text := parsed(t, profile.Seen{Driver: profile.SKF, Model: "龙脉 mToken GM3000", Algs: []service.KeyAlg{service.AlgSM2}, SODefault: true,
		Dialect: profile.GMT0016{UlongBits: 32, Packed: &packed, HandleBits: 64, DevInfoSize: 294, Prove: "session"}, Applications: []string{"GM3000RSA"}})
	if p.SKF.UlongBits != 32 || p.SKF.Packed == nil || !*p.SKF.Packed || p.SKF.Prove != "session" || p.SKF.Application != "CERTDESK" ||
		p.Name != "mtoken-gm3000" || !strings.Contains(text, "GM3000RSA") {
		t.Errorf("%+v\n%s", p, text)
	}
}

// Whatever a device says of itself, the draft is a profile and says nothing in the device's name.
func FuzzDraft(f *testing.F) {
	f.Add("X\n[so_pin]\nfactory = \"1\"", "\xff\"\\", "/a\nb.so", true, 3, uint(0x80008001))
	f.Add("ABC", "S", "/a.so", false, -1, uint(0))
	f.Fuzz(func(t *testing.T, model, serial, module string, skf bool, n int, number uint) {
		seen := profile.Seen{Driver: profile.P11, GOOS: "linux", GOARCH: "amd64", Module: module, Model: model, Serial: serial, Library: serial,
			Label: model, Flags: []string{serial}, Unknown: []string{model}, Applications: []string{serial}, SerialForm: model,
			PIN:        profile.PINs{Min: n, Max: n + 1, Tries: n, SOTries: -n},
			Mechanisms: []profile.Mechanism{{Number: number, Name: serial}, {Number: number, MinBits: number}},
			Dialect:    profile.GMT0016{Application: model, UlongBits: n, DevInfoSize: n, HandleBits: n, ImportArgs: n, Prove: serial, AuthAlg: model}}
		if skf {
			seen.Driver = profile.SKF
		}
		p, text := parsed(t, seen)
		if p.SOPIN.Factory != "" || p.SOPIN.Scheme != profile.Derived || p.Driver != seen.Driver {
			t.Fatalf("%+v\n%s", p, text)
		}
	})
}
