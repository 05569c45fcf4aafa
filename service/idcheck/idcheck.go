// Package idcheck validates the numbers and names a customer brings to the counter. Everything here is pure: no file, no
// network, no clock but the one given to New. A failure is a service.Error that says which rule broke and where.
//
// Sources: GB 11643-1999 (identity number), GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation code),
// the 2023 rules for the foreign permanent residence card, the shapes printed on exit-entry permits.
package idcheck

import (
	"strings"
	"time"

	"certdesk/service"
)

// Type names a kind of number or name, as `certdesk check --type` and service.Customer's IDType spell it.
type Type string

// The types Check knows.
const (
	ID       Type = "id"       // resident identity number, residence permit of 港澳台 residents, foreign permanent residence (2023 and earlier form)
	USCC     Type = "uscc"     // unified social credit code
	Org      Type = "org"      // organisation code, with or without its hyphen
	Permit   Type = "permit"   // 来往内地通行证, 台胞证, and the earlier foreign permanent residence number
	Passport Type = "passport" // any country's passport number
	Mobile   Type = "mobile"   // mainland mobile number
	Name     Type = "name"     // a person's or organisation's name
	Auto     Type = "auto"     // guess by shape; the result says which
)

// Types lists every type in the order shown to the clerk.
func Types() []Type { return []Type{ID, USCC, Org, Permit, Passport, Mobile, Name, Auto} }

// Result is what a valid number tells. After an error only Type is set.
type Result struct {
	Type     Type         // never Auto unless the input is empty
	Norm     string       // the form to store: ASCII width, upper case, no hyphen, no country code
	Birth    time.Time    // midnight UTC of the birth date in the number; zero where the number has none
	Sex      string       // "M", "F" or ""
	Province service.Text // from the two-digit code; zero where unknown
	Region   string       // six-digit administrative code, "" where the number has none
}

// Checker validates against a clock. The zero Checker is not usable; call New.
type Checker struct {
	now func() time.Time
}

// New builds a Checker; now decides which birth dates lie in the future (by the date in China, UTC+8).
func New(now func() time.Time) Checker { return Checker{now: now} }

// Check validates input as t. A nil error means valid. Errors carry id.*, name.* or mobile.bad with args at (1-based place
// in input), want, have and max where they apply; id.type for a type not in Types.
// Letters are accepted in either case and full-width forms are folded; a space is refused except in mobile numbers and names.
func (c Checker) Check(t Type, input string) (Result, error) {
	in := fold(input)
	if t == Auto {
		t = c.guess(in)
	}
	r, err := c.check(t, input, in)
	if err != nil {
		return Result{Type: t}, err
	}
	r.Type = t
	return r, nil
}

func (c Checker) check(t Type, raw string, in []rune) (Result, error) {
	if t == Name {
		norm, err := OrganisationName(raw)
		return Result{Norm: norm}, err
	}
	rule, known := c.rule(t)
	if !known {
		return Result{}, service.E(service.NumberTypeUnkn, "idcheck.Check", service.Args{"have": string(t), "want": typeList()}, nil)
	}
	if len(in) == 0 {
		return Result{}, service.E(service.IDEmpty, "idcheck."+string(t), nil, nil)
	}
	return rule(in)
}

func (c Checker) rule(t Type) (func([]rune) (Result, error), bool) {
	switch t {
	case ID:
		return c.identity, true
	case USCC:
		return uscc, true
	case Org:
		return org, true
	case Permit:
		return permit, true
	case Passport:
		return passport, true
	case Mobile:
		return mobile, true
	case Auto: // guessed nothing: the input is empty
		return nil, true
	}
	return nil, false
}

func typeList() string {
	var names []string
	for _, t := range Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}
