package desk

import (
	"bytes"
	"fmt"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// secretView lets the customer type on the turned screen: large, calm, dots instead of characters. Keys typed ahead never reach it.
type secretView struct {
	env    *page.Env
	prompt *flow.Prompt
	ins    []secretIn
	at     int
}

type secretIn struct {
	part.Field
	of    flow.SecretField
	again bool
	err   error
}

func newSecret(env *page.Env, pr *flow.Prompt) *secretView {
	v := &secretView{env: env, prompt: pr}
	for _, s := range pr.Secrets {
		in := secretIn{Field: part.Field{Kind: part.Secret, Max: most(s.Rule)}, of: s}
		v.ins = append(v.ins, in)
		if s.Twice {
			in.again = true
			v.ins = append(v.ins, in)
		}
	}
	return v
}

func most(r service.PINRule) int {
	if r.Max > 0 {
		return r.Max
	}
	return 32
}

func (v *secretView) typing() bool { return true }

func (v *secretView) key(k press) bool {
	if k.ahead {
		return false
	}
	switch k.Act {
	case keys.Enter:
		if !v.check(v.at) {
			return false
		}
		if v.at == len(v.ins)-1 {
			return true
		}
		v.at++
	case keys.Tab, keys.Down:
		v.at = min(len(v.ins)-1, v.at+1)
	case keys.Up, keys.BackTab:
		v.at = max(0, v.at-1)
	case keys.Paste: // a PIN is typed by the customer, never pasted
	default:
		v.ins[v.at].err = nil
		v.ins[v.at].Key(k.Event)
	}
	return false
}

// check keeps to what can be known here: length, digits, and that both entries agree.
func (v *secretView) check(i int) bool {
	in := &v.ins[i]
	in.err = nil
	b := in.Bytes()
	defer clear(b)
	switch rule := in.of.Rule; {
	case len(b) == 0:
		in.err = service.E(service.InputRequired, "desk.secret", nil, nil)
	case in.again:
		first := v.ins[i-1].Bytes()
		defer clear(first)
		if !bytes.Equal(first, b) {
			v.again(i)
		}
	case len(b) < rule.Min:
		in.err = service.E(service.PINFormat, "desk.secret", service.Args{"rule": "min"}, nil)
	case rule.DigitsOnly && !onlyDigits(b):
		in.err = service.E(service.PINFormat, "desk.secret", service.Args{"rule": "digits"}, nil)
	}
	return in.err == nil
}

// again empties both entries and starts over with the first.
func (v *secretView) again(i int) {
	v.ins[i].Wipe()
	v.ins[i-1].Wipe()
	v.ins[i].err = service.E(service.PINMismatch, "desk.secret", nil, nil)
	v.at = i - 1
}

func (v *secretView) wipe() {
	for i := range v.ins {
		v.ins[i].Wipe()
	}
}

func onlyDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func (v *secretView) answer(a *flow.Answer) bool {
	for i := range v.ins {
		if !v.check(i) {
			if v.ins[i].err != nil && !service.IsCode(v.ins[i].err, service.PINMismatch) {
				v.at = i
			}
			return false
		}
	}
	a.Secrets = map[string][]byte{}
	for i := range v.ins {
		if b := v.ins[i].Take(); v.ins[i].again {
			clear(b)
		} else {
			a.Secrets[v.ins[i].of.Name] = b
		}
	}
	v.at = 0
	return true
}

// fail shows a PIN that the rules or the token refused, at the field it was typed in.
func (v *secretView) fail(field string, err error) bool {
	if !service.IsCode(err, service.PINFormat, service.PINMismatch, service.PINSame, service.PINWrong) {
		return false
	}
	v.at = 0
	for i := range v.ins {
		isNew := v.ins[i].of.Twice
		if !v.ins[i].again && (v.ins[i].of.Name == field || field == "" && isNew != service.IsCode(err, service.PINWrong)) {
			v.at = i
		}
	}
	v.ins[v.at].err = err
	return true
}

func (v *secretView) rows(int) int {
	n := 3
	for i := range v.ins {
		n += 2
		if v.ins[i].err != nil {
			n++
		}
	}
	return n
}

func (v *secretView) draw(d drawing) {
	w := min(d.W, 60)
	in := d.In((d.W-w)/2, 0, w, v.rows(0)).Box(v.env.In(text.Customer)).Inset(3, 1)
	y := 0
	for i := range v.ins {
		y = v.line(in, y, i, d.focus && i == v.at)
	}
}

func (v *secretView) line(a look.Area, y, i int, focus bool) int {
	in := &v.ins[i]
	label, st := in.of.Label.In(v.env.Lang), look.Dim
	if in.again {
		label = v.env.In(text.SecretAgain)
	}
	if focus {
		a.Text(0, y, look.Accent, "▸")
		st = look.Strong
	}
	a.Clip(2, y, 16, st, label)
	in.Draw(a, 20, y, a.W-20, focus, v.hint(in))
	y++
	if in.err != nil {
		a.Text(20, y, look.Bad, "✗")
		a.Clip(22, y, a.W-22, look.Bad, text.Explain(in.err, v.env.Lang).Title)
		y++
	}
	return y + 1
}

func (v *secretView) hint(in *secretIn) string {
	if in.again || in.of.Rule.Max == 0 {
		return ""
	}
	form := text.SecretRule
	if in.of.Rule.DigitsOnly {
		form = text.SecretDigits
	}
	return fmt.Sprintf(v.env.In(form), in.of.Rule.Min, in.of.Rule.Max)
}
