package central

import (
	"bytes"
	"crypto/x509"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// Key usages of the dual pair (GM/T 0015; GB/T 20518): one certificate signs and decrypts nothing, the other the reverse.
const (
	signing    = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	encrypting = x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement
	ruling     = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
)

// verifyPair checks everything that can be checked without the token, and gives the chain, the root last. CAUntrusted where the
// chain does not hold; CAMismatch (what: key, envelope, name, period, usage, serial, algorithm) for another pair than asked.
func (c *Client) verifyPair(r service.CertRequest, got service.CertReply) ([][]byte, error) {
	if r.Alg.Single() {
		return c.verifySingle(r, got)
	}
	sign, err := c.leaf(got.Sign)
	if err != nil {
		return nil, err
	}
	encrypt, err := c.leaf(got.Encrypt)
	if err != nil {
		return nil, err
	}
	if err := c.fits(r, got.Envelope, sign, encrypt); err != nil {
		return nil, err
	}
	issuer, err := c.trust.issuer(sign)
	if err != nil {
		return nil, err
	}
	if err := sm.VerifyIssued(encrypt, issuer); err != nil { // one CA for both: the chain is stored once
		return nil, err
	}
	return [][]byte{issuer.Raw, c.trust.root.Raw}, nil
}

// fits compares the pair with the request.
func (c *Client) fits(r service.CertRequest, envelope []byte, sign, encrypt *sm.Certificate) error {
	for _, what := range []struct {
		name string
		ok   bool
	}{
		{"key", bytes.Equal(sign.SPKI, r.PublicKey) && !bytes.Equal(sign.SPKI, encrypt.SPKI)},
		{"envelope", envelopeFits(envelope, encrypt)},
		{"name", sameHolder(sign, encrypt, r.Subject)},
		{"usage", usageFits(sign, encrypt)},
		{"period", periodFits(sign, r.Days, c.env.Now()) && samePeriod(sign, encrypt)},
		{"serial", sign.Serial.Cmp(encrypt.Serial) != 0},
	} {
		if !what.ok {
			return mismatch("Issue", what.name)
		}
	}
	return nil
}

// leaf parses a certificate and verifies it under the pinned chain.
func (c *Client) leaf(der []byte) (*sm.Certificate, error) {
	x, err := sm.ParseCertificate(der)
	if err != nil {
		return nil, garbage("Issue", err)
	}
	if !x.SM2 || x.IsCA {
		return nil, mismatch("Issue", "algorithm")
	}
	return x, sm.VerifyChain(x, c.trust.issuing, c.trust.root, c.env.Now())
}

func envelopeFits(envelope []byte, encrypt *sm.Certificate) bool {
	spki, err := sm.EnvelopePublicKey(envelope)
	return err == nil && bytes.Equal(spki, encrypt.SPKI)
}

func samePeriod(a, b *sm.Certificate) bool {
	return a.NotBefore.Equal(b.NotBefore) && a.NotAfter.Equal(b.NotAfter)
}

// periodFits: not longer than asked, with a day for the end of the last one, and begun when it was asked for. A stored result may
// have begun earlier. That the period covers now is the chain's check.
func periodFits(c *sm.Certificate, days int, now time.Time) bool {
	return !c.NotAfter.After(now.AddDate(0, 0, days+1).Add(clockSlack)) && !c.NotBefore.After(now.Add(clockSlack))
}

func usageFits(sign, encrypt *sm.Certificate) bool {
	return sign.KeyUsage&x509.KeyUsageDigitalSignature != 0 && sign.KeyUsage&(encrypting|ruling) == 0 &&
		encrypt.KeyUsage&encrypting != 0 && encrypt.KeyUsage&(signing|ruling) == 0
}
