package idcheck

import (
	"time"

	"certdesk/service"
)

const (
	opID      = "idcheck.id"
	firstYear = 1900
	dateForm  = "20060102"
)

// identity takes the three numbers printed on identity cards: 18 characters by GB 11643 (citizens, 港澳台 residents and,
// since 2023-12-01, foreigners) and the earlier foreign form of 3 letters and 12 digits.
func (c Checker) identity(in []rune) (Result, error) {
	if len(in) == 15 && all(in[:3], isLetter) {
		return earlierForeign(opID, in)
	}
	if err := characters(opID, in, 1, "0-9, X", func(r rune) bool { return isDigit(r) || r == 'X' }); err != nil {
		return Result{}, err
	}
	if err := length(opID, in, 18); err != nil {
		return Result{}, err
	}
	if err := characters(opID, in[:17], 1, "0-9", isDigit); err != nil {
		return Result{}, err
	}
	return c.identity18(string(in))
}

func (c Checker) identity18(s string) (Result, error) {
	province, region, err := idRegion(s)
	if err != nil {
		return Result{}, err
	}
	birth, err := c.birth(s[6:14])
	if err != nil {
		return Result{}, err
	}
	if want := mod112(s[:17]); s[17] != want {
		return Result{}, at(service.IDCheck, opID, 18, string(want), s[17:])
	}
	return Result{Norm: s, Birth: birth, Sex: sexOf(s[16]), Province: province, Region: region}, nil
}

// idRegion reads places 1–6. A foreign number is 9, the two-digit province of application and the three-digit ISO 3166
// number of the nationality; codes for stateless persons are not published, so the nationality is not held to a list.
func idRegion(s string) (service.Text, string, error) {
	if s[0] == '9' {
		p, ok := mainland(s[1:3])
		if !ok {
			return service.Text{}, "", at(service.IDProvince, opID, 2, "", s[1:3])
		}
		return p, s[1:3] + "0000", nil
	}
	p, ok := province(s[:2])
	if !ok {
		return service.Text{}, "", at(service.IDProvince, opID, 1, "", s[:2])
	}
	if s[0] == '8' && s[2:6] != "0000" {
		return service.Text{}, "", at(service.IDPrefix, opID, 3, "0000", s[2:6])
	}
	return p, s[:6], nil
}

func (c Checker) birth(s string) (time.Time, error) {
	d, err := time.Parse(dateForm, s)
	if err != nil {
		return time.Time{}, at(service.IDDate, opID, 7, "", s)
	}
	if d.Year() < firstYear {
		return time.Time{}, at(service.IDTooOld, opID, 7, "1900", s[:4])
	}
	if today := c.now().In(china()).Format(dateForm); s > today {
		return time.Time{}, at(service.IDFuture, opID, 7, today, s)
	}
	return d, nil
}

// china is the civil time that dates on Chinese papers follow; fixed, because a station may lack a zone database.
func china() *time.Location { return time.FixedZone("CST", 8*60*60) }

func sexOf(digit byte) string {
	if (digit-'0')%2 == 1 {
		return "M"
	}
	return "F"
}

// mod112 is the check character of GB 11643 (ISO 7064 MOD 11-2) over 17 digits.
func mod112(s string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// earlierForeign is the permanent residence number before December 2023: nationality in letters and 12 digits. Cards with it
// stay valid until they expire. Its check digit is not published, so only the shape is checked.
func earlierForeign(op string, in []rune) (Result, error) {
	if err := characters(op, in, 1, "A-Z, 0-9", isAlnum); err != nil {
		return Result{}, err
	}
	if err := length(op, in, 15); err != nil {
		return Result{}, err
	}
	if err := characters(op, in[:3], 1, "A-Z", isLetter); err != nil {
		return Result{}, err
	}
	if err := characters(op, in[3:], 4, "0-9", isDigit); err != nil {
		return Result{}, err
	}
	return Result{Norm: string(in)}, nil
}
