package look_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"certdesk/tui/look"
)

// The renderer measures with x/ansi: both must agree on everything that the screen shows.
func TestWidthAgreesWithTheRenderer(t *testing.T) {
	for _, s := range []string{
		"欧阳修远", "䶮㛃𠅤𬭳", "·…—“”①●√※─│¥￥", "╭╮╰╯▁█▓░✓✗○▸↑↓←→‹›☑☐", "（）：；，。、", "阿依古丽·买买提", "ＡＢＣ１２３", "ｱｲｳ", "한국어", "é", "Ünïcode",
		"〇一二三", "㈱℃№", "ⅠⅡⅢ", "𰻝", "Ωμπ", "дом", "ไทย",
	} {
		if got, want := look.Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("%q: %d cells, the renderer says %d", s, got, want)
		}
	}
	for r := rune(0x20); r < 0x33000; r++ {
		if !utf8.ValidRune(r) || look.Shown(r) != r || look.RuneWidth(r) == 0 {
			continue
		}
		if got, want := look.RuneWidth(r), ansi.StringWidth(string(r)); got != want && assigned(r) {
			t.Errorf("%U %c: %d cells, the renderer says %d", r, r, got, want)
		}
	}
}

// assigned leaves out what is no letter, mark or sign of a script in use: terminals need not agree there.
func assigned(r rune) bool {
	return r < 0x2e80 || r >= 0x2e80 && r < 0xa000 || r >= 0xac00 && r < 0xd7a4 || r >= 0xf900 && r < 0xfb00 || r >= 0xff00 && r < 0xffe7 || r >= 0x20000
}

func TestClipPadWrap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		s, w := words(rng), 4+rng.IntN(40)
		if c := look.Clip(s, w); look.Width(c) > w {
			t.Fatalf("Clip(%q, %d) is %d wide", s, w, look.Width(c))
		}
		if p := look.PadLeft(s, w); look.Width(p) != w {
			t.Fatalf("PadLeft(%q, %d) is %d wide", s, w, look.Width(p))
		}
		lines := look.Wrap(s, w)
		for _, l := range lines {
			if look.Width(l) > w {
				t.Fatalf("Wrap(%q, %d) has line %q", s, w, l)
			}
		}
		if strings.ReplaceAll(strings.Join(lines, ""), " ", "") != strings.ReplaceAll(s, " ", "") {
			t.Fatalf("Wrap(%q, %d) lost text: %q", s, w, lines)
		}
	}
}

func TestWrapKeepsPunctuationOffLineStarts(t *testing.T) {
	for _, l := range look.Wrap("订户应当妥善保管介质，不得出借；逾期需要重新办理。", 12) {
		if strings.ContainsAny(string([]rune(l)[0]), "，。；") {
			t.Errorf("a line begins with %q", l)
		}
	}
}

const letters = "a b1,。，欧阳修䶮𠅤é́·…●￥─"

func words(rng *rand.Rand) string {
	rs := []rune(letters)
	var b strings.Builder
	for range rng.IntN(60) {
		b.WriteRune(rs[rng.IntN(len(rs))])
	}
	return strings.TrimSpace(b.String())
}

// Whatever is written over whatever, every line has exactly the terminal's width, and half characters never show.
func TestCanvasLinesAreExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	c := look.NewCanvas(80, 24)
	for range 200 {
		c.Reset(80, 24)
		for range 60 {
			a := c.All().In(rng.IntN(90)-5, rng.IntN(28)-2, rng.IntN(80), rng.IntN(20)).Scrolled(rng.IntN(5) - 2)
			a.Text(rng.IntN(80)-4, rng.IntN(20), look.Style(rng.IntN(10)), words(rng))
			if rng.IntN(4) == 0 {
				a.Box("标题" + words(rng))
			}
		}
		for y, l := range strings.Split(c.Lines(look.Calm()), "\n") {
			if w := ansi.StringWidth(l); w != 80 {
				t.Fatalf("line %d is %d wide: %q", y, w, ansi.Strip(l))
			}
		}
	}
}

func TestThemes(t *testing.T) {
	c := look.NewCanvas(20, 3)
	c.All().Box("✓ 好")
	c.All().Text(3, 1, look.Bad, "✗ 错…")
	plain := ansi.Strip(c.Lines(look.Choose("", false, true)))
	if strings.ContainsAny(plain, "╭─│✓✗…") {
		t.Errorf("the ASCII theme shows %q", plain)
	}
	for _, l := range strings.Split(plain, "\n") {
		if ansi.StringWidth(l) != 20 {
			t.Errorf("ASCII line %q is not 20 wide", l)
		}
	}
	for _, code := range []string{"[3", ";3", "[9", "[4m", ";4"} {
		if mono := c.Lines(look.Choose("calm", true, false)); strings.Contains(mono, code) {
			t.Errorf("NO_COLOR emits %q in %q", code, mono)
		}
	}
	if look.Choose("contrast", false, false).Name != "contrast" || look.Choose("?", false, false).Name != "calm" {
		t.Error("themes are not chosen by name")
	}
}
