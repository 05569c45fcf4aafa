package central

import (
	"crypto/tls"
	"net"
	"net/http"
	"strconv"

	"certdesk/service"
	"certdesk/service/sm"
)

// Client is the station's end of the line. Safe for concurrent use.
type Client struct {
	env     service.Env
	options Options
	address string
	station string
	http    *http.Client
	trust   *trust
	ra      *sm.PrivateKey
	raCert  []byte
	// signerName is the CMP signer's subject at joining, to address messages to; DER.
	signerName []byte
}

// The station knows its centre through these ports only.
var (
	_ service.CertificateAuthority = (*Client)(nil)
	_ service.TicketOffice         = (*Client)(nil)
)

// New makes the client of a joined station. It does not contact the centre. NotJoined for an identity that is none,
// CryptoBad for a damaged one.
func New(id Identity, env service.Env, o Options) (*Client, error) {
	if !id.Joined() {
		return nil, service.E(service.NotJoined, "central.New", nil, nil)
	}
	if err := checkAddress(id.Address); err != nil {
		return nil, err
	}
	t, err := parseTrust(id.Anchors)
	if err != nil {
		return nil, err
	}
	signer, err := sm.ParseCertificate(id.Anchors.CMPSigner)
	if err != nil {
		return nil, err
	}
	own, err := parseKeys(id.Keys)
	if err != nil {
		return nil, err
	}
	own.events.Wipe()
	own.bundle.Wipe()
	line := &tls.Certificate{Certificate: [][]byte{id.Certificates.TLS}, PrivateKey: own.tls}
	o = o.withDefaults()
	return &Client{env: env, options: o, address: id.Address, station: id.Station.ID, trust: t, ra: own.ra,
		raCert: id.Certificates.RA, signerName: signer.RawSubject, http: newHTTP(t.lineConfig(env.Now, line), o)}, nil
}

// Close drops idle connections and wipes the request key. No call may be under way.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	c.ra.Wipe()
	return nil
}

func checkAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	n, perr := strconv.ParseUint(port, 10, 16)
	if err != nil || perr != nil || host == "" || n == 0 {
		return service.E(service.InputInvalid, "central.Address", service.Args{"field": "address", "reason": "format"}, err)
	}
	return nil
}

func noBody() ([]byte, error) { return nil, nil }
