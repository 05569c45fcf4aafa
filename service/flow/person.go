package flow

import (
	"strconv"
	"strings"
	"unicode"

	"certdesk/service"
)

// OnePersonPolicy is the setting under which a one-person site lets who entered a case review it: "true" where it is in force
// (DESIGN 12). The store logs each such review.
const OnePersonPolicy = "policy/one-person"

// permission is what a step's answerer, or who runs it, must hold.
func (p *place) permission(s Step) service.Permission {
	switch {
	case s.Permission != "":
		return s.Permission
	case s.Stage == service.StageMake:
		return service.MayMake
	}
	return p.def.Permission
}

func (p *place) permitted(s Step) error {
	if perm := p.permission(s); !p.facts.Who.May(perm) {
		return notPermitted(perm)
	}
	return nil
}

// self reports whether who asks entered any of what a second person must look at: opened the case, or answered a step of identity
// or intake as it now stands.
func (p *place) self() bool {
	who := p.facts.Who.ID
	if p.alone {
		return false
	}
	if who == p.facts.Case.By[service.EnteredBy].Staff {
		return true
	}
	for _, s := range p.doneWhere(entry) {
		if p.last[s.Name].By.Staff == who {
			return true
		}
	}
	return false
}

func entry(s Step) bool {
	return s.Ask != nil && (s.Stage == service.StageIdentity || s.Stage == service.StageIntake)
}

// need is the permission that another person must bring for the open step; "" where who asks may answer.
func (p *place) need(cur Step) service.Permission {
	if p.givingUp() {
		return service.MayOverride
	}
	if p.permitted(cur) != nil || cur.Other && p.self() {
		return p.permission(cur)
	}
	return ""
}

// maxReason is the most characters of a typed reason.
const maxReason = 200

// checkReason refuses a reason that is too long or cannot be read as it is. Errors: InputTooLong, NameControl, NameBidi, all with
// the field.
func checkReason(field, reason string) error {
	args := service.Args{"field": field}
	if len([]rune(reason)) > maxReason {
		args["max"] = strconv.Itoa(maxReason)
		return service.E(service.InputTooLong, "flow.checkReason", args, nil)
	}
	for _, r := range reason {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return service.E(service.NameBidi, "flow.checkReason", args, nil)
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar:
			return service.E(service.NameControl, "flow.checkReason", args, nil)
		}
	}
	return nil
}

// check looks at the free text of an answer, whatever the step.
func (a Answer) check() error {
	if err := checkReason("reason", a.Reason); err != nil {
		return err
	}
	for field, o := range a.Overrides {
		if err := checkReason(field, o.Reason); err != nil {
			return err
		}
	}
	return nil
}

func serials(infos []service.TokenInfo) string {
	var out []string
	for _, i := range infos {
		out = append(out, i.Serial)
	}
	return strings.Join(out, ", ")
}
