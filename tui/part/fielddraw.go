package part

import "certdesk/tui/look"

// cells is how many columns the i-th character takes as shown, its group's blank included.
func (f *Field) cells(i int) int {
	if f.Kind == Secret {
		return 2
	}
	w := look.RuneWidth(look.Shown(f.value[i]))
	if f.Group > 0 && (i+1)%f.Group == 0 {
		w++
	}
	return w
}

func (f *Field) span(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		n += f.cells(i)
	}
	return n
}

// scroll keeps the cursor inside w columns; one column is kept free for the cursor behind the text.
func (f *Field) scroll(w int) {
	if f.from > f.at {
		f.from = f.at
	}
	for f.from < f.at && f.span(f.from, f.at) > w-1 {
		f.from++
	}
	for f.from > 0 && f.span(f.from-1, len(f.value)) <= w-1 {
		f.from--
	}
}

// Draw writes the field at x, y in w columns. With focus the terminal's own cursor stands where the next character goes, so that an
// input method opens in place.
func (f *Field) Draw(a look.Area, x, y, w int, focus bool, hint string) {
	st := look.Input
	if focus {
		st = look.InputFocus
	}
	a = a.In(x, y, w, 1)
	a.Fill(0, 0, w, st)
	f.scroll(w)
	at := 0
	if f.Kind == Money {
		at = max(0, w-1-f.span(f.from, len(f.value)))
	}
	if len(f.value) == 0 && hint != "" && f.Kind != Money {
		a.Clip(0, 0, w, look.Hint, hint)
	}
	f.chars(a, at, st)
	if focus {
		a.Cursor(at+f.span(f.from, f.at), 0)
	}
}

func (f *Field) chars(a look.Area, x int, st look.Style) {
	if st == look.Input {
		st = look.Normal
	}
	for i := f.from; i < len(f.value) && x < a.W; i++ {
		s := "●"
		if f.Kind != Secret {
			s = string(f.value[i])
		}
		a.Text(x, 0, st, s)
		x += f.cells(i)
	}
}
