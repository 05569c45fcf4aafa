package printing

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"certdesk/service"
)

// beijing is the only time zone of the country; a constant offset keeps equal documents equal wherever they are printed.
var beijing = time.FixedZone("CST", 8*3600)

// head sets the first page's head: hall, title and business in the middle, the number with its code at the right.
func (s *sheet) head() {
	s.y = s.top
	right := s.w - s.right
	if s.doc.No != "" {
		if q, ok := qrOf(clean(s.doc.No)); ok {
			s.put(&code{x: right - s.qr + quietZone(q, s.qr), y: s.top - 2, size: s.qr, modules: q})
		}
	}
	side := s.qr + 4
	mid := s.width() - 2*side
	s.centred(s.doc.Hall, style{size: s.hall, spacing: s.hall * 0.18}, mid, 2)
	s.centred(s.doc.Title, style{size: s.title, bold: true, spacing: s.titleSpacing()}, mid, 1.6)
	s.doubleRule()
	s.centred(s.doc.Subtitle, style{size: s.subtitle}, mid, 1)
	s.y = max(s.y, s.top-2+s.qr+1)
	s.headLine()
}

// titleSpacing opens a short title wide (收　据) and a long one a little.
func (s *sheet) titleSpacing() float64 {
	n := utf8.RuneCountInString(s.doc.Title)
	if n <= 3 {
		return s.title * 1.1
	}
	return s.title * max(0.06, 0.5-0.03*float64(n))
}

// doubleRule underlines the title of a receipt, as on printed receipt books.
func (s *sheet) doubleRule() {
	if s.doc.Kind != service.DocReceipt {
		return
	}
	for i, width := range []float64{0.35, 0.15} {
		y := s.y - 1 + 0.8*float64(i)
		s.put(&rule{x1: s.w/2 + (s.left-s.right)/2 - 22, y1: y, x2: s.w/2 + (s.left-s.right)/2 + 22, y2: y, width: width})
	}
	s.y += 0.8
}

// centred sets a line of the head, smaller where it is long and in several lines where that does not help.
func (s *sheet) centred(text string, st style, width, after float64) {
	if text = clean(text); text == "" {
		return
	}
	st = s.shrink(text, st, width, max(9, st.size*0.65))
	for _, l := range wrap(text, width, 0, s.measurer(st)) {
		h := s.line(st.size) * 0.92
		s.sayIn(s.left, s.width(), baseline(s.y+h/2, st.size), l.text, st, 'c')
		s.y += h
	}
	s.y += after
}

// headLine closes the head with the date at the left and the number at the right.
func (s *sheet) headLine() {
	st := style{size: s.body - 1}
	h := s.line(st.size)
	s.say(s.left, baseline(s.y+h/2, st.size), "日期："+s.doc.Time.In(beijing).Format("2006年01月02日"), st)
	if s.doc.No != "" {
		for i, l := range wrap("编号："+s.doc.No, s.width()*0.65, 0, s.measurer(st)) {
			if i > 0 {
				s.y += h
			}
			s.sayIn(s.left, s.width(), baseline(s.y+h/2, st.size), l.text, st, 'r')
		}
	}
	s.y += h + 1.2
}

// runningHead names hall, title and number on every further page.
func (s *sheet) runningHead() {
	st := style{size: s.small + 1}
	h := s.line(st.size)
	s.y = s.top - 2
	at := baseline(s.y+h/2, st.size)
	s.say(s.left, at, s.short(strings.TrimSpace(clean(s.doc.Hall)+"　"+clean(s.doc.Title))+"（续）", s.width()*0.64, st), st)
	s.sayIn(s.left, s.width(), at, s.short(clean(s.doc.No), s.width()*0.34, st), st, 'r')
	s.y += h + 0.6
	s.put(&rule{x1: s.left, y1: s.y, x2: s.w - s.right, y2: s.y, width: 0.3})
	s.y += 3
}

// short cuts text that only repeats what stands in full elsewhere.
func (s *sheet) short(text string, width float64, st style) string {
	if s.measure(text, st) <= width {
		return text
	}
	n := fitting(text, width-s.measure("…", st), s.measurer(st))
	return text[:n] + "…"
}

// surround sets what stands on every page around the content: page numbers, number and time, and the copy mark at the edge.
func (s *sheet) surround(page int) {
	st := style{size: s.small, gray: 0.25}
	y := s.h - s.bottom + 3.2
	s.putOn(page, &rule{x1: s.left, y1: y, x2: s.w - s.right, y2: y, width: 0.15, gray: 0.5})
	at := baseline(y+s.line(st.size)/2+0.6, st.size)
	s.footer(page, at, s.short(clean(s.doc.No), s.width()*0.35, st), st, 'l')
	s.footer(page, at, fmt.Sprintf("第 %d 页　共 %d 页", page+1, len(s.pages)), st, 'c')
	s.footer(page, at, s.doc.Time.In(beijing).Format("2006-01-02 15:04"), st, 'r')
	s.copyMark(page)
}

func (s *sheet) footer(page int, y float64, text string, st style, align byte) {
	x := s.left
	switch w := s.measure(text, st); align {
	case 'c':
		x += (s.width() - w) / 2
	case 'r':
		x += s.width() - w
	}
	s.putOn(page, &words{x: x, y: y, text: text, style: st})
}

// copyMark writes 客户联 or 存根联 downwards beside a dashed line at the right edge, as on the copies of a receipt book.
func (s *sheet) copyMark(page int) {
	text := clean(s.doc.CopyOf)
	if text == "" {
		return
	}
	x := s.w - s.right/2 + 1
	s.putOn(page, &rule{x1: x - 4.2, y1: s.top, x2: x - 4.2, y2: s.floor() + 3.2, width: 0.15, gray: 0.45, dash: 1.4})
	st := style{size: s.body}
	step := st.size * mmPerPoint * 1.5
	if n := float64(utf8.RuneCountInString(text)); n*step > s.h*0.7 {
		step = s.h * 0.7 / n
	}
	y := s.h/2 - step*float64(utf8.RuneCountInString(text))/2
	var column []words
	for _, r := range upright(text) {
		w := s.measure(string(r), st)
		column = append(column, words{x: x - w/2, y: baseline(y+step/2, st.size), text: string(r), style: st})
		y += step
	}
	s.putOn(page, &reading{text: text, parts: column})
}

// upright gives text the forms of brackets that stand in vertical lines.
func upright(text string) string {
	return strings.NewReplacer("（", "︵", "）", "︶", "(", "︵", ")", "︶", " ", "").Replace(text)
}

// smallPrint sets the notes at the foot of the last page: what the paper is not, heads of the audit chain.
func (s *sheet) smallPrint() {
	st := style{size: s.small, gray: 0.15}
	var lines []setLine
	for _, f := range s.doc.Foot {
		lines = append(lines, wrap(f, s.width(), 0, s.measurer(st))...)
	}
	if len(lines) == 0 {
		return
	}
	step := s.line(st.size) * 0.95
	h := step * float64(len(lines))
	s.y += 1.5
	s.room(min(h, s.floor()-s.top-14))
	s.y = max(s.y, s.floor()-h)
	for _, l := range lines {
		s.room(step)
		s.say(s.left, baseline(s.y+step/2, st.size), l.text, st)
		s.y += step
	}
}

func columnsOf(b service.Block) int {
	n := max(len(b.Head), len(b.Total))
	for _, r := range b.Rows {
		n = max(n, len(r))
	}
	return n
}
