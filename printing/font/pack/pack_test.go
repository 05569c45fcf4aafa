package pack_test

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"certdesk/printing/font/pack"
)

// glyphs draws outlines with steps of every size the format tells apart.
func glyphs(t *rapid.T, n int) []pack.Glyph {
	gs := make([]pack.Glyph, n)
	coord := rapid.OneOf(rapid.IntRange(-3, 3), rapid.IntRange(-70, 70), rapid.IntRange(-800, 800), rapid.IntRange(-16000, 16000))
	for i := range gs {
		gs[i].Ends = []uint16{}
		for range rapid.IntRange(0, 3).Draw(t, "contours") {
			for range rapid.IntRange(1, 9).Draw(t, "points") {
				x, y := coord.Draw(t, "x"), coord.Draw(t, "y")
				gs[i].Pts = append(gs[i].Pts, pack.Point{X: int16(x), Y: int16(y), On: rapid.Bool().Draw(t, "on")})
			}
			gs[i].Ends = append(gs[i].Ends, uint16(len(gs[i].Pts)-1))
		}
	}
	return gs
}

func same(a, b []pack.Glyph) bool {
	for i := range a {
		if len(a[i].Pts) == 0 && len(b[i].Pts) == 0 {
			continue
		}
		if !reflect.DeepEqual(a[i], b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestBlockRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gs := glyphs(t, rapid.IntRange(0, 6).Draw(t, "glyphs"))
		got, err := pack.Unblock(pack.Block(gs), len(gs))
		if err != nil || !same(gs, got) {
			t.Fatalf("got %v (%v), want %v", got, err, gs)
		}
		heavy := make([]pack.Glyph, len(gs))
		for i, g := range gs {
			heavy[i].Ends = g.Ends
			for _, p := range g.Pts {
				heavy[i].Pts = append(heavy[i].Pts, pack.Point{X: p.X + p.Y%7, Y: p.Y - 9, On: p.On})
			}
		}
		got, err = pack.Undiff(pack.Diff(heavy, gs), gs)
		if err != nil || !same(heavy, got) {
			t.Fatalf("difference: got %v (%v), want %v", got, err, heavy)
		}
	})
}

func sampleFile() []byte {
	d := pack.Directory{Widths: []int{500, 1000, 1000}, Counts: []int{2, 1},
		Tables: [][]byte{{1}, {2}, {3}, {}, {5}, {6}}, Chars: []pack.Char{{Rune: 'a', Glyph: 1}, {Rune: 'A', Glyph: 1}, {Rune: 0x20164, Glyph: 2}}}
	return pack.File(d, [][]byte{pack.Block(make([]pack.Glyph, 2)), pack.Block(make([]pack.Glyph, 1))})
}

func TestFileRoundTrip(t *testing.T) {
	d, blocks, err := pack.Open(sampleFile())
	if err != nil || len(blocks) != 2 || len(d.Tables) != 6 || !reflect.DeepEqual(d.Widths, []int{500, 1000, 1000}) {
		t.Fatalf("%+v %d blocks, %v", d, len(blocks), err)
	}
	if want := []pack.Char{{Rune: 'a', Glyph: 1}, {Rune: 'A', Glyph: 1}, {Rune: 0x20164, Glyph: 2}}; !reflect.DeepEqual(d.Chars, want) {
		t.Errorf("characters %v, want %v", d.Chars, want)
	}
	for _, bad := range [][]byte{nil, []byte("CDF1"), sampleFile()[:20], append([]byte("XXXX"), sampleFile()[4:]...), sampleFile()[:len(sampleFile())-1]} {
		if _, _, err := pack.Open(bad); !errors.Is(err, pack.ErrDamaged) {
			t.Errorf("damaged file: %v", err)
		}
	}
}

func TestInflateIsBounded(t *testing.T) {
	if _, err := pack.Inflate(pack.Deflate(make([]byte, 5<<20))); !errors.Is(err, pack.ErrDamaged) {
		t.Errorf("five megabytes of zeros: %v", err)
	}
}

// Damaged data ends in an error, never in a panic. Inputs are deflated first, so that the parser behind is reached.
func FuzzDamaged(f *testing.F) {
	f.Add([]byte{2, 3, 1, 2, 0, 0, 0, 9, 9}, uint8(1))
	f.Add(sampleFile(), uint8(3))
	base := []pack.Glyph{{Ends: []uint16{1}, Pts: []pack.Point{{X: 1}, {Y: 2}}}}
	f.Fuzz(func(t *testing.T, raw []byte, n uint8) {
		_, _ = pack.Unblock(pack.Deflate(raw), int(n))
		_, _ = pack.Undiff(pack.Deflate(raw), base)
		_, _, _ = pack.Open(raw)
		dir := pack.Deflate(raw)
		if len(dir) < 128 {
			_, _, _ = pack.Open(append(append([]byte("CDF1"), byte(len(dir))), dir...))
		}
	})
}
