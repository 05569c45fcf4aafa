package central

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// trust is the pinned side of an identity, parsed.
type trust struct {
	root    *sm.Certificate
	issuing []*sm.Certificate
	line    *x509.CertPool
	lineTop *x509.Certificate
	others  others
}

// Fingerprint of a centre as a join code carries it: SM3 over the SM2 root and the P-256 root, the first 128 bits as 32
// lower-case hex digits.
func Fingerprint(a wire.Anchors) string {
	sum := sm.Sum(a.Root, a.TLSRoot)
	return hex.EncodeToString(sum[:16])
}

// parseTrust reads anchors whose roots are believed already, and checks the rest under them. Dates are looked at when something
// is verified: a station whose clock is wrong must start all the same.
func parseTrust(a wire.Anchors) (*trust, error) {
	root, err := sm.ParseCertificate(a.Root)
	if err != nil {
		return nil, err
	}
	if err := sm.VerifyIssued(root, root); err != nil {
		return nil, err
	}
	t := &trust{root: root, line: x509.NewCertPool(), others: others{known: map[service.Family]*otherTrust{}}}
	for _, der := range a.Issuing {
		c, err := sm.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		if err := sm.VerifyIssued(c, root); err != nil {
			return nil, err
		}
		t.issuing = append(t.issuing, c)
	}
	if t.lineTop, err = x509.ParseCertificate(a.TLSRoot); err != nil {
		return nil, service.E(service.CryptoBad, "central.trust", service.Args{"what": "certificate"}, err)
	}
	t.line.AddCert(t.lineTop)
	return t, t.learn(a.Others)
}

// lineConfig is the TLS side: 1.3 and P-256 only. own nil is a station that has no certificate yet.
func (t *trust) lineConfig(now func() time.Time, own *tls.Certificate) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS13, CurvePreferences: []tls.CurveID{tls.CurveP256}, RootCAs: t.line, Time: now}
	if own != nil {
		c.Certificates = []tls.Certificate{*own}
	}
	return c
}

// lineCertificate checks the station's own certificate of the line.
func (t *trust) lineCertificate(der []byte, key *ecdsa.PrivateKey, now time.Time) error {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return service.E(service.CAGarbage, "central.Join", nil, err)
	}
	if pub, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || !pub.Equal(&key.PublicKey) {
		return mismatch("Join", "key")
	}
	_, err = c.Verify(x509.VerifyOptions{Roots: t.line, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return untrusted("Join", "line", err)
	}
	return nil
}

// ownCertificate checks one of the station's SM2 certificates: under the root, for the station's own key.
func (t *trust) ownCertificate(der []byte, key *sm.PrivateKey, now time.Time) (*sm.Certificate, error) {
	c, err := sm.ParseCertificate(der)
	if err != nil {
		return nil, service.E(service.CAGarbage, "central.Join", nil, err)
	}
	if !bytes.Equal(c.SPKI, key.PublicKey()) {
		return nil, mismatch("Join", "key")
	}
	return c, sm.VerifyChain(c, t.issuing, t.root, now)
}

// signer checks the certificate that protects the centre's CMP answers: under the pinned root, for signatures, and allowed to
// speak for the CA (cmcCA). Any other certificate of the same CA, a customer's say, is refused.
func (t *trust) signer(der []byte, extra [][]byte, now time.Time) (*sm.Certificate, error) {
	c, err := sm.ParseCertificate(der)
	if err != nil {
		return nil, untrusted("CMP", "signer", err)
	}
	between := t.issuing
	for _, e := range extra {
		if x, err := sm.ParseCertificate(e); err == nil && x.IsCA {
			between = append(between[:len(between):len(between)], x)
		}
	}
	if err := sm.VerifyChain(c, between, t.root, now); err != nil {
		return nil, err
	}
	if !c.HasEKU(cmp.EKUcmcCA) || c.KeyUsage&x509.KeyUsageDigitalSignature == 0 || c.IsCA {
		return nil, untrusted("CMP", "signer", errors.New("not a CMP signer of the CA"))
	}
	return c, nil
}

// issuer is the pinned CA that signed c.
func (t *trust) issuer(c *sm.Certificate) (*sm.Certificate, error) {
	for _, i := range t.issuing {
		if sm.VerifyIssued(c, i) == nil {
			return i, nil
		}
	}
	return nil, untrusted("Issue", "issuer", nil)
}

// crl checks a revocation list: signed by a pinned issuing CA and in force.
func (t *trust) crl(op string, der []byte, now time.Time) error {
	return inForce(op, der, now, t.issuing...)
}

// inForce checks a revocation list: signed by one of the CAs and in force.
func inForce(op string, der []byte, now time.Time, issuing ...*sm.Certificate) error {
	list, err := sm.ParseCRL(der)
	if err != nil {
		return service.E(service.CAGarbage, "central."+op, nil, err)
	}
	if list.ThisUpdate.After(now.Add(clockSlack)) || list.NextUpdate.Before(now.Add(-clockSlack)) {
		return untrusted(op, "crl-time", nil)
	}
	for _, i := range issuing {
		if sm.VerifyCRL(list, i) == nil {
			return nil
		}
	}
	return untrusted(op, "crl", nil)
}

// clockSlack is how far the clocks of station and centre may lie apart.
const clockSlack = 10 * time.Minute

func untrusted(op, reason string, err error) *service.Error {
	return service.E(service.CAUntrusted, "central."+op, service.Args{"reason": reason}, err)
}

func mismatch(op, what string) *service.Error {
	return service.E(service.CAMismatch, "central."+op, service.Args{"what": what}, nil)
}

func garbage(op string, err error) *service.Error {
	return service.E(service.CAGarbage, "central."+op, nil, err)
}
