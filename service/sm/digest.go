package sm

import (
	"errors"
	"io"

	"github.com/emmansun/gmsm/sm2"
)

// DigestSize is the length of what SM2 signs, in bytes.
const DigestSize = 32

var errDigest = errors.New("not 32 bytes")

// Digest is e = SM3(Z ‖ message) of GB/T 32918.2, 6.1, for the key spki and the default user id: what devices sign that take
// no message.
func Digest(spki, message []byte) (digest []byte, err error) {
	defer contain("Digest", "public key", &err)
	pub, err := parsePublic("Digest", spki)
	if err != nil {
		return nil, err
	}
	digest, err = sm2.CalculateSM2Hash(pub, message, nil)
	if err != nil {
		return nil, bad("Digest", "public key", err)
	}
	return digest, nil
}

// SignDigest signs a digest as [Digest] makes it. DER, as Sign.
func (k *PrivateKey) SignDigest(rand io.Reader, digest []byte) ([]byte, error) {
	switch {
	case k.key == nil:
		return nil, bad("SignDigest", "private key", errWiped)
	case len(digest) != DigestSize:
		return nil, bad("SignDigest", "digest", errDigest)
	}
	sig, err := sm2.SignASN1(rand, k.key, digest, nil)
	if err != nil {
		return nil, bad("SignDigest", "private key", err)
	}
	return sig, nil
}

// VerifyDigest checks an SM2 signature (DER) over a digest as [Digest] makes it. service.SignatureBad where it does not hold.
func VerifyDigest(spki, digest, signature []byte) (err error) {
	defer contain("VerifyDigest", "signature", &err)
	pub, err := parsePublic("VerifyDigest", spki)
	if err != nil {
		return err
	}
	if len(digest) != DigestSize || len(signature) > MaxDER || !sm2.VerifyASN1(pub, digest, signature) {
		return badSignature("VerifyDigest", "signature", nil)
	}
	return nil
}
