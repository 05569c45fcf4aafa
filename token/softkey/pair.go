package softkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"math/big"

	"certdesk/service"
	"certdesk/service/sm"
)

// pair is a key pair of any algorithm. *sm.PrivateKey is one.
type pair interface {
	PublicKey() []byte
	Sign(rand io.Reader, message []byte) ([]byte, error)
	Marshal() ([]byte, error)
}

// classic is a P-256 or RSA pair of the standard library. It signs with SHA-256: ECDSA as DER, RSA by PKCS #1 v1.5.
type classic struct {
	key  crypto.Signer
	spki []byte
}

func algs() []service.KeyAlg {
	return []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA}
}

// newPair makes a pair of one of algs.
func newPair(rand io.Reader, alg service.KeyAlg) (pair, error) {
	switch alg {
	case service.AlgSM2:
		return sm.GenerateKey(rand)
	case service.AlgP256:
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
		return wrapClassic(key, err)
	case service.AlgRSA:
		key, err := rsa.GenerateKey(rand, 2048)
		return wrapClassic(key, err)
	}
	return nil, errors.New("no such algorithm")
}

func parsePair(alg service.KeyAlg, der []byte) (pair, error) {
	if alg == service.AlgSM2 {
		return sm.ParsePrivateKey(der)
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("not a signing key")
	}
	return wrapClassic(signer, nil)
}

func wrapClassic(key crypto.Signer, err error) (pair, error) {
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	return &classic{key: key, spki: spki}, err
}

func (c *classic) PublicKey() []byte { return c.spki }

func (c *classic) Sign(rand io.Reader, message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return c.key.Sign(rand, digest[:], crypto.SHA256)
}

func (c *classic) Marshal() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(c.key) }

// wipe overwrites what can be reached of a private key. The standard library's P-256 and RSA keys keep copies that nobody
// outside it reaches, and so does the SM2 library.
func wipe(p pair) {
	switch k := p.(type) {
	case *sm.PrivateKey:
		k.Wipe()
	case *classic:
		k.wipe()
	}
}

func (c *classic) wipe() {
	if key, ok := c.key.(*rsa.PrivateKey); ok {
		numbers := append([]*big.Int{key.D, key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv}, key.Primes...)
		for _, n := range numbers {
			if n != nil {
				clear(n.Bits())
			}
		}
	}
	c.key = nil
}
