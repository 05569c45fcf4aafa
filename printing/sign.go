package printing

import "certdesk/service"

// signatures sets a box for every signer. On receipts it is one line with the printed names, without date.
func (s *sheet) signatures(ps []service.Pair) {
	if s.doc.Kind == service.DocReceipt {
		s.signLine(ps)
		return
	}
	s.y += 1
	for len(ps) > 0 {
		n := min(len(ps), 3)
		if len(ps) == 2 || len(ps) == 4 {
			n = 2
		}
		s.signBoxes(ps[:n])
		ps = ps[n:]
	}
	s.y += 1
}

// signBoxes sets boxes side by side: who signs, room for signature or seal, a line, and the date to fill in.
func (s *sheet) signBoxes(ps []service.Pair) {
	w, st, date := s.width()/float64(len(ps)), style{size: s.body}, style{size: s.body - 0.5}
	step, most := s.line(st.size), 1
	set := make([][]setLine, len(ps))
	for i, p := range ps {
		set[i] = wrap(p.Label+"："+p.Value, w-2*cellPad, 0, s.measurer(st))
		most = max(most, len(set[i]))
	}
	h := s.row*2.8 + float64(most-1)*step
	s.room(h)
	for i, lines := range set {
		x := s.left + float64(i)*w
		s.put(&frameBox{x: x, y: s.y, w: w, h: h, width: hair})
		for n, l := range lines {
			s.say(x+cellPad, baseline(s.y+s.row/2+float64(n)*step, st.size), l.text, st)
		}
		ruleY := s.y + h - s.row*1.02
		s.put(&rule{x1: x + 2*cellPad, y1: ruleY, x2: x + w - 2*cellPad, y2: ruleY, width: 0.2, gray: 0.2})
		s.sayIn(x, w-2*cellPad, baseline(s.y+h-s.row*0.5, date.size), "年　　月　　日", date, 'r')
	}
	s.y += h
	s.outline(s.y - h)
}

// signer is a label with a printed name, both wrapped.
type signer struct {
	label, name []setLine
	labelW      float64
}

// signLine sets label and line for every signer in one row; a printed name stands on its line, a long one on several.
func (s *sheet) signLine(ps []service.Pair) {
	if len(ps) == 0 {
		return
	}
	w, st := s.width()/float64(len(ps)), style{size: s.body}
	signers, most := make([]signer, len(ps)), 1
	for i, p := range ps {
		g := signer{labelW: min(s.measure(clean(p.Label)+"：", st)+0.2, w/2)}
		g.label = wrap(p.Label+"：", g.labelW, 0, s.measurer(st))
		g.name = wrap(p.Value, w-g.labelW-5, 0, s.measurer(st))
		most = max(most, len(g.label), len(g.name))
		signers[i] = g
	}
	h := s.row*1.25 + float64(most-1)*s.line(st.size)
	s.room(h + 1)
	s.y += 1
	for i, g := range signers {
		s.signer(s.left+float64(i)*w, w-4, h, g, st)
	}
	s.y += h
}

func (s *sheet) signer(x, w, h float64, g signer, st style) {
	for n, l := range g.label {
		s.say(x, s.lineAt(h, len(g.label), n, st.size), l.text, st)
	}
	for n, l := range g.name {
		s.sayIn(x+g.labelW, w-g.labelW, s.lineAt(h, len(g.name), n, st.size), l.text, st, 'c')
	}
	last := max(len(g.name), len(g.label))
	y := s.lineAt(h, last, last-1, st.size) + 1.1
	s.put(&rule{x1: x + g.labelW, y1: y, x2: x + w, y2: y, width: 0.2, gray: 0.2})
}

// lineAt is the baseline of line n of total lines that are centred in the height h below y.
func (s *sheet) lineAt(h float64, total, n int, size float64) float64 {
	step := s.line(size)
	return baseline(s.y+(h-step*float64(total))/2+step*(float64(n)+0.5), size)
}
