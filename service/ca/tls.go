package ca

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

const (
	serverYears  = 2
	serverMargin = 60 * 24 * time.Hour // renew the server's certificate when less is left
)

// ServerTLS is the server's certificate with its key, and the pool that stations' certificates are checked against. A
// certificate that is about to expire is replaced first.
func (s *Service) ServerTLS(ctx context.Context) (tls.Certificate, *x509.CertPool, error) {
	p, key, err := s.serverKey(ctx)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf, err := x509.ParseCertificate(p.Server)
	if err != nil {
		return tls.Certificate{}, nil, internal("ServerTLS", err)
	}
	if s.now().Add(serverMargin).After(leaf.NotAfter) {
		if p, leaf, err = s.renewServer(ctx, key); err != nil {
			return tls.Certificate{}, nil, err
		}
	}
	root, err := x509.ParseCertificate(p.TLSRoot)
	if err != nil {
		return tls.Certificate{}, nil, internal("ServerTLS", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return tls.Certificate{Certificate: [][]byte{p.Server, p.TLSRoot}, PrivateKey: key, Leaf: leaf}, pool, nil
}

func (s *Service) serverKey(ctx context.Context) (p public, key *ecdsa.PrivateKey, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		if p, err = s.public(tx); err != nil {
			return err
		}
		key, err = s.ecKey(tx, keyServer)
		return err
	})
	return p, key, err
}

func (s *Service) renewServer(ctx context.Context, key *ecdsa.PrivateKey) (p public, leaf *x509.Certificate, err error) {
	err = s.store.Act(ctx, func(tx Tx) error {
		if p, err = s.public(tx); err != nil {
			return err
		}
		root, err := s.ecKey(tx, keyTLSRoot)
		if err != nil {
			return err
		}
		if p.Server, err = s.serverCert(p, &key.PublicKey, root); err != nil {
			return err
		}
		if err := s.set(tx, setPublic, p); err != nil {
			return err
		}
		if leaf, err = x509.ParseCertificate(p.Server); err != nil {
			return internal("ServerTLS", err)
		}
		return s.log(tx, "", "server-cert", p.Hosts[0], "")
	})
	return p, leaf, err
}

func (s *Service) foundTLS(tx Tx, p *public) error {
	root, err := s.newECKey(tx, keyTLSRoot)
	if err != nil {
		return err
	}
	server, err := s.newECKey(tx, keyServer)
	if err != nil {
		return err
	}
	t, err := s.tlsTemplate(pkix.Name{Country: []string{"CN"}, Organization: []string{p.Name}, CommonName: p.Name + " TLS"}, rootYears)
	if err != nil {
		return err
	}
	t.IsCA, t.MaxPathLenZero, t.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	if p.TLSRoot, err = x509.CreateCertificate(s.env.Rand, t, t, &root.PublicKey, root); err != nil {
		return internal("Init", err)
	}
	p.Server, err = s.serverCert(*p, &server.PublicKey, root)
	return err
}

func (s *Service) serverCert(p public, key *ecdsa.PublicKey, root crypto.Signer) ([]byte, error) {
	t, err := s.tlsTemplate(pkix.Name{Country: []string{"CN"}, Organization: []string{p.Name}, CommonName: p.Hosts[0]}, serverYears)
	if err != nil {
		return nil, err
	}
	t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, h := range p.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	return s.signTLS(p, t, key, root)
}

// stationTLS certifies a station's line key; its common name is the station's id.
func (s *Service) stationTLS(tx Tx, p public, id string, spki []byte) ([]byte, error) {
	pub, err := p256Key(spki)
	if err != nil {
		return nil, err
	}
	root, err := s.ecKey(tx, keyTLSRoot)
	if err != nil {
		return nil, err
	}
	t, err := s.tlsTemplate(pkix.Name{Country: []string{"CN"}, Organization: []string{p.Name}, CommonName: id}, stationYears)
	if err != nil {
		return nil, err
	}
	t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return s.signTLS(p, t, pub, root)
}

func (s *Service) signTLS(p public, t *x509.Certificate, key *ecdsa.PublicKey, root crypto.Signer) ([]byte, error) {
	parent, err := x509.ParseCertificate(p.TLSRoot)
	if err != nil {
		return nil, internal("signTLS", err)
	}
	t.NotAfter = earlier(t.NotAfter, parent.NotAfter)
	der, err := x509.CreateCertificate(s.env.Rand, t, parent, key, root)
	if err != nil {
		return nil, internal("signTLS", err)
	}
	return der, nil
}

func (s *Service) tlsTemplate(name pkix.Name, years int) (*x509.Certificate, error) {
	serial, err := sm.NewSerial(s.env.Rand)
	if err != nil {
		return nil, err
	}
	from := s.now().Add(-clockSlack)
	return &x509.Certificate{SerialNumber: serial, Subject: name, NotBefore: from, NotAfter: from.AddDate(years, 0, 0),
		BasicConstraintsValid: true, SignatureAlgorithm: x509.ECDSAWithSHA256}, nil
}

// p256Key reads a SubjectPublicKeyInfo; anything but a point on P-256 is JoinBad.
func p256Key(spki []byte) (*ecdsa.PublicKey, error) {
	pub, err := x509.ParsePKIXPublicKey(spki)
	if key, ok := pub.(*ecdsa.PublicKey); err == nil && ok && key.Curve == elliptic.P256() {
		return key, nil
	}
	return nil, service.E(service.JoinBad, "ca.Join", service.Args{"reason": "tls-key"}, err)
}

func (s *Service) newECKey(tx Tx, name string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), s.env.Rand)
	if err != nil {
		return nil, internal("Init", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, internal("Init", err)
	}
	defer clear(der)
	return key, s.setSecret(tx, name, der)
}

func (s *Service) ecKey(tx Tx, name string) (*ecdsa.PrivateKey, error) {
	der, err := s.secret(tx, name)
	if err != nil {
		return nil, err
	}
	defer clear(der)
	key, err := x509.ParsePKCS8PrivateKey(der)
	if ec, ok := key.(*ecdsa.PrivateKey); err == nil && ok {
		return ec, nil
	}
	return nil, service.E(service.StoreCorrupt, "ca.ecKey", nil, err)
}
