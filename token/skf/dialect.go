package skf

import "encoding/binary"

// Dialect is how one library was compiled, as far as its answers have told. Zero values are not known yet: some show only when a
// token is in.
type Dialect struct {
	UlongBits   int   // 32 or 64
	HandleBits  int   // 32 or 64
	DevInfoSize int   // bytes that SKF_GetDevInfo writes
	Packed      *bool // structures without padding
	IssuerSize  int   // 64 by the standard; some headers have 32
}

// layout says where the fields of the standard's structures lie. Only DEVINFO has a place where packing shows: the ULONGs behind its 198
// bytes of text. The other structures begin with ULONGs and byte arrays of whole words; packing changes no more than the bytes behind
// their ends.
type layout struct {
	long   int // bytes of a ULONG: 4 or 8
	packed bool
	issuer int // 64 or 32
	info   int // bytes of DEVINFO, where it is longer than these make it
}

func standard() layout { return layout{long: 4, packed: true, issuer: 64} }

// layouts are all that were seen, the likelier first.
func layouts() []layout {
	var out []layout
	for _, issuer := range []int{64, 32} {
		for _, long := range []int{4, 8} {
			for _, packed := range []bool{true, false} {
				out = append(out, layout{long: long, packed: packed, issuer: issuer})
			}
		}
	}
	return out
}

// Sizes of what is the same in all dialects.
const (
	coordinate = 64 // a coordinate of up to 512 bits, right-aligned
	field      = 32 // an SM2 coordinate
	longNumber = 8  // ULONGs in DEVINFO
	reserved   = 64 // bytes at its end
)

func align(n, to int) int { return (n + to - 1) / to * to }

// pad is n, rounded up to what follows where structures are not packed.
func (l layout) pad(n int) int {
	if l.packed {
		return n
	}
	return align(n, l.long)
}

// numbers is the offset of DEVINFO's first ULONG.
func (l layout) numbers() int { return l.pad(2 + 64 + l.issuer + 32 + 32 + 2 + 2) }

func (l layout) devInfo() int { return max(l.info, l.pad(l.numbers()+longNumber*l.long+reserved)) }

// publicKey is the size of ECCPUBLICKEYBLOB: BitLen, X, Y.
func (l layout) publicKey() int { return l.long + 2*coordinate }

// cipherText is the offset of Cipher in ECCCIPHERBLOB: X, Y, HASH, CipherLen, Cipher.
func (l layout) cipherText() int { return 2*coordinate + 32 + l.long }

// cipher is the size of ECCCIPHERBLOB with n bytes of Cipher. The structure is declared with one.
func (l layout) cipher(n int) int { return l.pad(l.cipherText() + n) }

// signature is the size of ECCSIGNATUREBLOB: r, s.
func (l layout) signature() int { return 2 * coordinate }

// Offsets in ENVELOPEDKEYBLOB: Version, ulSymmAlgID, ulBits, cbEncryptedPriKey, PubKey, ECCCipherBlob.
func (l layout) envelopeKey() int    { return 3 * l.long }
func (l layout) envelopePublic() int { return l.envelopeKey() + 64 }
func (l layout) envelopeCipher() int { return l.envelopePublic() + l.publicKey() }

// envelope is the size of ENVELOPEDKEYBLOB with n bytes of Cipher.
func (l layout) envelope(n int) int { return l.pad(l.envelopeCipher() + l.cipher(n)) }

// blockParam is the size of BLOCKCIPHERPARAM: IV[32], IVLen, PaddingType, FeedBitLen.
func (l layout) blockParam() int { return 32 + 3*l.long }

// put and get are a ULONG in a structure.
func (l layout) put(p []byte, at int, v uint32) {
	clear(p[at : at+l.long])
	binary.LittleEndian.PutUint32(p[at:], v)
}

func (l layout) get(p []byte, at int) uint64 {
	if l.long == 8 {
		return binary.LittleEndian.Uint64(p[at:])
	}
	return uint64(binary.LittleEndian.Uint32(p[at:]))
}
