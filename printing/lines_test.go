package printing_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"certdesk/printing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text          string
		width, indent int
		want          []string
	}{
		{"", 5, 0, []string{""}},
		{"一二三四五六七", 5, 0, []string{"一二三四五", "六七"}},
		{"一二三四五六七", 5, 2, []string{"一二三", "四五六七"}},
		{"一二三四五，六七", 5, 0, []string{"一二三四", "五，六七"}},
		{"一二三四（五六）七", 5, 0, []string{"一二三四", "（五六）七"}},
		{"一二三》」。四", 5, 0, []string{"一二", "三》」。四"}},
		{"买提买·提", 3, 0, []string{"买提", "买·提"}},
		{"买提·买提", 3, 0, []string{"买提·", "买提"}},
		{"ab cd ef", 5, 0, []string{"ab cd", "ef"}},
		{"办理UKey新发", 5, 0, []string{"办理", "UKey新", "发"}},
		{"共￥1,234.50元", 9, 0, []string{"共", "￥1,234.50", "元"}},
		{"0123456789AB", 5, 0, []string{"01234", "56789", "AB"}},
		{"name@host.example", 9, 0, []string{"name@", "host.", "example"}},
		{"上\n\n下", 5, 0, []string{"上", "", "下"}},
		{"一二三\r\n四\n", 5, 0, []string{"一二三", "四"}},
	} {
		if got := printing.Wrap(c.text, c.width, c.indent); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"龙吉䶮":           "龙吉䶮",
		"张\u202E三":      "张□三",
		"张\u2066三":      "张□三",
		"张\u200E三":      "张□三",
		"张\u200B三":      "张三",
		"葛\U000E0101":   "葛",
		"a\tb\x00\x1b[": "a b□□[",
		"\xff":          "□",
		"𠅤":             "𠅤",
	} {
		if got := printing.Clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// Nothing is lost, no line is too long, and marks stand where they may.
func FuzzWrap(f *testing.F) {
	f.Add("您于 2026 年（李㛃、孙𠅤），经审查，所提交的材料不齐全。", uint8(9))
	f.Add("）））））））", uint8(3))
	f.Add("（（（（（（", uint8(2))
	f.Add("\u202Eabc\n\xff", uint8(1))
	f.Fuzz(func(t *testing.T, s string, w uint8) {
		width := int(w%40) + 1
		lines := printing.Wrap(s, width, 0)
		squeeze := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		var want []string
		for _, p := range strings.Split(s, "\n") {
			want = append(want, printing.Clean(p))
		}
		if got, want := squeeze(strings.Join(lines, "")), squeeze(strings.Join(want, "")); got != want {
			t.Fatalf("text changed: %q, want %q", got, want)
		}
		for i, l := range lines {
			if utf8.RuneCountInString(l) > width {
				t.Fatalf("line %d is longer than %d: %q", i, width, l)
			}
		}
	})
}
