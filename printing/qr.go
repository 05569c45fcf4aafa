package printing

import "rsc.io/qr"

// quiet is the width of the white border that readers need, in modules.
const quiet = 4

// quietZone is the width of that border in a code of a given size, by which the code is moved out so that its dark part
// stands flush with text and rules.
func quietZone(modules [][]bool, size float64) float64 { return size / float64(len(modules)) * quiet }

// qrOf encodes text as QR code with medium error correction (ISO/IEC 18004 level M), with its quiet zone; false where it is too long.
func qrOf(text string) ([][]bool, bool) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, false
	}
	m := make([][]bool, c.Size+2*quiet)
	for y := range m {
		m[y] = make([]bool, len(m))
		for x := range m[y] {
			m[y][x] = c.Black(x-quiet, y-quiet)
		}
	}
	return m, true
}
