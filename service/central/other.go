package central

import (
	"bytes"
	"context"
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// otherTrust is a hierarchy beside SM2 that the SM2 root has endorsed. The station need not keep it: it asks for it again, and believes
// it by the same proof.
type otherTrust struct {
	wire          wire.OtherCA
	root, issuing *sm.Certificate
}

// others are the endorsed hierarchies known by now. Safe for concurrent use.
type others struct {
	mu    sync.Mutex
	known map[service.Family]*otherTrust
}

func (o *others) get(f service.Family) *otherTrust {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.known[f]
}

// endorsed reads a hierarchy and checks it: the SM2 root signed for its root, which signed itself and its issuing CA, and both hold
// keys of the family. CAUntrusted (reason endorsement, issuer); CryptoBad for what cannot be read.
func (t *trust) endorsed(o wire.OtherCA) (*otherTrust, error) {
	if err := sm.Verify(t.root.SPKI, sm.Endorsement(service.Family(o.Family), o.Root), o.Proof); err != nil {
		return nil, untrusted("anchors", "endorsement", err)
	}
	root, err := sm.ParseCertificate(o.Root)
	if err != nil {
		return nil, err
	}
	issuing, err := sm.ParseCertificate(o.Issuing)
	if err != nil {
		return nil, err
	}
	for _, c := range []*sm.Certificate{root, issuing} {
		if err := sm.VerifyIssued(c, root); err != nil {
			return nil, err
		}
		if alg, err := sm.KeyAlgorithm(c.SPKI); err != nil || string(alg.Family()) != o.Family || !alg.Single() {
			return nil, untrusted("anchors", "endorsement", err)
		}
	}
	return &otherTrust{wire: o, root: root, issuing: issuing}, nil
}

// learn takes over what is endorsed, all or nothing.
func (t *trust) learn(list []wire.OtherCA) error {
	learnt := make([]*otherTrust, 0, len(list))
	for _, o := range list {
		c, err := t.endorsed(o)
		if err != nil {
			return err
		}
		learnt = append(learnt, c)
	}
	t.others.mu.Lock()
	defer t.others.mu.Unlock()
	for _, c := range learnt {
		t.others.known[service.Family(c.wire.Family)] = c
	}
	return nil
}

// other gives the family's hierarchy, asking the centre where it is not known yet: a station that joined before the centre had it
// learns it so. nil where the centre has none.
func (c *Client) other(ctx context.Context, op string, f service.Family) (*otherTrust, error) {
	if o := c.trust.others.get(f); o != nil {
		return o, nil
	}
	a, err := c.call(ctx, op, http.MethodGet, wire.PathAnchors, "", 8*wire.MaxSmall, noBody)
	if err != nil {
		return nil, err
	}
	var anchors wire.Anchors
	if err := a.message(op, &anchors); err != nil {
		return nil, err
	}
	if err := c.trust.learn(anchors.Others); err != nil {
		return nil, err
	}
	return c.trust.others.get(f), nil
}

// Others lists the hierarchies beside SM2 that the centre has, each verified under the pinned SM2 root.
func (c *Client) Others(ctx context.Context) ([]wire.OtherCA, error) {
	var list []wire.OtherCA
	for _, f := range service.OtherFamilies() {
		o, err := c.other(ctx, "Others", f)
		if err != nil {
			return nil, err
		}
		if o != nil {
			list = append(list, o.wire)
		}
	}
	return list, nil
}

// CRLOf is CRL for another family. NotFound (crl, family) where the centre has no such hierarchy.
func (c *Client) CRLOf(ctx context.Context, f service.Family) ([]byte, error) {
	if f == service.FamilySM2 {
		return c.CRL(ctx)
	}
	o, err := c.other(ctx, "CRL", f)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, service.E(service.NotFound, "central.CRL", service.Args{"what": "crl", "id": string(f)}, nil)
	}
	der, err := c.list(ctx, wire.PathCRL+"/"+string(f))
	if err != nil {
		return nil, err
	}
	if err := inForce("CRL", der, c.env.Now(), o.issuing); err != nil {
		return nil, err
	}
	return der, nil
}

// feedOthers believes what a feed says of the other families, and their CRLs.
func (c *Client) feedOthers(list []wire.OtherCA) error {
	if err := c.trust.learn(list); err != nil {
		return err
	}
	for _, o := range list {
		if len(o.CRL) == 0 {
			continue
		}
		if err := inForce("Feed", o.CRL, c.env.Now(), c.trust.others.get(service.Family(o.Family)).issuing); err != nil {
			return err
		}
	}
	return nil
}

// Key usages of a single certificate: it signs, and a key is sent to it (RSA) or agreed with it (P-256).
const (
	usageRSA = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	usageEC  = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement
)

// verifySingle is verifyPair for a single certificate. The family's hierarchy is known by now.
func (c *Client) verifySingle(r service.CertRequest, got service.CertReply) ([][]byte, error) {
	o := c.trust.others.get(r.Alg.Family())
	if o == nil {
		return nil, untrusted("Issue", "issuer", nil)
	}
	cert, err := sm.ParseCertificate(got.Sign)
	if err != nil {
		return nil, garbage("Issue", err)
	}
	if cert.SM2 || cert.IsCA {
		return nil, mismatch("Issue", "algorithm")
	}
	now := c.env.Now()
	if err := sm.VerifyChain(cert, []*sm.Certificate{o.issuing}, o.root, now); err != nil {
		return nil, err
	}
	if err := sm.VerifyIssued(cert, o.issuing); err != nil {
		return nil, err
	}
	if err := singleFits(r, cert, now); err != nil {
		return nil, err
	}
	return [][]byte{o.issuing.Raw, o.root.Raw}, nil
}

// singleFits compares the certificate with the request.
func singleFits(r service.CertRequest, cert *sm.Certificate, now time.Time) error {
	usage := usageEC
	if r.Alg.Family() == service.FamilyRSA {
		usage = usageRSA
	}
	for _, what := range []struct {
		name string
		ok   bool
	}{
		{"key", bytes.Equal(cert.SPKI, r.PublicKey)},
		{"name", sameHolder(cert, cert, r.Subject)},
		{"usage", cert.KeyUsage == usage},
		{"period", periodFits(cert, r.Days, now)},
	} {
		if !what.ok {
			return mismatch("Issue", what.name)
		}
	}
	return nil
}
