package cmp

import (
	"bytes"
	stdasn1 "encoding/asn1"
	"errors"
	"io"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/service"
)

// Protocol versions.
const (
	Version2 = 2 // cmp2000
	Version3 = 3 // cmp2021: needed for EnvelopedData and hashAlg only
)

const nonceSize = 16

// Info is InfoTypeAndValue. Value is one DER element, nil where absent.
type Info struct {
	Type  stdasn1.ObjectIdentifier
	Value []byte
}

// Header is PKIHeader. Names are DER, nil for the empty one.
type Header struct {
	Version       int // 0 means Version2
	Sender        []byte
	Recipient     []byte
	Time          time.Time // whole seconds; zero where absent
	SenderKID     []byte    // the signer's subject key identifier
	RecipientKID  []byte
	TransactionID []byte
	SenderNonce   []byte
	RecipNonce    []byte
	FreeText      []string
	Info          []Info // generalInfo

	protection stdasn1.ObjectIdentifier
}

// NewHeader opens a transaction: fresh id and nonce of 16 bytes each. sender is set again by Protect.
func NewHeader(rand io.Reader, now time.Time, sender, recipient []byte) (Header, error) {
	h := Header{Version: Version2, Sender: sender, Recipient: recipient, Time: now.UTC().Truncate(time.Second)}
	var err error
	if h.TransactionID, err = fresh(rand); err != nil {
		return h, err
	}
	h.SenderNonce, err = fresh(rand)
	return h, err
}

// Answer makes the header of the next message in h's transaction, sent by h's recipient.
func (h Header) Answer(rand io.Reader, now time.Time) (Header, error) {
	nonce, err := fresh(rand)
	return Header{Version: h.Version, Sender: h.Recipient, Recipient: h.Sender, Time: now.UTC().Truncate(time.Second),
		RecipientKID: h.SenderKID, TransactionID: h.TransactionID, SenderNonce: nonce, RecipNonce: h.SenderNonce}, err
}

func fresh(rand io.Reader) ([]byte, error) {
	b := make([]byte, nonceSize)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, service.E(service.Internal, "cmp.NewHeader", nil, err)
	}
	return b, nil
}

// CheckAnswer checks that h answers request: same transaction, request's nonce returned (RFC 9810, 5.1.1).
// service.CAUntrusted with reason transaction or nonce.
func (h Header) CheckAnswer(request Header) error {
	switch {
	case len(request.TransactionID) == 0 || !bytes.Equal(h.TransactionID, request.TransactionID):
		return untrusted("CheckAnswer", "transaction", nil)
	case len(request.SenderNonce) == 0 || !bytes.Equal(h.RecipNonce, request.SenderNonce):
		return untrusted("CheckAnswer", "nonce", nil)
	}
	return nil
}

// SetIdempotencyKey puts the key into generalInfo, in place of an earlier one.
func (h *Header) SetIdempotencyKey(key []byte) {
	var b cryptobyte.Builder
	b.AddASN1OctetString(key)
	info := Info{Type: IDIdempotencyKey, Value: b.BytesOrPanic()}
	for i := range h.Info {
		if h.Info[i].Type.Equal(IDIdempotencyKey) {
			h.Info[i] = info
			return
		}
	}
	h.Info = append(h.Info, info)
}

// IdempotencyKey returns the key, nil where the header holds none.
func (h *Header) IdempotencyKey() []byte {
	for _, i := range h.Info {
		if !i.Type.Equal(IDIdempotencyKey) {
			continue
		}
		s, key := cryptobyte.String(i.Value), []byte(nil)
		if s.ReadASN1Bytes(&key, asn1.OCTET_STRING) && s.Empty() {
			return key
		}
	}
	return nil
}

