//go:build ignore

package main

import (
	"encoding/binary"
	"errors"
	"os"

	"certdesk/printing/font/pack"
)

var be = binary.BigEndian

// ttf is a TrueType font with simple glyphs only, long loca and a format 12 cmap: what Noto Serif SC is.
type ttf struct {
	tables map[string][]byte
	chars  map[rune]int
	glyphs []pack.Glyph
	widths []int
}

func readTTF(path string) (*ttf, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &ttf{tables: map[string][]byte{}}
	for i := range int(be.Uint16(b[4:])) {
		r := b[12+16*i:]
		o, n := be.Uint32(r[8:]), be.Uint32(r[12:])
		t.tables[string(r[:4])] = b[o : o+n]
	}
	if be.Uint16(t.tables["head"][50:]) != 1 {
		return nil, errors.New("short loca is not supported")
	}
	return t, errors.Join(t.readGlyphs(), t.readChars())
}

func (t *ttf) readGlyphs() error {
	n, long := int(be.Uint16(t.tables["maxp"][4:])), int(be.Uint16(t.tables["hhea"][34:]))
	t.glyphs, t.widths = make([]pack.Glyph, n), make([]int, n)
	for i := range n {
		t.widths[i] = int(be.Uint16(t.tables["hmtx"][4*min(i, long-1):]))
		a, z := be.Uint32(t.tables["loca"][4*i:]), be.Uint32(t.tables["loca"][4*i+4:])
		if a == z {
			continue
		}
		g, err := simple(t.tables["glyf"][a:z])
		if err != nil {
			return err
		}
		t.glyphs[i] = g
	}
	return nil
}

// simple decodes a glyf entry (OpenType 1.9, glyf: simple glyph description).
func simple(d []byte) (g pack.Glyph, err error) {
	contours := int(int16(be.Uint16(d)))
	if contours < 0 {
		return g, errors.New("composite glyphs are not supported")
	}
	p := 10
	for range contours {
		g.Ends = append(g.Ends, be.Uint16(d[p:]))
		p += 2
	}
	p += 2 + int(be.Uint16(d[p:]))
	if contours == 0 {
		return g, nil
	}
	flags, d := unpackFlags(d[p:], int(g.Ends[contours-1])+1)
	xs, d := axis(d, flags, 2, 16)
	ys, _ := axis(d, flags, 4, 32)
	for i, f := range flags {
		g.Pts = append(g.Pts, pack.Point{X: xs[i], Y: ys[i], On: f&1 != 0})
	}
	return g, nil
}

// unpackFlags reads n flags, of which equal neighbours are stored once with a count.
func unpackFlags(d []byte, n int) (flags, rest []byte) {
	for len(flags) < n {
		f, times := d[0], 1
		d = d[1:]
		if f&8 != 0 {
			times, d = 1+int(d[0]), d[1:]
		}
		for ; times > 0; times-- {
			flags = append(flags, f)
		}
	}
	return flags, d
}

// axis reads the steps of one coordinate and adds them up.
func axis(d, flags []byte, short, same byte) (vs []int16, rest []byte) {
	at := 0
	for _, f := range flags {
		switch {
		case f&short != 0 && f&same != 0:
			at, d = at+int(d[0]), d[1:]
		case f&short != 0:
			at, d = at-int(d[0]), d[1:]
		case f&same == 0:
			at, d = at+int(int16(be.Uint16(d))), d[2:]
		}
		vs = append(vs, int16(at))
	}
	return vs, d
}

func (t *ttf) readChars() error {
	c := t.tables["cmap"]
	for i := range int(be.Uint16(c[2:])) {
		s := c[be.Uint32(c[4+8*i+4:]):]
		if be.Uint16(s) != 12 {
			continue
		}
		t.chars = map[rune]int{}
		for k := range int(be.Uint32(s[12:])) {
			g := s[16+12*k:]
			first, last, glyph := be.Uint32(g), be.Uint32(g[4:]), be.Uint32(g[8:])
			for r := first; r <= last; r++ {
				t.chars[rune(r)] = int(glyph + r - first)
			}
		}
		return nil
	}
	return errors.New("no format 12 cmap")
}
