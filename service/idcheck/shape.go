package idcheck

import (
	"fmt"
	"strconv"
	"unicode"

	"certdesk/service"
)

// fold turns full-width ASCII into ASCII, the ideographic space into a space and a–z into A–Z, one rune for one rune, so
// that a place in the result is the place in the input.
func fold(s string) []rune {
	rs := []rune(s)
	for i, r := range rs {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case r == 0x3000:
			r = ' '
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		rs[i] = r
	}
	return rs
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' }
func isAlnum(r rune) bool  { return isDigit(r) || isLetter(r) }

func all(rs []rune, ok func(rune) bool) bool {
	for _, r := range rs {
		if !ok(r) {
			return false
		}
	}
	return true
}

// characters refuses the first rune that is not ok; first is the 1-based place of rs[0] in the input.
func characters(op string, rs []rune, first int, want string, ok func(rune) bool) error {
	for i, r := range rs {
		if !ok(r) {
			return at(service.IDCharacter, op, first+i, want, show(r))
		}
	}
	return nil
}

func length(op string, rs []rune, want int) error {
	if len(rs) == want {
		return nil
	}
	return lengthIs(op, len(rs), strconv.Itoa(want))
}

func lengthIs(op string, have int, want string) error {
	return service.E(service.IDLength, op, service.Args{"have": strconv.Itoa(have), "want": want}, nil)
}

// at builds the failure of one place; want may be empty.
func at(code service.Code, op string, place int, want, have string) error {
	a := service.Args{"at": strconv.Itoa(place), "have": have}
	if want != "" {
		a["want"] = want
	}
	return service.E(code, op, a, nil)
}

// show writes a rune for a message: itself when it can be seen, else its code point.
func show(r rune) string {
	if unicode.IsPrint(r) && r != ' ' && !unicode.Is(unicode.M, r) {
		return string(r)
	}
	return fmt.Sprintf("U+%04X", r)
}
