package idcheck

import (
	"strconv"

	"certdesk/service"
)

const (
	opPermit    = "idcheck.permit"
	opPassport  = "idcheck.passport"
	opMobile    = "idcheck.mobile"
	maxPassport = 15
)

// permit takes 港澳居民来往内地通行证 (H or M and 8 digits; earlier 10, the last two counting renewals), 台湾居民来往大陆通行证
// (8 digits) and, for clerks who file it here, the earlier foreign permanent residence number.
func permit(in []rune) (Result, error) {
	hongKongMacao := in[0] == 'H' || in[0] == 'M'
	switch {
	case len(in) > 1 && isLetter(in[0]) && isLetter(in[1]):
		return earlierForeign(opPermit, in)
	case hongKongMacao:
		return hmPermit(in)
	}
	if err := characters(opPermit, in[:1], 1, "H, M, 0-9", isDigit); err != nil {
		return Result{}, err
	}
	if err := characters(opPermit, in, 1, "0-9", isDigit); err != nil {
		return Result{}, err
	}
	if err := length(opPermit, in, 8); err != nil {
		return Result{}, err
	}
	p, _ := province("71")
	return Result{Norm: string(in), Province: p}, nil
}

func hmPermit(in []rune) (Result, error) {
	if err := characters(opPermit, in[1:], 2, "0-9", isDigit); err != nil {
		return Result{}, err
	}
	if n := len(in); n != 9 && n != 11 {
		return Result{}, lengthIs(opPermit, n, "9, 11")
	}
	code := "81"
	if in[0] == 'M' {
		code = "82"
	}
	p, _ := province(code)
	return Result{Norm: string(in), Province: p}, nil
}

// passport takes what ICAO 9303 allows in a document number, up to 15 characters.
func passport(in []rune) (Result, error) {
	if err := characters(opPassport, in, 1, "A-Z, 0-9", isAlnum); err != nil {
		return Result{}, err
	}
	if n := len(in); n > maxPassport {
		a := service.Args{"have": strconv.Itoa(n), "want": "1-15", "max": strconv.Itoa(maxPassport)}
		return Result{}, service.E(service.IDLength, opPassport, a, nil)
	}
	return Result{Norm: string(in)}, nil
}

// mobile takes a mainland number: 11 digits, 1 and then 3–9. Spaces, hyphens and +86 are dropped.
func mobile(in []rune) (Result, error) {
	digits, places := dropSeparators(in)
	if len(digits) > 2 && string(digits[:3]) == "+86" {
		digits, places = digits[3:], places[3:]
	}
	for i, r := range digits {
		if want, ok := mobileDigit(i, r); !ok {
			return Result{}, at(service.MobileBad, opMobile, places[i], want, show(r))
		}
	}
	if len(digits) != 11 {
		a := service.Args{"have": strconv.Itoa(len(digits)), "want": "11"}
		return Result{}, service.E(service.MobileBad, opMobile, a, nil)
	}
	return Result{Norm: string(digits)}, nil
}

func mobileDigit(i int, r rune) (want string, ok bool) {
	switch i {
	case 0:
		return "1", r == '1'
	case 1:
		return "3-9", r >= '3' && r <= '9'
	}
	return "0-9", isDigit(r)
}

func dropSeparators(in []rune) (kept []rune, places []int) {
	for i, r := range in {
		if r != ' ' && r != '-' {
			kept, places = append(kept, r), append(places, i+1)
		}
	}
	return kept, places
}
