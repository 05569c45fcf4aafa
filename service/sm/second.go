package sm

import (
	"crypto/ecdsa"
	"errors"
	"fmt"

	other "github.com/tjfoc/gmsm/sm2"
	otherx509 "github.com/tjfoc/gmsm/x509"

	"certdesk/service"
)

// SecondOpinion asks an independent implementation whether issuer signed cert and, where signature is given, whether the key
// of cert signed message. It is fed with what this program made or has checked already, never with strangers' input.
// service.VerifyFailed with check second-opinion where it disagrees.
func SecondOpinion(cert, issuer []byte, message, signature []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = disagree(fmt.Errorf("panic: %v", r))
		}
	}()
	if len(cert) > MaxDER || len(issuer) > MaxDER || len(signature) > MaxDER {
		return disagree(errors.New("too long"))
	}
	c, err := otherx509.ParseCertificate(cert)
	if err != nil {
		return disagree(err)
	}
	ca, err := otherx509.ParseCertificate(issuer)
	if err != nil {
		return disagree(err)
	}
	if err := c.CheckSignatureFrom(ca); err != nil {
		return disagree(err)
	}
	if signature == nil {
		return nil
	}
	return otherVerify(c, message, signature)
}

func otherVerify(c *otherx509.Certificate, message, signature []byte) error {
	pub, ok := c.PublicKey.(*ecdsa.PublicKey)
	//lint:ignore SA1019 the second library's keys are big integers on a curve that crypto/ecdh does not have
	if !ok || pub.Curve != other.P256Sm2() || !pub.Curve.IsOnCurve(pub.X, pub.Y) {
		return disagree(errors.New("not an SM2 key"))
	}
	//lint:ignore SA1019 as above
	key := &other.PublicKey{Curve: pub.Curve, X: pub.X, Y: pub.Y}
	if !key.Verify(message, signature) {
		return disagree(errors.New("signature"))
	}
	return nil
}

func disagree(err error) *service.Error {
	return service.E(service.VerifyFailed, "sm.SecondOpinion", service.Args{"check": "second-opinion"}, err)
}
