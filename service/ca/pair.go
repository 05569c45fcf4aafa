package ca

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// Key usages of the dual pair (GM/T 0015; GB/T 20518): the encryption certificate signs nothing.
const (
	usageSign    = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	usageEncrypt = x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement
)

// make is the KMC's and the CA's work for one pair: the encryption key, its envelope for the token's signing key and for escrow,
// and both certificates; for another family the one certificate. Nothing is stored here.
func (s *Service) make(ctx context.Context, p public, profile Profile, station string, req IssueRequest) (*Pair, error) {
	if profile.family != service.FamilySM2 {
		return s.makeSingle(ctx, p, profile, station, req)
	}
	issuer, err := sm.ParseCertificate(p.Issuing)
	if err != nil {
		return nil, err
	}
	issuing, err := s.readKey(ctx, keyIssuing)
	if err != nil {
		return nil, err
	}
	defer issuing.Wipe()
	body := pairBody{Profile: profile.Name, Subject: req.Subject}
	encryption, err := s.wrap(p, req.PublicKey, &body)
	if err != nil {
		return nil, err
	}
	m := maker{s: s, p: p, profile: profile, req: req, issuer: issuer, signer: issuing, now: s.now()}
	if body.Sign, err = m.certificate(req.PublicKey, usageSign); err != nil {
		return nil, err
	}
	if body.Encrypt, err = m.certificate(encryption, usageEncrypt); err != nil {
		return nil, err
	}
	return s.pair(station, req, body, m.now)
}

// wrap makes the encryption key, envelopes it for the token and for escrow, and forgets it; its public key is what remains.
func (s *Service) wrap(p public, signing []byte, body *pairBody) (spki []byte, err error) {
	key, err := sm.GenerateKey(s.env.Rand)
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	if body.Envelope, err = sm.SealEnvelope(s.env.Rand, signing, key); err != nil {
		return nil, err
	}
	body.Escrow, err = sm.SealEnvelope(s.env.Rand, p.KMC, key)
	return key.PublicKey(), err
}

func (s *Service) readKey(ctx context.Context, name string) (key *sm.PrivateKey, err error) {
	err = s.store.Read(ctx, func(tx Tx) (err error) {
		key, err = s.key(tx, name)
		return err
	})
	return key, err
}

// maker holds what both certificates of a pair share.
type maker struct {
	s       *Service
	p       public
	profile Profile
	req     IssueRequest
	issuer  *sm.Certificate
	signer  sm.Signer
	now     time.Time
}

func (m maker) certificate(spki []byte, usage x509.KeyUsage) ([]byte, error) {
	serial, err := sm.NewSerial(m.s.env.Rand)
	if err != nil {
		return nil, err
	}
	var extra []pkix.Extension
	if extra, err = m.profile.extensions(m.req.Subject); err != nil {
		return nil, err
	}
	days := min(m.req.Days, m.profile.MaxDays)
	return sm.CreateCertificate(m.s.env.Rand, sm.CertSpec{
		Serial: serial, Subject: m.profile.subject(m.req.Subject), SPKI: spki,
		NotBefore: m.now.Add(-clockSlack), NotAfter: earlier(until(m.now, days), m.issuer.NotAfter),
		KeyUsage: usage, ExtKeyUsage: m.profile.eku, CRLURL: m.p.crlURL(service.FamilySM2),
		Policies: m.profile.policies(), Extra: extra,
	}, m.issuer, m.signer)
}

// pair is the row to be stored.
func (s *Service) pair(station string, req IssueRequest, body pairBody, now time.Time) (*Pair, error) {
	sign, err := sm.ParseCertificate(body.Sign)
	if err != nil {
		return nil, err
	}
	d, err := req.digest()
	if err != nil {
		return nil, err
	}
	pair := &Pair{Key: hex.EncodeToString(req.Key[:]), Family: s.profiles[body.Profile].family, Station: station, Digest: d,
		PublicKey: certHash(req.PublicKey), SignSerial: sm.SerialText(sign.Serial), SignHash: confirmHash(sign),
		Status: PairIssued, Issued: now}
	if body.Encrypt != nil {
		encrypt, err := sm.ParseCertificate(body.Encrypt)
		if err != nil {
			return nil, err
		}
		pair.EncryptSerial, pair.EncryptHash = sm.SerialText(encrypt.Serial), confirmHash(encrypt)
	}
	pair.Body, err = s.sealRecord(body, "pair", pair.Key, "body")
	return pair, err
}

// confirmHash is what certConf names a certificate by: the digest of its own signature's algorithm (RFC 9810, 5.3.18).
func confirmHash(c *sm.Certificate) string {
	if c.SM2 {
		return certHash(c.Raw)
	}
	return hex.EncodeToString(sha256Of(c.Raw))
}
