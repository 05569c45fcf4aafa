package printing

import (
	"strings"
	"unicode/utf8"
)

// Line breaking of Chinese mixed with Latin, after 避头尾 (GB/T 15834-2011, 5.1.10; W3C clreq 3.1.3): closing marks do not
// begin a line, opening marks do not end one, words and numbers stay whole unless they are longer than the line.
const (
	noStart = "，。、；：？！）》」』】〕〉”’…—·％℃,.;:?!)]}%℅~～"
	noEnd   = "（《「『【〔〈“‘￥¥＄$([{#＃№"
)

// breaks splits s into pieces between which a line may end.
func breaks(s string) []string {
	var pieces []string
	start, prev := 0, rune(-1)
	for i, r := range s {
		if prev >= 0 && mayBreak(prev, r) {
			pieces = append(pieces, s[start:i])
			start = i
		}
		prev = r
	}
	return append(pieces, s[start:])
}

func mayBreak(a, b rune) bool {
	switch {
	case b == ' ' || b == '　':
		return false
	case strings.ContainsRune(noStart, b), strings.ContainsRune(noEnd, a):
		return false
	case a == ' ':
		return true
	}
	return ideographic(a) || ideographic(b)
}

// ideographic tells characters between which a line may break from those that form words.
func ideographic(r rune) bool { return r >= 0x2E80 || r == box || r == '…' || r == '—' }

// setLine is a line of wrapped text; joined means that its paragraph goes on in the next line.
type setLine struct {
	text   string
	joined bool
}

// wrap sets s in lines of at most width, the first of each paragraph shorter by indent; measure gives a string's width and
// adds up. There is always at least one line; line ends in s are kept.
func wrap(s string, width, indent float64, measure func(string) float64) []setLine {
	var lines []setLine
	for _, p := range paragraphs(s) {
		l := lineSetter{room: width - indent, width: width, measure: measure}
		for _, piece := range breaks(p) {
			l.add(piece)
		}
		lines = append(lines, append(l.lines, setLine{text: strings.TrimRight(l.cur, " ")})...)
	}
	return lines
}

type lineSetter struct {
	lines             []setLine
	cur               string
	used, room, width float64
	measure           func(string) float64
}

// add puts a piece on the line, or on the next, or cuts it where it is longer than a whole line.
func (l *lineSetter) add(piece string) {
	bare := l.measure(strings.TrimRight(piece, " "))
	if l.cur != "" && l.used+bare > l.room {
		l.turn()
	}
	for l.cur == "" && bare > l.room {
		n := fitting(piece, l.room, l.measure)
		if n == len(piece) {
			break
		}
		l.cur, piece = piece[:n], piece[n:]
		l.turn()
		bare = l.measure(strings.TrimRight(piece, " "))
	}
	l.cur += piece
	l.used += l.measure(piece)
}

func (l *lineSetter) turn() {
	l.lines = append(l.lines, setLine{strings.TrimRight(l.cur, " "), true})
	l.cur, l.used, l.room = "", 0, l.width
}

// fitting is the length of the longest beginning of s, at least one character, that is no wider than room; it prefers to
// end behind a mark such as those in addresses.
func fitting(s string, room float64, measure func(string) float64) int {
	n, used, seam := 0, 0.0, 0
	for i, r := range s {
		used += measure(string(r))
		if i > 0 && used > room {
			if seam > n/2 {
				return seam
			}
			return n
		}
		n = i + utf8.RuneLen(r)
		if strings.ContainsRune("@./_-&?=", r) {
			seam = n
		}
	}
	return n
}
