package cmp

import (
	"crypto/x509/pkix"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Template is CertTemplate (RFC 4211, 5): what is wanted of a certificate, or which one is meant. Zero fields are absent.
type Template struct {
	Serial              *big.Int
	Issuer, Subject     []byte // DER names
	NotBefore, NotAfter time.Time
	SPKI                []byte // SubjectPublicKeyInfo
	Extensions          []pkix.Extension
}

// CertID names a certificate (RFC 4211, 6.5).
type CertID struct {
	Issuer []byte // DER name
	Serial *big.Int
}

// The module is one of implicit tags: only the CHOICEs Name and Time keep their own.
func (t *Template) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		if t.Serial != nil {
			into(b, implicit(1), func(b *cryptobyte.Builder) { b.AddBytes(integerContent(b, t.Serial)) })
		}
		putName(b, 3, t.Issuer)
		t.putValidity(b)
		putName(b, 5, t.Subject)
		if t.SPKI != nil {
			into(b, explicit(6), func(b *cryptobyte.Builder) { b.AddBytes(sequenceContent(b, t.SPKI)) })
		}
		if len(t.Extensions) > 0 {
			into(b, explicit(9), func(b *cryptobyte.Builder) { putExtensions(b, t.Extensions) })
		}
	})
}

func putName(b *cryptobyte.Builder, tag uint8, der []byte) {
	if der != nil {
		into(b, explicit(tag), func(b *cryptobyte.Builder) { name(b, der) })
	}
}

func (t *Template) putValidity(b *cryptobyte.Builder) {
	if t.NotBefore.IsZero() && t.NotAfter.IsZero() {
		return
	}
	into(b, explicit(4), func(b *cryptobyte.Builder) {
		for i, at := range []time.Time{t.NotBefore, t.NotAfter} {
			if !at.IsZero() {
				into(b, explicit(uint8(i)), func(b *cryptobyte.Builder) { putTime(b, at) })
			}
		}
	})
}

// integerContent is what stands inside an INTEGER.
func integerContent(b *cryptobyte.Builder, n *big.Int) []byte {
	var tmp cryptobyte.Builder
	tmp.AddASN1BigInt(n)
	s, content := cryptobyte.String(tmp.BytesOrPanic()), cryptobyte.String(nil)
	if n.Sign() < 0 || !s.ReadASN1(&content, asn1.INTEGER) {
		b.SetError(errLayout)
	}
	return content
}

// sequenceContent is what stands inside a SEQUENCE that the caller encoded.
func sequenceContent(b *cryptobyte.Builder, der []byte) []byte {
	s, content := cryptobyte.String(der), cryptobyte.String(nil)
	if !s.ReadASN1(&content, asn1.SEQUENCE) || !s.Empty() {
		b.SetError(errLayout)
	}
	return content
}

func readTemplate(s *cryptobyte.String, t *Template) bool {
	var in cryptobyte.String
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.SkipOptionalASN1(implicit(0)) || !t.readSerial(&in) || !in.SkipOptionalASN1(explicit(2)) {
		return false
	}
	return readOptionalName(&in, 3, &t.Issuer) && t.readValidity(&in) && readOptionalName(&in, 5, &t.Subject) && t.readKey(&in) &&
		in.SkipOptionalASN1(implicit(7)) && in.SkipOptionalASN1(implicit(8)) && t.readExtensions(&in) && in.Empty()
}

func (t *Template) readSerial(s *cryptobyte.String) bool {
	var content cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&content, &present, implicit(1)) || !present {
		return !present
	}
	number := rewrap(asn1.INTEGER, content)
	return integer(&number, &t.Serial)
}

// rewrap puts content back under the universal tag that an implicit one displaced.
func rewrap(tag asn1.Tag, content []byte) cryptobyte.String {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic()
}

func readOptionalName(s *cryptobyte.String, tag uint8, out *[]byte) bool {
	in, ok := inner(s, tag)
	if !ok || in == nil {
		return ok
	}
	var der cryptobyte.String
	if !in.ReadASN1Element(&der, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	*out = clone(der)
	return true
}

func (t *Template) readValidity(s *cryptobyte.String) bool {
	in, ok := inner(s, 4)
	if !ok || in == nil {
		return ok
	}
	for i, out := range []*time.Time{&t.NotBefore, &t.NotAfter} {
		at, ok := inner(&in, uint8(i))
		if !ok || at != nil && (!readTime(&at, out) || !at.Empty()) {
			return false
		}
	}
	return in.Empty()
}

// readKey passes over a key of no bytes: RFC 9483, 4.1.6 asks that way for a key made by the centre.
func (t *Template) readKey(s *cryptobyte.String) bool {
	in, ok := inner(s, 6)
	if !ok || in == nil {
		return ok
	}
	probe := in
	var id cryptobyte.String
	var bits []byte
	if !probe.ReadASN1(&id, asn1.SEQUENCE) || !probe.ReadASN1BitStringAsBytes(&bits) || !probe.Empty() {
		return false
	}
	if len(bits) > 0 {
		t.SPKI = rewrap(asn1.SEQUENCE, in)
	}
	return true
}

func (t *Template) readExtensions(s *cryptobyte.String) bool {
	in, ok := inner(s, 9)
	return ok && (in == nil || readExtensionList(&in, &t.Extensions))
}

func putExtensions(b *cryptobyte.Builder, exts []pkix.Extension) {
	for _, e := range exts {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(e.Id)
			if e.Critical {
				b.AddASN1Boolean(true)
			}
			b.AddASN1OctetString(e.Value)
		})
	}
}

func readExtensionList(s *cryptobyte.String, out *[]pkix.Extension) bool {
	for !s.Empty() {
		var in cryptobyte.String
		var e pkix.Extension
		if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1ObjectIdentifier(&e.Id) {
			return false
		}
		if in.PeekASN1Tag(asn1.BOOLEAN) && !in.ReadASN1Boolean(&e.Critical) {
			return false
		}
		if !in.ReadASN1Bytes(&e.Value, asn1.OCTET_STRING) || !in.Empty() {
			return false
		}
		e.Value = clone(e.Value)
		*out = append(*out, e)
	}
	return true
}

func (c CertID) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		directoryName(b, c.Issuer)
		if c.Serial == nil {
			b.SetError(errLayout)
			return
		}
		b.AddASN1BigInt(c.Serial)
	})
}

func readCertID(s *cryptobyte.String, c *CertID) bool {
	var in cryptobyte.String
	return s.ReadASN1(&in, asn1.SEQUENCE) && readDirectoryName(&in, &c.Issuer) && integer(&in, &c.Serial) && in.Empty()
}
