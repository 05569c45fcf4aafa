package sm

import (
	"crypto/hmac"
	"encoding/binary"
	"hash"

	"github.com/emmansun/gmsm/sm3"
)

// What an HMAC is for, as its first byte: a MAC never equals a derived key.
const (
	purposeMAC byte = 1
	purposeKDF byte = 2
)

// Sum is SM3 (GB/T 32905) over the parts as if joined.
func Sum(parts ...[]byte) [32]byte {
	h := sm3.New()
	for _, p := range parts {
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// NewHash is a running SM3, for what does not fit in memory.
func NewHash() hash.Hash { return sm3.New() }

// HMAC is HMAC (RFC 2104) with SM3 over the parts, each behind its length, so that no two lists of parts give the same input.
func HMAC(key []byte, parts ...[]byte) [32]byte { return keyed(key, purposeMAC, parts...) }

// Derive makes 32 bytes of key from key: HMAC-SM3 over label and parts, each behind its length. One label for one use.
func Derive(key []byte, label string, parts ...[]byte) []byte {
	out := keyed(key, purposeKDF, append([][]byte{[]byte(label)}, parts...)...)
	return out[:]
}

func keyed(key []byte, purpose byte, parts ...[]byte) [32]byte {
	h := hmac.New(sm3.New, key)
	h.Write([]byte{purpose})
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// Equal compares two MACs or digests in constant time.
func Equal(a, b []byte) bool { return hmac.Equal(a, b) }
