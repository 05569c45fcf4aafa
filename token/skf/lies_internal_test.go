package skf

import (
	"strings"
	"testing"
	"unicode/utf8"

	"certdesk/service"
	"certdesk/token/profile"
)

func TestLies(t *testing.T) {
	for name, f := range map[string]*fake{
		"a list of another size than its buffer": {claims: 1 << 30},
		"a list just longer than its buffer":     {claims: firstList + 1},
		"a list without end":                     {names: strings.Repeat("x", longest+1) + "\x00\x00"},
		"a DEVINFO behind its buffer":            {beyond: 300},
		"a DEVINFO longer than any":              {beyond: 100},
	} {
		t.Run(name, func(t *testing.T) {
			f.layout = standard()
			_, err := f.driver(t, profile.Profile{}).List(t.Context())
			wants(t, err, service.TokenDamaged)
		})
	}
}

func TestOddNames(t *testing.T) {
	long := strings.Repeat("n", 300)
	f := &fake{layout: standard(), names: "\xb1\xea\x00" + long + "\x00\x00", label: "\xff\x1b[2J", apps: "A\xb1\x00B"}
	d := f.driver(t, profile.Profile{})
	list, err := d.List(t.Context())
	wants(t, err, "")
	if len(list) != 2 || list[0].Label != `\xff\x1b[2J` || !list[0].Initialised {
		t.Fatalf("%+v", list)
	}
	_, err = d.Open(t.Context(), "SN-1")
	wants(t, err, service.TokenSeveral)
	one := &fake{layout: standard(), apps: "A\xb1\x00B"}
	s, err := one.driver(t, profile.Profile{}).Open(t.Context(), "SN-1")
	wants(t, err, "")
	boxes, err := s.Containers(t.Context())
	wants(t, err, "")
	var all []string
	for _, c := range boxes {
		all = append(all, c.Name)
		if !utf8.ValidString(c.Name) || c.SignKey || c.Sign != nil {
			t.Errorf("%+v", c)
		}
	}
	if got := strings.Join(all, " "); got != `B/\xb1\xea B/plain \xb1\xea plain` {
		t.Errorf("containers %s", got)
	}
}

// TestThousandDevices: the list is asked for again with the room that it needs.
func TestThousandDevices(t *testing.T) {
	var names strings.Builder
	for i := range 1000 {
		names.WriteString("device " + strings.Repeat("x", i%17) + string(rune('a'+i%26)) + "\x00")
	}
	f := &fake{layout: layout{long: 8, issuer: 64}, names: names.String() + "\x00"}
	list, err := f.driver(t, profile.Profile{}).List(t.Context())
	wants(t, err, "")
	if len(list) != 1000 {
		t.Fatalf("%d", len(list))
	}
}

func TestTries(t *testing.T) {
	n := func(v uint32) *uint32 { return &v }
	for _, c := range []struct {
		name  string
		pin   sar
		retry *uint32
		info  *pinInfo
		code  service.Code
		left  string
	}{
		{"told", sarPINIncorrect, n(3), nil, service.PINWrong, "3"},
		{"0 that nothing confirms", sarPINIncorrect, n(0), nil, service.PINWrong, "?"},
		{"0 whatever is left", sarPINIncorrect, n(0), &pinInfo{max: 10, left: 7}, service.PINWrong, "7"},
		{"not told", sarPINIncorrect, nil, &pinInfo{max: 10, left: 7}, service.PINWrong, "7"},
		{"not told, the last", sarPINIncorrect, nil, &pinInfo{max: 10}, service.PINLocked, ""},
		{"not known", sarPINIncorrect, nil, nil, service.PINWrong, "?"},
		{"locked", sarPINLocked, nil, nil, service.PINLocked, ""},
		{"refused", sarPINLenRange, nil, nil, service.PINFormat, ""},
		{"no PIN yet", sarNoUserPIN, nil, nil, service.TokenBlank, ""},
		{"failed", sarFail, nil, nil, service.TokenFailed, ""},
		{"protected", sarWriteFile, nil, nil, service.TokenProtected, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{layout: standard(), apps: "CERTDESK", pin: c.pin, retry: c.retry, info: c.info}
			s, err := f.driver(t, profile.Profile{}).Open(t.Context(), "SN-1")
			wants(t, err, "")
			err = s.Login(t.Context(), []byte("12345678"))
			wants(t, err, c.code)
			if got := service.ArgsOf(err)["left"]; got != c.left {
				t.Errorf("left %q", got)
			}
		})
	}
}

// TestMissingFunction: what a library lacks is unsupported, by name.
func TestMissingFunction(t *testing.T) {
	f := &fake{layout: standard(), apps: "CERTDESK"}
	s, err := f.driver(t, profile.Profile{}).Open(t.Context(), "SN-1")
	wants(t, err, "")
	wants(t, s.Login(t.Context(), []byte("12345678")), "")
	err = s.DeleteContainer(t.Context(), "plain")
	wants(t, err, service.TokenUnsupported)
	if got := service.ArgsOf(err)["what"]; got != "SKF_DeleteContainer" {
		t.Errorf("what %q", got)
	}
}
