package tokentest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// certificate makes a certificate of size bytes or little more, each time another one. It is a real one, for some devices look inside
// (PKCS #11 v2.40, 4.6.3: a certificate object has a subject), of a key that is not the token's: which one it is, they do not ask.
func (b *bench) certificate(size int) []byte {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	b.ok(err)
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	b.ok(err)
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	template := &x509.Certificate{SerialNumber: serial.SetBit(serial, 120, 1), Subject: pkix.Name{CommonName: "contract"},
		NotBefore: from, NotAfter: from.AddDate(1, 0, 0)}
	der := b.selfSigned(template, key)
	if lack := size - len(der); lack > 0 {
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 156, 1, 1}, Value: make([]byte, lack)}}
		der = b.selfSigned(template, key)
	}
	return der
}

func (b *bench) selfSigned(template *x509.Certificate, key *ecdsa.PrivateKey) []byte {
	b.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	b.ok(err)
	return der
}
