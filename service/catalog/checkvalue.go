package catalog

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"certdesk/service"
)

// Codes of projects and products are typed on the number pad; the others are names in files and rows.
var (
	projectCode = regexp.MustCompile(`^[0-9]{2}$`)
	productCode = regexp.MustCompile(`^[0-9]{2,4}$`)
	itemCode    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	profileName = regexp.MustCompile(`^[a-z][a-z0-9]{0,15}(-[a-z0-9]{1,16}){0,3}$`)
)

func itoa(n int) string { return strconv.Itoa(n) }

// line wants a wording of one line.
func (f *faults) line(table, key, value string, most int) {
	at := under(table, key)
	if !f.given(at) {
		f.lacks(table, key)
		return
	}
	if strings.Contains(value, "\n") {
		f.add(at, badCharacter, key)
	}
	f.printable(at, key, value, most)
}

// text wants a wording that may run over several lines.
func (f *faults) text(table, key, value string, most int) {
	if at := under(table, key); f.given(at) {
		f.printable(at, key, value, most)
		return
	}
	f.lacks(table, key)
}

// printable refuses what a printer or a terminal would obey or hide: control and bidirectional characters.
func (f *faults) printable(at, key, value string, most int) {
	switch {
	case strings.TrimSpace(value) == "":
		f.add(at, blank, key)
	case strings.IndexFunc(value, unprintable) >= 0:
		f.add(at, badCharacter, key)
	case utf8.RuneCountInString(value) > most:
		f.add(at, tooLong, key)
	}
}

func unprintable(r rune) bool {
	return r != '\n' && !unicode.IsPrint(r) && r != '\u3000'
}

// wording wants both languages: Chinese for the paper, English for the screen.
func (f *faults) wording(table string, t service.Text) {
	at := under(table, "label")
	if !f.given(at) {
		f.lacks(table, "label")
		return
	}
	for _, w := range []struct{ lang, text string }{{"zh", t.ZH}, {"en", t.EN}} {
		if !f.given(under(at, w.lang)) && !f.odd[at] {
			f.add(under(at, w.lang), noWording, w.lang)
			continue
		}
		f.line(at, w.lang, w.text, maxName)
	}
}

func (f *faults) known(table, key, value, rule string, ok func(string) bool) {
	at := under(table, key)
	switch {
	case !f.given(at):
		f.lacks(table, key)
	case value == "":
		f.add(at, blank, key)
	case !ok(value):
		f.add(at, rule, value)
	}
}

func (f *faults) code(table, value string, form *regexp.Regexp, seen map[string]bool) {
	f.known(table, "code", value, badCode, form.MatchString)
	f.once(under(table, "code"), seen, value)
}

func (f *faults) once(at string, seen map[string]bool, value string) {
	if seen[value] && strings.TrimSpace(value) != "" {
		f.add(at, twice, strings.TrimSpace(value))
	}
	seen[value] = true
}

func (f *faults) some(table, key string, n int) {
	if at := under(table, key); n == 0 && f.given(at) {
		f.add(at, blank, key)
	} else if n == 0 {
		f.lacks(table, key)
	}
}

func (f *faults) within(table, key string, n, least, most int) {
	at := under(table, key)
	switch {
	case least > 0 && !f.given(at):
		f.lacks(table, key)
	case n < least || n > most:
		f.add(at, outOfRange, itoa(n))
	}
}

func customerType(s string) bool {
	t := service.CustomerType(s)
	return t == service.Organisation || t == service.StaffOf || t == service.Individual
}

func algorithm(s string) bool {
	return s != "" && service.KeyAlg(s).Family() != ""
}

// knownKind takes the codes of DESIGN 5 that cost something, and the combinations one visit may tick: 更新, 补办 and 变更 in
// ascending order, so that each combination has one spelling. A catalog may price kinds that a station of this release lacks.
func knownKind(s string) bool {
	parts := service.Kind(s).Parts()
	if len(parts) == 1 {
		return s >= "1001" && s <= "1008" && len(s) == 4 || s >= "2001" && s <= "2004" && len(s) == 4
	}
	for i, p := range parts {
		if p != "1002" && p != "1003" && p != "1004" || i > 0 && p <= parts[i-1] {
			return false
		}
	}
	return true
}
