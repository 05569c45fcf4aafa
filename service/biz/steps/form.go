// Package steps holds the steps that businesses share: identity, project and product, materials, agreement, fee, review,
// hand-over, and the papers that go with them. A business composes them with its own.
package steps

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"certdesk/service"
	"certdesk/service/flow"
)

// Form is a step that asks for fields and applies them.
func Form(name string, stage service.Stage, title service.Text, fields func(*flow.Facts) ([]flow.Field, error),
	apply func(*service.Tx, *flow.Facts, map[string]string) error) flow.Step {
	return flow.Step{
		Name: name, Stage: stage, Title: title,
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			fs, err := fields(f)
			return flow.Prompt{Type: flow.PromptForm, Fields: fs, Primary: next}, err
		},
		Take: func(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			fs, err := fields(f)
			if err != nil {
				return flow.Next, err
			}
			values, err := Accept(tx, f, fs, a)
			if err != nil {
				return flow.Next, err
			}
			return flow.Next, apply(tx, f, values)
		},
	}
}

var next = service.T("下一步", "Next")

// Accept checks every field of an answer and returns the normalised values. The error names its field (args: field).
// A number that fails its check passes under a supervisor's override with a reason; the audit keeps field, rule and who.
func Accept(tx *service.Tx, f *flow.Facts, fields []flow.Field, a flow.Answer) (map[string]string, error) {
	out := map[string]string{}
	for _, fd := range fields {
		if fd.Locked {
			out[fd.Name] = fd.Value
			continue
		}
		value := strings.TrimSpace(a.Values[fd.Name])
		norm, err := acceptOne(fd, value)
		if err == nil {
			f.Set(overrideKey(fd.Name), "")
		} else if o, ok := a.Overrides[fd.Name]; ok && fd.Override {
			norm, err = override(tx, f, fd, value, o, err)
		}
		if err != nil {
			return nil, atField(err, fd)
		}
		out[fd.Name] = norm
	}
	return out, nil
}

func acceptOne(fd flow.Field, value string) (string, error) {
	switch {
	case value == "" && fd.Required:
		return "", service.E(service.InputRequired, "steps.Accept", nil, nil)
	case value == "":
		return "", nil
	case len(fd.Choices) > 0 && !offered(fd.Choices, value):
		return "", service.E(service.InputChoice, "steps.Accept", nil, nil)
	case fd.Check != nil:
		return fd.Check(value)
	}
	return plain(fd, value)
}

// plain is the check of a field that has none of its own: its length, and nothing in it that cannot be seen.
func plain(fd flow.Field, value string) (string, error) {
	most := fd.Max
	if most == 0 {
		most = 64
	}
	if utf8.RuneCountInString(value) > most {
		return "", service.E(service.InputTooLong, "steps.Accept", service.Args{"max": strconv.Itoa(most)}, nil)
	}
	for _, r := range value {
		if code := unseen(r); code != "" {
			return "", service.E(code, "steps.Accept", nil, nil)
		}
		if fd.Type == flow.FieldNumber && (r <= ' ' || r > '~') {
			return "", service.E(service.IDCharacter, "steps.Accept", service.Args{"have": string(r)}, nil)
		}
	}
	return value, nil
}

// unseen names what is wrong with a character that no paper shows, "" for one that is. Planes 2 and 3 hold Han characters only, and
// grow faster than a compiler's tables.
func unseen(r rune) service.Code {
	switch {
	case unicode.Is(unicode.Bidi_Control, r):
		return service.NameBidi
	case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
		return service.NameControl
	case r == unicode.ReplacementChar || !unicode.IsGraphic(r) && (r < 0x20000 || r > 0x3FFFD):
		return service.NameCharacter
	}
	return ""
}

func offered(cs []flow.Choice, value string) bool {
	for _, c := range cs {
		if c.Value == value {
			return true
		}
	}
	return false
}

func overrideKey(field string) string { return "override." + field }

// overrideSplit stands between rule, supervisor and reason of an override that is kept.
const overrideSplit = "\x1f"

// overrideText reads an override that was kept: who let it pass, and why.
func overrideText(kept string) (by, reason string) {
	parts := strings.SplitN(kept, overrideSplit, 3)
	if len(parts) < 3 {
		return "", kept
	}
	return parts[1], parts[2]
}

// override lets a number pass on a supervisor's word. It must have the length and the characters of its kind all the same: the
// certificate could not hold it otherwise.
func override(tx *service.Tx, f *flow.Facts, fd flow.Field, value string, o flow.Override, failed error) (string, error) {
	if service.IsCode(failed, service.InputRequired, service.IDEmpty, service.IDLength, service.IDCharacter, service.NumberTypeUnkn) {
		return "", failed
	}
	if !o.By.May(service.MayOverride) || strings.TrimSpace(o.Reason) == "" {
		return "", service.E(service.OverrideReason, "steps.override", nil, failed)
	}
	code := string(service.CodeOf(failed))
	f.Set(overrideKey(fd.Name), strings.Join([]string{code, o.By.Name, strings.TrimSpace(o.Reason)}, overrideSplit))
	return narrow(value), tx.Audit.Append("field.override", f.Case.No, fd.Name+" "+code+" "+o.By.ID)
}

// narrow writes a number in capital ASCII, as idcheck gives a valid one.
func narrow(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFEE0
		}
		return r
	}, s))
}

// atField adds the field to an error, so that the screen can show it there.
func atField(err error, fd flow.Field) error {
	args := service.Args{"field": fd.Name}
	for k, v := range service.ArgsOf(err) {
		args[k] = v
	}
	return service.E(service.CodeOf(err), "steps.Accept", args, err)
}

// choose is a step with one choice of several, kept under its own name.
func choose(name string, stage service.Stage, title service.Text, choices func(*flow.Facts) ([]flow.Choice, error),
	apply func(*flow.Facts, string) error) flow.Step {
	return flow.Step{
		Name: name, Stage: stage, Title: title,
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			cs, err := choices(f)
			return flow.Prompt{Type: flow.PromptChoose, Choices: cs, Primary: next}, err
		},
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			cs, err := choices(f)
			if err == nil && !offered(cs, a.Choice) {
				err = service.E(service.InputChoice, "steps.choose", service.Args{"field": name}, nil)
			}
			if err != nil {
				return flow.Next, err
			}
			return flow.Next, apply(f, a.Choice)
		},
	}
}

// numbered gives choices their digits.
func numbered(cs []flow.Choice) []flow.Choice {
	for i := range cs {
		cs[i].Key = strconv.Itoa(i + 1)
	}
	return cs
}

// reopen marks a step that a sent-back case opens again.
func reopen(s flow.Step) flow.Step {
	s.Reopen = true
	return s
}
