package part

import (
	"strconv"

	"certdesk/service/flow"
	"certdesk/tui/look"
	"certdesk/tui/text"
)

const maxLabel = 20

func (f *Form) labelWidth() int {
	w := 8
	for i := range f.items {
		w = max(w, look.Width(f.items[i].Label.In(f.lang)))
	}
	return min(w, maxLabel)
}

// Rows is the height the form takes in w columns.
func (f *Form) Rows(w int) int {
	n := 0
	for i := range f.items {
		n += f.rows(i, w)
	}
	return n
}

// rows is the height of one line: the field, and under it what is wrong with it.
func (f *Form) rows(i, w int) int {
	it := &f.items[i]
	n := 1
	if it.err != nil {
		n += len(look.Wrap(f.word(it), w-f.labels-6))
	}
	if it.waive != "" {
		n++
	}
	return n
}

// Draw writes the form; the focused field is always in sight.
func (f *Form) Draw(a look.Area, focus bool) {
	above := 0
	for i := 0; i < f.at && i < len(f.items); i++ {
		above += f.rows(i, a.W)
	}
	here := 1
	if f.at < len(f.items) {
		here = f.rows(f.at, a.W)
	}
	f.top = max(0, min(f.top, above))
	if above+here > f.top+a.H {
		f.top = above + here - a.H
	}
	if f.Rows(a.W) <= a.H {
		f.top = 0
	}
	s, y := a.Scrolled(f.top), 0
	for i := range f.items {
		y = f.line(s, y, i, focus && i == f.at)
	}
	f.more(a)
}

// more says that fields stand above or below what is shown.
func (f *Form) more(a look.Area) {
	if f.top > 0 {
		a.Text(a.W-1, 0, look.Dim, "↑")
	}
	if f.Rows(a.W)-f.top > a.H {
		a.Text(a.W-1, a.H-1, look.Dim, "↓")
	}
}

func (f *Form) line(a look.Area, y, i int, focus bool) int {
	it := &f.items[i]
	x := f.labels + 4
	st := look.Dim
	if focus {
		a.Text(0, y, look.Accent, "▸")
		st = look.Strong
	}
	a.Clip(2, y, f.labels, st, it.Label.In(f.lang))
	f.input(a, x, y, it, focus)
	y++
	if it.err != nil {
		a.Text(x, y, look.Bad, "✗")
		y = a.Wrap(x+2, y, a.W-x-2, look.Bad, f.word(it))
	}
	if it.waive != "" {
		a.Clip(x, y, a.W-x, look.Warn, "! "+text.Waived.In(f.lang)+it.waive)
		y++
	}
	return y
}

func (f *Form) input(a look.Area, x, y int, it *item, focus bool) {
	switch {
	case it.Locked:
		a.Clip(x, y, a.W-x, look.Normal, f.lockedValue(it))
	case it.Type == flow.FieldChoice:
		f.choices(a, x, y, it, focus)
	default:
		it.in.Draw(a, x, y, f.inputWidth(it, a.W-x-1), focus, f.hint(it))
	}
}

func (f *Form) lockedValue(it *item) string {
	if it.pick >= 0 {
		return it.Choices[it.pick].Label.In(f.lang)
	}
	return it.in.Value()
}

func (f *Form) hint(it *item) string {
	switch {
	case !it.Hint.Zero():
		return it.Hint.In(f.lang)
	case it.Required:
		return text.Required.In(f.lang)
	}
	return text.Optional.In(f.lang)
}

// inputWidth shows by its length what belongs into a field.
func (f *Form) inputWidth(it *item, most int) int {
	w := 40
	switch {
	case it.Type == flow.FieldMoney:
		w = 16
	case it.Type == flow.FieldText && it.Max > 40:
		w = 52
	case it.Fixed > 0:
		w = max(it.Fixed+4, look.Width(f.hint(it))+1)
	case it.Max > 0:
		w = max(min(it.Max*2, 40), 12)
	}
	return min(w, most)
}

// choices stand in one row where they fit; else the chosen one alone, with the list on F4.
func (f *Form) choices(a look.Area, x, y int, it *item, focus bool) {
	need := -2
	for i, c := range it.Choices {
		need += look.Width(keyLabel(i, c, f.lang)) + 3
	}
	if need > a.W-x {
		f.chosen(a, x, y, it, focus)
		return
	}
	for i, c := range it.Choices {
		st, sign := look.Dim, " "
		if i == it.pick {
			st, sign = look.Strong, "●"
			if focus {
				st = look.Accent
				a.Cursor(x, y)
			}
		} else if focus && it.pick < 0 && i == 0 {
			a.Cursor(x, y)
		}
		a.Text(x, y, st, sign)
		x = a.Text(x+1, y, st, keyLabel(i, c, f.lang)) + 2
	}
}

func (f *Form) chosen(a look.Area, x, y int, it *item, focus bool) {
	st, s := look.Hint, text.Required.In(f.lang)
	if it.pick >= 0 {
		st, s = look.Normal, keyLabel(it.pick, it.Choices[it.pick], f.lang)
	}
	w := min(40, a.W-x-10)
	a.Fill(x, y, w, look.Input)
	a.Clip(x, y, w, st, s)
	if focus {
		a.Cursor(x, y)
		a.Text(x+w+2, y, look.Dim, "1–"+strconv.Itoa(len(it.Choices))+"  F4")
	}
}
