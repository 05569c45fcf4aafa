package central

import (
	"encoding/binary"

	"certdesk/service/sm"
)

// IdempotencyKey names one wish for a pair for ever (DESIGN 4): SM3(station ‖ case ‖ step ‖ attempt ‖ public key), each part
// behind its length in four octets, big-endian, so that no two lists of parts give the same input. publicKey is the
// SubjectPublicKeyInfo of the signing key.
func IdempotencyKey(station, caseNo, step string, attempt int, publicKey []byte) [32]byte {
	var in []byte
	for _, part := range [][]byte{[]byte(station), []byte(caseNo), []byte(step),
		binary.BigEndian.AppendUint64(nil, uint64(attempt)), publicKey} {
		in = binary.BigEndian.AppendUint32(in, uint32(len(part)))
		in = append(in, part...)
	}
	return sm.Sum(in)
}
