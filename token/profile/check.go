package profile

import (
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"certdesk/service"
)

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,31}$`)

// platforms that a library may be named for: GOOS or GOOS/GOARCH.
var platformForm = regexp.MustCompile(`^(linux|windows|darwin|freebsd)(/(386|amd64|arm|arm64|loong64|mips64le|ppc64le|riscv64|s390x))?$`)

func (r *reader) check(p *Profile) {
	r.need("name", nameForm.MatchString(p.Name), p.Name, "1 to 32 of a-z, 0-9, dot and hyphen")
	r.choice("driver", p.Driver, P11, SKF)
	r.libraries(p.Library)
	r.printable("label", p.Label, 0, 64)
	r.pins(p.PIN)
	r.soPIN(p.SOPIN)
	r.algorithms(p)
	switch {
	case p.Driver == P11 && r.given("skf"):
		r.add("skf", "", otherDriver, "[p11], as driver is p11")
	case p.Driver == SKF && r.given("p11"):
		r.add("p11", "", otherDriver, "[skf], as driver is skf")
	case p.Driver == SKF:
		r.gmt0016(p.SKF)
	case p.P11.SM2 != nil:
		r.sm2(p.P11.SM2)
	}
}

// need is for what a profile cannot do without.
func (r *reader) need(key string, ok bool, value, allowed string) {
	switch {
	case !r.given(key):
		r.add(key, "", missing, allowed)
	case !ok:
		r.add(key, value, notAllowed, allowed)
	}
}

// may is for what may be left out.
func (r *reader) may(key string, ok bool, value any, allowed string) {
	if r.given(key) && !ok {
		r.add(key, fmt.Sprintf("%v", value), notAllowed, allowed)
	}
}

func (r *reader) choice(key, value string, from ...string) {
	r.need(key, slices.Contains(from, value), value, strings.Join(from, ", "))
}

func (r *reader) mayChoice(key, value string, from ...string) {
	r.may(key, slices.Contains(from, value), value, strings.Join(from, ", "))
}

func (r *reader) numbers(key string, n int, from ...int) {
	r.may(key, slices.Contains(from, n), n, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(from)), ", "), "[]"))
}

func (r *reader) within(key string, n, least, most int) {
	r.may(key, n >= least && n <= most, n, fmt.Sprintf("%d to %d", least, most))
}

func (r *reader) printable(key, value string, least, most int) {
	ok := len(value) >= least && len(value) <= most && strings.IndexFunc(value, func(c rune) bool { return !unicode.IsPrint(c) }) < 0
	r.may(key, ok, value, fmt.Sprintf("%d to %d printable bytes", least, most))
}

func (r *reader) libraries(library map[string][]string) {
	for _, platform := range slices.Sorted(maps.Keys(library)) {
		key := "library." + platform
		if !platformForm.MatchString(platform) { // not by may: a quoted name with a dot is no dotted key
			r.add(key, "", notAllowed, "linux, windows, darwin or freebsd, and perhaps /GOARCH: \"linux/loong64\"")
		}
		r.may(key, len(library[platform]) >= 1 && len(library[platform]) <= 32, "", "1 to 32 files")
		for _, file := range library[platform] {
			r.printable(key, file, 1, 255)
		}
	}
}

func (r *reader) pins(p PINs) {
	r.within("pin.min", p.Min, 1, 255)
	r.within("pin.max", p.Max, 1, 255)
	if p.Max > 0 && p.Min > p.Max {
		r.may("pin.max", false, p.Max, "pin.min and more")
	}
	r.within("pin.tries", p.Tries, 1, 15)
	r.within("pin.so_tries", p.SOTries, 1, 15)
}

func (r *reader) soPIN(s SOPIN) {
	r.mayChoice("so_pin.scheme", s.Scheme, Derived, Fixed)
	plain := strings.IndexFunc(s.Factory, func(c rune) bool { return c < ' ' || c > '~' }) < 0
	// The value is public, but whoever edits a profile may have put a secret there: it is not repeated.
	r.may("so_pin.factory", plain && len(s.Factory) <= 64, "", "0 to 64 printable ASCII characters")
	if s.Scheme == Fixed && s.Factory == "" {
		r.add("so_pin.factory", "", missing, "the PIN of all these tokens, as scheme is fixed")
	}
}

func (r *reader) algorithms(p *Profile) {
	all := []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA, service.AlgRSA3072}
	for i, alg := range p.Algs {
		r.may("algorithms", slices.Contains(all, alg) && !slices.Contains(p.Algs[:i], alg), alg, "sm2, p256, rsa2048, rsa3072, each once")
		if alg == service.AlgSM2 && p.Driver == P11 && p.P11.SM2 == nil {
			r.add("algorithms", string(alg), notAllowed, "sm2 only with [p11.sm2]")
		}
	}
}

func (r *reader) sm2(s *SM2) {
	const number = "the maker's number, 1 to 0xFFFFFFFF"
	at := "p11.sm2."
	r.need(at+"key_type", s.KeyType > 0, "0", number)
	r.need(at+"generate", s.Generate > 0, "0", number)
	r.need(at+"sign", s.Sign > 0, "0", number)
	r.choice(at+"input", s.Input, "digest", "message")
	r.choice(at+"signature", s.Signature, "raw", "der")
	r.choice(at+"point", s.Point, "octets", "raw")
	if s.Decrypt > 0 || r.given(at+"cipher") {
		r.choice(at+"cipher", s.Cipher, "der", "c1c3c2")
	}
}

func (r *reader) gmt0016(s GMT0016) {
	at := "skf."
	r.printable(at+"application", s.Application, 1, 32)
	r.numbers(at+"ulong_bits", s.UlongBits, 32, 64)
	r.within(at+"devinfo_size", s.DevInfoSize, 200, 1024)
	r.numbers(at+"handle_bits", s.HandleBits, 32, 64)
	key, err := hex.DecodeString(s.AuthKey)
	defer clear(key)
	r.may(at+"auth_key", err == nil && (len(key) == 16 || len(key) == 0), "", "32 hexadecimal digits")
	if s.AuthKey != "" || r.given(at+"auth_alg") {
		r.choice(at+"auth_alg", s.AuthAlg, "sm4", "sm1")
	}
	r.numbers(at+"import_args", s.ImportArgs, 2, 6)
	r.mayChoice(at+"prove", s.Prove, "decrypt", "session")
}
