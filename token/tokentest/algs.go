package tokentest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"

	"certdesk/service"
	"certdesk/service/sm"
)

// feature is what a device must have for keys of an algorithm.
func feature(alg service.KeyAlg) Feature {
	switch alg {
	case service.AlgP256:
		return P256
	case service.AlgRSA:
		return RSA
	case service.AlgRSA3072:
		return RSA3072
	}
	return SM2
}

// algs are the device's algorithms, the best first: what the counter would choose where a clause does not care.
func (b *bench) algs() (list []service.KeyAlg) {
	for _, alg := range []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA, service.AlgRSA3072} {
		if b.has(feature(alg)) {
			list = append(list, alg)
		}
	}
	return list
}

// alg is the best of algs.
func (b *bench) alg() service.KeyAlg {
	b.Helper()
	if len(b.algs()) == 0 {
		b.Fatal("the device lacks every algorithm")
	}
	return b.algs()[0]
}

// has reports whether the device has a feature.
func (b *bench) has(f Feature) bool { return b.lacks([]Feature{f}) == "" }

var errSignature = errors.New("the signature does not hold")

// verify checks a signature by whoever knows the key's algorithm: service/sm, or Go's own library.
func (b *bench) verify(spki, message, sig []byte) error {
	pub, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return sm.Verify(spki, message, sig)
	}
	digest := sha256.Sum256(message)
	switch pub := pub.(type) {
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(pub, digest[:], sig) {
			return errSignature
		}
		return nil
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(pub, crypto.SHA256, digest[:], sig)
	}
	return errSignature
}

// checkKey sees to it that a public key is one of alg.
func (b *bench) checkKey(alg service.KeyAlg, spki []byte) {
	b.Helper()
	if alg == service.AlgSM2 {
		b.ok(sm.CheckPublicKey(spki))
		return
	}
	pub, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		b.Fatalf("%s key: %v", alg, err)
	}
	bits := map[service.KeyAlg]int{service.AlgP256: 256, service.AlgRSA: 2048, service.AlgRSA3072: 3072}[alg]
	got := 0
	switch pub := pub.(type) {
	case *ecdsa.PublicKey:
		if pub.Curve == elliptic.P256() && alg == service.AlgP256 {
			got = 256
		}
	case *rsa.PublicKey:
		if alg != service.AlgP256 && pub.E == 65537 {
			got = pub.N.BitLen()
		}
	}
	if got != bits {
		b.Fatalf("%s was asked for, the key is %T with %d bits", alg, pub, got)
	}
}
