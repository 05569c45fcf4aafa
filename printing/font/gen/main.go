//go:build ignore

// Command gen makes the station's paper font from two weights of Noto Serif SC (SIL Open Font License 1.1):
//
//	go run ./printing/font/gen/main.go ./printing/font/gen/ttf.go REGULAR.ttf BOLD.ttf printing/font
//
// The TrueType files are those of npm package @expo-google-fonts/noto-serif-sc 0.4.3 (400Regular, 700Bold). Kept are
// outlines, widths and character map; layout, vertical and hinting tables are dropped. Glyphs stand in the order in which
// a counter needs them (paper.txt, then GB 2312, then the rest); the bold face covers the first two groups.
package main

import (
	_ "embed"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"golang.org/x/text/encoding/simplifiedchinese"

	"certdesk/printing/font/pack"
)

//go:embed paper.txt
var paper string

// Block sizes in glyphs: small where every page reads, large where almost none does.
const commonBlock, rareBlock = 48, 192

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: gen REGULAR.ttf BOLD.ttf DIR")
	}
	regular, err := readTTF(os.Args[1])
	check(err)
	bold, err := readTTF(os.Args[2])
	check(err)
	order, common := order(regular.chars)
	counts := blocks(len(order), common)
	write(filepath.Join(os.Args[3], "regular.font"), pack.File(directory(regular, order, counts, true)))
	order = order[:common]
	counts = blocks(common, common)
	write(filepath.Join(os.Args[3], "bold.font"), pack.File(boldDirectory(bold, regular, order, counts)))
}

// order lists the glyphs that characters need, most wanted first; the first common of them are for both weights.
func order(chars map[rune]int) (glyphs []int, common int) {
	seen := map[int]bool{0: true}
	glyphs = []int{0}
	add := func(r rune) {
		if g, ok := chars[r]; ok && !seen[g] {
			seen[g] = true
			glyphs = append(glyphs, g)
		}
	}
	for _, r := range paper {
		add(r)
	}
	for _, r := range gb2312() {
		add(r)
	}
	common = len(glyphs)
	rest := make([]rune, 0, len(chars))
	for r := range chars {
		rest = append(rest, r)
	}
	slices.Sort(rest)
	for _, r := range rest {
		add(r)
	}
	return glyphs, common
}

// gb2312 lists level 1, the symbols, then level 2.
func gb2312() (rs []rune) {
	dec := simplifiedchinese.GBK.NewDecoder()
	for _, rows := range [][2]byte{{0xB0, 0xD7}, {0xA1, 0xA9}, {0xD8, 0xF7}} {
		for hi := rows[0]; hi <= rows[1]; hi++ {
			for lo := byte(0xA1); lo <= 0xFE; lo++ {
				if b, err := dec.Bytes([]byte{hi, lo}); err == nil {
					rs = append(rs, []rune(string(b))...)
				}
			}
		}
	}
	return rs
}

func blocks(glyphs, common int) (counts []int) {
	for at := 0; at < glyphs; at += counts[len(counts)-1] {
		n, end := commonBlock, common
		if at >= common {
			n, end = rareBlock, glyphs
		}
		counts = append(counts, min(n, end-at))
	}
	return counts
}

func directory(t *ttf, order, counts []int, chars bool) (pack.Directory, [][]byte) {
	d := pack.Directory{Counts: counts}
	for _, name := range pack.TableNames {
		table := t.tables[name]
		if name == "name" {
			table = shortNames(table)
		}
		d.Tables = append(d.Tables, table)
	}
	place := map[int]int{}
	var gs []pack.Glyph
	for i, g := range order {
		d.Widths, gs = append(d.Widths, t.widths[g]), append(gs, t.glyphs[g])
		place[g] = i
	}
	if chars {
		d.Chars = charList(t.chars, place)
	}
	var packed [][]byte
	for _, n := range counts {
		packed, gs = append(packed, pack.Block(gs[:n])), gs[n:]
	}
	return d, packed
}

func boldDirectory(bold, regular *ttf, order, counts []int) (pack.Directory, [][]byte) {
	d, _ := directory(bold, order, counts, false)
	var packed [][]byte
	for at, i := 0, 0; i < len(counts); at, i = at+counts[i], i+1 {
		var gs, base []pack.Glyph
		for _, g := range order[at : at+counts[i]] {
			gs, base = append(gs, bold.glyphs[g]), append(base, regular.glyphs[g])
			sameShape(g, gs[len(gs)-1], base[len(base)-1])
		}
		packed = append(packed, pack.Diff(gs, base))
	}
	return d, packed
}

func sameShape(id int, a, b pack.Glyph) {
	same := slices.Equal(a.Ends, b.Ends) && slices.EqualFunc(a.Pts, b.Pts, func(p, q pack.Point) bool { return p.On == q.On })
	if !same {
		log.Fatalf("glyph %d: the weights do not share their contours", id)
	}
}

func charList(chars map[rune]int, place map[int]int) (cs []pack.Char) {
	for r, g := range chars {
		cs = append(cs, pack.Char{Rune: r, Glyph: place[g]})
	}
	sort.Slice(cs, func(i, k int) bool {
		if cs[i].Glyph != cs[k].Glyph {
			return cs[i].Glyph < cs[k].Glyph
		}
		return cs[i].Rune < cs[k].Rune
	})
	return cs
}

// shortNames keeps copyright, family, style, full and PostScript name in English for Windows.
func shortNames(t []byte) []byte {
	var recs, text []byte
	n := 0
	for i := range int(be.Uint16(t[2:])) {
		r := t[6+12*i:]
		id := be.Uint16(r[6:])
		if be.Uint16(r) != 3 || be.Uint16(r[4:]) != 0x409 || (id > 6 || id == 3 || id == 5) {
			continue
		}
		s := t[int(be.Uint16(t[4:]))+int(be.Uint16(r[10:])):][:be.Uint16(r[8:])]
		recs = append(recs, r[:10]...)
		recs = be.AppendUint16(recs, uint16(len(text)))
		text = append(text, s...)
		n++
	}
	head := be.AppendUint16(be.AppendUint16(be.AppendUint16(nil, 0), uint16(n)), uint16(6+12*n))
	return append(append(head, recs...), text...)
}

func write(path string, b []byte) {
	check(os.WriteFile(path, b, 0o644))
	fmt.Println(path, len(b))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
