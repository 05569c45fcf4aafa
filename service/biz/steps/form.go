// Package steps holds the steps that businesses share: identity, project and product, materials, agreement, fee, review,
// hand-over, and the papers that go with them. A business composes them with its own.
package steps

import (
	"strconv"
	"strings"

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
// A value that fails its check passes under a supervisor's override with a reason; the audit keeps field, rule and who.
func Accept(tx *service.Tx, f *flow.Facts, fields []flow.Field, a flow.Answer) (map[string]string, error) {
	out := map[string]string{}
	for _, fd := range fields {
		if fd.Locked {
			out[fd.Name] = fd.Value
			continue
		}
		norm, err := acceptOne(fd, strings.TrimSpace(a.Values[fd.Name]))
		if o, ok := a.Overrides[fd.Name]; err != nil && ok && fd.Override {
			norm, err = strings.TrimSpace(a.Values[fd.Name]), override(tx, f, fd, o, err)
		}
		if err != nil {
			return nil, atField(err, fd)
		}
		out[fd.Name] = norm
	}
	return out, nil
}

func acceptOne(fd flow.Field, value string) (string, error) {
	if value == "" {
		if fd.Required {
			return "", service.E(service.InputRequired, "steps.Accept", nil, nil)
		}
		return "", nil
	}
	if most := max(fd.Max, 64); len([]rune(value)) > most && fd.Check == nil {
		return "", service.E(service.InputTooLong, "steps.Accept", service.Args{"max": strconv.Itoa(most)}, nil)
	}
	if len(fd.Choices) > 0 && !offered(fd.Choices, value) {
		return "", service.E(service.InputChoice, "steps.Accept", nil, nil)
	}
	if fd.Check == nil {
		return value, nil
	}
	return fd.Check(value)
}

func offered(cs []flow.Choice, value string) bool {
	for _, c := range cs {
		if c.Value == value {
			return true
		}
	}
	return false
}

func override(tx *service.Tx, f *flow.Facts, fd flow.Field, o flow.Override, failed error) error {
	if !o.By.May(service.MayOverride) || strings.TrimSpace(o.Reason) == "" {
		return service.E(service.OverrideReason, "steps.override", nil, failed)
	}
	f.Set("override."+fd.Name, string(service.CodeOf(failed))+" "+o.By.Name+" "+o.Reason)
	return tx.Audit.Append("field.override", f.Case.No, fd.Name+" "+string(service.CodeOf(failed))+" "+o.By.ID)
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
