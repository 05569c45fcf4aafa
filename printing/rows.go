package printing

// cell is one box of a ruled row. Text is wrapped when the row is set.
type cell struct {
	w     float64
	text  string
	st    style
	align byte // l, c, r
	fill  bool // the grey of labels and heads
	lines []setLine
}

type row struct {
	cells []cell
	h     float64
}

const (
	cellPad  = 1.8  // mm between rule and text
	labelInk = 0.93 // the grey of labels and heads: prints light on an old laser printer
	hair     = 0.18 // inner rules
	frame    = 0.42 // outer rules
)

// fit wraps the cells' texts and takes the height of the tallest, at least that of a one-line row.
func (s *sheet) fit(cells []cell, least float64) row {
	r := row{cells: cells, h: least}
	for i := range r.cells {
		c := &r.cells[i]
		c.st = s.unbroken(*c)
		c.lines = wrap(c.text, c.w-2*cellPad, 0, s.measurer(c.st))
		r.h = max(r.h, s.cellLine(*c)*float64(len(c.lines))+2.4)
	}
	return r
}

// unbroken sets a single word, such as a serial number, a little smaller where that saves it from being cut.
func (s *sheet) unbroken(c cell) style {
	text := clean(c.text)
	if len(breaks(text)) > 1 {
		return c.st
	}
	if st := s.shrink(text, c.st, c.w-2*cellPad, c.st.size*0.78); s.measure(text, st) <= c.w-2*cellPad {
		return st
	}
	return c.st
}

func (s *sheet) cellLine(c cell) float64 { return s.line(c.st.size) * 0.95 }

// rows sets ruled rows with a strong frame around those of each page; head is repeated at the top of further pages.
func (s *sheet) rows(rs []row, head *row) {
	if head != nil {
		need := head.h
		if len(rs) > 0 {
			need += min(rs[0].h, 3*s.row)
		}
		s.room(need)
	} else if len(rs) > 0 {
		s.room(min(rs[0].h, 3*s.row))
	}
	top := s.y
	if head != nil {
		s.ruled(*head)
	}
	for _, r := range s.cut(rs, head) {
		if s.y+r.h > s.floor()+0.01 {
			s.outline(top)
			s.newPage()
			top = s.y
			if head != nil {
				s.ruled(*head)
			}
		}
		s.ruled(r)
	}
	s.outline(top)
}

// cut splits rows that would not fit on a page of their own.
func (s *sheet) cut(rs []row, head *row) []row {
	most := s.floor() - s.top - 14
	if head != nil {
		most -= head.h
	}
	var out []row
	for _, r := range rs {
		for r.h > most {
			part, rest := s.split(r, most)
			out, r = append(out, part), rest
		}
		out = append(out, r)
	}
	return out
}

func (s *sheet) split(r row, most float64) (part, rest row) {
	part, rest = row{h: most}, row{h: s.row}
	for _, c := range r.cells {
		n := min(len(c.lines), max(1, int((most-2.4)/s.cellLine(c))))
		a, b := c, c
		a.lines, b.lines = c.lines[:n], c.lines[n:]
		part.cells, rest.cells = append(part.cells, a), append(rest.cells, b)
		rest.h = max(rest.h, s.cellLine(c)*float64(len(b.lines))+2.4)
	}
	return part, rest
}

// ruled draws one row at y.
func (s *sheet) ruled(r row) {
	x := s.left
	for _, c := range r.cells {
		if c.fill {
			s.put(&fill{x: x, y: s.y, w: c.w, h: r.h, gray: labelInk})
		}
		x += c.w
	}
	x = s.left
	for _, c := range r.cells {
		s.put(&frameBox{x: x, y: s.y, w: c.w, h: r.h, width: hair})
		s.cellText(x, r.h, c)
		x += c.w
	}
	s.y += r.h
}

func (s *sheet) cellText(x, h float64, c cell) {
	step := s.cellLine(c)
	y := s.y + (h-step*float64(len(c.lines)))/2
	for _, l := range c.lines {
		s.sayIn(x+cellPad, c.w-2*cellPad, baseline(y+step/2, c.st.size), l.text, c.st, c.align)
		y += step
	}
}

// outline strengthens the rules around what was set since top.
func (s *sheet) outline(top float64) {
	if s.y > top {
		s.put(&frameBox{x: s.left, y: top, w: s.width(), h: s.y - top, width: frame})
	}
}
