package central

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"net/http"
	"time"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// Code is a join code, read: Fingerprint is 32 lower-case hex digits over the centre's two roots (Fingerprint).
type Code struct {
	Station     string
	Secret      []byte
	Fingerprint string
}

// String keeps the secret out of logs.
func (c Code) String() string { return "central.Code(" + c.Station + ")" }

// GoString keeps the secret out of logs.
func (c Code) GoString() string { return c.String() }

// Join makes this machine the station that code names. The first contact trusts nobody: the centre's roots are believed only
// because their fingerprint stands in the code, and the secret goes out only over a line verified under them. A join whose
// answer was lost is repeated with the same keys. JoinBad (reason fingerprint, key), JoinExpired, JoinUsed, and the errors of
// the line; InputInvalid for an address that is not host:port.
func Join(ctx context.Context, env service.Env, address string, code Code, keys Keys, o Options) (Identity, error) {
	own, err := parseKeys(keys)
	if err != nil {
		return Identity{}, err
	}
	defer own.wipe()
	c := &Client{env: env, options: o.withDefaults(), address: address}
	if err := checkAddress(address); err != nil {
		return Identity{}, err
	}
	anchors, err := c.meet(ctx, code.Fingerprint)
	if err != nil {
		return Identity{}, err
	}
	if c.trust, err = parseTrust(anchors); err != nil {
		return Identity{}, untrusted("Join", "anchors", err)
	}
	c.http = newHTTP(c.trust.lineConfig(env.Now, nil), c.options)
	defer c.http.CloseIdleConnections()
	reply, err := c.ask(ctx, code, own)
	if err != nil {
		return Identity{}, err
	}
	return c.accept(code, keys, own, anchors, reply)
}

// meet fetches the anchors over a line that is not verified yet.
func (c *Client) meet(ctx context.Context, fingerprint string) (wire.Anchors, error) {
	c.http = newHTTP(&tls.Config{MinVersion: tls.VersionTLS13, CurvePreferences: []tls.CurveID{tls.CurveP256},
		InsecureSkipVerify: true, // the fingerprint of the join code takes its place
	}, c.options)
	defer c.http.CloseIdleConnections()
	a, err := c.call(ctx, "Join", http.MethodGet, wire.PathAnchors, "", 8*wire.MaxSmall, noBody)
	if err != nil {
		return wire.Anchors{}, err
	}
	var anchors wire.Anchors
	if err := a.message("Join", &anchors); err != nil {
		return wire.Anchors{}, err
	}
	if !sm.Equal([]byte(Fingerprint(anchors)), []byte(fingerprint)) {
		return wire.Anchors{}, service.E(service.JoinBad, "central.Join", service.Args{"reason": "fingerprint"}, nil)
	}
	return anchors, nil
}

func (c *Client) ask(ctx context.Context, code Code, own *ownKeys) (reply wire.JoinReply, err error) {
	line, err := x509.MarshalPKIXPublicKey(&own.tls.PublicKey)
	if err != nil {
		return reply, service.E(service.Internal, "central.Join", nil, err)
	}
	r := wire.JoinRequest{Station: code.Station, Secret: code.Secret, TLS: line, RA: own.ra.PublicKey(),
		Events: own.events.PublicKey(), Bundle: own.bundle.PublicKey()}
	said := transcript(r)
	if r.RAProof, err = own.ra.Sign(c.env.Rand, said); err != nil {
		return reply, err
	}
	if r.EventsProof, err = own.events.Sign(c.env.Rand, said); err != nil {
		return reply, err
	}
	err = c.json(ctx, "Join", wire.PathJoin, &r, &reply)
	return reply, err
}

// transcript is what the proofs of a join sign: SM3 over a label, then station and keys, each behind its length.
func transcript(r wire.JoinRequest) []byte {
	in := []byte("certdesk join")
	for _, part := range [][]byte{[]byte(r.Station), r.TLS, r.RA, r.Events, r.Bundle} {
		in = binary.BigEndian.AppendUint32(in, uint32(len(part)))
		in = append(in, part...)
	}
	sum := sm.Sum(in)
	return sum[:]
}

// accept believes the reply only where every certificate is for the station's own key and under the roots just pinned.
func (c *Client) accept(code Code, keys Keys, own *ownKeys, met wire.Anchors, r wire.JoinReply) (Identity, error) {
	now := c.env.Now()
	if r.Station.ID != code.Station {
		return Identity{}, mismatch("Join", "station")
	}
	if !bytes.Equal(met.Root, r.Anchors.Root) || !bytes.Equal(met.TLSRoot, r.Anchors.TLSRoot) {
		return Identity{}, untrusted("Join", "anchors", nil)
	}
	if _, err := parseTrust(r.Anchors); err != nil {
		return Identity{}, untrusted("Join", "anchors", err)
	}
	if _, err := c.trust.signer(r.Anchors.CMPSigner, nil, now); err != nil {
		return Identity{}, err
	}
	if err := c.trust.lineCertificate(r.TLS, own.tls, now); err != nil {
		return Identity{}, err
	}
	if err := c.trust.ownCertificates(r, own, now); err != nil {
		return Identity{}, err
	}
	return Identity{Station: r.Station, Address: c.address, Keys: keys, Anchors: r.Anchors,
		Certificates: Certificates{TLS: r.TLS, RA: r.RA, Events: r.Events, Bundle: r.Bundle}}, nil
}

func (t *trust) ownCertificates(r wire.JoinReply, own *ownKeys, now time.Time) error {
	ra, err := t.ownCertificate(r.RA, own.ra, now)
	if err != nil {
		return err
	}
	if !ra.HasEKU(cmp.EKUcmcRA) {
		return mismatch("Join", "usage")
	}
	if _, err := t.ownCertificate(r.Events, own.events, now); err != nil {
		return err
	}
	_, err = t.ownCertificate(r.Bundle, own.bundle, now)
	return err
}

// ownKeys are Keys, parsed.
type ownKeys struct {
	tls                *ecdsa.PrivateKey
	ra, events, bundle *sm.PrivateKey
}

func parseKeys(k Keys) (*ownKeys, error) {
	own := &ownKeys{}
	parsed, err := x509.ParsePKCS8PrivateKey(k.TLS)
	line, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, service.E(service.CryptoBad, "central.Keys", service.Args{"what": "private key"}, err)
	}
	own.tls = line
	for _, p := range []struct {
		to  **sm.PrivateKey
		der []byte
	}{{&own.ra, k.RA}, {&own.events, k.Events}, {&own.bundle, k.Bundle}} {
		if *p.to, err = sm.ParsePrivateKey(p.der); err != nil {
			own.wipe()
			return nil, err
		}
	}
	return own, nil
}

func (o *ownKeys) wipe() {
	for _, k := range []*sm.PrivateKey{o.ra, o.events, o.bundle} {
		if k != nil {
			k.Wipe()
		}
	}
}
