// Package printing turns a service.Document into pages. The same document always gives the same bytes.
//
// A document is laid out in two steps: blocks place text, rules and fills on sheets (millimetres from the top left), and
// once all sheets and all characters are known they are written as PDF with a font of just these characters. Characters
// beyond the Basic Multilingual Plane, which the PDF library cannot set, are drawn as outlines and extract as text.
package printing

import (
	"fmt"

	"certdesk/printing/font"
	"certdesk/service"
)

// Renderer makes PDF pages of documents. It is safe for concurrent use.
type Renderer struct{}

// New returns a Renderer. The font is read at the first paper.
func New() *Renderer { return &Renderer{} }

// PDF sets doc on the paper of its kind: receipts on 210 × 140 mm, all else on A4 (landscape where a table has more than
// nine columns). Times are printed as Beijing time. Errors: InputRequired (field: time), PrintContent, PrintFailed.
func (r *Renderer) PDF(doc service.Document) (pdf []byte, err error) {
	const op = "printing.PDF"
	defer func() {
		if p := recover(); p != nil { // the PDF library panics on what it cannot set
			pdf, err = nil, service.E(service.PrintFailed, op, nil, fmt.Errorf("panic: %v", p))
		}
	}()
	if doc.Time.IsZero() {
		return nil, service.E(service.InputRequired, op, service.Args{"field": "time"}, nil)
	}
	s, err := layOut(doc)
	if err != nil {
		return nil, err
	}
	pdf, err = s.write()
	if err != nil {
		return nil, service.E(service.PrintFailed, op, nil, err)
	}
	return pdf, nil
}

// densities are tried in turn for a paper that runs over to another page by a little.
var densities = []float64{1, 0.95, 0.9, 0.85}

// layOut sets doc at the first density that needs the fewest pages. Long papers are not worth the search.
func layOut(doc service.Document) (best *sheet, err error) {
	for _, d := range densities {
		s, err := newSheet(doc, d)
		if err != nil {
			return nil, service.E(service.PrintFailed, "printing.layOut", nil, err)
		}
		if err := s.layOut(); err != nil {
			return nil, err
		}
		if best == nil || len(s.pages) < len(best.pages) {
			best = s
		}
		if n := len(best.pages); n == 1 || n > 3 {
			break
		}
	}
	return best, nil
}

func loadFaces() (regular, bold *font.Face, err error) {
	if regular, err = font.Load(font.Regular); err != nil {
		return nil, nil, err
	}
	bold, err = font.Load(font.Bold)
	return regular, bold, err
}
