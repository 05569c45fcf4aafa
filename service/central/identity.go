package central

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"io"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// Keys are a station's own private keys as PKCS #8, DER: TLS on P-256, the others SM2. The station seals and stores them before
// it joins: a join whose answer was lost is repeated with the same keys.
type Keys struct {
	TLS    []byte `json:"tls"`
	RA     []byte `json:"ra"`     // signs requests (CMP)
	Events []byte `json:"events"` // signs events and audit heads
	Bundle []byte `json:"bundle"` // opens bundles from the centre
}

// NewKeys makes a set of keys.
func NewKeys(env service.Env) (Keys, error) {
	var k Keys
	line, err := ecdsa.GenerateKey(elliptic.P256(), env.Rand)
	if err != nil {
		return Keys{}, service.E(service.Internal, "central.NewKeys", nil, err)
	}
	if k.TLS, err = x509.MarshalPKCS8PrivateKey(line); err != nil {
		return Keys{}, service.E(service.Internal, "central.NewKeys", nil, err)
	}
	for _, to := range []*[]byte{&k.RA, &k.Events, &k.Bundle} {
		if *to, err = newSM2(env.Rand); err != nil {
			return Keys{}, err
		}
	}
	return k, nil
}

func newSM2(rand io.Reader) ([]byte, error) {
	key, err := sm.GenerateKey(rand)
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	return key.Marshal()
}

// String keeps keys out of logs.
func (Keys) String() string { return "central.Keys" }

// GoString keeps keys out of logs.
func (Keys) GoString() string { return "central.Keys" }

// Certificates are the station's own, DER, one for each of Keys.
type Certificates struct {
	TLS    []byte `json:"tls"`
	RA     []byte `json:"ra"`
	Events []byte `json:"events"`
	Bundle []byte `json:"bundle"`
}

// Identity is what makes a machine a station: its keys, its certificates and what it trusts. It holds private keys in the
// clear: it is stored sealed, as JSON, and printed nowhere.
type Identity struct {
	Station      wire.StationInfo `json:"station"`
	Address      string           `json:"address"` // host:port of the centre
	Keys         Keys             `json:"keys"`
	Certificates Certificates     `json:"certificates"`
	Anchors      wire.Anchors     `json:"anchors"`
}

// String keeps keys out of logs.
func (i Identity) String() string { return "central.Identity(" + i.Station.ID + ")" }

// GoString keeps keys out of logs.
func (i Identity) GoString() string { return i.String() }

// Joined reports whether the identity is one; New refuses the zero value.
func (i Identity) Joined() bool { return i.Station.ID != "" && len(i.Certificates.TLS) > 0 }
