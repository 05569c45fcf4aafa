// Package pack is the storage form of the station's paper font: glyph outlines in small compressed blocks, so that a page
// inflates only the blocks its characters stand in. The generator writes it, package font reads it.
//
// Points are stored as in WOFF2's transformed glyf table (W3C WOFF 2.0, 5.2): one flag byte per point that says how many
// bytes of coordinates follow. That deflates about a sixth smaller than TrueType's own glyf table. A bold face with the
// same contours as its regular one stores only how far each step differs.
package pack

// Point is an outline point in font units; On tells points of the curve from quadratic control points.
type Point struct {
	X, Y int16
	On   bool
}

// Glyph is a simple outline: Ends holds the index of the last point of each contour, as in TrueType.
type Glyph struct {
	Ends []uint16
	Pts  []Point
}

// Bounds returns the box around all points; zeros for an empty glyph.
func (g Glyph) Bounds() (x0, y0, x1, y1 int16) {
	for i, p := range g.Pts {
		if i == 0 {
			x0, y0, x1, y1 = p.X, p.Y, p.X, p.Y
			continue
		}
		x0, y0, x1, y1 = min(x0, p.X), min(y0, p.Y), max(x1, p.X), max(y1, p.Y)
	}
	return x0, y0, x1, y1
}

// putTriplet appends a step (dx, dy) to the flag and the coordinate stream.
func putTriplet(flags, data []byte, on bool, dx, dy int) ([]byte, []byte) {
	curve := 128
	if on {
		curve = 0
	}
	ax, ay := abs(dx), abs(dy)
	sign := bit(dx >= 0) + 2*bit(dy >= 0)
	flag := func(f int) []byte { return append(flags, byte(curve+f)) }
	switch {
	case dx == 0 && ay < 1280:
		return flag(ay>>8<<1 + bit(dy >= 0)), append(data, byte(ay))
	case dy == 0 && ax < 1280:
		return flag(10 + ax>>8<<1 + bit(dx >= 0)), append(data, byte(ax))
	case dx != 0 && dy != 0 && ax < 65 && ay < 65:
		return flag(20 + (ax-1)>>4<<4 + (ay-1)>>4<<2 + sign), append(data, byte((ax-1)&15<<4|(ay-1)&15))
	case dx != 0 && dy != 0 && ax < 769 && ay < 769:
		return flag(84 + 12*((ax-1)>>8) + (ay-1)>>8<<2 + sign), append(data, byte(ax-1), byte(ay-1))
	case ax < 4096 && ay < 4096:
		return flag(120 + sign), append(data, byte(ax>>4), byte(ax&15<<4|ay>>8), byte(ay))
	}
	return flag(124 + sign), append(data, byte(ax>>8), byte(ax), byte(ay>>8), byte(ay))
}

// tripletLen is the number of coordinate bytes that follow a flag.
func tripletLen(flag byte) int {
	switch f := flag & 127; {
	case f < 84:
		return 1
	case f < 120:
		return 2
	case f < 124:
		return 3
	}
	return 4
}

// triplet decodes one step; d holds at least tripletLen(flag) bytes.
func triplet(flag byte, d []byte) (dx, dy int) {
	f := int(flag & 127)
	switch {
	case f < 10:
		return 0, signed(f>>1<<8|int(d[0]), f&1)
	case f < 20:
		return signed((f-10)>>1<<8|int(d[0]), f&1), 0
	case f < 84:
		f -= 20
		return signed(f>>4<<4+int(d[0]>>4)+1, f&1), signed(f>>2&3<<4+int(d[0]&15)+1, f>>1&1)
	case f < 120:
		f -= 84
		return signed(f/12<<8+int(d[0])+1, f&1), signed(f%12>>2<<8+int(d[1])+1, f>>1&1)
	case f < 124:
		return signed(int(d[0])<<4|int(d[1])>>4, f&1), signed(int(d[1]&15)<<8|int(d[2]), f>>1&1)
	}
	return signed(int(d[0])<<8|int(d[1]), f&1), signed(int(d[2])<<8|int(d[3]), f>>1&1)
}

func signed(v, positive int) int {
	if positive == 0 {
		return -v
	}
	return v
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
