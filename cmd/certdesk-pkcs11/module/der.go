package module

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
)

// Curve names (GB/T 33560, SEC 2).
func oidSM2() []byte  { return []byte{0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D} }
func oidP256() []byte { return []byte{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07} }

// publicKey is a SubjectPublicKeyInfo taken apart.
type publicKey struct {
	kind  uint // CKK_
	curve []byte
	point []byte // uncompressed
	rsa   *rsa.PublicKey
	id    []byte // SHA-1 of the public key's bits
}

type spkiDER struct {
	Algorithm struct {
		OID    asn1.ObjectIdentifier
		Params asn1.RawValue `asn1:"optional"`
	}
	Key asn1.BitString
}

func parsePublic(spki []byte) (publicKey, bool) {
	var s spkiDER
	if rest, err := asn1.Unmarshal(spki, &s); err != nil || len(rest) > 0 {
		return publicKey{}, false
	}
	id := sha1.Sum(s.Key.Bytes) // a name for the key, not a proof of anything
	k := publicKey{id: id[:], curve: s.Algorithm.Params.FullBytes, point: s.Key.Bytes}
	switch {
	case bytes.Equal(k.curve, oidSM2()):
		k.kind = KeySM2
		return k, true
	case bytes.Equal(k.curve, oidP256()):
		k.kind = keyEC
		return k, true
	}
	parsed, err := x509.ParsePKIXPublicKey(spki)
	key, ok := parsed.(*rsa.PublicKey)
	k.kind, k.rsa, k.curve, k.point = keyRSA, key, nil, nil
	return k, err == nil && ok
}

// ecdsaKey is the P-256 key of spki.
func ecdsaKey(spki []byte) (*ecdsa.PublicKey, bool) {
	parsed, err := x509.ParsePKIXPublicKey(spki)
	key, ok := parsed.(*ecdsa.PublicKey)
	return key, err == nil && ok
}

// certificate is what the attributes need of one, each part as its DER. The device holds any bytes; of what is no certificate all
// parts are empty.
type certificate struct{ serial, issuer, subject, spki []byte }

type certificateDER struct {
	TBS struct {
		Version    int `asn1:"optional,explicit,default:0,tag:0"`
		Serial     asn1.RawValue
		Algorithm  asn1.RawValue
		Issuer     asn1.RawValue
		Validity   asn1.RawValue
		Subject    asn1.RawValue
		PublicKey  asn1.RawValue
		IssuerID   asn1.RawValue `asn1:"optional,tag:1"`
		SubjectID  asn1.RawValue `asn1:"optional,tag:2"`
		Extensions asn1.RawValue `asn1:"optional,tag:3"`
	}
	Algorithm asn1.RawValue
	Signature asn1.BitString
}

func parseCertificate(der []byte) certificate {
	var c certificateDER
	if _, err := asn1.Unmarshal(der, &c); err != nil {
		return certificate{}
	}
	t := &c.TBS
	return certificate{t.Serial.FullBytes, t.Issuer.FullBytes, t.Subject.FullBytes, t.PublicKey.FullBytes}
}

type pairDER struct{ R, S *big.Int }

// half is the length of r and of s on both curves, in bytes.
const half = 32

// rawSignature turns DER (r, s) into r ‖ s.
func rawSignature(der []byte) ([]byte, bool) {
	var p pairDER
	rest, err := asn1.Unmarshal(der, &p)
	if err != nil || len(rest) > 0 || p.R.Sign() < 0 || p.S.Sign() < 0 || p.R.BitLen() > 8*half || p.S.BitLen() > 8*half {
		return nil, false
	}
	raw := make([]byte, 2*half)
	p.R.FillBytes(raw[:half])
	p.S.FillBytes(raw[half:])
	return raw, true
}

// derSignature is the other way.
func derSignature(raw []byte) ([]byte, bool) {
	if len(raw) != 2*half {
		return nil, false
	}
	der, err := asn1.Marshal(pairDER{new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])})
	return der, err == nil
}

// plainSize is the length of what an SM2Cipher (GM/T 0009, 7.2) holds; false where it is none.
func plainSize(der []byte) (int, bool) {
	var c struct {
		X, Y *big.Int
		Hash []byte
		Text []byte
	}
	rest, err := asn1.Unmarshal(der, &c)
	return len(c.Text), err == nil && len(rest) == 0
}

// octets is a DER OCTET STRING, as CKA_EC_POINT wants it.
func octets(b []byte) []byte {
	der, err := asn1.Marshal(b)
	if err != nil {
		return nil
	}
	return der
}
