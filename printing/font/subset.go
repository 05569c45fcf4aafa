package font

import (
	"encoding/binary"
	"slices"

	"certdesk/printing/font/pack"
)

var be = binary.BigEndian

// Subset returns a TrueType font of those runes of the Basic Multilingual Plane that the face has, and .notdef. Equal sets
// give equal bytes, whatever their order. Tables: OS/2 cmap (format 4) glyf head hhea hmtx loca maxp name post (OpenType 1.9).
func (f *Face) Subset(runes []rune) []byte {
	rs := slices.Clone(runes)
	slices.Sort(rs)
	rs = slices.DeleteFunc(slices.Compact(rs), func(r rune) bool { return r >= 0xFFFF || !f.Has(r) })
	glyphs := make([]int, 1, len(rs)+1)
	for _, r := range rs {
		glyphs = append(glyphs, f.glyph(r))
	}
	glyf, loca, hmtx := f.glyphTables(glyphs)
	head, hhea, maxp := slices.Clone(f.tables[0]), slices.Clone(f.tables[1]), slices.Clone(f.tables[2])
	be.PutUint32(head[8:], 0)  // checkSumAdjustment, set by assemble
	be.PutUint16(head[50:], 1) // long loca
	be.PutUint16(hhea[34:], uint16(len(glyphs)))
	be.PutUint16(maxp[4:], uint16(len(glyphs)))
	return assemble([]table{
		{"OS/2", f.tables[3]}, {"cmap", cmap(rs)}, {"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx},
		{"loca", loca}, {"maxp", maxp}, {"name", f.tables[5]}, {"post", f.tables[4]},
	})
}

func (f *Face) glyphTables(glyphs []int) (glyf, loca, hmtx []byte) {
	loca = be.AppendUint32(loca, 0)
	for _, g := range glyphs {
		o := f.outline(g)
		x0, _, _, _ := o.Bounds()
		hmtx = be.AppendUint16(hmtx, uint16(f.widths[g]))
		hmtx = be.AppendUint16(hmtx, uint16(x0))
		glyf = pad(appendGlyph(glyf, o))
		loca = be.AppendUint32(loca, uint32(len(glyf)))
	}
	return glyf, loca, hmtx
}

// appendGlyph writes a simple glyph description; nothing for an empty outline.
func appendGlyph(b []byte, o pack.Glyph) []byte {
	if len(o.Pts) == 0 {
		return b
	}
	b = be.AppendUint16(b, uint16(len(o.Ends)))
	x0, y0, x1, y1 := o.Bounds()
	for _, v := range [4]int16{x0, y0, x1, y1} {
		b = be.AppendUint16(b, uint16(v))
	}
	for _, e := range o.Ends {
		b = be.AppendUint16(b, e)
	}
	b = be.AppendUint16(b, 0) // no instructions
	var at pack.Point
	xs, ys := make([]byte, 0, 2*len(o.Pts)), make([]byte, 0, 2*len(o.Pts))
	for _, p := range o.Pts {
		var flag, x, y byte
		if p.On {
			flag = 1
		}
		x, xs = axis(xs, int(p.X)-int(at.X), 0x02, 0x10)
		y, ys = axis(ys, int(p.Y)-int(at.Y), 0x04, 0x20)
		b = append(b, flag|x|y)
		at = p
	}
	return append(append(b, xs...), ys...)
}

// axis appends one coordinate step: nothing, one byte and its sign, or two bytes.
func axis(b []byte, d int, short, same byte) (byte, []byte) {
	switch {
	case d == 0:
		return same, b
	case d > 0 && d < 256:
		return short | same, append(b, byte(d))
	case d < 0 && d > -256:
		return short, append(b, byte(-d))
	}
	return 0, be.AppendUint16(b, uint16(d))
}

// cmap writes a format 4 map; glyph i+1 belongs to rs[i], so every run of consecutive runes is one segment.
func cmap(rs []rune) []byte {
	type segment struct{ first, last, glyph int }
	var segs []segment
	for i, r := range rs {
		if n := len(segs); n > 0 && segs[n-1].last == int(r)-1 {
			segs[n-1].last = int(r)
			continue
		}
		segs = append(segs, segment{int(r), int(r), i + 1})
	}
	segs = append(segs, segment{0xFFFF, 0xFFFF, 0})
	var last, first, delta, offset []byte
	for _, s := range segs {
		last, first = be.AppendUint16(last, uint16(s.last)), be.AppendUint16(first, uint16(s.first))
		delta, offset = be.AppendUint16(delta, uint16(s.glyph-s.first)), be.AppendUint16(offset, 0)
	}
	n := len(segs)
	rng, sel := search(n)
	b := words(nil, 0, 1, 3, 1, 0, 12, 4, 16+8*n, 0, 2*n, 2*rng, sel, 2*n-2*rng)
	b = append(append(b, last...), 0, 0)
	return append(append(append(b, first...), delta...), offset...)
}

type table struct {
	name string
	data []byte
}

func assemble(ts []table) []byte {
	rng, sel := search(len(ts))
	b := words([]byte{0, 1, 0, 0}, len(ts), 16*rng, sel, 16*(len(ts)-rng))
	offset, head := 12+16*len(ts), 0
	for _, t := range ts {
		if t.name == "head" {
			head = offset
		}
		b = be.AppendUint32(append(b, t.name...), checksum(t.data))
		b = be.AppendUint32(be.AppendUint32(b, uint32(offset)), uint32(len(t.data)))
		offset += (len(t.data) + 3) &^ 3
	}
	for _, t := range ts {
		b = pad(append(b, t.data...))
	}
	be.PutUint32(b[head+8:], 0xB1B0AFBA-checksum(b))
	return b
}

// search gives the largest power of two not above n, and its exponent.
func search(n int) (power, exponent int) {
	for power = 1; power*2 <= n; power *= 2 {
		exponent++
	}
	return power, exponent
}

func checksum(b []byte) (sum uint32) {
	for len(b) >= 4 {
		sum += be.Uint32(b)
		b = b[4:]
	}
	var last [4]byte
	copy(last[:], b)
	return sum + be.Uint32(last[:])
}

func words(b []byte, vs ...int) []byte {
	for _, v := range vs {
		b = be.AppendUint16(b, uint16(v))
	}
	return b
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
