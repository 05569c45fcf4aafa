package profile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"certdesk/service"
)

// Seen is what a probe found out about a library and the token behind it. Zero values were not found out, and the draft says so.
type Seen struct {
	Driver       string // P11 or SKF
	Module       string // path of the library
	GOOS, GOARCH string // where the probe ran
	Library      string // what the library says of itself: maker, description, version
	Manufacturer string
	Model        string
	Serial       string
	SerialForm   string // in words, where it is odd: blanks, lower case, the same for every token
	Label        string
	Initialised  bool
	Flags        []string // names of CKF_ flags that are set
	Mechanisms   []Mechanism
	Algs         []service.KeyAlg // that the probe is sure of
	PIN          PINs             // limits and tries as the device tells them
	SODefault    bool             // the device says that its SO PIN is the maker's
	Counters     bool             // the device tells its tries
	Protected    bool
	Dialect      GMT0016  // SKF: what probing found
	Applications []string // SKF: names of what is on the token
	Unknown      []string // what the probe asked and got no answer to, in words
}

// Mechanism is one that a PKCS #11 token lists.
type Mechanism struct {
	Number           uint
	Name             string // CKM_…; "" for a maker's own
	MinBits, MaxBits uint
}

// Draft writes a profile from what a probe saw: what is known as names, what is not as comments. Parse takes it.
func Draft(seen Seen) []byte {
	d := &draft{}
	d.head(seen)
	d.pin(seen)
	d.soPIN(seen)
	switch seen.driver() {
	case SKF:
		d.skf(seen)
	default:
		d.p11(seen)
	}
	for _, u := range seen.Unknown {
		d.note("not found out: " + u)
	}
	return []byte(d.String())
}

func (s Seen) driver() string {
	if s.Driver == SKF {
		return SKF
	}
	return P11
}

type draft struct{ strings.Builder }

func (d *draft) line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

// note writes a comment. What a device says of itself is kept on one line: it must not write names of its own.
func (d *draft) note(text string) { d.line("# %s", tame(text, 200)) }

// tame gives a text as one line of printable characters.
func tame(text string, most int) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			return r
		}
		return '?'
	}, strings.ToValidUTF8(text, "?"))
	if r := []rune(plain); len(r) > most {
		plain = string(r[:most]) + "…"
	}
	return strings.TrimSpace(plain)
}

// text writes a name with a text, where it is fit to stand in a profile.
func (d *draft) text(name, value string, most int) {
	if fit(value, most) {
		d.line("%s = %s", name, quote(value))
		return
	}
	d.line("# %s = ...          # what the device gave is not fit: %s", name, tame(value, 60))
}

func (d *draft) builtFor(platform, path string) {
	if fit(path, 255) {
		d.line("%s = [%s]", platform, quote(path))
		return
	}
	d.line("# %s = [...]        # this path is not fit: %s", platform, tame(path, 60))
}

func fit(value string, most int) bool {
	return value != "" && len(value) <= most && tame(value, most) == value
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func (d *draft) head(s Seen) {
	d.note("A draft by `certdesk token probe`: what the device told. Lines that begin with # were not found out or are only remarks.")
	for _, f := range [][2]string{{"library", s.Library}, {"manufacturer", s.Manufacturer}, {"model", s.Model}, {"serial", s.Serial},
		{"serial numbers", s.SerialForm}, {"label", s.Label}, {"flags", strings.Join(s.Flags, " ")}} {
		if f[1] != "" {
			d.note(f[0] + ": " + f[1])
		}
	}
	if s.Protected {
		d.note("The token is write-protected.")
	}
	d.line("name = %s", quote(nameOf(s)))
	d.line("driver = %s", quote(s.driver()))
	if s.Model != "" {
		d.text("label", s.Model, 64)
	}
	d.algorithms(s)
	if platformForm.MatchString(s.GOOS+"/"+s.GOARCH) && s.Module != "" {
		d.line("\n[library]")
		d.builtFor(quote(s.GOOS+"/"+s.GOARCH), s.Module)
	}
}

func (d *draft) algorithms(s Seen) {
	var names []string
	for _, alg := range []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA, service.AlgRSA3072} {
		if sm2 := alg == service.AlgSM2; slices.Contains(s.Algs, alg) && !sm2 || sm2 && (s.driver() == SKF && slices.Contains(s.Algs, alg) || s.known() != nil) {
			names = append(names, quote(string(alg)))
		}
	}
	if len(names) == 0 {
		d.line("# algorithms = [...]  # not found out: the device is asked")
		return
	}
	d.line("algorithms = [%s]", strings.Join(names, ", "))
}

// nameOf makes a profile's name of the model's.
func nameOf(s Seen) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return ' '
	}, s.Model)
	name = strings.Trim(strings.Join(strings.Fields(name), "-"), "-.")
	if len(name) > 32 {
		name = name[:32]
	}
	if name == "" {
		return "my-token"
	}
	return name
}
