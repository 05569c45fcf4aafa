package skf

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"math/big"

	"certdesk/service/sm"
)

// Algorithm numbers (GM/T 0006).
const (
	sgdSM4ECB  = 0x00000401
	sgdSM2Sign = 0x00020100
	sm2Bits    = 256
)

var errFormat = errors.New("not of this structure")

// number reads a right-aligned coordinate.
func number(p []byte) ([]byte, error) {
	for _, c := range p[:coordinate-field] {
		if c != 0 {
			return nil, lie("a number of more than 256 bits")
		}
	}
	return p[coordinate-field : coordinate], nil
}

// readPublicKey makes a SubjectPublicKeyInfo of an ECCPUBLICKEYBLOB. nil and no error where the blob is empty: so some tokens say
// that there is no key.
func readPublicKey(p []byte, l layout) ([]byte, error) {
	if len(p) < l.publicKey() || allZero(p) {
		return nil, nil
	}
	if bits := l.get(p, 0); bits != sm2Bits {
		return nil, lie("a public key of %d bits", bits)
	}
	x, e1 := number(p[l.long:])
	y, e2 := number(p[l.long+coordinate:])
	if err := errors.Join(e1, e2); err != nil {
		return nil, err
	}
	spki, err := sm.FromPoint(bytes.Join([][]byte{{4}, x, y}, nil))
	if err != nil {
		return nil, lie("a public key off the curve")
	}
	return spki, nil
}

func allZero(p []byte) bool { return len(bytes.TrimLeft(p, "\x00")) == 0 }

func (l layout) putPoint(p []byte, point []byte) {
	l.put(p, 0, sm2Bits)
	copy(p[l.long+coordinate-field:], point[1:1+field])
	copy(p[l.long+2*coordinate-field:], point[1+field:])
}

// readSignature makes DER (r, s) (GM/T 0009, 7.3) of an ECCSIGNATUREBLOB.
func readSignature(p []byte) ([]byte, error) {
	r, e1 := number(p)
	s, e2 := number(p[coordinate:])
	if err := errors.Join(e1, e2); err != nil {
		return nil, err
	}
	pair := struct{ R, S *big.Int }{new(big.Int).SetBytes(r), new(big.Int).SetBytes(s)}
	if pair.R.Sign() == 0 || pair.S.Sign() == 0 {
		return nil, lie("an empty signature")
	}
	return asn1.Marshal(pair)
}

// sm2Cipher is SM2Cipher of GM/T 0009, 7.2.
type sm2Cipher struct {
	X, Y *big.Int
	Hash []byte
	Text []byte
}

func (c *sm2Cipher) check() error {
	if c.X.Sign() < 0 || c.Y.Sign() < 0 || c.X.BitLen() > sm2Bits || c.Y.BitLen() > sm2Bits || len(c.Hash) != 32 || len(c.Text) == 0 {
		return errFormat
	}
	return nil
}

// longestCipher is the longest ciphertext that is handed to a token: session keys and challenges are short.
const longestCipher = 1024

func parseCipher(der []byte) (*sm2Cipher, error) {
	var c sm2Cipher
	rest, err := asn1.Unmarshal(der, &c)
	switch {
	case err != nil:
		return nil, err
	case len(rest) > 0 || len(c.Text) > longestCipher:
		return nil, errFormat
	}
	return &c, c.check()
}

// putCipher fills an ECCCIPHERBLOB.
func (l layout) putCipher(p []byte, c *sm2Cipher) {
	c.X.FillBytes(p[:coordinate])
	c.Y.FillBytes(p[coordinate : 2*coordinate])
	copy(p[2*coordinate:], c.Hash)
	l.put(p, 2*coordinate+32, uint32(len(c.Text)))
	copy(p[l.cipherText():], c.Text)
}

// cipherBlob makes an ECCCIPHERBLOB of an ASN.1 ciphertext.
func cipherBlob(der []byte, l layout) ([]byte, error) {
	c, err := parseCipher(der)
	if err != nil {
		return nil, err
	}
	p := make([]byte, l.cipher(len(c.Text)))
	l.putCipher(p, c)
	return p, nil
}

// envelopedKey is SM2EnvelopedKey (GB/T 35276, 7.4).
type envelopedKey struct {
	Symmetric asn1.RawValue
	Key       sm2Cipher
	Public    asn1.BitString
	Private   asn1.BitString
}

// envelopeBlob puts an SM2EnvelopedKey into an ENVELOPEDKEYBLOB (GM/T 0016, 6.4.10). Nothing is decrypted: the fields are the same
// ones in other places. The first 32 bytes of cbEncryptedPriKey are zeros, as in nearly all tokens' own samples.
func envelopeBlob(der []byte, l layout) ([]byte, error) {
	if _, err := sm.EnvelopePublicKey(der); err != nil {
		return nil, err
	}
	var e envelopedKey
	if _, err := asn1.Unmarshal(der, &e); err != nil {
		return nil, err
	}
	if err := e.Key.check(); err != nil || len(e.Public.Bytes) != 1+2*field || len(e.Private.Bytes) != field {
		return nil, errFormat
	}
	p := make([]byte, l.envelope(len(e.Key.Text)))
	l.put(p, 0, 1)
	l.put(p, l.long, sgdSM4ECB)
	l.put(p, 2*l.long, sm2Bits)
	copy(p[l.envelopeKey()+coordinate-field:], e.Private.Bytes)
	l.putPoint(p[l.envelopePublic():], e.Public.Bytes)
	l.putCipher(p[l.envelopeCipher():], &e.Key)
	return p, nil
}
