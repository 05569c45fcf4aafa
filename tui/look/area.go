package look

// Area is a rectangle of a canvas. Places are relative to it; what would fall outside is not drawn.
type Area struct {
	c              *Canvas
	ox, oy         int // origin on the canvas
	W, H           int
	x0, y0, x1, y1 int // what may be drawn on, on the canvas
}

// In gives a rectangle inside the area.
func (a Area) In(x, y, w, h int) Area {
	b := Area{c: a.c, ox: a.ox + x, oy: a.oy + y, W: max(0, w), H: max(0, h)}
	b.x0, b.y0 = max(a.x0, b.ox), max(a.y0, b.oy)
	b.x1, b.y1 = min(a.x1, b.ox+b.W), min(a.y1, b.oy+b.H)
	return b
}

// Inset leaves a margin of dx columns and dy rows on every side.
func (a Area) Inset(dx, dy int) Area { return a.In(dx, dy, a.W-2*dx, a.H-2*dy) }

// Scrolled moves the content up by n rows; what leaves the area is not drawn.
func (a Area) Scrolled(n int) Area {
	a.oy -= n
	return a
}

// Text writes s at x, y and returns the column behind it. A wide character that would be cut by the area's edge becomes a blank.
func (a Area) Text(x, y int, st Style, s string) int {
	cy := a.oy + y
	seen := cy >= a.y0 && cy < a.y1
	for _, r := range s {
		r = Shown(r)
		w := RuneWidth(r)
		if seen && r >= 0 {
			a.put(a.ox+x, cy, r, w, st)
		}
		x += w
	}
	return x
}

func (a Area) put(x, y int, r rune, w int, st Style) {
	switch {
	case w == 0:
		a.mark(x, y, r)
	case x >= a.x0 && x+w <= a.x1:
		a.c.set(x, y, r, w, st)
	case w == 2 && x+1 == a.x1 && x >= a.x0:
		a.c.set(x, y, ' ', 1, st)
	case w == 2 && x+1 == a.x0 && x+1 < a.x1:
		a.c.set(x+1, y, ' ', 1, st)
	}
}

// mark adds a combining mark to the character before x.
func (a Area) mark(x, y int, r rune) {
	for x--; x >= a.x0 && x < a.x1; x-- {
		if k := &a.c.cells[y*a.c.W+x]; k.w > 0 {
			if len(k.mark) < 12 {
				k.mark += string(r)
			}
			return
		}
	}
}

// Clip writes s at x, y into at most w cells, with … where it is cut; it returns the column behind what was written.
func (a Area) Clip(x, y, w int, st Style, s string) int {
	return a.Text(x, y, st, Clip(s, min(w, a.W-x)))
}

// Right writes s so that it ends before column x.
func (a Area) Right(x, y int, st Style, s string) int {
	at := max(0, x-Width(s))
	a.Text(at, y, st, s)
	return at
}

// Center writes s in the middle of row y.
func (a Area) Center(y int, st Style, s string) {
	s = Clip(s, a.W)
	a.Text((a.W-Width(s))/2, y, st, s)
}

// Wrap writes s broken into lines of w cells from x, y and returns the row after the last.
func (a Area) Wrap(x, y, w int, st Style, s string) int {
	for _, line := range Wrap(s, w) {
		a.Text(x, y, st, line)
		y++
	}
	return y
}

// Rule draws a horizontal line.
func (a Area) Rule(x, y, w int) {
	for i := 0; i < w; i++ {
		a.Text(x+i, y, Border, "─")
	}
}

// Fill sets n cells from x to blanks of a style, as under an input field.
func (a Area) Fill(x, y, n int, st Style) {
	for i := 0; i < n; i++ {
		a.Text(x+i, y, st, " ")
	}
}

// Blank clears the whole area.
func (a Area) Blank() {
	for y := 0; y < a.H; y++ {
		a.Fill(0, y, a.W, Normal)
	}
}

// Cursor puts the terminal's cursor at x, y.
func (a Area) Cursor(x, y int) {
	cx, cy := a.ox+x, a.oy+y
	if cx >= a.x0 && cx < a.x1 && cy >= a.y0 && cy < a.y1 {
		a.c.cx, a.c.cy, a.c.cursor = cx, cy, true
	}
}

// Box draws a border around the area with a title in its top line and gives what is inside.
func (a Area) Box(title string) Area {
	if a.W < 2 || a.H < 2 {
		return a
	}
	a.Rule(1, 0, a.W-2)
	a.Rule(1, a.H-1, a.W-2)
	for y := 1; y < a.H-1; y++ {
		a.Text(0, y, Border, "│")
		a.Text(a.W-1, y, Border, "│")
	}
	for _, k := range [...]struct {
		x, y int
		s    string
	}{{0, 0, "╭"}, {a.W - 1, 0, "╮"}, {0, a.H - 1, "╰"}, {a.W - 1, a.H - 1, "╯"}} {
		a.Text(k.x, k.y, Border, k.s)
	}
	if title != "" {
		t := Clip(title, a.W-6)
		a.Text(2, 0, Heading, " "+t+" ")
	}
	return a.In(1, 1, a.W-2, a.H-2)
}
