package ca

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"io"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// InitSpec is what the centre's certificates are to say.
type InitSpec struct {
	Name  string   // CA organisation, at most 50 characters
	Hosts []string // DNS names and IP addresses of the server
	// CRLURL is where certificates say the CRL is; "" is http:// with the first host and /crl (plain HTTP: RFC 5280, 8). The CRLs of
	// the families beside SM2 are below it: /p256, /rsa.
	CRLURL string
	// Families are founded at once beside SM2; any other when it is first needed.
	Families []service.Family
}

const (
	rootYears    = 20
	issuingYears = 10
	maxName      = 50 // characters; with what is added to it a common name still has at most 64 (X.520)
)

func idCMCCA() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 27} } // RFC 6402, 2.10
func idCMCRA() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 28} }

// Init makes the centre: SM2 root and issuing CA, the KMC's key-wrapping key, the signer of CMP answers, the P-256 hierarchy of
// the line with the server's certificate, the master of SO PINs, and the hierarchies of spec.Families. CentreExists where it was done before; InputInvalid or
// InputRequired for a name or host that no certificate can carry.
func (s *Service) Init(ctx context.Context, spec InitSpec) error {
	if err := spec.check(); err != nil {
		return err
	}
	err := s.store.Act(ctx, func(tx Tx) error {
		_, err := tx.Settings.Get(setCheck)
		if err == nil {
			return service.E(service.CentreExists, "ca.Init", nil, nil)
		}
		if !service.IsCode(err, service.NotFound) {
			return err
		}
		return s.found(tx, spec)
	})
	if err != nil {
		return err
	}
	return s.Found(ctx, spec.Families...)
}

func (i InitSpec) check() error {
	if err := checkText("name", i.Name, maxName, true); err != nil {
		return service.E(service.InputInvalid, "ca.Init", service.Args{"field": "name", "reason": "characters"}, err)
	}
	if len(i.Hosts) == 0 {
		return service.E(service.InputRequired, "ca.Init", service.Args{"field": "host"}, nil)
	}
	if i.CRLURL != "" && !isURL(i.CRLURL) {
		return service.E(service.InputInvalid, "ca.Init", service.Args{"field": "crl-url", "reason": "format"}, nil)
	}
	for _, h := range i.Hosts {
		if !isHost(h) {
			return service.E(service.InputInvalid, "ca.Init", service.Args{"field": "host", "reason": "format"}, nil)
		}
	}
	return nil
}

// found makes every key and certificate, and stores them with the check that tells the data key.
func (s *Service) found(tx Tx, spec InitSpec) error {
	p := public{Name: spec.Name, Hosts: spec.Hosts, CRL: spec.CRLURL}
	if err := s.foundSM2(tx, &p); err != nil {
		return err
	}
	if err := s.foundTLS(tx, &p); err != nil {
		return err
	}
	master := make([]byte, 32)
	if _, err := io.ReadFull(s.env.Rand, master); err != nil {
		return internal("Init", err)
	}
	defer clear(master)
	if err := s.setSecret(tx, keySOPIN, master); err != nil {
		return err
	}
	if err := s.set(tx, setPublic, p); err != nil {
		return err
	}
	if err := tx.Settings.Set(setCheck, s.seal.KeyCheck()); err != nil {
		return err
	}
	return s.log(tx, "", "init", "", fingerprint(p))
}

func (s *Service) foundSM2(tx Tx, p *public) error {
	root, err := s.newKey(tx, keyRoot)
	if err != nil {
		return err
	}
	defer root.Wipe()
	issuing, err := s.newKey(tx, keyIssuing)
	if err != nil {
		return err
	}
	defer issuing.Wipe()
	if p.Root, err = s.caCert(root, p.Name+" 根证书", p.Name, rootYears, 1, nil, root); err != nil {
		return err
	}
	top, err := sm.ParseCertificate(p.Root)
	if err != nil {
		return err
	}
	if p.Issuing, err = s.caCert(issuing, p.Name+" 运营证书", p.Name, issuingYears, 0, top, root); err != nil {
		return err
	}
	return s.foundHelpers(tx, p, issuing)
}

// foundHelpers makes the KMC's key, which needs no certificate, and the signer of CMP answers (EKU cmcCA, RFC 9810).
func (s *Service) foundHelpers(tx Tx, p *public, issuing *sm.PrivateKey) error {
	kmc, err := s.newKey(tx, keyKMC)
	if err != nil {
		return err
	}
	defer kmc.Wipe()
	p.KMC = kmc.PublicKey()
	signer, err := s.newKey(tx, keyCMP)
	if err != nil {
		return err
	}
	defer signer.Wipe()
	p.CMPSigner, err = s.helperCert(p, issuing, helperSpec{
		SPKI: signer.PublicKey(), CN: p.Name + " CMP", Usage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		EKU: []asn1.ObjectIdentifier{idCMCCA()}, Years: issuingYears,
	})
	return err
}

func (s *Service) newKey(tx Tx, name string) (*sm.PrivateKey, error) {
	key, err := sm.GenerateKey(s.env.Rand)
	if err != nil {
		return nil, err
	}
	return key, s.setKey(tx, name, key)
}

// caCert makes a CA certificate for key; issuer nil makes the root.
func (s *Service) caCert(key *sm.PrivateKey, cn, org string, years, pathLen int, issuer *sm.Certificate, signer sm.Signer) ([]byte, error) {
	serial, err := sm.NewSerial(s.env.Rand)
	if err != nil {
		return nil, err
	}
	from := s.now().Add(-clockSlack)
	return sm.CreateCertificate(s.env.Rand, sm.CertSpec{
		Serial: serial, Subject: sm.Subject{C: "CN", O: org, CN: cn}, SPKI: key.PublicKey(),
		NotBefore: from, NotAfter: from.AddDate(years, 0, 0), CA: true, PathLen: pathLen,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, issuer, signer)
}

// helperSpec is a certificate for the house itself: the CMP signer, and a station's keys.
type helperSpec struct {
	SPKI  []byte
	CN    string
	Usage x509.KeyUsage
	EKU   []asn1.ObjectIdentifier
	Years int
}

func (s *Service) helperCert(p *public, issuing *sm.PrivateKey, h helperSpec) ([]byte, error) {
	issuer, err := sm.ParseCertificate(p.Issuing)
	if err != nil {
		return nil, err
	}
	serial, err := sm.NewSerial(s.env.Rand)
	if err != nil {
		return nil, err
	}
	from := s.now().Add(-clockSlack)
	return sm.CreateCertificate(s.env.Rand, sm.CertSpec{
		Serial: serial, Subject: sm.Subject{C: "CN", O: p.Name, CN: h.CN}, SPKI: h.SPKI,
		NotBefore: from, NotAfter: earlier(from.AddDate(h.Years, 0, 0), issuer.NotAfter),
		KeyUsage: h.Usage, ExtKeyUsage: h.EKU, CRLURL: p.crlURL(service.FamilySM2),
	}, issuer, issuing)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
