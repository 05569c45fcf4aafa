package printing

import "certdesk/service"

// format is a paper size with its margins (mm) and type sizes (points). 10.5 points is 五号, the size of Chinese forms.
type format struct {
	w, h                     float64
	left, right, top, bottom float64
	hall, title, subtitle    float64
	body, small              float64
	row                      float64 // height of a one-line row
	qr                       float64 // side of the number's QR code
	leading                  float64 // share of the usual distance of lines
}

// Paper of the counter. Left margins leave room for binding, right ones for the copy mark.
var (
	a4 = format{
		w: 210, h: 297, left: 20, right: 18, top: 14, bottom: 18,
		hall: 13, title: 22, subtitle: 12, body: 10.5, small: 8, row: 8.4, qr: 17,
	}
	a4Landscape = format{
		w: 297, h: 210, left: 16, right: 16, top: 13, bottom: 16,
		hall: 12, title: 20, subtitle: 11, body: 9, small: 7.5, row: 7, qr: 16,
	}
	slip = format{ // half of a 241 mm continuous form without its perforated edges, also cut from A4
		w: 210, h: 140, left: 14, right: 18, top: 9, bottom: 12,
		hall: 11, title: 18, subtitle: 10, body: 9.5, small: 7, row: 6.8, qr: 15,
	}
)

// wideTable is the number of columns from which a table needs the long side of the paper.
const wideTable = 10

func formatOf(doc service.Document) format {
	if doc.Kind == service.DocReceipt {
		return slip
	}
	for _, b := range doc.Blocks {
		if b.Type == service.BlockTable && columnsOf(b) >= wideTable {
			return a4Landscape
		}
	}
	return a4
}

// tight lowers rows and lines to a density, and type by half as much.
func (f format) tight(density float64) format {
	f.leading = density
	f.row *= density
	f.body *= (1 + density) / 2
	f.subtitle *= (1 + density) / 2
	return f
}

// width is what lies between the margins.
func (f format) width() float64 { return f.w - f.left - f.right }

// line is the distance of baselines in mm of wrapped text at size points.
func (f format) line(size float64) float64 { return size * mmPerPoint * 1.42 * f.leading }

const mmPerPoint = 25.4 / 72
