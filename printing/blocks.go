package printing

import (
	"errors"
	"strings"
	"unicode/utf8"

	"certdesk/service"
)

// heading sets a section's title with air above it.
func (s *sheet) heading(text string) {
	st := style{size: s.body + 1, bold: true}
	if s.y > s.top+s.qr {
		s.y += s.row * 0.3
	}
	for _, l := range wrap(text, s.width(), 0, s.measurer(st)) {
		h := s.line(st.size) * 1.1
		s.say(s.left, baseline(s.y+h/2, st.size), l.text, st)
		s.y += h
	}
	s.y += 0.8
}

func (s *sheet) gap() { s.y += s.row * 0.6 }

// text sets paragraphs: first line indented by two characters unless it is numbered, lines justified.
func (s *sheet) text(text string) {
	st := style{size: s.body}
	step := s.line(st.size) * 1.08
	s.y += 1
	for p := range strings.SplitSeq(strings.TrimRight(text, "\r\n"), "\n") {
		indent := 2 * st.size * mmPerPoint
		if numbered(p) {
			indent = 0
		}
		for i, l := range wrap(p, s.width(), indent, s.measurer(st)) {
			s.room(step)
			x, w := s.left, s.width()
			if i == 0 {
				x, w = x+indent, w-indent
			}
			s.say(x, baseline(s.y+step/2, st.size), l.text, s.justified(l, st, w))
			s.y += step
		}
	}
	s.y += 1
}

// numbered tells items and addresses, which are not indented, from running text.
func numbered(p string) bool {
	r, n := utf8.DecodeRuneInString(p)
	if r >= '0' && r <= '9' || strings.ContainsRune("（(①②③④⑤⑥⑦⑧⑨⑩　 ", r) || strings.HasSuffix(p, "：") {
		return true
	}
	return strings.ContainsRune("一二三四五六七八九十", r) && strings.HasPrefix(p[n:], "、")
}

// justified spreads a line that its paragraph goes on from to the full width, if little is missing.
func (s *sheet) justified(l setLine, st style, width float64) style {
	n := utf8.RuneCountInString(l.text)
	slack := width - s.measure(l.text, st)
	if l.joined && n > 1 && slack > 0 && slack < 4*st.size*mmPerPoint {
		st.spacing = slack / mmPerPoint / float64(n-1)
	}
	return st
}

// checks sets a checklist, in two columns where all labels are short.
func (s *sheet) checks(cs []service.Check) {
	st := style{size: s.body}
	half := s.width() / 2
	mark := st.size * mmPerPoint
	columns := 1
	if len(cs) > 3 {
		columns = 2
		for _, c := range cs {
			if s.measure(clean(c.Label), st)+mark+7 > half {
				columns = 1
			}
		}
	}
	w := s.width() / float64(columns)
	s.y += 0.8
	for len(cs) > 0 {
		n := min(columns, len(cs))
		s.checkRow(cs[:n], st, w, mark)
		cs = cs[n:]
	}
	s.y += 1.2
}

func (s *sheet) checkRow(cs []service.Check, st style, w, size float64) {
	step := s.line(st.size) * 1.08
	set, most := make([][]setLine, len(cs)), 1
	for i, c := range cs {
		set[i] = wrap(c.Label, w-size-5, 0, s.measurer(st))
		most = max(most, len(set[i]))
	}
	s.room(min(step*float64(most), 6*step))
	for n := range most {
		s.room(step)
		for i := range cs {
			x := s.left + 1.5 + float64(i)*w
			if n == 0 {
				s.put(&tick{x: x, y: s.y + (step-size)/2, size: size, on: cs[i].Done, style: st})
			}
			if n < len(set[i]) {
				s.say(x+size+1.6, baseline(s.y+step/2, st.size), set[i][n].text, st)
			}
		}
		s.y += step
	}
}

// code sets a QR code with its caption beside it.
func (s *sheet) code(b service.Block) error {
	q, ok := qrOf(b.Text)
	if !ok {
		return errors.New("text too long for a QR code")
	}
	size := max(24, float64(len(q))*0.5)
	s.y += 1.5
	s.room(size)
	s.put(&code{x: s.left - quietZone(q, size), y: s.y, size: size, modules: q})
	if len(b.Pairs) > 0 {
		st := style{size: s.body}
		x, w := s.left+size+1, s.width()-size-1
		lines := wrap(b.Pairs[0].Label, w, 0, s.measurer(st))
		step := s.line(st.size)
		y := s.y + (size-step*float64(len(lines)))/2
		for _, l := range lines {
			s.say(x, baseline(y+step/2, st.size), l.text, st)
			y += step
		}
	}
	s.y += size + 1.5
	return nil
}
