package sm

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"unicode/utf8"
)

// Subject is a distinguished name of the usual attributes, encoded in the order C, ST, L, O, OU, CN, serialNumber, one
// attribute a level, names as UTF8String, C and serialNumber as PrintableString (RFC 5280, 4.1.2.4; GM/T 0015).
type Subject struct {
	CN, O, OU, L, ST, C, Serial string
}

type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}

func (s Subject) attributes() []struct {
	id    int
	tag   int
	value string
} {
	return []struct {
		id    int
		tag   int
		value string
	}{
		{6, asn1.TagPrintableString, s.C}, {8, asn1.TagUTF8String, s.ST}, {7, asn1.TagUTF8String, s.L},
		{10, asn1.TagUTF8String, s.O}, {11, asn1.TagUTF8String, s.OU}, {3, asn1.TagUTF8String, s.CN},
		{5, asn1.TagPrintableString, s.Serial},
	}
}

// DER encodes the name; empty attributes are left out.
func (s Subject) DER() ([]byte, error) {
	var levels []asn1.RawValue
	for _, a := range s.attributes() {
		if a.value == "" {
			continue
		}
		level, err := rdn(a.id, a.tag, a.value)
		if err != nil {
			return nil, bad("Subject", "subject", err)
		}
		levels = append(levels, level)
	}
	der, err := asn1.Marshal(levels)
	if err != nil {
		return nil, bad("Subject", "subject", err)
	}
	return der, nil
}

func rdn(id, tag int, value string) (asn1.RawValue, error) {
	if !utf8.ValidString(value) || tag == asn1.TagPrintableString && !printable(value) {
		return asn1.RawValue{}, errors.New("characters not allowed in this attribute")
	}
	der, err := asn1.Marshal(attribute{
		Type:  asn1.ObjectIdentifier{2, 5, 4, id},
		Value: asn1.RawValue{Tag: tag, Bytes: []byte(value)},
	})
	return asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: der}, err
}

// printable is X.680's PrintableString.
func printable(s string) bool {
	for _, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !containsByte(" '()+,-./:=?", c) {
			return false
		}
	}
	return true
}

func containsByte(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

// ParseSubject reads a distinguished name; of a repeated attribute the last value counts, unknown ones are dropped.
func ParseSubject(der []byte) (Subject, error) {
	name, _, err := parseName("ParseSubject", der)
	if err != nil {
		return Subject{}, err
	}
	last := func(v []string) string {
		if len(v) == 0 {
			return ""
		}
		return v[len(v)-1]
	}
	return Subject{CN: name.CommonName, O: last(name.Organization), OU: last(name.OrganizationalUnit), L: last(name.Locality),
		ST: last(name.Province), C: last(name.Country), Serial: name.SerialNumber}, nil
}

// NameText is a distinguished name as RFC 4514 writes it, for people; "" where der is no name.
func NameText(der []byte) string {
	_, seq, err := parseName("NameText", der)
	if err != nil {
		return ""
	}
	return seq.String()
}

func parseName(op string, der []byte) (name pkix.Name, seq pkix.RDNSequence, err error) {
	defer contain(op, "subject", &err)
	if err := within(op, "subject", der, MaxDER); err != nil {
		return name, nil, err
	}
	rest, err := asn1.Unmarshal(der, &seq)
	if err == nil && len(rest) > 0 {
		err = errors.New("trailing bytes")
	}
	if err != nil {
		return name, nil, bad(op, "subject", err)
	}
	name.FillFromRDNSequence(&seq)
	return name, seq, nil
}
