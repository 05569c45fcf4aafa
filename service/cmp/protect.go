package cmp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	stdasn1 "encoding/asn1"
	"errors"

	"certdesk/service"
	"certdesk/service/sm"
)

func badProof(err error) *service.Error {
	return service.E(service.SignatureBad, "cmp.VerifyPOP", service.Args{"what": "proof of possession"}, err)
}

// maxRSABits keeps a request with a giant key from holding up the centre.
const maxRSABits = 8192

// algorithmFor is the one signature algorithm that goes with a key.
func algorithmFor(spki []byte) (stdasn1.ObjectIdentifier, error) {
	if sm.CheckPublicKey(spki) == nil {
		return oidSM3withSM2, nil
	}
	key, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return nil, err
	}
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return oidECDSAwithSHA, nil
	case *rsa.PublicKey:
		if k.N.BitLen() <= maxRSABits {
			return oidSHA256RSA, nil
		}
	}
	return nil, errors.New("no signature algorithm for this key")
}

func verify(id stdasn1.ObjectIdentifier, spki, message, signature []byte) error {
	want, err := algorithmFor(spki)
	if err != nil {
		return err
	}
	if !want.Equal(id) {
		return errors.New("signature algorithm does not go with the key")
	}
	if want.Equal(oidSM3withSM2) {
		return sm.Verify(spki, message, signature)
	}
	return verifyOther(spki, message, signature)
}

func verifyOther(spki, message, signature []byte) error {
	key, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(message)
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature)
	case *ecdsa.PublicKey:
		if ecdsa.VerifyASN1(k, sum[:], signature) {
			return nil
		}
	}
	return errors.New("signature does not hold")
}

// CertHash is what certConf names a certificate by: the digest of the certificate's own signature algorithm
// (RFC 9810, 5.3.18), SM3 for SM2 certificates and SHA-256 for the others.
func CertHash(cert *sm.Certificate) []byte {
	if cert.SM2 {
		sum := sm.Sum(cert.Raw)
		return sum[:]
	}
	sum := sha256.Sum256(cert.Raw)
	return sum[:]
}
