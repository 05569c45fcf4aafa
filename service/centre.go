package service

import (
	"context"
	"time"
)

// CertRequest asks the CA for a dual pair: a signing certificate for the token's key and an encryption certificate with its
// private key as GB/T 35276 envelope for that key.
type CertRequest struct {
	Key       [32]byte // idempotency key: SM3(station ‖ case ‖ step ‖ attempt ‖ public key)
	Profile   string   // profile name of the centre
	Subject   SubjectFields
	PublicKey []byte // SubjectPublicKeyInfo of the signing key
	Days      int    // asked validity in days; the profile caps it
	// Sign proves possession: signs message with the token's signing key (SM3withSM2, DER).
	Sign func(ctx context.Context, message []byte) ([]byte, error)
}

// SubjectFields are what the profile turns into the name and the GM/T 0015 extensions.
type SubjectFields struct {
	CommonName   string `json:"cn"`
	Organisation string `json:"o,omitempty"`
	Unit         string `json:"ou,omitempty"`
	Province     string `json:"st,omitempty"`
	City         string `json:"l,omitempty"`
	CreditCode   string `json:"uscc,omitempty"` // 统一社会信用代码
	IDNumber     string `json:"id,omitempty"`   // resident identity number
	Passport     string `json:"passport,omitempty"`
}

// CertReply is the CA's answer. The station verifies it before it believes it.
type CertReply struct {
	Sign     []byte   // signing certificate, DER
	Encrypt  []byte   // encryption certificate, DER
	Envelope []byte   // GB/T 35276 SM2EnvelopedKey, DER
	Chain    [][]byte // issuing CA and up, DER; the root last
	// Transaction names the CMP exchange for Confirm.
	Transaction []byte
}

// CertificateAuthority is the small port through which the station knows its CA; another adapter can take the centre's place.
// Errors: CAUnreachable, CASlow, CAGarbage, CARefused, CAUntrusted, CAConflict.
type CertificateAuthority interface {
	// Issue asks for a pair; a repeat with the same key and template gets the stored result.
	Issue(ctx context.Context, r CertRequest) (CertReply, error)
	// Confirm tells the CA that both certificates and the envelope are verified and committed here (certConf); repeats are harmless.
	Confirm(ctx context.Context, r CertReply) error
	// Revoke revokes by serial; reason is RFC 5280 5.3.1. Revoking what is revoked is success.
	Revoke(ctx context.Context, serial string, reason int) error
	// Withdraw takes a request back by its idempotency key, whatever became of it: a pair issued under it is revoked, and a try that
	// is still on its way is refused. It needs no token: that is how a case is ended whose token is gone and whose answer was lost.
	// issued tells whether there was a pair. Repeats are harmless.
	Withdraw(ctx context.Context, key [32]byte) (issued bool, err error)
}

// Ticket is the SO PIN of one token at one generation, as derived by the centre.
type Ticket struct {
	Serial     string
	Generation int
	PIN        []byte
}

// TicketOffice hands out SO PINs for known serials. Errors as CertificateAuthority.
type TicketOffice interface {
	Ticket(ctx context.Context, serial string, generation int) (Ticket, error)
}

// Anchors are what the station trusts: the issuing chain of its centre and the current CRL.
type Anchors struct {
	Root    []byte   // DER
	Issuing [][]byte // DER
	CRL     []byte   // DER; may be empty before the first pull
	At      time.Time
}
