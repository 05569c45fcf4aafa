package profile

import (
	"fmt"
	"strings"
)

func (d *draft) pin(s Seen) {
	d.line("\n[pin]")
	d.number("min", s.PIN.Min, 1, 255)
	d.number("max", s.PIN.Max, max(s.PIN.Min, 1), 255)
	if s.PIN.DigitsOnly {
		d.line("digits_only = true")
	} else {
		d.line("# digits_only = true  # not found out: only trying tells")
	}
	d.number("tries", s.PIN.Tries, 1, 15)
	d.number("so_tries", s.PIN.SOTries, 1, 15)
}

// number writes a name with a number, as a comment where the profile could not hold it.
func (d *draft) number(name string, n, least, most int) {
	switch {
	case n == 0:
		d.line("# %s = ...          # not found out", name)
	case n < least || n > most:
		d.line("# %s = %d          # what the device said makes no sense or is no limit", name, n)
	default:
		d.line("%s = %d", name, n)
	}
}

func (d *draft) soPIN(s Seen) {
	d.line("\n[so_pin]")
	d.line("scheme = %s     # or %s, where the device or another program needs the maker's for ever", quote(Derived), quote(Fixed))
	if s.SODefault {
		d.note("The device says that its SO PIN is the maker's; which one that is, it does not say.")
	}
	d.line("# factory = ...       # not found out: ask the maker; a wrong guess uses up a try")
}

func (d *draft) p11(s Seen) {
	d.line("\n[p11]")
	d.line("counters = %v", s.Counters)
	if !s.Counters {
		d.note("No flag of the counters was seen; that they are never set is not proved.")
	}
	vendor := s.own()
	for _, m := range vendor {
		d.note(fmt.Sprintf("the maker's mechanism 0x%08X, %d to %d bits", m.Number, m.MinBits, m.MaxBits))
	}
	name, known := s.guess()
	if known == nil {
		if len(vendor) > 0 {
			d.note("No number set that is known here fits them. Ask the maker for his header and write [p11.sm2]: docs/token-profiles.md.")
		} else {
			d.note("The token lists no mechanism of its maker's own: no SM2.")
		}
		return
	}
	d.note("The numbers fit profile " + name + ". What they mean, and the forms, are that profile's word: try the key with the contract.")
	d.sm2(*known)
}

func (d *draft) sm2(s SM2) {
	d.line("\n[p11.sm2]")
	for _, n := range []struct {
		name  string
		value uint
	}{{"key_type", s.KeyType}, {"generate", s.Generate}, {"sign", s.Sign}, {"decrypt", s.Decrypt}, {"unwrap", s.Unwrap}} {
		d.line("%s = 0x%08X", n.name, n.value)
	}
	d.line("input = %s\nsignature = %s\npoint = %s", quote(s.Input), quote(s.Signature), quote(s.Point))
	if s.Cipher != "" {
		d.line("cipher = %s", quote(s.Cipher))
	}
}

// own are the mechanisms that no standard names.
func (s Seen) own() (list []Mechanism) {
	for _, m := range s.Mechanisms {
		if m.Name == "" {
			list = append(list, m)
		}
	}
	return list
}

func (s Seen) lists(number uint) bool {
	for _, m := range s.Mechanisms {
		if m.Number == number {
			return true
		}
	}
	return number == 0
}

func (s Seen) known() *SM2 {
	_, known := s.guess()
	return known
}

// guess gives the first built-in number set whose every mechanism the token lists, the longest set first: it says most.
func (s Seen) guess() (name string, best *SM2) {
	most := 0
	for _, candidate := range Builtin() {
		p, err := Named(candidate)
		if err != nil || p.P11.SM2 == nil {
			continue
		}
		set, n := p.P11.SM2, 0
		for _, number := range []uint{set.Generate, set.Sign, set.Decrypt, set.Unwrap} {
			switch {
			case !s.lists(number):
				n = -10
			case number != 0:
				n++
			}
		}
		if n > most {
			name, best, most = candidate, set, n
		}
	}
	return name, best
}

func (d *draft) skf(s Seen) {
	g := s.Dialect
	d.line("\n[skf]")
	if len(s.Applications) > 0 {
		d.note("applications on the token: " + strings.Join(s.Applications, ", "))
	}
	d.text("application", applicationOf(g), 32)
	d.oneOf("ulong_bits", g.UlongBits, 32, 64)
	if g.Packed != nil {
		d.line("packed = %v", *g.Packed)
	} else {
		d.line("# packed = ...        # not found out")
	}
	d.number("devinfo_size", g.DevInfoSize, 200, 1024)
	d.oneOf("handle_bits", g.HandleBits, 32, 64)
	d.oneOf("import_args", g.ImportArgs, 2, 6)
	if g.Stdcall {
		d.line("stdcall = true")
	}
	if g.Prove == "decrypt" || g.Prove == "session" {
		d.line("prove = %s", quote(g.Prove))
	} else {
		d.line("# prove = ...         # not found out: \"decrypt\" or \"session\"")
	}
	d.line("# auth_key = ...      # not found out: ask the maker, where making an application is refused without SKF_DevAuth")
}

func applicationOf(g GMT0016) string {
	if g.Application == "" {
		return "CERTDESK"
	}
	return g.Application
}

func (d *draft) oneOf(name string, n, a, b int) {
	if n == a || n == b {
		d.line("%s = %d", name, n)
		return
	}
	d.line("# %s = ...          # not found out: %d or %d", name, a, b)
}
