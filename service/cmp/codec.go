package cmp

import (
	"errors"
	"math/big"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

var errLayout = errors.New("not of the protocol's layout")

// explicit and implicit are context tags of constructed and primitive encodings.
func explicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }
func implicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific() }

// into writes an element under tag.
func into(b *cryptobyte.Builder, tag asn1.Tag, body func(*cryptobyte.Builder)) { b.AddASN1(tag, body) }

func sequence(b *cryptobyte.Builder, body func(*cryptobyte.Builder)) { b.AddASN1(asn1.SEQUENCE, body) }

// putOctets writes [tag] EXPLICIT OCTET STRING OPTIONAL.
func putOctets(b *cryptobyte.Builder, tag uint8, v []byte) {
	if v == nil {
		return
	}
	into(b, explicit(tag), func(b *cryptobyte.Builder) { b.AddASN1OctetString(v) })
}

func readOctets(s *cryptobyte.String, tag uint8, out *[]byte) bool {
	var present bool
	if !s.ReadOptionalASN1OctetString(out, &present, explicit(tag)) {
		return false
	}
	if !present {
		*out = nil
	}
	return true
}

// inner reads [tag] constructed OPTIONAL and gives its content; nil where absent.
func inner(s *cryptobyte.String, tag uint8) (content cryptobyte.String, ok bool) {
	var present bool
	if !s.ReadOptionalASN1(&content, &present, explicit(tag)) {
		return nil, false
	}
	if !present {
		return nil, true
	}
	if content == nil {
		content = cryptobyte.String{}
	}
	return content, true
}

// raw writes one element that the caller encoded; an absent or malformed one is an error.
func raw(b *cryptobyte.Builder, der []byte) {
	s := cryptobyte.String(der)
	var element cryptobyte.String
	var tag asn1.Tag
	if !s.ReadAnyASN1Element(&element, &tag) || !s.Empty() {
		b.SetError(errors.New("a part is not one DER element"))
		return
	}
	b.AddBytes(der)
}

// name writes a distinguished name; empty means the empty name.
func name(b *cryptobyte.Builder, der []byte) {
	if len(der) == 0 {
		b.AddASN1(asn1.SEQUENCE, func(*cryptobyte.Builder) {})
		return
	}
	if der[0] != byte(asn1.SEQUENCE) {
		b.SetError(errors.New("a name is not a SEQUENCE"))
		return
	}
	raw(b, der)
}

// readName gives nil for the empty name.
func readName(s *cryptobyte.String, out *[]byte) bool {
	var der cryptobyte.String
	if !s.ReadASN1Element(&der, asn1.SEQUENCE) {
		return false
	}
	*out = nil
	if len(der) > 2 {
		*out = clone(der)
	}
	return true
}

// directoryName is GeneralName's [4]; a name is a CHOICE, so the tag is explicit.
func directoryName(b *cryptobyte.Builder, der []byte) {
	into(b, explicit(4), func(b *cryptobyte.Builder) { name(b, der) })
}

func readDirectoryName(s *cryptobyte.String, out *[]byte) bool {
	var n cryptobyte.String
	return s.ReadASN1(&n, explicit(4)) && readName(&n, out) && n.Empty()
}

func freeText(b *cryptobyte.Builder, lines []string) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, l := range lines {
			if !utf8.ValidString(l) {
				b.SetError(errors.New("text is not UTF-8"))
			}
			b.AddASN1(asn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(l)) })
		}
	})
}

func readFreeText(s *cryptobyte.String, out *[]string) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, asn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		var line cryptobyte.String
		if !seq.ReadASN1(&line, asn1.UTF8String) || !utf8.Valid(line) {
			return false
		}
		*out = append(*out, string(line))
	}
	return true
}

// readTime takes both forms of X.509's Time.
func readTime(s *cryptobyte.String, out *time.Time) bool {
	if s.PeekASN1Tag(asn1.UTCTime) {
		return s.ReadASN1UTCTime(out)
	}
	return s.ReadASN1GeneralizedTime(out)
}

// putTime writes X.509's Time: UTCTime to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5).
func putTime(b *cryptobyte.Builder, t time.Time) {
	t = t.UTC().Truncate(time.Second)
	if y := t.Year(); y >= 1950 && y < 2050 {
		b.AddASN1UTCTime(t)
		return
	}
	b.AddASN1GeneralizedTime(t)
}

// each reads a SEQUENCE OF whose elements one reads.
func each(s *cryptobyte.String, one func(*cryptobyte.String) bool) bool {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, asn1.SEQUENCE) {
		return false
	}
	for !seq.Empty() {
		if !one(&seq) {
			return false
		}
	}
	return true
}

// elements reads a SEQUENCE OF of SEQUENCEs as they stand, such as certificates.
func elements(s *cryptobyte.String, out *[][]byte) bool {
	return each(s, func(s *cryptobyte.String) bool {
		var der cryptobyte.String
		if !s.ReadASN1Element(&der, asn1.SEQUENCE) {
			return false
		}
		*out = append(*out, clone(der))
		return true
	})
}

func putElements(b *cryptobyte.Builder, ders [][]byte) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, der := range ders {
			raw(b, der)
		}
	})
}

// integer reads a positive big INTEGER of at most 20 octets, as serial numbers are.
func integer(s *cryptobyte.String, out **big.Int) bool {
	n := new(big.Int)
	if !s.ReadASN1Integer(n) || n.Sign() < 0 || n.BitLen() > 160 {
		return false
	}
	*out = n
	return true
}

func clone(b []byte) []byte { return append([]byte{}, b...) }
