package sm

import (
	"crypto/x509/pkix"
	"io"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/smx509"
)

// Revoked is one entry of a CRL.
type Revoked struct {
	Serial *big.Int
	At     time.Time
	Reason int // RFC 5280, 5.3.1; 0 writes no reason
}

// CRLSpec is what a CRL is to say.
type CRLSpec struct {
	Number                 *big.Int
	ThisUpdate, NextUpdate time.Time
	Revoked                []Revoked
	Extra                  []pkix.Extension
}

// CRL is a parsed revocation list.
type CRL struct {
	Raw                    []byte
	Issuer                 pkix.Name
	RawIssuer              []byte
	Number                 *big.Int
	ThisUpdate, NextUpdate time.Time
	Revoked                []Revoked
	AKI                    []byte

	x *smx509.RevocationList
}

// CreateCRL makes a complete v2 CRL, DER. issuer needs cRLSign.
func CreateCRL(rand io.Reader, spec CRLSpec, issuer *Certificate, signer Signer) (der []byte, err error) {
	defer contain("CreateCRL", "CRL", &err)
	parent, err := issuer.inner()
	if err != nil {
		return nil, err
	}
	key, err := adapt("CreateCRL", signer)
	if err != nil {
		return nil, err
	}
	if string(issuer.SPKI) != string(signer.PublicKey()) {
		return nil, bad("CreateCRL", "public key", nil)
	}
	der, err = smx509.CreateRevocationList(rand, spec.template(), parent, key)
	if err != nil {
		return nil, bad("CreateCRL", "CRL", err)
	}
	return der, nil
}

func (s CRLSpec) template() *smx509.RevocationList {
	t := &smx509.RevocationList{SignatureAlgorithm: smx509.SM2WithSM3, Number: s.Number, ThisUpdate: s.ThisUpdate,
		NextUpdate: s.NextUpdate, ExtraExtensions: s.Extra}
	for _, r := range s.Revoked {
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries,
			smx509.RevocationListEntry{SerialNumber: r.Serial, RevocationTime: r.At, ReasonCode: r.Reason})
	}
	return t
}

// ParseCRL reads a DER CRL of at most MaxCRL bytes.
func ParseCRL(der []byte) (crl *CRL, err error) {
	defer contain("ParseCRL", "CRL", &err)
	if err := within("ParseCRL", "CRL", der, MaxCRL); err != nil {
		return nil, err
	}
	x, err := smx509.ParseRevocationList(append([]byte(nil), der...))
	if err != nil {
		return nil, bad("ParseCRL", "CRL", err)
	}
	crl = &CRL{Raw: x.Raw, Issuer: x.Issuer, RawIssuer: x.RawIssuer, Number: x.Number, ThisUpdate: x.ThisUpdate,
		NextUpdate: x.NextUpdate, AKI: x.AuthorityKeyId, x: x}
	for _, e := range x.RevokedCertificateEntries {
		crl.Revoked = append(crl.Revoked, Revoked{Serial: e.SerialNumber, At: e.RevocationTime, Reason: e.ReasonCode})
	}
	return crl, nil
}

// Find returns the entry of a serial number.
func (c *CRL) Find(serial *big.Int) (Revoked, bool) {
	for _, r := range c.Revoked {
		if r.Serial.Cmp(serial) == 0 {
			return r, true
		}
	}
	return Revoked{}, false
}

// VerifyCRL checks that issuer may sign CRLs and signed this one. Dates are the caller's. service.CAUntrusted, reason crl.
func VerifyCRL(crl *CRL, issuer *Certificate) (err error) {
	defer contain("VerifyCRL", "CRL", &err)
	parent, err := issuer.inner()
	if err != nil {
		return err
	}
	if crl.x == nil {
		if crl, err = ParseCRL(crl.Raw); err != nil {
			return err
		}
	}
	if string(crl.RawIssuer) != string(issuer.RawSubject) {
		return untrusted("VerifyCRL", "crl", nil)
	}
	if err := crl.x.CheckSignatureFrom(parent); err != nil {
		return untrusted("VerifyCRL", "crl", err)
	}
	return nil
}
