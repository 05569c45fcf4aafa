package pack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// ErrDamaged says that stored font data makes no sense.
var ErrDamaged = errors.New("pack: damaged font data")

// maxInflated bounds what one compressed part may unfold to.
const maxInflated = 4 << 20

// Block packs glyphs that are stored whole.
func Block(gs []Glyph) []byte {
	var shape, flags, data []byte
	for _, g := range gs {
		shape = binary.AppendUvarint(shape, uint64(len(g.Ends)))
		start := 0
		for _, e := range g.Ends {
			shape = binary.AppendUvarint(shape, uint64(int(e)+1-start))
			start = int(e) + 1
		}
		var at Point
		for _, p := range g.Pts {
			flags, data = putTriplet(flags, data, p.On, int(p.X)-int(at.X), int(p.Y)-int(at.Y))
			at = p
		}
	}
	head := binary.AppendUvarint(nil, uint64(len(shape)))
	head = binary.AppendUvarint(head, uint64(len(flags)))
	return Deflate(bytes.Join([][]byte{head, shape, flags, data}, nil))
}

// Unblock reverses Block for n glyphs.
func Unblock(packed []byte, n int) ([]Glyph, error) {
	raw, err := Inflate(packed)
	if err != nil {
		return nil, err
	}
	r := reader{b: raw}
	nShape, nFlags := r.count(len(raw)), r.count(len(raw))
	shape, flags := reader{b: r.take(nShape)}, r.take(nFlags)
	if r.bad {
		return nil, ErrDamaged
	}
	gs := make([]Glyph, n)
	pool := make([]Point, len(flags))
	for i := range gs {
		if !shape.ends(&gs[i], len(pool)) || !steps(pool[:points(gs[i])], flags, &r) {
			return nil, ErrDamaged
		}
		k := points(gs[i])
		gs[i].Pts, pool, flags = pool[:k:k], pool[k:], flags[k:]
	}
	return gs, nil
}

// ends reads the contour lengths of one glyph.
func (r *reader) ends(g *Glyph, most int) bool {
	n := r.count(most + 1)
	last := -1
	g.Ends = make([]uint16, 0, n)
	for ; n > 0 && !r.bad; n-- {
		last += r.count(most - last)
		if last < 0 || last >= most || last > math.MaxUint16 {
			return false
		}
		g.Ends = append(g.Ends, uint16(last))
	}
	return !r.bad
}

func points(g Glyph) int {
	if len(g.Ends) == 0 {
		return 0
	}
	return int(g.Ends[len(g.Ends)-1]) + 1
}

func steps(pts []Point, flags []byte, r *reader) bool {
	x, y := 0, 0
	for i := range pts {
		d := r.take(tripletLen(flags[i]))
		if r.bad {
			return false
		}
		dx, dy := triplet(flags[i], d)
		x, y = x+dx, y+dy
		pts[i] = Point{X: int16(x), Y: int16(y), On: flags[i]&128 == 0}
	}
	return true
}

// Diff packs gs as the difference to base, glyph by glyph; both must have the same contours and point kinds.
func Diff(gs, base []Glyph) []byte {
	var xs, ys []byte
	for i, g := range gs {
		var at, from Point
		for k, p := range g.Pts {
			q := base[i].Pts[k]
			xs = binary.AppendVarint(xs, int64(p.X)-int64(at.X)-int64(q.X)+int64(from.X))
			ys = binary.AppendVarint(ys, int64(p.Y)-int64(at.Y)-int64(q.Y)+int64(from.Y))
			at, from = p, q
		}
	}
	return Deflate(bytes.Join([][]byte{binary.AppendUvarint(nil, uint64(len(xs))), xs, ys}, nil))
}

// Undiff reverses Diff.
func Undiff(packed []byte, base []Glyph) ([]Glyph, error) {
	raw, err := Inflate(packed)
	if err != nil {
		return nil, err
	}
	ys := reader{b: raw}
	xs := reader{b: ys.take(ys.count(len(raw)))}
	gs := make([]Glyph, len(base))
	for i, b := range base {
		gs[i] = Glyph{Ends: b.Ends, Pts: make([]Point, len(b.Pts))}
		var x, y int
		for k, p := range b.Pts {
			x, y = x+xs.step(), y+ys.step()
			gs[i].Pts[k] = Point{X: int16(int(p.X) + x), Y: int16(int(p.Y) + y), On: p.On}
		}
	}
	if xs.bad || ys.bad {
		return nil, ErrDamaged
	}
	return gs, nil
}

// Deflate compresses as small as it gets.
func Deflate(b []byte) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a bytes.Buffer does not fail
	}
	return out.Bytes()
}

// Inflate reverses Deflate and refuses what unfolds beyond four megabytes.
func Inflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(min(4*len(b), maxInflated) + bytes.MinRead)
	_, err := out.ReadFrom(io.LimitReader(flate.NewReader(bytes.NewReader(b)), maxInflated+1))
	if err != nil || out.Len() > maxInflated {
		return nil, ErrDamaged
	}
	return out.Bytes(), nil
}
