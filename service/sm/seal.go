package sm

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/emmansun/gmsm/sm4"

	"certdesk/service"
)

const (
	sealFormat = 1
	sealHeader = 1 + 4 // format, key version
	nonceSize  = 12
	tagSize    = 16
)

// Sealer seals values that stand in rows, journals and files: SM4-GCM, random 96-bit nonce. Every key version has its own
// key, derived from the master; the caller raises the version long before 2³² seals. Older versions stay readable.
// Safe for concurrent use if its rand is.
type Sealer struct {
	rand    io.Reader
	master  []byte
	version uint32
	aead    cipher.AEAD
}

// Wipe overwrites the master key; the Sealer is useless afterwards. Not for use beside another call.
func (s *Sealer) Wipe() { clear(s.master) }

// NewSealer takes the store's master key (16 bytes or more; copied) and the key version that new seals carry.
func NewSealer(rand io.Reader, master []byte, version uint32) (*Sealer, error) {
	if len(master) < 16 {
		return nil, bad("NewSealer", "data key", errors.New("shorter than 16 bytes"))
	}
	s := &Sealer{rand: rand, master: append([]byte(nil), master...), version: version}
	aead, err := s.key(version)
	if err != nil {
		return nil, err
	}
	s.aead = aead
	return s, nil
}

// Format keeps the master key out of logs that print whole values.
func (s *Sealer) Format(st fmt.State, _ rune) { io.WriteString(st, "sealer") }

func (s *Sealer) key(version uint32) (cipher.AEAD, error) {
	key := Derive(s.master, "certdesk seal", binary.BigEndian.AppendUint32(nil, version))
	defer clear(key)
	block, err := sm4.NewCipher(key[:16])
	if err != nil {
		return nil, bad("Sealer", "data key", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, bad("Sealer", "data key", err)
	}
	return aead, nil
}

// Seal gives format byte ‖ key version ‖ nonce ‖ ciphertext and tag. aad names the place: table, row id, column.
func (s *Sealer) Seal(plain []byte, aad ...string) ([]byte, error) {
	out := make([]byte, sealHeader+nonceSize, sealHeader+nonceSize+len(plain)+tagSize)
	out[0] = sealFormat
	binary.BigEndian.PutUint32(out[1:], s.version)
	if _, err := io.ReadFull(s.rand, out[sealHeader:]); err != nil {
		return nil, service.E(service.Internal, "sm.Seal", nil, err)
	}
	return s.aead.Seal(out, out[sealHeader:], plain, place(out[:sealHeader], aad)), nil
}

// Open reverses Seal. service.KeyWrong for a key version above the sealer's, service.StoreCorrupt for anything changed or moved.
func (s *Sealer) Open(sealed []byte, aad ...string) ([]byte, error) {
	if len(sealed) < sealHeader+nonceSize+tagSize || sealed[0] != sealFormat {
		return nil, service.E(service.StoreCorrupt, "sm.Open", nil, errors.New("not a sealed value"))
	}
	aead, err := s.forVersion(binary.BigEndian.Uint32(sealed[1:]))
	if err != nil {
		return nil, err
	}
	nonce, body := sealed[sealHeader:sealHeader+nonceSize], sealed[sealHeader+nonceSize:]
	plain, err := aead.Open(nil, nonce, body, place(sealed[:sealHeader], aad))
	if err != nil {
		return nil, service.E(service.StoreCorrupt, "sm.Open", nil, err)
	}
	return plain, nil
}

func (s *Sealer) forVersion(v uint32) (cipher.AEAD, error) {
	switch {
	case v == s.version:
		return s.aead, nil
	case v > s.version:
		return nil, service.E(service.KeyWrong, "sm.Open", nil, errors.New("sealed under a later key version"))
	}
	return s.key(v)
}

// place is the associated data: format, key version, then every part behind its length.
func place(header []byte, parts []string) []byte {
	out := append([]byte(nil), header...)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}

// SearchKey is what a sealed column is found by: HMAC-SM3 of value under a key of the column's own, 32 bytes. It does not
// change with the key version. Exact match only: normalise value first.
func (s *Sealer) SearchKey(column, value string) []byte {
	key := Derive(s.master, "certdesk search", []byte(column))
	defer clear(key)
	mac := HMAC(key, []byte(value))
	return mac[:]
}

// KeyCheck is 16 bytes that a store keeps in the clear, to tell a wrong master key from a damaged row.
func (s *Sealer) KeyCheck() []byte { return Derive(s.master, "certdesk key check")[:16] }
