package ca

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"

	"certdesk/service"
	"certdesk/service/sm"
)

// rsaCABits is the strength of the RSA CAs, 128 bits: they outlive what they issue (SP 800-57, 5.6.1).
const rsaCABits = 3072

// hierarchy is a root and its issuing CA beside the SM2 ones. Proof is the SM2 root's word for the root (sm.Endorsement).
type hierarchy struct {
	Root    []byte `json:"root"`
	Issuing []byte `json:"issuing"`
	Proof   []byte `json:"proof"`
}

// Names of the settings of a family's keys.
func otherKey(f service.Family, role string) string { return "key." + string(f) + "-" + role }

const (
	roleRoot    = "root"
	roleIssuing = "issuing"
)

// Found makes the hierarchies of the families where the centre has none yet; what is there stays.
func (s *Service) Found(ctx context.Context, families ...service.Family) error {
	if len(families) == 0 {
		return nil
	}
	p, err := s.readPublic(ctx)
	for _, f := range families {
		if err == nil {
			p, err = s.with(ctx, p, f)
		}
	}
	return err
}

// with is what the centre says of itself once it has the family's hierarchy. The keys are made outside the transaction, since RSA
// ones take seconds, and are kept even where whoever asked has gone meanwhile: his next try finds them. Of two instances at once the
// first to commit counts.
func (s *Service) with(ctx context.Context, p public, f service.Family) (public, error) {
	if _, ok := p.issuing(f); ok {
		return p, nil
	}
	s.founding.Lock()
	defer s.founding.Unlock()
	ctx = context.WithoutCancel(ctx)
	p, err := s.readPublic(ctx)
	if _, ok := p.issuing(f); ok || err != nil {
		return p, err
	}
	n, err := s.newHierarchy(p, f)
	if err != nil {
		return p, err
	}
	err = s.store.Act(ctx, func(tx Tx) (err error) {
		if p, err = s.public(tx); err != nil {
			return err
		}
		if _, ok := p.issuing(f); ok {
			return nil
		}
		return s.keepHierarchy(tx, &p, f, n)
	})
	return p, err
}

// issuing is the family's issuing CA.
func (p public) issuing(f service.Family) (der []byte, ok bool) {
	if f == service.FamilySM2 {
		return p.Issuing, true
	}
	h, ok := p.Others[f]
	return h.Issuing, ok
}

// newcomer is a hierarchy that nobody knows yet, with its keys.
type newcomer struct {
	hierarchy
	root, ca crypto.Signer
}

func (s *Service) newHierarchy(p public, f service.Family) (n newcomer, err error) {
	if n.root, err = s.newOtherKey(f); err != nil {
		return n, err
	}
	if n.ca, err = s.newOtherKey(f); err != nil {
		return n, err
	}
	title := map[service.Family]string{service.FamilyP256: " P-256", service.FamilyRSA: " RSA"}[f]
	top, err := s.otherCA(p, title+" 根证书", rootYears, 1, n.root)
	if err != nil {
		return n, err
	}
	if n.Root, err = s.signOther(top, top, n.root.Public(), n.root); err != nil {
		return n, err
	}
	below, err := s.otherCA(p, title+" 运营证书", issuingYears, 0, n.ca)
	if err != nil {
		return n, err
	}
	root, err := x509.ParseCertificate(n.Root)
	if err != nil {
		return n, internal("Found", err)
	}
	n.Issuing, err = s.signOther(below, root, n.ca.Public(), n.root)
	return n, err
}

func (s *Service) newOtherKey(f service.Family) (key crypto.Signer, err error) {
	switch f {
	case service.FamilyP256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), s.env.Rand)
	case service.FamilyRSA:
		key, err = rsa.GenerateKey(s.env.Rand, rsaCABits)
	default:
		return nil, notFound("Found", "family", string(f))
	}
	if err != nil {
		return nil, internal("Found", err)
	}
	return key, nil
}

