package main

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"math/big"

	"certdesk/service"
	"certdesk/service/sm"
)

const coordinate = 64 // bytes of a coordinate field; the 32 bytes of SM2 stand at its right

// Algorithms of GM/T 0006.
const (
	algSM4ECB  = 0x00000401
	algSM4CBC  = 0x00000402
	algSM3     = 0x00000001
	algSM2Sign = 0x00020100
	algSM2     = 0x00020700 // signing, exchange and encryption together
)

// layout is how a dialect lays out numbers in structures.
type layout struct {
	word   int  // bytes of ULONG
	padded bool // fields stand at multiples of their size
}

func (l layout) put(b []byte, v uint64) []byte {
	for l.padded && len(b)%l.word != 0 {
		b = append(b, 0)
	}
	if l.word == 8 {
		return binary.LittleEndian.AppendUint64(b, v)
	}
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}

func (l layout) get(b []byte, at int) uint64 {
	if l.word == 8 {
		return binary.LittleEndian.Uint64(b[at:])
	}
	return uint64(binary.LittleEndian.Uint32(b[at:]))
}

// field appends text in n bytes, filled with zeros; what is longer is cut, and no end mark is kept free.
func field(b []byte, text string, n int) []byte {
	f := make([]byte, n)
	copy(f, text)
	return append(b, f...)
}

// devInfo lays out DEVINFO. label is in any bytes.
func (l layout) devInfo(info service.TokenInfo, label string) []byte {
	b := []byte{1, 0}
	b = field(b, info.Manufacturer, 64)
	b = field(b, "certdesk", 64)
	b = field(b, label, 32)
	b = field(b, info.Serial, 32)
	b = append(b, 1, 0, 1, 0)
	for _, v := range []uint64{algSM4ECB | algSM4CBC, algSM2, algSM3, algSM4ECB, uint64(info.Total), uint64(max(info.Free, 0)), 1024, 4096} {
		b = l.put(b, v)
	}
	return append(b, make([]byte, 64)...)
}

// publicBlob lays out ECCPUBLICKEYBLOB of a SubjectPublicKeyInfo.
func (l layout) publicBlob(spki []byte) ([]byte, error) {
	point, err := sm.Point(spki)
	if err != nil {
		return nil, err
	}
	b := l.put(nil, 256)
	b = append(b, right(point[1:33])...)
	return append(b, right(point[33:])...), nil
}

// point reads 04‖X‖Y out of ECCPUBLICKEYBLOB; it need not be on the curve.
func (l layout) point(blob []byte) ([]byte, error) {
	x, okX := low(blob[l.word:][:coordinate])
	y, okY := low(blob[l.word+coordinate:][:coordinate])
	if l.get(blob, 0) != 256 || !okX || !okY {
		return nil, errors.New("public key blob")
	}
	return append(append([]byte{4}, x...), y...), nil
}

func right(b []byte) []byte {
	f := make([]byte, coordinate)
	copy(f[coordinate-len(b):], b)
	return f
}

// low gives the 32 bytes at the right, where the rest is zero.
func low(f []byte) ([]byte, bool) {
	for _, c := range f[:32] {
		if c != 0 {
			return nil, false
		}
	}
	return f[32:64], true
}

func (l layout) publicSize() int { return l.word + 2*coordinate }

// cipherHead is ECCCIPHERBLOB without its Cipher.
func (l layout) cipherHead() int { return 2*coordinate + 32 + l.word }

// envelopeHead is ENVELOPEDKEYBLOB without the Cipher at its end.
func (l layout) envelopeHead() int { return 3*l.word + coordinate + l.publicSize() + l.cipherHead() }

type sm2Cipher struct {
	X, Y *big.Int
	Hash []byte
	Text []byte
}

// cipherDER makes SM2Cipher (GM/T 0009, 7.2) of an ECCCIPHERBLOB whose Cipher has text bytes.
func (l layout) cipherDER(blob []byte, text int) ([]byte, error) {
	x, okX := low(blob[:coordinate])
	y, okY := low(blob[coordinate:][:coordinate])
	head := l.cipherHead()
	if !okX || !okY || len(blob) < head+text || l.get(blob, head-l.word) != uint64(text) {
		return nil, errors.New("cipher blob")
	}
	c := sm2Cipher{new(big.Int).SetBytes(x), new(big.Int).SetBytes(y), blob[2*coordinate:][:32], blob[head:][:text]}
	return asn1.Marshal(c)
}

type envelopedKey struct {
	Symmetric pkix.AlgorithmIdentifier
	Key       asn1.RawValue
	Public    asn1.BitString
	Private   asn1.BitString
}

// envelopeDER makes SM2EnvelopedKey (GB/T 35276) of an ENVELOPEDKEYBLOB with a key of 16 bytes. The private number's ciphertext
// stands in the right half of its field.
func (l layout) envelopeDER(blob []byte) ([]byte, error) {
	if l.get(blob, 0) != 1 || l.get(blob, l.word) != algSM4ECB || l.get(blob, 2*l.word) != 256 {
		return nil, errors.New("version, algorithm or bits")
	}
	at := 3 * l.word
	private := blob[at+32 : at+coordinate]
	at += coordinate
	point, err := l.point(blob[at:])
	if err != nil {
		return nil, err
	}
	key, err := l.cipherDER(blob[at+l.publicSize():], 16)
	if err != nil {
		return nil, err
	}
	ecb := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 104, 1}}
	return asn1.Marshal(envelopedKey{ecb, asn1.RawValue{FullBytes: key}, bits(point), bits(private)})
}

func bits(b []byte) asn1.BitString { return asn1.BitString{Bytes: b, BitLength: 8 * len(b)} }

type signature struct{ R, S *big.Int }

// signatureBlob lays out ECCSIGNATUREBLOB of a DER signature.
func signatureBlob(der []byte) ([]byte, error) {
	var sig signature
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return nil, err
	}
	b := make([]byte, 2*coordinate)
	sig.R.FillBytes(b[:coordinate])
	sig.S.FillBytes(b[coordinate:])
	return b, nil
}

func signatureDER(blob []byte) ([]byte, error) {
	r, s := new(big.Int).SetBytes(blob[:coordinate]), new(big.Int).SetBytes(blob[coordinate:2*coordinate])
	return asn1.Marshal(signature{r, s})
}

// nameList joins names as the standard lists them: each ended by a zero, one more at the end.
func nameList(names []string) []byte {
	var b []byte
	for _, n := range names {
		b = append(append(b, n...), 0)
	}
	if len(b) == 0 {
		b = []byte{0}
	}
	return append(b, 0)
}
