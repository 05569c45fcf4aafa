package printing

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/jung-kurt/gofpdf"
)

// write makes the PDF of all pages.
func (s *sheet) write() ([]byte, error) {
	pdf := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: s.w, Ht: s.h}})
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(true)
	s.describe(pdf)
	regular, bold := s.needs()
	pdf.AddUTF8FontFromBytes(family, "", s.regular.Subset(regular))
	if len(bold) > 0 {
		pdf.AddUTF8FontFromBytes(family, "B", s.bold.Subset(bold))
	}
	p := &pen{sheet: s, pdf: pdf, k: 1 / mmPerPoint}
	for _, page := range s.pages {
		pdf.AddPage()
		p.freshPage()
		for _, m := range page {
			m.draw(p)
		}
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, err
	}
	return modern(out.Bytes()), nil
}

// describe fills the document's information; its dates are the paper's, so that equal papers are equal files.
func (s *sheet) describe(pdf *gofpdf.Fpdf) {
	pdf.SetCreationDate(s.doc.Time.In(beijing))
	pdf.SetModificationDate(s.doc.Time.In(beijing))
	pdf.SetTitle(utf16Text(strings.TrimSpace(s.doc.Title+" "+s.doc.No)), false)
	pdf.SetSubject(utf16Text(s.doc.Subtitle), false)
	pdf.SetAuthor(utf16Text(s.doc.Hall), false)
	pdf.SetCreator("certdesk", false)
	pdf.SetProducer("certdesk", false)
}

// utf16Text is a PDF text string (ISO 32000-1, 7.9.2.2); the library's own conversion stops at U+FFFF.
func utf16Text(s string) string {
	if s = clean(s); s == "" {
		return ""
	}
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return string(b)
}

// modern raises the version the library writes to 1.5, of whose features ActualText spans are.
func modern(pdf []byte) []byte {
	if bytes.HasPrefix(pdf, []byte("%PDF-1.3")) {
		copy(pdf, "%PDF-1.5")
	}
	return pdf
}
