package ca

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"certdesk/service"
	"certdesk/service/sm"
)

// Key usages of a single certificate, which signs and is encrypted to (RFC 3279, 2.3.1; RFC 5480, 3): an RSA key transports keys, an
// EC key agrees on them.
const (
	usageRSA = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	usageEC  = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement
)

func sha256Of(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// makeSingle makes the one certificate for a key that is not SM2. There is no escrow: the private key never leaves the token.
func (s *Service) makeSingle(ctx context.Context, p public, profile Profile, station string, req IssueRequest) (*Pair, error) {
	der, _ := p.issuing(profile.family)
	issuer, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, internal("Issue", err)
	}
	key, err := x509.ParsePKIXPublicKey(req.PublicKey)
	if err != nil {
		return nil, internal("Issue", err) // admissible has read it
	}
	now := s.now()
	t, err := s.singleTemplate(p, profile, req, key)
	if err != nil {
		return nil, err
	}
	t.NotBefore = now.Add(-clockSlack)
	t.NotAfter = earlier(until(now, min(req.Days, profile.MaxDays)), issuer.NotAfter)
	signer, err := s.readOtherSigner(ctx, profile.family)
	if err != nil {
		return nil, err
	}
	body := pairBody{Profile: profile.Name, Subject: req.Subject}
	if body.Sign, err = s.signOther(t, issuer, key, signer); err != nil {
		return nil, err
	}
	return s.pair(station, req, body, now)
}

func (s *Service) singleTemplate(p public, profile Profile, req IssueRequest, key crypto.PublicKey) (*x509.Certificate, error) {
	name, err := profile.subject(req.Subject).DER()
	if err != nil {
		return nil, err
	}
	t, err := s.otherTemplate(name, key)
	if err != nil {
		return nil, err
	}
	t.KeyUsage = usageEC
	if _, ok := key.(*rsa.PublicKey); ok {
		t.KeyUsage = usageRSA
	}
	t.UnknownExtKeyUsage, t.CRLDistributionPoints = profile.eku, []string{p.crlURL(profile.family)}
	extra, err := profile.extensions(req.Subject)
	if err != nil {
		return nil, err
	}
	policies, err := policyExtension(profile.policies())
	t.ExtraExtensions = append([]pkix.Extension{policies}, extra...)
	return t, err
}

// policyExtension is written here: the library's own field for it depends on a process-wide setting.
func policyExtension(ids []asn1.ObjectIdentifier) (pkix.Extension, error) {
	type policy struct{ ID asn1.ObjectIdentifier }
	var ps []policy
	for _, id := range ids {
		ps = append(ps, policy{id})
	}
	der, err := asn1.Marshal(ps)
	if err != nil {
		return pkix.Extension{}, internal("Issue", err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Value: der}, nil
}

func (s *Service) readOtherSigner(ctx context.Context, f service.Family) (signer crypto.Signer, err error) {
	err = s.store.Read(ctx, func(tx Tx) (err error) {
		signer, err = s.otherSigner(tx, f)
		return err
	})
	return signer, err
}

func (s *Service) signOtherCRL(tx Tx, p public, f service.Family, spec sm.CRLSpec) ([]byte, error) {
	der, _ := p.issuing(f)
	issuer, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, internal("CRL", err)
	}
	signer, err := s.otherSigner(tx, f)
	if err != nil {
		return nil, err
	}
	t := &x509.RevocationList{Number: spec.Number, ThisUpdate: spec.ThisUpdate, NextUpdate: spec.NextUpdate, SignatureAlgorithm: signatureOf(signer)}
	for _, r := range spec.Revoked {
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: r.Serial, RevocationTime: r.At, ReasonCode: r.Reason})
	}
	list, err := x509.CreateRevocationList(s.env.Rand, t, issuer, signer)
	if err != nil {
		return nil, internal("CRL", err)
	}
	return list, nil
}
