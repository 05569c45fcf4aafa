// Package audit is the chain of acts: how a row is hashed, linked and signed, and how the whole is verified. Pure functions:
// reading and writing rows is the store's. It needs the station's public key only, no data key and no line.
//
// Every row holds the hash of the row before it; every hash is signed by the station's events key; the head is signed once
// more and kept apart from the rows, so that a cut tail is found.
package audit

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// GenesisAct is the act of row 1; its detail is the base64 of the SubjectPublicKeyInfo that signs the chain.
const GenesisAct = "audit.genesis"

// What a signature is for stands before what is signed: a row's signature is never an event's or a head's.
const (
	rowLabel   = "certdesk audit row 1"
	headLabel  = "certdesk audit head 1"
	eventLabel = "certdesk event 1"
)

// Head is the signed end of the chain.
type Head struct {
	Seq       int64  `json:"seq"`
	Hash      []byte `json:"hash"`
	Signature []byte `json:"signature"`
}

// Start is what the first row or event follows: 32 zero bytes.
func Start() []byte { return make([]byte, 32) }

// Hash is SM3 over the row's label and every field but Hash and Signature, each behind its length; times in microseconds.
func Hash(r service.AuditRow) [32]byte {
	return digest(rowLabel, number(r.Seq), moment(r.At), []byte(r.Actor), []byte(r.Act), []byte(r.Subject), []byte(r.Detail), r.Prev)
}

// Link puts r behind the row whose hash is prev, and signs it. Seq and At are the caller's.
func Link(rand io.Reader, key sm.Signer, prev []byte, r service.AuditRow) (service.AuditRow, error) {
	r.Prev = prev
	sum := Hash(r)
	sig, err := key.Sign(rand, message(rowLabel, sum[:]))
	if err != nil {
		return service.AuditRow{}, err
	}
	r.Hash, r.Signature = sum[:], sig
	return r, nil
}

// SignHead signs the chain's end.
func SignHead(rand io.Reader, key sm.Signer, seq int64, hash []byte) (Head, error) {
	sig, err := key.Sign(rand, headMessage(seq, hash))
	if err != nil {
		return Head{}, err
	}
	return Head{Seq: seq, Hash: hash, Signature: sig}, nil
}

// CheckHead reports whether head was signed by the key spki: AuditBroken where not.
func CheckHead(spki []byte, head Head) error {
	if err := sm.Verify(spki, headMessage(head.Seq, head.Hash), head.Signature); err != nil {
		return broken(head.Seq, ReasonHead, err)
	}
	return nil
}

// GenesisDetail is the detail of row 1 for the key spki.
func GenesisDetail(spki []byte) string { return base64.StdEncoding.EncodeToString(spki) }

// Fingerprint names a public key: SM3 of the SubjectPublicKeyInfo, lower-case hex.
func Fingerprint(spki []byte) string {
	sum := sm.Sum(spki)
	return hex.EncodeToString(sum[:])
}

// EventHash is SM3 over an event's label and every field but Hash and Signature, each behind its length.
func EventHash(e service.Event) [32]byte {
	return digest(eventLabel, number(int64(e.Epoch)), number(e.Seq), moment(e.At), []byte(e.Type), e.Body, e.Prev)
}

// LinkEvent puts e behind the event whose hash is prev, and signs it. Epoch, Seq and At are the caller's.
func LinkEvent(rand io.Reader, key sm.Signer, prev []byte, e service.Event) (service.Event, error) {
	e.Prev = prev
	sum := EventHash(e)
	sig, err := key.Sign(rand, message(eventLabel, sum[:]))
	if err != nil {
		return service.Event{}, err
	}
	e.Hash, e.Signature = sum[:], sig
	return e, nil
}

// CheckEvent reports whether e follows prev and was signed by the key spki: AuditBroken (seq, reason) where not.
func CheckEvent(spki, prev []byte, e service.Event) error {
	return check(spki, eventLabel, e.Seq, link{want: EventHash(e), prev: prev}, e.Prev, e.Hash, e.Signature)
}

func digest(label string, parts ...[]byte) [32]byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(len(label)))
	b = append(b, label...)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return sm.Sum(b)
}

func message(label string, hash []byte) []byte { return append([]byte(label), hash...) }

func headMessage(seq int64, hash []byte) []byte {
	return append(append([]byte(headLabel), number(seq)...), hash...)
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func moment(t time.Time) []byte { return number(t.UnixMicro()) }
