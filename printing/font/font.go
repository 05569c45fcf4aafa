// Package font holds the paper font of the station: Noto Serif SC (SIL Open Font License 1.1, see OFL.txt), which covers
// GBK, 通用规范汉字表 with its characters beyond the Basic Multilingual Plane, and all of CJK Extension A.
//
// The font is stored by package pack in the order of use and unpacked block by block, so that a page costs the blocks of
// its characters and not the whole 14 MB. Bold covers ASCII, symbols and GB 2312 (6,763 hanzi); for the rest a caller
// takes the regular glyph and thickens it. Faces are safe for concurrent use and remember what they unpacked.
package font

//go:generate go run ./gen/main.go ./gen/ttf.go $NOTO_SERIF_SC_REGULAR $NOTO_SERIF_SC_BOLD .

import (
	_ "embed"
	"sync"

	"certdesk/printing/font/pack"
)

// Style is a weight of the font.
type Style int

// The two weights.
const (
	Regular Style = iota
	Bold
)

//go:embed regular.font
var regularFile []byte

//go:embed bold.font
var boldFile []byte

var (
	loadRegular = sync.OnceValues(func() (*Face, error) { return open(regularFile, nil) })
	loadBold    = sync.OnceValues(func() (*Face, error) {
		base, err := loadRegular()
		if err != nil {
			return nil, err
		}
		return open(boldFile, base)
	})
)

// Load returns a weight; the first call reads its directory (a few milliseconds), later ones cost nothing.
// The error is pack.ErrDamaged and means a broken program file.
func Load(s Style) (*Face, error) {
	if s == Bold {
		return loadBold()
	}
	return loadRegular()
}

// Face is one weight. All measures are in thousandths of the em, the font's own unit.
type Face struct {
	tables [][]byte
	widths []int
	pages  [][]uint16 // glyph by rune, in pages of 256; nil where a page is empty
	blocks []block
	base   *Face // the face whose contours this one shares, nil for Regular
}

// block is a run of glyphs that are unpacked together.
type block struct {
	first, count int
	packed       []byte
	once         sync.Once
	glyphs       []pack.Glyph
	err          error
}

func open(file []byte, base *Face) (*Face, error) {
	d, packed, err := pack.Open(file)
	if err != nil {
		return nil, err
	}
	f := &Face{tables: d.Tables, widths: d.Widths, base: base, blocks: make([]block, len(packed))}
	first := 0
	for i, p := range packed {
		f.blocks[i].first, f.blocks[i].count, f.blocks[i].packed = first, d.Counts[i], p
		first += d.Counts[i]
	}
	if base != nil {
		f.pages = base.pages
		return f, f.fits(base)
	}
	for _, c := range d.Chars {
		f.mapRune(c)
	}
	return f, nil
}

func (f *Face) mapRune(c pack.Char) {
	page := int(c.Rune >> 8)
	for len(f.pages) <= page {
		f.pages = append(f.pages, nil)
	}
	if f.pages[page] == nil {
		f.pages[page] = make([]uint16, 256)
	}
	f.pages[page][c.Rune&255] = uint16(c.Glyph)
}

// fits checks that the blocks of f are the first blocks of base.
func (f *Face) fits(base *Face) error {
	if len(f.blocks) > len(base.blocks) {
		return pack.ErrDamaged
	}
	for i := range f.blocks {
		if f.blocks[i].count != base.blocks[i].count {
			return pack.ErrDamaged
		}
	}
	return nil
}

// glyph is the glyph number of r, 0 where the face has none.
func (f *Face) glyph(r rune) int {
	page := int(r >> 8)
	if r < 0 || page >= len(f.pages) || f.pages[page] == nil {
		return 0
	}
	if g := int(f.pages[page][r&255]); g < len(f.widths) {
		return g
	}
	return 0
}

// Has reports whether the face draws r.
func (f *Face) Has(r rune) bool { return f.glyph(r) != 0 }

// Width is the advance of r; that of the missing-glyph box where the face does not have r.
func (f *Face) Width(r rune) int { return f.widths[f.glyph(r)] }

// unpack returns the outlines of the block that holds glyph g.
func (f *Face) unpack(i int) ([]pack.Glyph, error) {
	b := &f.blocks[i]
	b.once.Do(func() {
		if f.base == nil {
			b.glyphs, b.err = pack.Unblock(b.packed, b.count)
			return
		}
		var shared []pack.Glyph
		if shared, b.err = f.base.unpack(i); b.err == nil {
			b.glyphs, b.err = pack.Undiff(b.packed, shared)
		}
	})
	return b.glyphs, b.err
}

// outline returns glyph g; an empty one where the stored data is damaged, which the checksum of a build rules out.
func (f *Face) outline(g int) pack.Glyph {
	lo, hi := 0, len(f.blocks)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; f.blocks[mid].first <= g {
			lo = mid
		} else {
			hi = mid
		}
	}
	gs, err := f.unpack(lo)
	if err != nil || g-f.blocks[lo].first >= len(gs) {
		return pack.Glyph{}
	}
	return gs[g-f.blocks[lo].first]
}
