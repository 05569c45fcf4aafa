package font_test

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"certdesk/printing/font"
)

const sample = "数字证书业务申请表龙吉䶮李㛃欧阳𬭳孙𠅤阿卜杜拉·买买提，（人民币）￥1,234.50 ABC xyz"

func face(t testing.TB, s font.Style) *font.Face {
	t.Helper()
	f, err := font.Load(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCoverage(t *testing.T) {
	f, bold := face(t, font.Regular), face(t, font.Bold)
	for name, span := range map[string][2]rune{"URO": {0x4E00, 0x9FFF}, "Extension A": {0x3400, 0x4DB5}, "ASCII": {' ', '~'}} {
		for r := span[0]; r <= span[1]; r++ {
			if !f.Has(r) && r <= 0x9FEF {
				t.Errorf("%s: no U+%04X", name, r)
			}
		}
	}
	for _, r := range sample {
		if !f.Has(r) {
			t.Errorf("regular has no %c", r)
		}
	}
	for _, r := range "数字证书业务申请表合计：￥0123456789（）" {
		if !bold.Has(r) {
			t.Errorf("bold has no %c", r)
		}
	}
	if bold.Has('㛃') || bold.Has('𬭳') {
		t.Error("bold claims characters outside GB 2312")
	}
	for _, r := range []rune{0x10FFFF, -1, 0xFFFF, 0xE000, utf8.MaxRune + 1} {
		if f.Has(r) || f.Outline(r) != nil {
			t.Errorf("regular claims U+%X", r)
		}
	}
	if f.Width('中') != 1000 || f.Width('i') >= 500 || f.Width('i') == 0 {
		t.Errorf("widths: 中 %d, i %d", f.Width('中'), f.Width('i'))
	}
}

// An independent TrueType reader must find in the subset the same outlines that the face itself gives.
func TestSubsetReadsBack(t *testing.T) {
	for _, style := range []font.Style{font.Regular, font.Bold} {
		f := face(t, style)
		ttf, err := sfnt.Parse(f.Subset([]rune(sample)))
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		for _, r := range sample {
			g, err := ttf.GlyphIndex(&buf, r)
			if err != nil {
				t.Fatal(err)
			}
			if want := r < 0x10000 && f.Has(r); (g != 0) != want {
				t.Errorf("style %d: U+%04X glyph %d, want present: %v", style, r, g, want)
			}
			if g == 0 {
				continue
			}
			adv, err := ttf.GlyphAdvance(&buf, g, fixed.I(1000), 0)
			if err != nil || adv != fixed.I(f.Width(r)) {
				t.Errorf("U+%04X advance %v, want %d (%v)", r, adv, f.Width(r), err)
			}
			segs, err := ttf.LoadGlyph(&buf, g, fixed.I(1000), nil)
			if err != nil {
				t.Fatalf("U+%04X: %v", r, err)
			}
			sameOutline(t, r, segs, f.Outline(r))
		}
	}
}

// sameOutline compares ends of steps; sfnt's y axis points down.
func sameOutline(t *testing.T, r rune, got sfnt.Segments, want []font.Segment) {
	t.Helper()
	var a, b []fixed.Point26_6
	for _, s := range got {
		end := 0
		if s.Op == sfnt.SegmentOpQuadTo {
			end = 1
		}
		a = append(a, s.Args[end])
	}
	for _, s := range want {
		b = append(b, fixed.Point26_6{X: fixed.Int26_6(s.X * 64), Y: -fixed.Int26_6(s.Y * 64)})
	}
	for _, p := range a {
		if !slices.ContainsFunc(b, func(q fixed.Point26_6) bool { return abs(p.X-q.X) <= 32 && abs(p.Y-q.Y) <= 32 }) {
			t.Fatalf("U+%04X: the reader draws through %v, the face does not", r, p)
		}
	}
}

func abs(v fixed.Int26_6) fixed.Int26_6 { return max(v, -v) }

func TestSubsetIsDeterministic(t *testing.T) {
	f := face(t, font.Regular)
	rs := []rune(sample)
	want := f.Subset(rs)
	slices.Reverse(rs)
	if !bytes.Equal(want, f.Subset(append(rs, rs...))) {
		t.Error("order or repetition changes the subset")
	}
	if _, err := sfnt.Parse(f.Subset(nil)); err != nil {
		t.Errorf("empty subset: %v", err)
	}
}

func TestOutlineBeyondBMP(t *testing.T) {
	segs := face(t, font.Regular).Outline('𠅤')
	if len(segs) < 20 || segs[0].Op != font.MoveTo {
		t.Fatalf("outline of 𠅤: %d steps", len(segs))
	}
	for _, s := range segs {
		if s.X < -200 || s.X > 1200 || s.Y < -300 || s.Y > 1100 {
			t.Fatalf("step outside the em: %+v", s)
		}
	}
}

// Every block unpacks: no character of the font is damaged.
func TestEveryGlyphUnpacks(t *testing.T) {
	for _, style := range []font.Style{font.Regular, font.Bold} {
		f, n := face(t, style), 0
		for r := rune(0x21); r < 0x32000; r++ {
			if f.Has(r) {
				if f.Outline(r) == nil && f.Width(r) > 0 && !blank(r) {
					t.Errorf("style %d: U+%04X has no outline", style, r)
				}
				n++
			}
		}
		t.Logf("style %d: %d characters", style, n)
	}
}

func blank(r rune) bool {
	return r == 0xA0 || r == 0x3000 || r >= 0x2000 && r <= 0x200F || r == 0x202F || r == 0x205F || r == 0x3164 || r == 0xFFA0
}

func BenchmarkSubset(b *testing.B) {
	f, rs := face(b, font.Regular), []rune(sample)
	for b.Loop() {
		f.Subset(rs)
	}
}
