package central

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"

	"certdesk/service"
	"certdesk/service/sm"
)

// sameHolder: both certificates name one holder, and nobody else than was asked for. A profile may leave attributes out; it adds
// none and changes none, or the clerk would hand over a name that the customer never saw.
func sameHolder(sign, encrypt *sm.Certificate, f service.SubjectFields) bool {
	return bytes.Equal(sign.RawSubject, encrypt.RawSubject) && sign.Subject.CommonName == f.CommonName &&
		asked(sign.Subject, f) && identified(sign, f) && identified(encrypt, f)
}

// asked: every attribute of the name is one of the request's.
func asked(n pkix.Name, f service.SubjectFields) bool {
	want := map[string]string{"2.5.4.6": "CN", "2.5.4.8": f.Province, "2.5.4.7": f.City, "2.5.4.10": f.Organisation,
		"2.5.4.11": f.Unit, "2.5.4.3": f.CommonName}
	for _, a := range n.Names {
		if v, ok := a.Value.(string); !ok || v == "" || v != want[a.Type.String()] {
			return false
		}
	}
	return true
}

// identified: the identity extensions (GM/T 0015, under 1.2.156.10260.4) hold numbers of the request only.
func identified(c *sm.Certificate, f service.SubjectFields) bool {
	arc := asn1.ObjectIdentifier{1, 2, 156, 10260, 4}
	for _, e := range c.Extensions {
		if len(e.Id) <= len(arc) || !arc.Equal(e.Id[:len(arc)]) {
			continue
		}
		if v, ok := identity(e.Value); !ok || !numberOf(v, f) {
			return false
		}
	}
	return true
}

// identity reads a PrintableString or UTF8String, by itself or inside the EXPLICIT tag of IdentityCode.
func identity(der []byte) (string, bool) {
	var v asn1.RawValue
	rest, err := asn1.Unmarshal(der, &v)
	if err == nil && len(rest) == 0 && v.Class == asn1.ClassContextSpecific && v.IsCompound {
		rest, err = asn1.Unmarshal(v.Bytes, &v)
	}
	if err != nil || len(rest) > 0 || v.Class != asn1.ClassUniversal || v.IsCompound ||
		v.Tag != asn1.TagPrintableString && v.Tag != asn1.TagUTF8String {
		return "", false
	}
	return string(v.Bytes), true
}

// numberOf: the organisation code is digits 9 to 17 of the unified code (GB 32100), written with or without its hyphen.
func numberOf(v string, f service.SubjectFields) bool {
	if v == "" {
		return false
	}
	numbers := []string{f.CreditCode, f.IDNumber, f.Passport}
	if len(f.CreditCode) == 18 {
		numbers = append(numbers, f.CreditCode[8:17])
		v = strings.ReplaceAll(v, "-", "")
	}
	return slices.Contains(numbers, v)
}