// otherCA is the template of a CA certificate.
func (s *Service) otherCA(p public, title string, years, pathLen int, key crypto.Signer) (*x509.Certificate, error) {
	name, err := sm.Subject{C: "CN", O: p.Name, CN: p.Name + title}.DER()
	if err != nil {
		return nil, err
	}
	t, err := s.otherTemplate(name, key.Public())
	if err != nil {
		return nil, err
	}
	t.NotBefore = s.now().Add(-clockSlack)
	t.NotAfter = t.NotBefore.AddDate(years, 0, 0)
	t.IsCA, t.MaxPathLen, t.MaxPathLenZero = true, pathLen, pathLen == 0
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	return t, nil
}

// otherTemplate holds what CA and customer certificates share.
func (s *Service) otherTemplate(name []byte, key crypto.PublicKey) (*x509.Certificate, error) {
	serial, err := newSerial(s.env.Rand)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, internal("Issue", err)
	}
	return &x509.Certificate{SerialNumber: serial, RawSubject: name, BasicConstraintsValid: true, SubjectKeyId: keyID(spki)}, nil
}

// newSerial is a positive serial number of 20 octets, 158 bits of them random (RFC 5280, 4.1.2.2).
func newSerial(rand io.Reader) (*big.Int, error) {
	b := make([]byte, 20)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, internal("Issue", err)
	}
	b[0] = b[0]&0x3F | 0x40
	return new(big.Int).SetBytes(b), nil
}

// keyID is the leftmost 160 bits of SHA-256 over the public key (RFC 7093, 2, method 1).
func keyID(spki []byte) []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(spki, &info); err != nil {
		return nil
	}
	return sha256Of(info.Key.Bytes)[:20]
}

// signOther certifies a key. The standard library checks the signature that it made.
func (s *Service) signOther(t, parent *x509.Certificate, key crypto.PublicKey, signer crypto.Signer) ([]byte, error) {
	t.SignatureAlgorithm = signatureOf(signer)
	der, err := x509.CreateCertificate(s.env.Rand, t, parent, key, signer)
	if err != nil {
		return nil, internal("Issue", err)
	}
	return der, nil
}

func signatureOf(key crypto.Signer) x509.SignatureAlgorithm {
	if _, ok := key.(*rsa.PrivateKey); ok {
		return x509.SHA256WithRSA
	}
	return x509.ECDSAWithSHA256
}

// keepHierarchy stores keys and certificates, with the SM2 root's word for the new root.
func (s *Service) keepHierarchy(tx Tx, p *public, f service.Family, n newcomer) error {
	for role, key := range map[string]crypto.Signer{roleRoot: n.root, roleIssuing: n.ca} {
		if err := s.setOtherKey(tx, otherKey(f, role), key); err != nil {
			return err
		}
	}
	root, err := s.key(tx, keyRoot)
	if err != nil {
		return err
	}
	defer root.Wipe()
	if n.Proof, err = root.Sign(s.env.Rand, sm.Endorsement(f, n.Root)); err != nil {
		return err
	}
	if p.Others == nil {
		p.Others = map[service.Family]hierarchy{}
	}
	p.Others[f] = n.hierarchy
	if err := s.set(tx, setPublic, *p); err != nil {
		return err
	}
	return s.log(tx, "", "found", string(f), certHash(n.Root))
}

func (s *Service) setOtherKey(tx Tx, name string, key crypto.Signer) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return internal("Found", err)
	}
	defer clear(der)
	return s.setSecret(tx, name, der)
}

// otherSigner opens the key of a family's issuing CA.
func (s *Service) otherSigner(tx Tx, f service.Family) (crypto.Signer, error) {
	der, err := s.secret(tx, otherKey(f, roleIssuing))
	if err != nil {
		return nil, err
	}
	defer clear(der)
	key, err := x509.ParsePKCS8PrivateKey(der)
	if signer, ok := key.(crypto.Signer); err == nil && ok {
		return signer, nil
	}
	return nil, service.E(service.StoreCorrupt, "ca.otherSigner", nil, err)
}
