package ca

import (
	"context"
	"encoding/hex"
	"net"
	"net/url"
	"regexp"
	"strings"

	"certdesk/service"
	"certdesk/service/sm"
)

// Anchors are what a station trusts, DER.
type Anchors struct {
	Root      []byte // SM2
	Issuing   []byte // SM2, issued by Root
	TLSRoot   []byte // P-256
	CMPSigner []byte // SM2, issued by Issuing
	Others    []OtherAnchor
}

// OtherAnchor is a hierarchy beside SM2. A station that trusts Root (SM2) trusts it by Proof: SM3withSM2 by the SM2 root over
// sm.Endorsement.
type OtherAnchor struct {
	Family        service.Family
	Root, Issuing []byte
	Proof         []byte
}

// Anchors are the centre's certificates. CentreBare before Init.
func (s *Service) Anchors(ctx context.Context) (Anchors, error) {
	p, err := s.readPublic(ctx)
	return p.anchors(), err
}

// Fingerprint is what a join code carries: SM3 over Root ‖ TLSRoot, the first 128 bits as 32 lower-case hex digits.
func (s *Service) Fingerprint(ctx context.Context) (string, error) {
	p, err := s.readPublic(ctx)
	if err != nil {
		return "", err
	}
	return fingerprint(p), nil
}

// CMPSigner is the key that signs CMP answers, and its certificate. The caller keeps or wipes the key.
func (s *Service) CMPSigner(ctx context.Context) (key *sm.PrivateKey, cert []byte, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		p, err := s.public(tx)
		if err != nil {
			return err
		}
		cert = p.CMPSigner
		key, err = s.key(tx, keyCMP)
		return err
	})
	return key, cert, err
}

func (p public) anchors() Anchors {
	a := Anchors{Root: p.Root, Issuing: p.Issuing, TLSRoot: p.TLSRoot, CMPSigner: p.CMPSigner}
	for _, f := range service.OtherFamilies() {
		if h, ok := p.Others[f]; ok {
			a.Others = append(a.Others, OtherAnchor{Family: f, Root: h.Root, Issuing: h.Issuing, Proof: h.Proof})
		}
	}
	return a
}

// Fingerprint is what a station computes over the anchors it was sent, to compare with its join code.
func (a Anchors) Fingerprint() string {
	sum := sm.Sum(a.Root, a.TLSRoot)
	return hex.EncodeToString(sum[:16])
}

func fingerprint(p public) string { return p.anchors().Fingerprint() }

// crlURL is where certificates say the family's CRL is: plain HTTP, as RFC 5280, 8 advises, since the list is signed by itself. The
// lists of the other families are below the SM2 one, as PathCRL has them.
func (p public) crlURL(f service.Family) string {
	at := p.CRL
	if at == "" {
		host := p.Hosts[0]
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		at = "http://" + host + "/crl"
	}
	if f != service.FamilySM2 {
		at = strings.TrimSuffix(at, "/") + "/" + string(f)
	}
	return at
}

// isURL accepts an absolute http or ldap address of printable ASCII, as a distribution point may hold one (RFC 5280, 4.2.1.13).
func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "ldap") && u.Host != "" && len(text) <= 200
}

// isHost accepts an IP address or a DNS name in letters, digits and hyphens (RFC 1123, 2.1).
func isHost(h string) bool {
	return net.ParseIP(h) != nil || len(h) <= 253 && hostForm.MatchString(h)
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)
