package idcheck

import (
	"strconv"
	"strings"
	"unicode"

	"certdesk/service"
)

// Longest names in characters (code points).
const (
	MaxPersonName       = 64
	MaxOrganisationName = 120
)

const (
	middleDot      = '·' // U+00B7, the separator in names of 少数民族 and foreigners
	maxStacked     = 4   // combining marks on one letter; more is a prank, not a name
	personSigns    = " ·-'’."
	businessSigns  = personSigns + "&＆+＋－—–_，,、：:；;／/‘“”\"（）()［］[]【】《》〈〉「」『』！!＃#％%＠@．"
	invisibleMarks = "\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0\u180B\u180C\u180D\u180F"
)

// PersonName checks a person's name and gives the form to store: dots of other scripts become U+00B7 and the ideographic
// space a space. Bytes that are not UTF-8 count as U+FFFD and are refused. Han characters are never changed, compatibility ideographs included. Errors: name.*.
func PersonName(s string) (norm string, err error) {
	return checkName("idcheck.PersonName", s, MaxPersonName, func(r rune) bool {
		return nameLetter(r) || strings.ContainsRune(personSigns, r)
	})
}

// OrganisationName checks an organisation's name, which may also hold digits, brackets and business signs; everything
// PersonName accepts passes here. Errors: name.*.
func OrganisationName(s string) (norm string, err error) {
	return checkName("idcheck.OrganisationName", s, MaxOrganisationName, func(r rune) bool {
		return nameLetter(r) || unicode.In(r, unicode.Nd, unicode.Nl) || strings.ContainsRune(businessSigns, r)
	})
}

func checkName(op, s string, most int, ok func(rune) bool) (string, error) {
	rs := []rune(strings.Map(foldName, s))
	if strings.Trim(string(rs), " ") == "" {
		return "", service.E(service.NameEmpty, op, nil, nil)
	}
	if len(rs) > most {
		a := service.Args{"have": strconv.Itoa(len(rs)), "max": strconv.Itoa(most)}
		return "", service.E(service.NameLong, op, a, nil)
	}
	for _, rule := range []func(string, []rune) error{
		func(op string, rs []rune) error { return nameRunes(op, rs, ok) }, nameSpaces, nameDots, nameLetters,
	} {
		if err := rule(op, rs); err != nil {
			return "", err
		}
	}
	return string(rs), nil
}

// foldName maps the dots that keyboards and old systems give for U+00B7, and the ideographic space.
func foldName(r rune) rune {
	switch r {
	case '•', '‧', '・', '･', '∙', '⋅':
		return middleDot
	case 0x3000:
		return ' '
	}
	return r
}

func nameRunes(op string, rs []rune, ok func(rune) bool) error {
	for i, r := range rs {
		code := runeFault(r, ok)
		if code != "" {
			return at(code, op, i+1, "", show(r))
		}
	}
	return nil
}

func runeFault(r rune, ok func(rune) bool) service.Code {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
		return service.NameControl
	case unicode.Is(unicode.Bidi_Control, r):
		return service.NameBidi
	case r != ' ' && unicode.Is(unicode.Zs, r):
		return service.NameSpace
	case !ok(r):
		return service.NameCharacter
	}
	return ""
}

// nameLetter takes letters of every script, their marks, 〇, and all of planes 2 and 3: those hold only Han characters and
// grow faster than any table of a compiler. Letters and selectors that show nothing are refused, and so is private use,
// which prints differently on every machine.
func nameLetter(r rune) bool {
	switch {
	case strings.ContainsRune(invisibleMarks, r) || unicode.Is(unicode.Variation_Selector, r):
		return false
	case r >= 0x20000 && r <= 0x3FFFD:
		return r&0xFFFF <= 0xFFFD
	}
	return r == '〇' || unicode.In(r, unicode.L, unicode.Mn, unicode.Mc)
}

func nameSpaces(op string, rs []rune) error {
	last := len(rs) - 1
	for i, r := range rs {
		if r == ' ' && (i == 0 || i == last || rs[i-1] == ' ') {
			return at(service.NameSpace, op, i+1, "", show(r))
		}
	}
	return nil
}

// nameDots holds the dot to its one use: between two parts of a name, touching both.
func nameDots(op string, rs []rune) error {
	last := len(rs) - 1
	for i, r := range rs {
		if r != middleDot {
			continue
		}
		if i == 0 || i == last || dotOrSpace(rs[i-1]) || dotOrSpace(rs[i+1]) {
			return at(service.NameDot, op, i+1, "", show(r))
		}
	}
	return nil
}

func dotOrSpace(r rune) bool { return r == middleDot || r == ' ' }

// nameLetters wants at least one letter or digit, and marks only on letters.
func nameLetters(op string, rs []rune) error {
	seen, marks := false, 0
	for i, r := range rs {
		if !unicode.In(r, unicode.Mn, unicode.Mc) {
			seen, marks = seen || nameLetter(r) || unicode.IsDigit(r), 0
			continue
		}
		marks++
		if marks > maxStacked || i == 0 || marks == 1 && !nameLetter(rs[i-1]) {
			return at(service.NameCharacter, op, i+1, "", show(r))
		}
	}
	if !seen {
		return at(service.NameCharacter, op, 1, "", show(rs[0]))
	}
	return nil
}
