package service

import "strings"

// Mask hides the middle of a number for a screen that others can see: the first three and last four characters stay.
func Mask(s string) string {
	r := []rune(s)
	if len(r) < 8 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:3]) + "****" + string(r[len(r)-4:])
}
