//go:build cgo

package p11

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math/big"

	"github.com/miekg/pkcs11"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/service/sm"
)

// Curves by CKA_EC_PARAMS: the OID in DER (RFC 5480, 2.1.1.1; GM/T 0006, 1.2.156.10197.1.301).
func paramsP256() []byte { return []byte{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07} }
func paramsSM2() []byte  { return []byte{0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D} }

var errKey = errors.New("not a public key this program knows")

// public is the attributes of a public key.
type public struct {
	kind              uint // CKK_
	params, point     []byte
	modulus, exponent []byte
}

// spki makes a SubjectPublicKeyInfo. sm2 is the maker's key type of SM2 keys, 0 where there is none; a key of that type and any key
// over the SM2 curve is an SM2 key.
func (p public) spki(sm2 uint) ([]byte, error) {
	switch {
	case p.kind == pkcs11.CKK_RSA:
		return rsaKey(p.modulus, p.exponent)
	case sm2 != 0 && p.kind == sm2 && sm2 != pkcs11.CKK_EC, bytes.Equal(p.params, paramsSM2()):
		return sm.FromPoint(point(p.point))
	case p.kind == pkcs11.CKK_EC && bytes.Equal(p.params, paramsP256()):
		pub, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point(p.point))
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKIXPublicKey(pub)
	}
	return nil, errKey
}

func rsaKey(modulus, exponent []byte) ([]byte, error) {
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	if n.BitLen() < 1024 || n.BitLen() > 16384 || e.BitLen() < 2 || e.BitLen() > 31 {
		return nil, errKey
	}
	return x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n, E: int(e.Int64())})
}

// point gives 04 ‖ X ‖ Y of a CKA_EC_POINT, which is a DER OCTET STRING (PKCS #11 v2.40, mechanisms 2.3.3), bare with some makers,
// a BIT STRING with others.
func point(value []byte) []byte {
	for _, tag := range []asn1.Tag{asn1.OCTET_STRING, asn1.BIT_STRING} {
		s := cryptobyte.String(value)
		var inner cryptobyte.String
		if len(value) > 65 && s.ReadASN1(&inner, tag) && s.Empty() {
			if tag == asn1.BIT_STRING && len(inner) > 0 {
				inner = inner[1:]
			}
			return inner
		}
	}
	return value
}

// octets is the other way round, in the form the profile says.
func octets(point []byte, raw bool) []byte {
	if raw {
		return point
	}
	var b cryptobyte.Builder
	b.AddASN1OctetString(point)
	return b.BytesOrPanic()
}

// derSignature makes SEQUENCE { r, s } of r ‖ s (RFC 3279, 2.2.3; GM/T 0009, 7.3).
func derSignature(raw []byte) ([]byte, error) {
	if len(raw) != 64 {
		return nil, errors.New("signature is not 64 bytes")
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(raw[:32]))
		b.AddASN1BigInt(new(big.Int).SetBytes(raw[32:]))
	})
	return b.Bytes()
}

// checkSignature accepts SEQUENCE { r, s } alone.
func checkSignature(der []byte) ([]byte, error) {
	s := cryptobyte.String(der)
	var seq cryptobyte.String
	r, t := new(big.Int), new(big.Int)
	if !s.ReadASN1(&seq, asn1.SEQUENCE) || !s.Empty() || !seq.ReadASN1Integer(r) || !seq.ReadASN1Integer(t) || !seq.Empty() {
		return nil, errors.New("signature is no SEQUENCE of two integers")
	}
	return der, nil
}

// rawCipher makes 04 ‖ X ‖ Y ‖ hash ‖ text of an SM2Cipher (GM/T 0009, 7.2): C1 ‖ C3 ‖ C2.
func rawCipher(der []byte) ([]byte, error) {
	s := cryptobyte.String(der)
	var seq, hash, text cryptobyte.String
	x, y := new(big.Int), new(big.Int)
	if !s.ReadASN1(&seq, asn1.SEQUENCE) || !s.Empty() || !seq.ReadASN1Integer(x) || !seq.ReadASN1Integer(y) ||
		!seq.ReadASN1(&hash, asn1.OCTET_STRING) || !seq.ReadASN1(&text, asn1.OCTET_STRING) || !seq.Empty() ||
		x.Sign() < 0 || y.Sign() < 0 || x.BitLen() > 256 || y.BitLen() > 256 || len(hash) != 32 || len(text) == 0 {
		return nil, errors.New("not an SM2Cipher")
	}
	raw := make([]byte, 65, 97+len(text))
	raw[0] = 4
	x.FillBytes(raw[1:33])
	y.FillBytes(raw[33:65])
	return append(append(raw, hash...), text...), nil
}

// certNames is what a certificate object tells beside the certificate, in DER.
type certNames struct{ subject, issuer, serial []byte }

// namesOf reads them (RFC 5280, 4.1). What is no certificate is stored all the same, with empty names: the token keeps what it is given.
func namesOf(der []byte) certNames {
	empty := certNames{subject: []byte{0x30, 0}, issuer: []byte{0x30, 0}, serial: []byte{0x02, 1, 0}}
	s := cryptobyte.String(der)
	var cert, tbs, serial, issuer, subject cryptobyte.String
	if !s.ReadASN1(&cert, asn1.SEQUENCE) || !cert.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) || !tbs.ReadASN1Element(&serial, asn1.INTEGER) ||
		!tbs.SkipASN1(asn1.SEQUENCE) || !tbs.ReadASN1Element(&issuer, asn1.SEQUENCE) || !tbs.SkipASN1(asn1.SEQUENCE) ||
		!tbs.ReadASN1Element(&subject, asn1.SEQUENCE) {
		return empty
	}
	return certNames{subject: subject, issuer: issuer, serial: serial}
}
