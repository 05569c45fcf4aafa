package sm

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"

	"certdesk/service"
)

// Keys that are not SM2 serve single certificates on tokens without SM2. Their arithmetic is the standard library's.

// KeyAlgorithm names the algorithm of a SubjectPublicKeyInfo that a token may have made, and refuses every key that it should not
// have made: of another curve or length, off its curve, with a public exponent that is even or below 2^16 (FIPS 186-5, A.1.1), with a
// small factor, of the kind that one maker's tokens made guessable (CVE-2017-15361), or in another encoding than DER's one: of two
// encodings of one key the second would pass for a key that nobody has used yet.
func KeyAlgorithm(spki []byte) (alg service.KeyAlg, err error) {
	defer contain("KeyAlgorithm", "public key", &err)
	if CheckPublicKey(spki) == nil {
		return service.AlgSM2, nil
	}
	key, err := parseClassic("KeyAlgorithm", spki)
	if err != nil {
		return "", err
	}
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		alg, err = service.AlgP256, checkP256(k)
	case *rsa.PublicKey:
		alg, err = rsaAlgorithm(k)
	}
	if err != nil {
		return "", bad("KeyAlgorithm", "public key", err)
	}
	return alg, nil
}

// parseClassic reads a P-256 or RSA key in its one encoding.
func parseClassic(op string, spki []byte) (crypto.PublicKey, error) {
	if err := within(op, "public key", spki, MaxDER); err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return nil, bad(op, "public key", err)
	}
	again, err := x509.MarshalPKIXPublicKey(key)
	if err != nil || !bytes.Equal(again, spki) {
		return nil, bad(op, "public key", errors.New("another encoding"))
	}
	return key, nil
}

// checkP256 leaves out the generator and its inverse, whose private keys are 1 and n−1. That the point is on the curve was checked
// when it was parsed.
func checkP256(k *ecdsa.PublicKey) error {
	point, err := k.Bytes()
	if err != nil {
		return err
	}
	if k.Curve != elliptic.P256() || bytes.Equal(point[1:33], elliptic.P256().Params().Gx.Bytes()) {
		return errors.New("another curve, or a private key that everybody knows")
	}
	return nil
}

func rsaAlgorithm(k *rsa.PublicKey) (service.KeyAlg, error) {
	alg, ok := map[int]service.KeyAlg{2048: service.AlgRSA, 3072: service.AlgRSA3072}[k.N.BitLen()]
	switch {
	case !ok:
		return "", fmt.Errorf("%d bits", k.N.BitLen())
	case k.E&1 == 0 || k.E <= 1<<16:
		return "", fmt.Errorf("public exponent %d", k.E)
	case smallFactor(k.N) || guessable(k.N):
		return "", errors.New("weak modulus")
	}
	return alg, nil
}

// smallFactor looks for factors below 752, as the Baseline Requirements, 6.1.6 ask.
func smallFactor(n *big.Int) bool {
	rest := new(big.Int)
	for p := int64(2); p < 752; p++ {
		if rest.Mod(n, big.NewInt(p)).Sign() == 0 {
			return true
		}
	}
	return false
}

// rocaPrimes are the first primes of the primorial that the faulty generator of CVE-2017-15361 built its primes from.
func rocaPrimes() []int64 {
	return []int64{3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127,
		131, 137, 139, 149, 151, 157, 163, 167}
}

// guessable: modulo each of those primes the modulus is a power of 65537. Of sound keys fewer than one in 2^27 is.
func guessable(n *big.Int) bool {
	rest := new(big.Int)
	for _, p := range rocaPrimes() {
		want, power := rest.Mod(n, big.NewInt(p)).Int64(), int64(1)
		for range p {
			if power == want {
				break
			}
			power = power * 65537 % p
		}
		if power != want {
			return false
		}
	}
	return true
}

// VerifyMessage checks a token's signature over message by the key spki: SM3withSM2 as Verify, ECDSA with SHA-256 (DER) or
// RSASSA-PKCS1-v1_5 with SHA-256, whichever goes with the key. service.SignatureBad where it does not hold.
func VerifyMessage(spki, message, signature []byte) (err error) {
	defer contain("VerifyMessage", "signature", &err)
	if CheckPublicKey(spki) == nil {
		return Verify(spki, message, signature)
	}
	key, err := parseClassic("VerifyMessage", spki)
	if err != nil {
		return err
	}
	if len(signature) > MaxDER || !classicHolds(key, message, signature) {
		return badSignature("VerifyMessage", "signature", nil)
	}
	return nil
}

func classicHolds(key crypto.PublicKey, message, signature []byte) bool {
	sum := sha256.Sum256(message)
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, sum[:], signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}

// StandardOpinion is SecondOpinion for certificates that are not SM2, by the standard library. Its parser and its path rules are not
// the ones that ParseCertificate and VerifyChain use; for the arithmetic of P-256 and RSA this program has no second implementation.
func StandardOpinion(cert, issuer, message, signature []byte) error {
	c, err := x509.ParseCertificate(cert)
	if err != nil {
		return disagree(err)
	}
	ca, err := x509.ParseCertificate(issuer)
	if err != nil {
		return disagree(err)
	}
	if err := c.CheckSignatureFrom(ca); err != nil {
		return disagree(err)
	}
	if signature == nil {
		return nil
	}
	with := x509.SHA256WithRSA
	if c.PublicKeyAlgorithm == x509.ECDSA {
		with = x509.ECDSAWithSHA256
	}
	if err := c.CheckSignature(with, message, signature); err != nil {
		return disagree(err)
	}
	return nil
}
