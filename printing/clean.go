package printing

import (
	"strings"
	"unicode"
)

// box stands for a character that must not or cannot be printed.
const box = '□'

// clean makes one line of text printable: control characters and those that reorder text (Unicode bidi controls, which
// could make a name read as another) show as □, invisible joiners and variation selectors are dropped, tabs are spaces.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\u00A0' || r == '\u2028' || r == '\u2029':
			return ' '
		case r == '\r' || r == '\u00AD' || r == '\uFEFF' || r >= '\u200B' && r <= '\u200D' || r == '\u2060':
			return -1
		case r >= '\uFE00' && r <= '\uFE0F' || r >= 0xE0100 && r <= 0xE01EF:
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar:
			return box
		case unicode.Is(unicode.Cf, r):
			return box
		}
		return r
	}, s)
}

// paragraphs splits at line ends and cleans.
func paragraphs(s string) []string {
	ps := strings.Split(strings.TrimRight(s, "\r\n"), "\n")
	for i := range ps {
		ps[i] = clean(ps[i])
	}
	return ps
}
