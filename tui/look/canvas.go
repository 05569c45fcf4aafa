package look

import "strings"

// cell is one place of the screen. w is the width of the character that starts here, 0 where it is the right half of a wide one.
type cell struct {
	r    rune
	w    uint8
	st   Style
	mark string // combining marks on r
}

// Canvas is a screen being drawn. The zero place is the top left corner.
type Canvas struct {
	W, H   int
	cells  []cell
	cx, cy int
	cursor bool
}

// NewCanvas gives a blank screen.
func NewCanvas(w, h int) *Canvas {
	c := &Canvas{}
	c.Reset(w, h)
	return c
}

// Reset blanks the canvas at a new size, reusing its memory.
func (c *Canvas) Reset(w, h int) {
	if cap(c.cells) < w*h {
		c.cells = make([]cell, w*h)
	}
	c.W, c.H, c.cells, c.cursor = w, h, c.cells[:w*h], false
	for i := range c.cells {
		c.cells[i] = cell{r: ' ', w: 1}
	}
}

// All is the whole canvas as an area.
func (c *Canvas) All() Area { return Area{c: c, W: c.W, H: c.H, x1: c.W, y1: c.H} }

// Cursor reports where the terminal's cursor was put, if it was.
func (c *Canvas) Cursor() (x, y int, ok bool) { return c.cx, c.cy, c.cursor }

// set puts a character of w cells at x, y; halves of wide characters that it cuts become blanks.
func (c *Canvas) set(x, y int, r rune, w int, st Style) {
	row := c.cells[y*c.W : (y+1)*c.W]
	if row[x].w == 0 && x > 0 {
		row[x-1] = cell{r: ' ', w: 1, st: row[x-1].st}
	}
	if end := x + w; end < c.W && row[end].w == 0 {
		row[end] = cell{r: ' ', w: 1, st: row[end].st}
	}
	row[x] = cell{r: r, w: uint8(w), st: st}
	if w == 2 {
		row[x+1] = cell{st: st}
	}
}

// Lines gives the screen as styled text, one line per row, each exactly W cells wide.
func (c *Canvas) Lines(t Theme) string {
	var b strings.Builder
	b.Grow(len(c.cells)*3 + c.H*16)
	for y := 0; y < c.H; y++ {
		if y > 0 {
			b.WriteByte('\n')
		}
		c.line(&b, c.cells[y*c.W:(y+1)*c.W], t)
	}
	return b.String()
}

func (c *Canvas) line(b *strings.Builder, row []cell, t Theme) {
	open := ""
	for _, k := range row {
		if k.w == 0 {
			continue
		}
		if want := t.sgr[k.st]; want != open {
			sgr(b, open, want)
			open = want
		}
		b.WriteRune(t.rune(k.r))
		b.WriteString(k.mark)
	}
	sgr(b, open, "")
}

func (t Theme) rune(r rune) rune {
	if t.ASCII && r > 0x7f {
		if a, ok := asciiOf[r]; ok {
			return a
		}
	}
	return r
}

func sgr(b *strings.Builder, open, want string) {
	if open != "" {
		b.WriteString("\x1b[m")
	}
	if want != "" {
		b.WriteString("\x1b[")
		b.WriteString(want)
		b.WriteByte('m')
	}
}