func (h *Header) put(b *cryptobyte.Builder) {
	version := h.Version
	if version == 0 {
		version = Version2
	}
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(version))
		directoryName(b, h.Sender)
		directoryName(b, h.Recipient)
		h.putTime(b)
		if h.protection != nil {
			into(b, explicit(1), func(b *cryptobyte.Builder) { algorithm(b, h.protection) })
		}
		for i, v := range [][]byte{h.SenderKID, h.RecipientKID, h.TransactionID, h.SenderNonce, h.RecipNonce} {
			putOctets(b, uint8(2+i), v)
		}
		h.putTail(b)
	})
}

func (h *Header) putTime(b *cryptobyte.Builder) {
	if !h.Time.IsZero() {
		into(b, explicit(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(h.Time.UTC().Truncate(time.Second)) })
	}
}

func (h *Header) putTail(b *cryptobyte.Builder) {
	if len(h.FreeText) > 0 {
		into(b, explicit(7), func(b *cryptobyte.Builder) { freeText(b, h.FreeText) })
	}
	if len(h.Info) > 0 {
		into(b, explicit(8), func(b *cryptobyte.Builder) { putInfo(b, h.Info) })
	}
}

func readHeader(s *cryptobyte.String, h *Header) error {
	var in cryptobyte.String
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(&h.Version) {
		return errLayout
	}
	if h.Version != Version2 && h.Version != Version3 {
		return errors.New("protocol version not spoken")
	}
	ok := readDirectoryName(&in, &h.Sender) && readDirectoryName(&in, &h.Recipient) && h.readTime(&in) && h.readAlgorithm(&in)
	for i, out := range []*[]byte{&h.SenderKID, &h.RecipientKID, &h.TransactionID, &h.SenderNonce, &h.RecipNonce} {
		ok = ok && readOctets(&in, uint8(2+i), out)
	}
	if !ok || !h.readTail(&in) || !in.Empty() {
		return errLayout
	}
	return nil
}

func (h *Header) readTime(s *cryptobyte.String) bool {
	t, ok := inner(s, 0)
	return ok && (t == nil || t.ReadASN1GeneralizedTime(&h.Time) && t.Empty())
}

func (h *Header) readAlgorithm(s *cryptobyte.String) bool {
	a, ok := inner(s, 1)
	return ok && (a == nil || readAlgorithm(&a, &h.protection) && a.Empty())
}

func (h *Header) readTail(s *cryptobyte.String) bool {
	text, ok := inner(s, 7)
	if !ok || text != nil && (!readFreeText(&text, &h.FreeText) || !text.Empty()) {
		return false
	}
	info, ok := inner(s, 8)
	return ok && (info == nil || readInfo(&info, &h.Info) && info.Empty())
}

// algorithm writes an AlgorithmIdentifier; RSA's has NULL parameters (RFC 4055, 5), the others none.
func algorithm(b *cryptobyte.Builder, id stdasn1.ObjectIdentifier) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(id)
		if id.Equal(oidSHA256RSA) {
			b.AddASN1NULL()
		}
	})
}

// readAlgorithm passes over the parameters: the algorithms taken have none that matter.
func readAlgorithm(s *cryptobyte.String, id *stdasn1.ObjectIdentifier) bool {
	var seq cryptobyte.String
	return s.ReadASN1(&seq, asn1.SEQUENCE) && seq.ReadASN1ObjectIdentifier(id)
}

func putInfo(b *cryptobyte.Builder, infos []Info) {
	sequence(b, func(b *cryptobyte.Builder) {
		for _, i := range infos {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(i.Type)
				if i.Value != nil {
					raw(b, i.Value)
				}
			})
		}
	})
}

func readInfo(s *cryptobyte.String, out *[]Info) bool {
	return each(s, func(s *cryptobyte.String) bool {
		var seq, value cryptobyte.String
		var tag asn1.Tag
		var i Info
		if !s.ReadASN1(&seq, asn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&i.Type) {
			return false
		}
		if !seq.Empty() {
			if !seq.ReadAnyASN1Element(&value, &tag) || !seq.Empty() {
				return false
			}
			i.Value = clone(value)
		}
		*out = append(*out, i)
		return true
	})
}
