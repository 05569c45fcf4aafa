// Package look is how the screen looks: one width function, a canvas of cells, styles by meaning, themes and borders.
//
// Everything is drawn on a Canvas, cell by cell. A line therefore has exactly the terminal's width whatever is written on it, and
// no string is ever cut inside a character.
package look

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// RuneWidth is the number of cells a character takes: 2 for East Asian wide ones, 0 for marks that sit on the one before, else 1.
// East Asian "ambiguous" characters (─ … “ ● ¥) take 1 (UAX 11 as terminals use it outside legacy CJK modes).
func RuneWidth(r rune) int {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1
	case r >= 0x4e00 && r <= 0x9fff:
		return 2
	case r < 0xa0:
		return 0
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Width is the number of cells s takes when shown.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += RuneWidth(Shown(r))
	}
	return n
}

// Shown is the character that stands for r on the screen: r itself, a blank for white space, U+FFFD for what terminals measure
// differently from each other (joining emoji, flags, Hangul jamo), and -1 for what is not shown at all.
func Shown(r rune) rune {
	switch {
	case r >= 0x20 && r < 0x7f, r >= 0x4e00 && r <= 0x9fff:
		return r
	case r == '\t' || r == '\n' || r == 0xa0:
		return ' '
	case r < 0xa0 || r == 0xad || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0000 && r <= 0xe0fff:
		return -1
	case r&0xfffe == 0xfffe || newlyWide(r) || r >= 0x1100 && r <= 0x11ff || r >= 0x1f1e6 && r <= 0x1f1ff || r >= 0x1f3fb && r <= 0x1f3ff:
		return unicode.ReplacementChar
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
		return -1
	case unicode.In(r, unicode.Mc, unicode.Co, unicode.Cs) || r > 0x3fffd:
		return unicode.ReplacementChar
	}
	return r
}

// newlyWide are the characters that became wide with Unicode 16: trigrams, hexagrams, late strokes. Terminals are of two minds.
func newlyWide(r rune) bool {
	return r >= 0x4dc0 && r <= 0x4dff || r >= 0x2630 && r <= 0x2637 || r >= 0x268a && r <= 0x268f || r >= 0x2ffc && r <= 0x2fff || r >= 0x31e4 && r <= 0x31ef
}

// Clip returns the start of s that fits into w cells, with … as its last cell where something was left out.
func Clip(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	if w <= 0 {
		return ""
	}
	return head(s, w-1) + "…"
}

// head is the longest start of s of at most w cells.
func head(s string, w int) string {
	n := 0
	for i, r := range s {
		n += RuneWidth(Shown(r))
		if n > w {
			return s[:i]
		}
	}
	return s
}

// PadLeft returns s in exactly w cells: clipped, or filled with blanks at the left.
func PadLeft(s string, w int) string {
	s = Clip(s, w)
	return strings.Repeat(" ", max(0, w-Width(s))) + s
}

// noStart may not begin a line: closing punctuation (GB/T 15834).
const noStart = "，。、；：？！）》」』】”’…％,.;:?!)]}%"

// Wrap breaks s into lines of at most w cells: at line feeds, at blanks of Latin text, between Chinese characters, never before
// closing punctuation.
func Wrap(s string, w int) []string {
	if w < 4 {
		w = 4
	}
	var out []string
	for _, par := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		out = append(out, wrapLine([]rune(par), w)...)
	}
	return out
}

func wrapLine(rs []rune, w int) []string {
	var out []string
	for {
		n := fit(rs, w)
		if n == len(rs) {
			return append(out, strings.TrimRight(string(rs), " "))
		}
		n = breakAt(rs, n)
		out = append(out, strings.TrimRight(string(rs[:n]), " "))
		for n < len(rs) && rs[n] == ' ' {
			n++
		}
		rs = rs[n:]
	}
}

func fit(rs []rune, w int) int {
	used := 0
	for i, r := range rs {
		used += RuneWidth(Shown(r))
		if used > w {
			return max(1, i)
		}
	}
	return len(rs)
}

// breakAt moves a break at n back to where a line may end.
func breakAt(rs []rune, n int) int {
	for i := n; i > 0 && i > n-24; i-- {
		if mayBreak(rs[i-1], rs[i]) {
			return i
		}
	}
	return n
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(noStart, after) {
		return false
	}
	return before == ' ' || after == ' ' || RuneWidth(before) == 2 || RuneWidth(after) == 2
}
