package pack

import (
	"bytes"
	"encoding/binary"
)

const magic = "CDF1"

// Char says that a rune is drawn by a glyph.
type Char struct {
	Rune  rune
	Glyph int
}

// Directory is everything of a face but its outlines. Glyph 0 is .notdef. A face that shares its contours with another
// one covers that face's first glyphs and has no Chars of its own.
type Directory struct {
	Tables [][]byte // head, hhea, maxp, OS/2, post, name as in the original font, name shortened
	Widths []int    // advance per glyph, font units
	Chars  []Char   // in glyph order
	Counts []int    // glyphs per block
	Sizes  []int    // bytes per block
}

// TableNames is the order of Directory.Tables.
var TableNames = [6]string{"head", "hhea", "maxp", "OS/2", "post", "name"}

// File joins directory and blocks.
func File(d Directory, blocks [][]byte) []byte {
	b := putInts(nil, len(d.Tables))
	for _, t := range d.Tables {
		b = append(putInts(b, len(t)), t...)
	}
	b = putInts(putInts(b, len(d.Widths)), d.Widths...)
	b = putInts(b, len(d.Chars))
	for i, c := range d.Chars {
		prev := Char{}
		if i > 0 {
			prev = d.Chars[i-1]
		}
		b = binary.AppendVarint(b, int64(c.Rune-prev.Rune))
		b = putInts(b, c.Glyph-prev.Glyph)
	}
	b = putInts(b, len(blocks))
	for i, blk := range blocks {
		b = putInts(b, d.Counts[i], len(blk))
	}
	dir := Deflate(b)
	return bytes.Join([][]byte{[]byte(magic), putInts(nil, len(dir)), dir, bytes.Join(blocks, nil)}, nil)
}

// Open reads a directory and returns the blocks still packed.
func Open(file []byte) (Directory, [][]byte, error) {
	r := reader{b: file}
	if string(r.take(len(magic))) != magic {
		return Directory{}, nil, ErrDamaged
	}
	raw, err := Inflate(r.take(r.count(len(file))))
	if err != nil || r.bad {
		return Directory{}, nil, ErrDamaged
	}
	d, ok := directory(&reader{b: raw})
	if !ok {
		return Directory{}, nil, ErrDamaged
	}
	blocks := make([][]byte, len(d.Sizes))
	for i, n := range d.Sizes {
		blocks[i] = r.take(n)
	}
	if r.bad {
		return Directory{}, nil, ErrDamaged
	}
	return d, blocks, nil
}

func directory(r *reader) (d Directory, ok bool) {
	most := len(r.b)
	for n := r.count(most); n > 0 && !r.bad; n-- {
		d.Tables = append(d.Tables, r.take(r.count(most)))
	}
	d.Widths = make([]int, r.count(most))
	for i := range d.Widths {
		d.Widths[i] = r.count(1 << 15)
	}
	d.Chars = make([]Char, r.count(most))
	at := Char{}
	for i := range d.Chars {
		at.Rune += rune(r.step())
		at.Glyph += r.count(most)
		if at.Glyph >= len(d.Widths) || at.Rune < 0 || at.Rune > 0x10FFFF {
			return d, false
		}
		d.Chars[i] = at
	}
	glyphs := 0
	for n := r.count(most); n > 0 && !r.bad; n-- {
		d.Counts, d.Sizes = append(d.Counts, r.count(most)), append(d.Sizes, r.count(maxInflated))
		glyphs += d.Counts[len(d.Counts)-1]
	}
	return d, !r.bad && glyphs == len(d.Widths) && len(d.Tables) == len(TableNames)
}

func putInts(b []byte, vs ...int) []byte {
	for _, v := range vs {
		b = binary.AppendUvarint(b, uint64(v))
	}
	return b
}

// reader walks bytes and remembers once it ran off their end.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad = true
		return nil
	}
	t := r.b[:n:n]
	r.b = r.b[n:]
	return t
}

// count reads a number that may not exceed most.
func (r *reader) count(most int) int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || most < 0 || v > uint64(most) {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *reader) step() int {
	v, n := binary.Varint(r.b)
	if n <= 0 || v > 1<<21 || v < -1<<21 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}
