package ca

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"certdesk/service"
	"certdesk/service/sm"
)

// Forms of an extension's value.
const (
	formPrintable = "printable"
	formIdentity  = "identity"
)

// field is one field of a subject: how it is read and what it may hold. Limits are the upper bounds of X.520.
type field struct {
	name  string
	get   func(service.SubjectFields) string
	max   int            // characters
	exact *regexp.Regexp // nil: any text
}

var subjectFields = []field{
	{"cn", func(f service.SubjectFields) string { return f.CommonName }, 64, nil},
	{"o", func(f service.SubjectFields) string { return f.Organisation }, 64, nil},
	{"ou", func(f service.SubjectFields) string { return f.Unit }, 64, nil},
	{"st", func(f service.SubjectFields) string { return f.Province }, 128, nil},
	{"l", func(f service.SubjectFields) string { return f.City }, 128, nil},
	{"uscc", func(f service.SubjectFields) string { return f.CreditCode }, 18, regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)},
	{"id", func(f service.SubjectFields) string { return f.IDNumber }, 18, regexp.MustCompile(`^([0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{3}[0-9]{12})$`)},
	{"passport", func(f service.SubjectFields) string { return f.Passport }, 15, regexp.MustCompile(`^[A-Z0-9]{1,15}$`)},
}

func fieldOf(f service.SubjectFields, name string) string {
	for _, d := range subjectFields {
		if d.name == name {
			return d.get(f)
		}
	}
	return ""
}

func knownFields(names []string) bool {
	for _, n := range names {
		known := false
		for _, d := range subjectFields {
			known = known || d.name == n
		}
		if !known {
			return false
		}
	}
	return true
}

func knownTemplate(text string) bool {
	name, braced := unbrace(text)
	return !braced || knownFields([]string{name})
}

func unbrace(text string) (string, bool) {
	if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
		return text[1 : len(text)-1], true
	}
	return text, false
}

// checkSubject refuses fields that no certificate of the profile may carry. CARefused, reason required, characters or format,
// with the field. Whether a number's check digit holds is the counter's business, which may override it.
func (p Profile) checkSubject(f service.SubjectFields) error {
	for _, r := range p.Required {
		if firstField(f, strings.Split(r, "|")) == "" {
			return refused("Issue", "required", r)
		}
	}
	for _, d := range subjectFields {
		v := d.get(f)
		if v == "" {
			continue
		}
		if err := checkText(d.name, v, d.max, false); err != nil {
			return refused("Issue", "characters", d.name)
		}
		if d.exact != nil && !d.exact.MatchString(v) {
			return refused("Issue", "format", d.name)
		}
	}
	return nil
}

func firstField(f service.SubjectFields, names []string) string {
	for _, n := range names {
		if v := fieldOf(f, n); v != "" {
			return v
		}
	}
	return ""
}

// checkText accepts text a person can read as it is: valid UTF-8, at most max characters, no control, format (among them all
// bidirectional controls), private-use or unassigned character, no blank at either end.
func checkText(name, v string, max int, required bool) error {
	switch {
	case v == "" && required:
		return errors.New(name + " missing")
	case !utf8.ValidString(v) || utf8.RuneCountInString(v) > max:
		return errors.New(name + " too long or no text")
	case v != strings.TrimSpace(v):
		return errors.New(name + " begins or ends blank")
	}
	for _, r := range v {
		if !unicode.IsPrint(r) && !unicode.Is(unicode.Han, r) {
			return errors.New(name + " holds a character that cannot be seen")
		}
	}
	return nil
}

func (p Profile) subject(f service.SubjectFields) sm.Subject {
	fill := func(attribute string) string {
		name, braced := unbrace(p.Subject[attribute])
		if braced {
			return fieldOf(f, name)
		}
		return name
	}
	return sm.Subject{C: fill("C"), ST: fill("ST"), L: fill("L"), O: fill("O"), OU: fill("OU"), CN: fill("CN")}
}

// extensions are the identity extensions of the profile's edition, for the fields that are there.
func (p Profile) extensions(f service.SubjectFields) ([]pkix.Extension, error) {
	var out []pkix.Extension
	for _, row := range p.rows {
		for _, name := range row.fields {
			v := fieldOf(f, name)
			if v == "" {
				continue
			}
			der, err := encodeValue(row.form, name, v)
			if err != nil {
				return nil, internal("Issue", err)
			}
			out = append(out, pkix.Extension{Id: row.id, Value: der})
			break
		}
	}
	return out, nil
}

// encodeValue writes a PrintableString, for the form identity inside IdentityCode's EXPLICIT [0] or [2] (GM/T 0015-2012).
func encodeValue(form, name, v string) ([]byte, error) {
	params := "printable"
	if form == formIdentity {
		params = "printable,explicit,tag:0"
		if name == "passport" {
			params = "printable,explicit,tag:2"
		}
	}
	return asn1.MarshalWithParams(v, params)
}
