package ca

import (
	"encoding/binary"

	"certdesk/service"
	"certdesk/service/sm"
)

// log appends a line to the chain: Hash = SM3 over the previous hash and every field, each behind its length.
func (s *Service) log(tx Tx, station, act, subject, detail string) error {
	head, err := tx.Log.Head()
	if err != nil && !service.IsCode(err, service.NotFound) {
		return err
	}
	e := LogEntry{Seq: head.Seq + 1, At: s.now(), Station: station, Act: act, Subject: subject, Detail: detail, Prev: head.Hash}
	e.Hash = e.digest()
	return tx.Log.Append(e)
}

func (e LogEntry) digest() []byte {
	h := digest("certdesk centre log", number(e.Seq), number(e.At.Unix()), []byte(e.Station), []byte(e.Act),
		[]byte(e.Subject), []byte(e.Detail), e.Prev)
	return h[:]
}

// digest is SM3 over a label and parts, each behind its length, so that no two lists of parts give the same input.
func digest(label string, parts ...[]byte) [32]byte {
	in := []byte(label)
	for _, p := range parts {
		in = binary.BigEndian.AppendUint32(in, uint32(len(p)))
		in = append(in, p...)
	}
	return sm.Sum(in)
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
