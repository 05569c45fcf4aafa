package printing

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"certdesk/printing/font"
	"certdesk/service"
)

// sheet lays a document out on pages. y is where the next block begins, in mm from the top of the current page.
type sheet struct {
	format
	doc           service.Document
	regular, bold *font.Face
	pages         [][]mark
	y             float64
}

// mark is something on a page: text, rule, fill, code.
type mark interface{ draw(*pen) }

// style is how text is set.
type style struct {
	size    float64 // points
	bold    bool
	gray    float64 // 0 is black
	spacing float64 // extra space after every character, points
}

func newSheet(doc service.Document, density float64) (*sheet, error) {
	regular, bold, err := loadFaces()
	if err != nil {
		return nil, err
	}
	return &sheet{format: formatOf(doc).tight(density), doc: doc, regular: regular, bold: bold}, nil
}

// layOut places the whole document: head, blocks, small print, then what needs the number of pages.
func (s *sheet) layOut() error {
	s.newPage()
	for i, b := range s.doc.Blocks {
		if b.Type == service.BlockHeading {
			s.room(s.line(s.body) + 2.4*s.row)
		}
		if err := s.block(b); err != nil {
			return service.E(service.PrintContent, "printing.layOut", service.Args{"block": strconv.Itoa(i + 1), "reason": err.Error()}, nil)
		}
	}
	s.smallPrint()
	for i := range s.pages {
		s.surround(i)
	}
	return nil
}

func (s *sheet) block(b service.Block) error {
	switch b.Type {
	case service.BlockHeading:
		s.heading(b.Text)
	case service.BlockGrid:
		s.grid(b)
	case service.BlockTable:
		s.table(b)
	case service.BlockText:
		s.text(b.Text)
	case service.BlockChecks:
		s.checks(b.Checks)
	case service.BlockSignatures:
		s.signatures(b.Pairs)
	case service.BlockQR:
		return s.code(b)
	case service.BlockAmount:
		s.amount(b.Pairs)
	case service.BlockGap:
		s.gap()
	default:
		return fmt.Errorf("unknown block type %q", b.Type)
	}
	return nil
}

// newPage begins a page; the first carries the full head, the others a running one.
func (s *sheet) newPage() {
	s.pages = append(s.pages, nil)
	if len(s.pages) == 1 {
		s.head()
		return
	}
	s.runningHead()
}

// room begins a new page where less than h is left, and reports whether it did.
func (s *sheet) room(h float64) bool {
	if s.y+h <= s.floor()+0.01 {
		return false
	}
	s.newPage()
	return true
}

// floor is the lowest place for content.
func (s *sheet) floor() float64 { return s.h - s.bottom }

func (s *sheet) put(m mark) { s.putOn(len(s.pages)-1, m) }

func (s *sheet) putOn(page int, m mark) { s.pages[page] = append(s.pages[page], m) }

// face is the font that draws r in a style; nil where neither weight has it.
func (s *sheet) face(r rune, bold bool) *font.Face {
	if bold && s.bold.Has(r) {
		return s.bold
	}
	if s.regular.Has(r) {
		return s.regular
	}
	return nil
}

// measure is the width of text in mm; characters the font lacks are as wide as the box that stands for them.
func (s *sheet) measure(text string, st style) float64 {
	w := 0
	for _, r := range text {
		if f := s.face(r, st.bold); f != nil {
			w += f.Width(r)
			continue
		}
		w += s.regular.Width(box)
	}
	return (float64(w)/1000*st.size + st.spacing*float64(utf8.RuneCountInString(text))) * mmPerPoint
}

func (s *sheet) measurer(st style) func(string) float64 {
	return func(text string) float64 { return s.measure(text, st) }
}

// write sets text at x with its baseline at y.
func (s *sheet) say(x, y float64, text string, st style) {
	if text != "" {
		s.put(&words{x: x, y: y, text: text, style: st})
	}
}

// sayIn sets one line within a span of the given width: l, c or r.
func (s *sheet) sayIn(x, w, y float64, text string, st style, align byte) {
	set := s.measure(text, st) - st.spacing*mmPerPoint
	switch align {
	case 'c':
		x += (w - set) / 2
	case 'r':
		x += w - set
	}
	s.say(x, y, text, st)
}

// baseline is where text of a size stands that is centred on middle.
func baseline(middle, size float64) float64 { return middle + 0.375*size*mmPerPoint }

// shrink lowers the size of st, down to least, until text fits into width.
func (s *sheet) shrink(text string, st style, width, least float64) style {
	for st.size > least && s.measure(text, st) > width {
		st.spacing *= 0.7
		st.size -= 0.5
	}
	return st
}
