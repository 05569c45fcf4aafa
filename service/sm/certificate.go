package sm

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/smx509"
)

// Certificate is a parsed certificate; SM2, and also P-256 and RSA ones. Its slices are not to be changed.
type Certificate struct {
	Raw                 []byte
	SPKI                []byte // SubjectPublicKeyInfo
	Serial              *big.Int
	Subject, Issuer     pkix.Name
	SubjectText         string // RFC 4514, for people
	RawSubject          []byte // DER
	RawIssuer           []byte // DER
	NotBefore, NotAfter time.Time
	KeyUsage            x509.KeyUsage
	EKU                 []asn1.ObjectIdentifier
	Extensions          []pkix.Extension
	IsCA                bool
	PathLen             int // -1 for no limit; CA only
	SKI, AKI            []byte
	CRLURLs, OCSPURLs   []string
	SM2                 bool // an SM2 key, signed with SM3withSM2

	x *smx509.Certificate
}

// ParseCertificate reads one DER certificate.
func ParseCertificate(der []byte) (c *Certificate, err error) {
	defer contain("ParseCertificate", "certificate", &err)
	if err := within("ParseCertificate", "certificate", der, MaxDER); err != nil {
		return nil, err
	}
	x, err := smx509.ParseCertificate(append([]byte(nil), der...))
	if err != nil {
		return nil, bad("ParseCertificate", "certificate", err)
	}
	eku, err := parseEKU(x.Extensions)
	if err != nil {
		return nil, bad("ParseCertificate", "certificate", err)
	}
	return convert(x, eku), nil
}

func convert(x *smx509.Certificate, eku []asn1.ObjectIdentifier) *Certificate {
	c := &Certificate{
		Raw: x.Raw, SPKI: x.RawSubjectPublicKeyInfo, Serial: x.SerialNumber, Subject: x.Subject, Issuer: x.Issuer,
		SubjectText: NameText(x.RawSubject), RawSubject: x.RawSubject, RawIssuer: x.RawIssuer,
		NotBefore: x.NotBefore, NotAfter: x.NotAfter, KeyUsage: x509.KeyUsage(x.KeyUsage), EKU: eku,
		Extensions: x.Extensions, IsCA: x.BasicConstraintsValid && x.IsCA, PathLen: -1,
		SKI: x.SubjectKeyId, AKI: x.AuthorityKeyId, CRLURLs: x.CRLDistributionPoints, OCSPURLs: x.OCSPServer,
		SM2: x.SignatureAlgorithm == smx509.SM2WithSM3 && CheckPublicKey(x.RawSubjectPublicKeyInfo) == nil,
		x:   x,
	}
	if x.MaxPathLen > 0 || x.MaxPathLenZero {
		c.PathLen = x.MaxPathLen
	}
	return c
}

func parseEKU(exts []pkix.Extension) ([]asn1.ObjectIdentifier, error) {
	var ids []asn1.ObjectIdentifier
	for _, e := range exts {
		if !e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 37}) {
			continue
		}
		if rest, err := asn1.Unmarshal(e.Value, &ids); err != nil || len(rest) > 0 {
			return nil, errors.New("extended key usage unreadable")
		}
	}
	return ids, nil
}

// HasEKU reports whether the certificate names the extended key usage.
func (c *Certificate) HasEKU(id asn1.ObjectIdentifier) bool {
	for _, have := range c.EKU {
		if have.Equal(id) {
			return true
		}
	}
	return false
}

// Extension returns the value of an extension, nil where absent.
func (c *Certificate) Extension(id asn1.ObjectIdentifier) []byte {
	for _, e := range c.Extensions {
		if e.Id.Equal(id) {
			return e.Value
		}
	}
	return nil
}

func (c *Certificate) inner() (*smx509.Certificate, error) {
	if c.x != nil {
		return c.x, nil
	}
	p, err := ParseCertificate(c.Raw)
	if err != nil {
		return nil, err
	}
	return p.x, nil
}

// EncodePEM writes certificates in the order given.
func EncodePEM(ders ...[]byte) string {
	var out []byte
	for _, der := range ders {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return string(out)
}

// EncodePEMType writes one block of another type, such as X509 CRL.
func EncodePEMType(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// DecodePEM returns the certificates of a PEM text, DER, in their order; other blocks are passed over.
func DecodePEM(text string) [][]byte {
	var ders [][]byte
	rest := []byte(text)
	for {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			return ders
		}
		if b.Type == "CERTIFICATE" {
			ders = append(ders, b.Bytes)
		}
	}
}
