// Package cmp encodes and decodes the messages of the Certificate Management Protocol (RFC 9810, with CRMF of RFC 4211) that
// a registration authority and its centre exchange. It carries no transport.
//
// Three points are a bilateral profile between station and centre:
//   - An issue of a dual pair has two requests, the second without public key and proof. Its reply carries the escrowed key
//     as GB/T 35276 envelope: CertifiedKeyPair.privateKey is an EncryptedValue whose valueHint is "GB/T 35276" and whose
//     encValue is the envelope's DER. (CMP's own EnvelopedData would need a recipient that no UKey offers.)
//   - An issue of a single certificate, for a key that is not SM2, has one request; its proof is ecdsa-with-SHA256 or
//     sha256WithRSAEncryption by that key.
//   - generalInfo holds the idempotency key under IDIdempotencyKey.
//
// Protection is a signature: SM3withSM2 for SM2 keys, ecdsa-with-SHA256 or sha256WithRSAEncryption for the others.
package cmp

import (
	"encoding/asn1"

	"certdesk/service"
)

// MaxMessage is the longest message taken, in bytes.
const MaxMessage = 256 << 10

// MediaType is the content type over HTTP (RFC 9811).
const MediaType = "application/pkixcmp"

// Type is the number of a body in PKIBody.
type Type int

// Body types.
const (
	IR       Type = 0  // initialisation request
	IP       Type = 1  // initialisation response
	CR       Type = 2  // certification request
	CP       Type = 3  // certification response
	KUR      Type = 7  // key update request
	KUP      Type = 8  // key update response
	RR       Type = 11 // revocation request
	RP       Type = 12 // revocation response
	PKIConf  Type = 19
	GenM     Type = 21
	GenP     Type = 22
	ErrorMsg Type = 23
	CertConf Type = 24
	PollReq  Type = 25
	PollRep  Type = 26
)

// Reply is the body type that answers a certificate request, so IR gives IP.
func (t Type) Reply() Type { return t + 1 }

func oid(parts ...int) asn1.ObjectIdentifier { return parts }

// Object identifiers; never changed.
var (
	// EKUcmcRA is id-kp-cmcRA (RFC 6402): the certificate may sign as registration authority.
	EKUcmcRA = oid(1, 3, 6, 1, 5, 5, 7, 3, 28)
	// EKUcmcCA is id-kp-cmcCA (RFC 6402): the certificate may answer for the centre.
	EKUcmcCA = oid(1, 3, 6, 1, 5, 5, 7, 3, 27)
	// IDIdempotencyKey is certdesk's own, in its private arc: an OCTET STRING of 32 bytes, the same in every retry of one act.
	IDIdempotencyKey = oid(1, 3, 6, 1, 4, 1, 58888, 1, 1)

	oidSM3withSM2   = oid(1, 2, 156, 10197, 1, 501)
	oidECDSAwithSHA = oid(1, 2, 840, 10045, 4, 3, 2)
	oidSHA256RSA    = oid(1, 2, 840, 113549, 1, 1, 11)
	oidOldCertID    = oid(1, 3, 6, 1, 5, 5, 7, 5, 1, 5) // id-regCtrl-oldCertID (RFC 4211, 6.5)
	oidReasonCode   = oid(2, 5, 29, 21)
)

func garbage(op string, err error) *service.Error {
	return service.E(service.CAGarbage, "cmp."+op, nil, err)
}

func untrusted(op, reason string, err error) *service.Error {
	return service.E(service.CAUntrusted, "cmp."+op, service.Args{"reason": reason}, err)
}
