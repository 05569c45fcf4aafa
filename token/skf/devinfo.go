package skf

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// devInfo is what DEVINFO says that this package uses. Texts are safe to show.
type devInfo struct {
	manufacturer, issuer, label, serial string
	hardware, firmware                  string
	symmetric, asymmetric, authAlg      uint64
	total, free                         uint64
}

// Buffer of SKF_GetDevInfo: longer than any DEVINFO, filled so that what was written shows.
const (
	devInfoBuffer = 512
	untouched     = 0xCC
)

// extent is how many bytes of a buffer full of untouched were written.
func extent(raw []byte) int {
	for i := len(raw); i > 0; i-- {
		if raw[i-1] != untouched {
			return i
		}
	}
	return 0
}

// parseDevInfo reads a DEVINFO. raw is as long as the buffer; what was not written reads as empty.
func parseDevInfo(raw []byte, l layout) (devInfo, error) {
	written := extent(raw)
	if len(raw) < l.devInfo() || written > l.devInfo() {
		return devInfo{}, lie("a DEVINFO of %d bytes, %d expected", written, l.devInfo())
	}
	p := bytes.Clone(raw[:l.devInfo()])
	clear(p[min(written, len(p)):])
	at := 2
	text := func(n int) string {
		at += n
		return safeText(p[at-n : at])
	}
	d := devInfo{manufacturer: text(64), issuer: text(l.issuer), label: text(32), serial: text(32)}
	d.hardware, d.firmware = version(p[at:]), version(p[at+2:])
	n := func(i int) uint64 { return l.get(p, l.numbers()+i*l.long) }
	d.symmetric, d.asymmetric, d.authAlg, d.total, d.free = n(0), n(1), n(3), n(4), n(5)
	if d.serial == "" {
		return devInfo{}, lie("a DEVINFO without a serial number")
	}
	return d, nil
}

func version(p []byte) string { return strconv.Itoa(int(p[0])) + "." + strconv.Itoa(int(p[1])) }

// guessLayout finds the layout of a DEVINFO in a buffer that was full of untouched. long is the width of ULONG where it is known, else
// 0. The size tells; where the library left its end unwritten, the numbers do: read two bytes off, they are huge.
func guessLayout(raw []byte, long int) layout {
	written := extent(raw)
	best, bestScore := standard(), -1
	if long != 0 {
		best.long = long
	}
	for _, l := range layouts() {
		switch {
		case long != 0 && l.long != long, l.devInfo() > len(raw), written > l.devInfo():
			continue
		case written == l.devInfo():
			return l
		}
		if s := plausible(raw, l); s > bestScore {
			best, bestScore = l, s
		}
	}
	return best
}

// plausible counts the numbers that may be what they are said to be.
func plausible(raw []byte, l layout) (score int) {
	at := l.numbers()
	for i := range longNumber {
		if v := l.get(raw, at+i*l.long); v < 1<<25 {
			score++
		}
	}
	if total, free := l.get(raw, at+4*l.long), l.get(raw, at+5*l.long); free <= total && total > 0 {
		score++
	}
	return score
}

// sized is the layout of a DEVINFO of size bytes.
func sized(size, long int) (layout, bool) {
	for _, l := range layouts() {
		if l.devInfo() == size && (long == 0 || l.long == long) {
			return l, true
		}
	}
	return layout{}, false
}

// safeText is a text of fixed length up to its NUL, without blanks around it. Bytes that are no UTF-8, and what a screen would obey,
// stand as \xNN.
func safeText(p []byte) string {
	if i := bytes.IndexByte(p, 0); i >= 0 {
		p = p[:i]
	}
	return safeName(strings.TrimSpace(string(p)))
}

func safeName(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 || !strconv.IsPrint(r) {
			for _, c := range []byte(s[i : i+n]) {
				b.WriteString(`\x` + strconv.FormatUint(uint64(c)+0x100, 16)[1:])
			}
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// names takes a list of NUL-terminated names that ends with an empty one or with the buffer.
func names(p []byte) []string {
	var out []string
	for _, name := range strings.Split(string(p), "\x00") {
		if name == "" {
			break
		}
		out = append(out, name)
	}
	return out
}
