package cmp

import (
	stdasn1 "encoding/asn1"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Status is PKIStatus.
type Status int

// Statuses.
const (
	Accepted           Status = 0
	GrantedWithMods    Status = 1
	Rejection          Status = 2
	Waiting            Status = 3
	RevocationWarning  Status = 4
	RevocationNotified Status = 5
	KeyUpdateWarning   Status = 6
)

// FailInfo is PKIFailureInfo, a set of reasons.
type FailInfo uint32

// Reasons.
const (
	BadAlg FailInfo = 1 << iota
	BadMessageCheck
	BadRequest
	BadTime
	BadCertID
	BadDataFormat
	WrongAuthority
	IncorrectData
	MissingTimeStamp
	BadPOP
	CertRevoked
	CertConfirmed
	WrongIntegrity
	BadRecipientNonce
	TimeNotAvailable
	UnacceptedPolicy
	UnacceptedExtension
	AddInfoNotAvailable
	BadSenderNonce
	BadCertTemplate
	SignerNotTrusted
	TransactionIDInUse
	UnsupportedVersion
	NotAuthorized
	SystemUnavail
	SystemFailure
	DuplicateCertReq
)

const failBits = 27

var failNames = [failBits]string{"badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId", "badDataFormat", "wrongAuthority",
	"incorrectData", "missingTimeStamp", "badPOP", "certRevoked", "certConfirmed", "wrongIntegrity", "badRecipientNonce",
	"timeNotAvailable", "unacceptedPolicy", "unacceptedExtension", "addInfoNotAvailable", "badSenderNonce", "badCertTemplate",
	"signerNotTrusted", "transactionIdInUse", "unsupportedVersion", "notAuthorized", "systemUnavail", "systemFailure", "duplicateCertReq"}

// String lists the standard's names, as badPOP,notAuthorized.
func (f FailInfo) String() string {
	var names []string
	for i, n := range failNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ",")
}

// StatusInfo is PKIStatusInfo.
type StatusInfo struct {
	Status Status
	Text   []string
	Fail   FailInfo
}

// OK reports whether the centre did what was asked.
func (s StatusInfo) OK() bool { return s.Status == Accepted || s.Status == GrantedWithMods }

func (s StatusInfo) put(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(s.Status))
		if len(s.Text) > 0 {
			freeText(b, s.Text)
		}
		if s.Fail != 0 {
			b.AddASN1(asn1.BIT_STRING, func(b *cryptobyte.Builder) { b.AddBytes(s.Fail.bits()) })
		}
	})
}

// bits is a named-bit list: bit 0 is the first one, trailing zeros are cut (X.690, 11.2.2).
func (f FailInfo) bits() []byte {
	out := []byte{0}
	last := 0
	for i := range failBits {
		if f&(1<<i) == 0 {
			continue
		}
		for len(out) < 2+i/8 {
			out = append(out, 0)
		}
		out[1+i/8] |= 0x80 >> (i % 8)
		last = i
	}
	out[0] = byte(7 - last%8)
	return out
}

func readStatus(s *cryptobyte.String, out *StatusInfo) bool {
	var in cryptobyte.String
	var status int
	if !s.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(&status) || status < 0 || status > int(KeyUpdateWarning) {
		return false
	}
	out.Status = Status(status)
	if in.PeekASN1Tag(asn1.SEQUENCE) && !readFreeText(&in, &out.Text) {
		return false
	}
	if in.PeekASN1Tag(asn1.BIT_STRING) {
		var bits stdasn1.BitString
		if !in.ReadASN1BitString(&bits) {
			return false
		}
		for i := range failBits {
			out.Fail |= FailInfo(bits.At(i)) << i
		}
	}
	return in.Empty()
}
