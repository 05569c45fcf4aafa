package sm

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// CertSpec is what a certificate is to say. Zero values leave the extension out.
type CertSpec struct {
	Serial              *big.Int // positive, at most 20 octets
	Subject             Subject
	RawSubject          []byte // DER; wins over Subject
	SPKI                []byte // SubjectPublicKeyInfo of an SM2 key
	NotBefore, NotAfter time.Time
	KeyUsage            x509.KeyUsage
	ExtKeyUsage         []asn1.ObjectIdentifier
	CA                  bool
	PathLen             int // CA only: how many CAs may follow; -1 for no limit
	CRLURL              string
	OCSPURL             string
	AIA                 string // where the issuer's certificate is
	Policies            []asn1.ObjectIdentifier
	Extra               []pkix.Extension
}

// CreateCertificate makes an SM3withSM2 certificate (GM/T 0015, RFC 5280). issuer nil makes a self-signed one. signer must
// hold the issuer's key, and its signature is checked before it is used.
func CreateCertificate(rand io.Reader, spec CertSpec, issuer *Certificate, signer Signer) (der []byte, err error) {
	defer contain("CreateCertificate", "certificate", &err)
	pub, err := parsePublic("CreateCertificate", spec.SPKI)
	if err != nil {
		return nil, err
	}
	template, err := spec.template()
	if err != nil {
		return nil, err
	}
	key, err := adapt("CreateCertificate", signer)
	if err != nil {
		return nil, err
	}
	parent, err := parentOf(template, issuer, key.pub.Equal(pub))
	if err != nil {
		return nil, err
	}
	der, err = smx509.CreateCertificate(rand, template, parent, pub, key)
	if err != nil {
		return nil, bad("CreateCertificate", "certificate", err)
	}
	return der, nil
}

func parentOf(template *smx509.Certificate, issuer *Certificate, ownKey bool) (*smx509.Certificate, error) {
	if issuer != nil {
		return issuer.inner()
	}
	if !ownKey {
		return nil, bad("CreateCertificate", "public key", errors.New("self-signed under another key"))
	}
	return template, nil
}

func (s CertSpec) template() (*smx509.Certificate, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	subject, err := s.subject()
	if err != nil {
		return nil, err
	}
	extra, err := s.extensions()
	if err != nil {
		return nil, err
	}
	t := &smx509.Certificate{
		SerialNumber: s.Serial, RawSubject: subject, NotBefore: s.NotBefore, NotAfter: s.NotAfter,
		KeyUsage: smx509.KeyUsage(s.KeyUsage), UnknownExtKeyUsage: s.ExtKeyUsage, ExtraExtensions: extra,
		SubjectKeyId: keyID(s.SPKI), SignatureAlgorithm: smx509.SM2WithSM3,
		BasicConstraintsValid: true, IsCA: s.CA, MaxPathLen: -1,
		CRLDistributionPoints: list(s.CRLURL), OCSPServer: list(s.OCSPURL), IssuingCertificateURL: list(s.AIA),
	}
	if s.CA && s.PathLen >= 0 {
		t.MaxPathLen, t.MaxPathLenZero = s.PathLen, s.PathLen == 0
	}
	return t, nil
}

func (s CertSpec) check() error {
	if s.Serial == nil || s.Serial.Sign() <= 0 || s.Serial.BitLen() > 159 {
		return bad("CreateCertificate", "serial number", nil)
	}
	if !s.NotAfter.After(s.NotBefore) {
		return bad("CreateCertificate", "validity", nil)
	}
	return nil
}

func (s CertSpec) subject() ([]byte, error) {
	if s.RawSubject == nil {
		return s.Subject.DER()
	}
	_, _, err := parseName("CreateCertificate", s.RawSubject)
	return s.RawSubject, err
}

// extensions adds the policies: the library's own field for them depends on a process-wide setting.
func (s CertSpec) extensions() ([]pkix.Extension, error) {
	if len(s.Policies) == 0 {
		return s.Extra, nil
	}
	type policy struct{ ID asn1.ObjectIdentifier }
	var ps []policy
	for _, id := range s.Policies {
		ps = append(ps, policy{id})
	}
	der, err := asn1.Marshal(ps)
	if err != nil {
		return nil, bad("CreateCertificate", "policies", err)
	}
	return append([]pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Value: der}}, s.Extra...), nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// keyID is the leftmost 160 bits of SM3 over the public key (the form of RFC 7093, 2, method 1).
func keyID(spki []byte) []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(spki, &info); err != nil {
		return nil
	}
	sum := Sum(info.Key.Bytes)
	return sum[:20]
}

// messageSigner lets the certificate library sign by a key that takes whole messages only.
type messageSigner struct {
	signer Signer
	pub    *ecdsa.PublicKey
}

func adapt(op string, s Signer) (*messageSigner, error) {
	pub, err := parsePublic(op, s.PublicKey())
	if err != nil {
		return nil, err
	}
	return &messageSigner{signer: s, pub: pub}, nil
}

func (m *messageSigner) Public() crypto.PublicKey { return m.pub }

// Sign gets the raw to-be-signed bytes, not a digest: for SM2 the library passes SM2SignerOption, which hashes nothing.
func (m *messageSigner) Sign(rand io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if _, ok := opts.(*sm2.SM2SignerOption); !ok {
		return nil, errors.New("not an SM2 signature")
	}
	return m.signer.Sign(rand, message)
}

// SignMessage is crypto.MessageSigner.
func (m *messageSigner) SignMessage(rand io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	return m.Sign(rand, message, opts)
}
