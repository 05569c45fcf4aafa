package font

import (
	"slices"

	"certdesk/printing/font/pack"
)

// Op is a drawing step of an outline.
type Op byte

// Steps; every contour starts with MoveTo and is closed by the filler.
const (
	MoveTo Op = iota // X, Y
	LineTo           // X, Y
	QuadTo           // control CX, CY, end X, Y
)

// Segment is one step of an outline, in font units above the baseline, filled by the non-zero rule.
type Segment struct {
	Op           Op
	CX, CY, X, Y float64
}

// Outline returns the outline of r, nil where the face does not have it.
func (f *Face) Outline(r rune) []Segment {
	g := f.glyph(r)
	if g == 0 {
		return nil
	}
	var segs []Segment
	o, start := f.outline(g), 0
	for _, e := range o.Ends {
		segs = contour(segs, o.Pts[start:int(e)+1])
		start = int(e) + 1
	}
	return segs
}

// contour turns TrueType's points, where two neighbouring control points imply a point of the curve between them, into steps.
func contour(segs []Segment, pts []pack.Point) []Segment {
	if len(pts) < 2 {
		return segs
	}
	first := max(0, slices.IndexFunc(pts, func(p pack.Point) bool { return p.On }))
	at := func(i int) pack.Point { return pts[(first+i)%len(pts)] }
	start := Segment{X: float64(at(0).X), Y: float64(at(0).Y)}
	if !at(0).On { // no point of the curve at all: begin between two controls
		start = middle(at(len(pts)-1), at(0))
		first = (first + len(pts) - 1) % len(pts)
	}
	segs = append(segs, Segment{Op: MoveTo, X: start.X, Y: start.Y})
	for i := 1; i <= len(pts); i++ {
		p, q := at(i), at(i+1)
		end := Segment{X: float64(q.X), Y: float64(q.Y)}
		switch {
		case p.On:
			segs = append(segs, Segment{Op: LineTo, X: float64(p.X), Y: float64(p.Y)})
			continue
		case q.On:
			i++
		default:
			end = middle(p, q)
		}
		segs = append(segs, Segment{QuadTo, float64(p.X), float64(p.Y), end.X, end.Y})
	}
	return segs
}

func middle(p, q pack.Point) Segment {
	return Segment{X: (float64(p.X) + float64(q.X)) / 2, Y: (float64(p.Y) + float64(q.Y)) / 2}
}
