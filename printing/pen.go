package printing

import (
	"fmt"
	"unicode/utf16"

	"certdesk/printing/font"
)

// pdfFile is what the pen needs of the PDF library.
type pdfFile interface {
	RawWriteStr(string)
	SetFont(family, style string, size float64)
	Text(x, y float64, text string)
}

const family = "paper"

// thickness is how much a regular glyph is outlined to stand in for a bold one, in em.
const thickness = 0.022

// pen writes marks into one PDF. Grey, line width and font are sent when they change.
type pen struct {
	sheet      *sheet
	pdf        pdfFile
	k          float64 // points per mm
	fillGray   float64
	strokeGray float64
	width      float64
	spanned    bool // inside a span: an inner one would only confuse readers
}

// freshPage forgets what was sent to the page before.
func (p *pen) freshPage() { p.fillGray, p.strokeGray, p.width = 0, 0, -1 }

func (p *pen) raw(format string, args ...any) { p.pdf.RawWriteStr(fmt.Sprintf(format, args...)) }

func (p *pen) x(mm float64) float64 { return mm * p.k }

func (p *pen) y(mm float64) float64 { return (p.sheet.h - mm) * p.k }

func (p *pen) ink(gray float64) {
	if p.fillGray != gray {
		p.raw("%.2f g", gray)
		p.fillGray = gray
	}
}

func (p *pen) stroke(width, gray float64) {
	if p.width != width {
		p.raw("%.2f w", width*p.k)
		p.width = width
	}
	if p.strokeGray != gray {
		p.raw("%.2f G", gray)
		p.strokeGray = gray
	}
}

// span draws something that reads as text, whatever its glyphs are (ActualText, ISO 32000-1, 14.9.4).
func (p *pen) span(text string, draw func()) {
	if p.spanned {
		draw()
		return
	}
	p.spanned = true
	hex := "FEFF"
	for _, u := range utf16.Encode([]rune(text)) {
		hex += fmt.Sprintf("%04X", u)
	}
	p.raw("/Span <</ActualText <%s>>> BDC", hex)
	draw()
	p.spanned = false
	p.raw("EMC")
}

// placeholder sets an invisible glyph, which gives a span without letters its place in the text.
func (p *pen) placeholder(x, y float64, st style) {
	p.pdf.SetFont(family, "", st.size)
	p.raw("3 Tr")
	p.pdf.Text(x, y, string(box))
	p.raw("0 Tr")
}

// how a character gets onto the page.
type manner int

const (
	plain    manner = iota // a glyph of the style's own weight
	thicken                // the regular glyph, outlined: the bold face lacks it
	outlined               // drawn as a path: beyond the Basic Multilingual Plane
	missing                // a box: no weight has it
)

func (p *pen) manner(r rune, bold bool) manner {
	f := p.sheet.face(r, bold)
	switch {
	case f == nil:
		return missing
	case r > 0xFFFF:
		return outlined
	case bold && f != p.sheet.bold:
		return thicken
	}
	return plain
}

// words sets a line in runs of characters that are drawn the same way.
func (p *pen) words(w *words) {
	if w.spacing != 0 {
		p.raw("%.3f Tc", w.spacing)
	}
	p.ink(w.gray)
	x := w.x
	rs := []rune(w.text)
	for i := 0; i < len(rs); {
		m, n := p.manner(rs[i], w.bold), 1
		for m <= thicken && i+n < len(rs) && p.manner(rs[i+n], w.bold) == m {
			n++
		}
		text := string(rs[i : i+n])
		p.run(x, w, text, m)
		x += p.sheet.measure(text, w.style)
		i += n
	}
	if w.spacing != 0 {
		p.raw("0 Tc")
	}
}

func (p *pen) run(x float64, w *words, text string, m manner) {
	switch m {
	case plain:
		weight := ""
		if w.bold {
			weight = "B"
		}
		p.pdf.SetFont(family, weight, w.size)
		p.pdf.Text(x, w.y, text)
	case thicken:
		p.stroke(w.size*thickness*mmPerPoint, w.gray)
		p.pdf.SetFont(family, "", w.size)
		p.raw("2 Tr")
		p.pdf.Text(x, w.y, text)
		p.raw("0 Tr")
	case outlined:
		p.span(text, func() {
			p.placeholder(x, w.y, w.style)
			p.outline(x, w, []rune(text)[0])
		})
	case missing:
		p.span(text, func() {
			p.pdf.SetFont(family, "", w.size)
			p.pdf.Text(x, w.y, string(box))
		})
	}
}

// outline fills the path of a glyph; a bold one that only the regular weight has is stroked as well.
func (p *pen) outline(x float64, w *words, r rune) {
	f := p.sheet.face(r, w.bold)
	fillOp := "f"
	if w.bold && f != p.sheet.bold {
		p.stroke(w.size*thickness*mmPerPoint, w.gray)
		fillOp = "B"
	}
	scale, ox, oy := w.size/1000, p.x(x), p.y(w.y)
	var cx, cy float64
	for i, g := range f.Outline(r) {
		gx, gy := ox+g.X*scale, oy+g.Y*scale
		switch g.Op {
		case font.MoveTo:
			if i > 0 {
				p.raw("h")
			}
			p.raw("%.3f %.3f m", gx, gy)
		case font.LineTo:
			p.raw("%.3f %.3f l", gx, gy)
		case font.QuadTo: // PDF has cubic curves only
			qx, qy := ox+g.CX*scale, oy+g.CY*scale
			p.raw("%.3f %.3f %.3f %.3f %.3f %.3f c",
				cx+(qx-cx)*2/3, cy+(qy-cy)*2/3, gx+(qx-gx)*2/3, gy+(qy-gy)*2/3, gx, gy)
		}
		cx, cy = gx, gy
	}
	p.raw("h %s", fillOp)
}
