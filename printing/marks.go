package printing

// words is text on a baseline, in mm from the top left.
type words struct {
	x, y float64
	text string
	style
}

func (w *words) draw(p *pen) {
	if w.spacing > 0.18*w.size { // readers take wide gaps for spaces: say what the line reads
		p.span(w.text, func() { p.words(w) })
		return
	}
	p.words(w)
}

// reading is text set in pieces, such as downwards, that reads as one.
type reading struct {
	text  string
	parts []words
}

func (r *reading) draw(p *pen) {
	p.span(r.text, func() {
		for i := range r.parts {
			p.words(&r.parts[i])
		}
	})
}

// rule is a straight line.
type rule struct{ x1, y1, x2, y2, width, gray, dash float64 }

func (r *rule) draw(p *pen) {
	p.stroke(r.width, r.gray)
	if r.dash > 0 {
		p.raw("[%.2f %.2f] 0 d", r.dash*p.k, r.dash*p.k*0.8)
	}
	p.raw("%.2f %.2f m %.2f %.2f l S", p.x(r.x1), p.y(r.y1), p.x(r.x2), p.y(r.y2))
	if r.dash > 0 {
		p.raw("[] 0 d")
	}
}

// fill is a filled rectangle without rules.
type fill struct{ x, y, w, h, gray float64 }

func (f *fill) draw(p *pen) {
	p.ink(f.gray)
	p.raw("%.2f %.2f %.2f %.2f re f", p.x(f.x), p.y(f.y+f.h), f.w*p.k, f.h*p.k)
}

// frameBox is a ruled rectangle.
type frameBox struct{ x, y, w, h, width float64 }

func (b *frameBox) draw(p *pen) {
	p.stroke(b.width, 0)
	p.raw("%.2f %.2f %.2f %.2f re S", p.x(b.x), p.y(b.y+b.h), b.w*p.k, b.h*p.k)
}

// tick is the box of a checklist; it reads as ☑ or ☐.
type tick struct {
	x, y, size float64
	on         bool
	style
}

func (t *tick) draw(p *pen) {
	reads := "☐"
	if t.on {
		reads = "☑"
	}
	p.span(reads, func() {
		p.placeholder(t.x, t.y+t.size*0.86, t.style)
		s := t.size * 0.86
		x, y := t.x+t.size*0.07, t.y+t.size*0.07
		p.stroke(0.25, 0)
		p.raw("%.2f %.2f %.2f %.2f re S", p.x(x), p.y(y+s), s*p.k, s*p.k)
		if t.on {
			p.stroke(0.5, 0)
			p.raw("%.2f %.2f m %.2f %.2f l %.2f %.2f l S",
				p.x(x+s*0.2), p.y(y+s*0.5), p.x(x+s*0.42), p.y(y+s*0.76), p.x(x+s*0.84), p.y(y+s*0.22))
		}
	})
}

// code is a QR code, quiet zone included.
type code struct {
	x, y, size float64
	modules    [][]bool
}

func (c *code) draw(p *pen) {
	p.ink(0)
	u := c.size / float64(len(c.modules))
	for y, row := range c.modules {
		for x := 0; x < len(row); x++ {
			n := 0
			for x+n < len(row) && row[x+n] {
				n++
			}
			if n > 0 {
				p.raw("%.3f %.3f %.3f %.3f re", p.x(c.x+u*float64(x)), p.y(c.y+u*float64(y+1)), u*float64(n)*p.k, u*p.k)
				x += n
			}
		}
	}
	p.raw("f")
}

// needs tells the writer which characters a mark sets.
func (s *sheet) needs() (regular, bold []rune) {
	take := func(w *words) {
		for _, r := range w.text {
			if f := s.face(r, w.bold); r > 0xFFFF || f == nil {
				continue
			} else if f == s.bold {
				bold = append(bold, r)
			} else {
				regular = append(regular, r)
			}
		}
	}
	for _, page := range s.pages {
		for _, m := range page {
			switch m := m.(type) {
			case *words:
				take(m)
			case *reading:
				for i := range m.parts {
					take(&m.parts[i])
				}
			}
		}
	}
	return append(regular, box), bold
}
