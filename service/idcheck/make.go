package idcheck

import (
	"fmt"
	"strings"
	"time"
)

// MakeID completes an identity number for demonstration and tests: region6, the date of birth as birth's own zone shows it,
// seq modulo 1000 (odd is male) and the check character. It gives "" for a region that is not six digits.
func MakeID(region6 string, birth time.Time, seq int) string {
	if len(region6) != 6 || !all([]rune(region6), isDigit) || birth.Year() < 0 || birth.Year() > 9999 {
		return ""
	}
	s := region6 + birth.Format(dateForm) + fmt.Sprintf("%03d", (seq%1000+1000)%1000)
	return s + string(mod112(s))
}

// MakeUSCC completes a credit code from places 1–8 and 9–16: both check characters are added. It gives "" where a part is
// not eight characters of the code's alphabet.
func MakeUSCC(prefix8, org8 string) string {
	if len(prefix8) != 8 || len(org8) != 8 || creditCharacters([]rune(prefix8+org8)) != nil {
		return ""
	}
	s := prefix8 + MakeOrg(org8)
	return s + string(creditCheck(s))
}

// MakeOrg completes an organisation code, without its hyphen. It gives "" where org8 is not eight capitals and digits.
func MakeOrg(org8 string) string {
	if len(org8) != 8 || strings.IndexFunc(org8, func(r rune) bool { return !isAlnum(r) }) >= 0 {
		return ""
	}
	return org8 + string(orgCheck(org8))
}
