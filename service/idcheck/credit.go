package idcheck

import (
	"strings"

	"certdesk/service"
)

const (
	opUSCC       = "idcheck.uscc"
	opOrg        = "idcheck.org"
	creditDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100: no I, O, S, V, Z; the index is the value
)

// uscc checks GB 32100: authority and category, administrative code, organisation code with its own check, check character.
// The organisation part comes before the whole: when both fail, the slip is within places 9–17.
func uscc(in []rune) (Result, error) {
	if err := creditCharacters(in); err != nil {
		return Result{}, err
	}
	if err := length(opUSCC, in, 18); err != nil {
		return Result{}, err
	}
	s := string(in)
	if err := authority(s); err != nil {
		return Result{}, err
	}
	if err := characters(opUSCC, in[2:8], 3, "0-9", isDigit); err != nil {
		return Result{}, err
	}
	if err := creditChecks(s); err != nil {
		return Result{}, err
	}
	return Result{Norm: s, Province: creditProvince(s[2:4]), Region: s[2:8]}, nil
}

func creditCharacters(in []rune) error {
	for i, r := range in {
		if r > 'Z' || !strings.ContainsRune(creditDigits, r) {
			return at(service.IDCharacter, opUSCC, i+1, lookAlike(r), show(r))
		}
	}
	return nil
}

// lookAlike is what may stand at a place: the digit where a letter left out of the alphabet is surely a misread digit.
func lookAlike(r rune) string {
	switch r {
	case 'O':
		return "0"
	case 'I':
		return "1"
	}
	return "0-9, A-H, J-N, P-R, T, U, W-Y"
}

func authority(s string) error {
	categories := categoriesOf(s[0])
	if categories == "" {
		return at(service.IDAuthority, opUSCC, 1, "1-9, A, N, Y", s[:1])
	}
	if !strings.Contains(categories, s[1:2]) {
		return at(service.IDCategory, opUSCC, 2, strings.Join(strings.Split(categories, ""), ", "), s[1:2])
	}
	return nil
}

// categoriesOf gives the kinds of body an authority registers (GB 32100-2015 table 1 and its later additions).
func categoriesOf(authority byte) string {
	switch authority {
	case '1': // 机构编制
		return "1239"
	case '2', '4', '8', 'A': // 外交, 文化, 工会, 中央军委改革和编制办公室
		return "19"
	case '3': // 司法行政
		return "123459"
	case '5': // 民政; 4 is 基层群众性自治组织, added after the standard
		return "12349"
	case '6', '7': // 旅游, 宗教
		return "129"
	case '9': // 工商
		return "123"
	case 'N': // 农业农村
		return "1239"
	case 'Y': // 其他
		return "1"
	}
	return ""
}

func creditChecks(s string) error {
	whole, part := creditCheck(s[:17]), orgCheck(s[8:16])
	if s[16] != part {
		which := "org"
		if s[17] != whole {
			which = "both"
		}
		args := service.Args{"at": "17", "want": string(part), "have": s[16:17], "part": s[8:17], "failed": which}
		return service.E(service.IDOrgPart, opUSCC, args, nil)
	}
	if s[17] != whole {
		return at(service.IDCheck, opUSCC, 18, string(whole), s[17:])
	}
	return nil
}

// creditProvince is best effort: codes of bodies registered with the state begin with 10.
func creditProvince(code string) service.Text {
	if code == "10" {
		return service.T("国家", "National")
	}
	p, _ := province(code)
	return p
}

// creditCheck is the check character of GB 32100 over 17 characters: weights 3^(i-1) mod 31.
func creditCheck(s string) byte {
	sum, w := 0, 1
	for i := 0; i < 17; i++ {
		sum += strings.IndexByte(creditDigits, s[i]) * w
		w = w * 3 % 31
	}
	return creditDigits[(31-sum%31)%31]
}

// org checks GB 11714: eight characters and a check character, printed with a hyphen between.
func org(in []rune) (Result, error) {
	last := 9
	if len(in) == 10 && in[8] == '-' {
		in, last = append(append([]rune{}, in[:8]...), in[9]), 10
	}
	if err := characters(opOrg, in, 1, "0-9, A-Z", isAlnum); err != nil {
		return Result{}, err
	}
	if err := length(opOrg, in, 9); err != nil {
		return Result{}, err
	}
	s := string(in)
	if want := orgCheck(s[:8]); s[8] != want {
		return Result{}, at(service.IDCheck, opOrg, last, string(want), s[8:])
	}
	return Result{Norm: s}, nil
}

// orgCheck is the check character of GB 11714 over 8 characters; letters count on from A = 10 without gaps.
func orgCheck(s string) byte {
	sum := 0
	for i, w := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	return "0123456789X0"[11-sum%11]
}
