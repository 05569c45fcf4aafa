package service

import (
	"context"
	"time"
)

// Family is one of the centre's hierarchies. Each has a root and an issuing CA of its own kind of key, so that whoever knows that
// kind alone can verify all of it.
type Family string

// Families: SM2 issues dual pairs, the others single certificates for keys that tokens without SM2 make.
const (
	FamilySM2  Family = "sm2"
	FamilyP256 Family = "p256"
	FamilyRSA  Family = "rsa"
)

// OtherFamilies are those beside SM2.
func OtherFamilies() []Family { return []Family{FamilyP256, FamilyRSA} }

// Family is the hierarchy that certifies keys of the algorithm; "" is SM2, an unknown algorithm has none.
func (a KeyAlg) Family() Family {
	switch a {
	case AlgSM2, "":
		return FamilySM2
	case AlgP256:
		return FamilyP256
	case AlgRSA, AlgRSA3072:
		return FamilyRSA
	}
	return ""
}

// Single reports whether a key of the algorithm gets one certificate for both usages, and not a dual pair.
func (a KeyAlg) Single() bool { return a.Family() != FamilySM2 }

// CertRequest asks the CA for certificates on the token's key. For an SM2 key that is a dual pair: a signing certificate for it and an
// encryption certificate with its private key as GB/T 35276 envelope for it. For another key it is one certificate for both usages.
type CertRequest struct {
	Key       [32]byte // idempotency key: SM3(station ‖ case ‖ step ‖ attempt ‖ public key)
	Profile   string   // profile name of the centre
	Subject   SubjectFields
	Alg       KeyAlg // of the key; "" is SM2
	PublicKey []byte // SubjectPublicKeyInfo of the signing key
	Days      int    // asked validity in days; the profile caps it
	// Sign proves possession: signs message with the token's signing key, as TokenKeys.Sign does.
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
	Sign     []byte   // signing certificate, DER; the only one where the key is not SM2
	Encrypt  []byte   // encryption certificate, DER; nil for a single certificate
	Envelope []byte   // GB/T 35276 SM2EnvelopedKey, DER; nil for a single certificate
	Chain    [][]byte // issuing CA and up, DER; the root last
	// Transaction names the CMP exchange for Confirm.
	Transaction []byte
}

// IssuedCert is one certificate of a reply and what it is for.
type IssuedCert struct {
	Usage KeyUsage
	DER   []byte
}

// Certificates lists what was issued, the signing certificate first.
func (r CertReply) Certificates() []IssuedCert {
	if len(r.Encrypt) == 0 {
		return []IssuedCert{{UsageBoth, r.Sign}}
	}
	return []IssuedCert{{UsageSign, r.Sign}, {UsageEncrypt, r.Encrypt}}
}

// CertificateAuthority is the small port through which the station knows its CA; another adapter can take the centre's place.
// Errors: CAUnreachable, CASlow, CAGarbage, CARefused, CAUntrusted, CAConflict.
type CertificateAuthority interface {
	// Issue asks for a pair or a single certificate; a repeat with the same key and template gets the stored result.
	Issue(ctx context.Context, r CertRequest) (CertReply, error)
	// Confirm tells the CA that the certificates and the envelope are verified and committed here (certConf); repeats are harmless.
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
