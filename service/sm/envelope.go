package sm

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"

	"github.com/emmansun/gmsm/sm2"
)

// envelopedKey is SM2EnvelopedKey (GM/T 0009, 7.4; GB/T 35276). The standard leaves open whether ECB pads; a 256-bit key
// needs no padding, and 32 bytes is what the tokens' own structure holds.
type envelopedKey struct {
	Symmetric pkix.AlgorithmIdentifier
	Key       asn1.RawValue // SM2Cipher of the SM4 key
	Public    asn1.BitString
	Private   asn1.BitString
}

// SealEnvelope wraps key for the holder of recipientSPKI: SM4-ECB under a fresh key, that key under the recipient's.
func SealEnvelope(rand io.Reader, recipientSPKI []byte, key *PrivateKey) (der []byte, err error) {
	defer contain("SealEnvelope", "envelope", &err)
	if key.key == nil {
		return nil, bad("SealEnvelope", "private key", errWiped)
	}
	pub, err := parsePublic("SealEnvelope", recipientSPKI)
	if err != nil {
		return nil, err
	}
	der, err = sm2.MarshalEnvelopedPrivateKey(rand, pub, key.key)
	if err != nil {
		return nil, bad("SealEnvelope", "envelope", err)
	}
	return der, nil
}

// OpenEnvelope recovers the key pair; its public part must be the one the envelope names.
func OpenEnvelope(recipient *PrivateKey, der []byte) (key *PrivateKey, err error) {
	defer contain("OpenEnvelope", "envelope", &err)
	if recipient.key == nil {
		return nil, bad("OpenEnvelope", "private key", errWiped)
	}
	if _, err := parseEnvelope("OpenEnvelope", der); err != nil {
		return nil, err
	}
	k, err := sm2.ParseEnvelopedPrivateKey(recipient.key, der)
	if err != nil {
		return nil, bad("OpenEnvelope", "envelope", err)
	}
	return wrap("OpenEnvelope", k)
}

// EnvelopePublicKey returns the public key (SubjectPublicKeyInfo) of the pair inside, without opening the envelope: the
// station compares it with the encryption certificate.
func EnvelopePublicKey(der []byte) (spki []byte, err error) {
	defer contain("EnvelopePublicKey", "envelope", &err)
	e, err := parseEnvelope("EnvelopePublicKey", der)
	if err != nil {
		return nil, err
	}
	return publicFromPoint("EnvelopePublicKey", e.Public.Bytes)
}

func parseEnvelope(op string, der []byte) (*envelopedKey, error) {
	if err := within(op, "envelope", der, MaxDER); err != nil {
		return nil, err
	}
	var e envelopedKey
	rest, err := asn1.Unmarshal(der, &e)
	if err == nil && len(rest) > 0 {
		err = errors.New("trailing bytes")
	}
	if err == nil {
		err = e.check()
	}
	if err != nil {
		return nil, bad(op, "envelope", err)
	}
	return &e, nil
}

// check refuses what the library would panic on or accept by mistake.
func (e *envelopedKey) check() error {
	if alg := e.Symmetric.Algorithm; !alg.Equal(oidSM4()) && !alg.Equal(oidSM4ECB()) {
		return errors.New("not SM4-ECB")
	}
	c, err := parseCipher(e.Key.FullBytes)
	if err != nil {
		return err
	}
	if len(c.Text) != 16 || e.Public.BitLength != 65*8 || e.Private.BitLength != 32*8 {
		return errors.New("wrong lengths")
	}
	return nil
}

func oidSM4() asn1.ObjectIdentifier    { return asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 104} }
func oidSM4ECB() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 104, 1} }
