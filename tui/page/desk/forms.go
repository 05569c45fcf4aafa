package desk

import (
	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// drawing is where and how a view draws.
type drawing struct {
	look.Area
	focus bool // nothing lies on top and nothing is being waited for
}

// formView asks for fields, under a table and facts to read where the prompt has them.
type formView struct {
	env    *page.Env
	prompt *flow.Prompt
	form   *part.Form
}

func newForm(env *page.Env, pr *flow.Prompt) *formView {
	v := &formView{env: env, prompt: pr, form: part.NewForm(pr.Fields, env.Lang)}
	if pr.Type == flow.PromptCode {
		v.form.Group(4)
	}
	return v
}

func (v *formView) key(k press) bool { return v.form.Key(k.Event) == part.Last }

func (v *formView) typing() bool { return v.form.Typing() }

func (v *formView) rows(w int) int {
	n := v.form.Rows(w)
	if h := v.above(w); h > 0 {
		n += h + 1
	}
	return n
}

// above is the height of what is to be read before the fields.
func (v *formView) above(w int) int {
	n := 0
	if v.prompt.Table != nil {
		n = part.TableRows(v.prompt.Table)
	}
	if len(v.prompt.Facts) > 0 {
		if n > 0 {
			n++
		}
		n += part.FactRows(v.prompt.Facts, v.env.Lang, w)
	}
	return n
}

func (v *formView) draw(d drawing) {
	y := 0
	if v.prompt.Table != nil {
		y = part.Table(d.In(2, 0, d.W-2, d.H), 0, v.prompt.Table, v.env.Lang)
	}
	if len(v.prompt.Facts) > 0 {
		if y > 0 {
			y++
		}
		y = part.Facts(d.In(2, y, d.W-2, d.H), 0, v.prompt.Facts, v.env.Lang) + y
	}
	if y > 0 {
		y++
	}
	v.form.Draw(d.In(0, y, d.W, d.H-y), d.focus)
}

func (v *formView) answer(a *flow.Answer) bool {
	if !v.form.Ready() {
		return false
	}
	a.Values = v.form.Values()
	return true
}

func (v *formView) fail(field string, err error) bool { return field != "" && v.form.Fail(field, err) }

// chooseView asks for one of several, or for ticks.
type chooseView struct {
	env  *page.Env
	menu *part.Menu
	err  error
}

func newChoose(env *page.Env, pr *flow.Prompt) *chooseView {
	return &chooseView{env: env, menu: part.NewMenu(pr.Choices, pr.Multi, env.Lang)}
}

// key chooses. A digit that names one choice is the answer; typed ahead it only selects.
func (v *chooseView) key(k press) bool {
	if k.Act == keys.Enter {
		return true
	}
	used, hit := v.menu.Key(k.Event)
	if used {
		v.err = nil
	}
	return hit && !v.menu.Multi && !k.ahead
}

func (v *chooseView) keys() []keys.Binding {
	if v.menu.Multi {
		return []keys.Binding{{Act: keys.Text, Name: "1–9", Label: text.KeyTick}, {Act: keys.Text, Name: "0", Label: text.KeyAll}, {Act: keys.Enter, Label: text.KeyOK}}
	}
	return []keys.Binding{{Act: keys.Text, Name: "1–9", Label: text.KeyChoose}, {Act: keys.Enter, Label: text.KeyOK}}
}

func (v *chooseView) typing() bool { return false }

func (v *chooseView) rows(w int) int {
	n := v.menu.Rows()
	if v.err != nil {
		n += 1 + len(look.Wrap(v.word(), w-2))
	}
	return n
}

// word is the error in full: a list has no field to stand at, and what is missing is named in the cause.
func (v *chooseView) word() string {
	e := text.Explain(v.err, v.env.Lang)
	return e.Title + v.env.In(service.T("。", ". ")) + e.Cause + "\n" + e.Next
}

func (v *chooseView) draw(d drawing) {
	h := d.H
	if v.err != nil {
		lines := len(look.Wrap(v.word(), d.W-2))
		h = max(1, min(v.menu.Rows(), d.H-lines-1))
		d.Text(0, h+1, look.Bad, "✗")
		d.Wrap(2, h+1, d.W-2, look.Bad, v.word())
	}
	v.menu.Draw(d.In(0, 0, d.W, h), d.focus)
}

func (v *chooseView) answer(a *flow.Answer) bool {
	if v.menu.Multi {
		a.Chosen = v.menu.Ticked()
		return true
	}
	c, ok := v.menu.Selected()
	a.Choice = c.Value
	return ok
}

// fail keeps what was ticked: materials that are missing are named under the list.
func (v *chooseView) fail(_ string, err error) bool {
	if !service.IsCode(err, service.MaterialsLack, service.InputChoice, service.InputRequired) {
		return false
	}
	v.err = err
	return true
}
