package sm

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// Signer signs whole messages with an SM2 key; a UKey hashes by itself and takes no digest. *PrivateKey is one.
type Signer interface {
	// PublicKey is the SubjectPublicKeyInfo, DER.
	PublicKey() []byte
	// Sign makes an SM3withSM2 signature, DER.
	Sign(rand io.Reader, message []byte) ([]byte, error)
}

// PrivateKey is an SM2 key pair. Safe for concurrent use until Wipe.
type PrivateKey struct {
	key  *sm2.PrivateKey
	spki []byte
}

var errWiped = errors.New("the key was wiped")

// GenerateKey makes a key pair from rand (GB/T 32918.1).
func GenerateKey(rand io.Reader) (*PrivateKey, error) {
	k, err := sm2.GenerateKey(rand)
	if err != nil {
		return nil, bad("GenerateKey", "private key", err)
	}
	return wrap("GenerateKey", k)
}

func wrap(op string, k *sm2.PrivateKey) (*PrivateKey, error) {
	spki, err := smx509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		return nil, bad(op, "private key", err)
	}
	return &PrivateKey{key: k, spki: spki}, nil
}

// PublicKey returns the SubjectPublicKeyInfo, DER; also after Wipe.
func (k *PrivateKey) PublicKey() []byte { return bytes.Clone(k.spki) }

// Sign signs message: SM3withSM2, default user id, DER.
func (k *PrivateKey) Sign(rand io.Reader, message []byte) ([]byte, error) {
	if k.key == nil {
		return nil, bad("Sign", "private key", errWiped)
	}
	sig, err := k.key.Sign(rand, message, sm2.DefaultSM2SignerOpts)
	if err != nil {
		return nil, bad("Sign", "private key", err)
	}
	return sig, nil
}

// Decrypt opens an ASN.1 SM2Cipher. A C1 off the curve and a wrong C3 are refused, and nothing is returned then.
func (k *PrivateKey) Decrypt(ciphertext []byte) (plain []byte, err error) {
	defer contain("Decrypt", "ciphertext", &err)
	if k.key == nil {
		return nil, bad("Decrypt", "private key", errWiped)
	}
	if err := within("Decrypt", "ciphertext", ciphertext, MaxDER); err != nil {
		return nil, err
	}
	if _, err := parseCipher(ciphertext); err != nil {
		return nil, bad("Decrypt", "ciphertext", err)
	}
	plain, err = sm2.Decrypt(k.key, ciphertext)
	if err != nil {
		return nil, bad("Decrypt", "ciphertext", err)
	}
	return plain, nil
}

// Marshal gives the key as PKCS #8, DER, in the clear: the caller seals or wipes it.
func (k *PrivateKey) Marshal() ([]byte, error) {
	if k.key == nil {
		return nil, bad("Marshal", "private key", errWiped)
	}
	der, err := smx509.MarshalPKCS8PrivateKey(k.key)
	if err != nil {
		return nil, bad("Marshal", "private key", err)
	}
	return der, nil
}

// ParsePrivateKey reads PKCS #8, DER; keys of other curves are refused.
func ParsePrivateKey(der []byte) (k *PrivateKey, err error) {
	defer contain("ParsePrivateKey", "private key", &err)
	if err := within("ParsePrivateKey", "private key", der, MaxDER); err != nil {
		return nil, err
	}
	parsed, err := smx509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, bad("ParsePrivateKey", "private key", err)
	}
	key, ok := parsed.(*sm2.PrivateKey)
	if !ok {
		return nil, bad("ParsePrivateKey", "private key", errors.New("not an SM2 key"))
	}
	return wrap("ParsePrivateKey", key)
}

// Format keeps the private number out of logs that print whole values.
func (k *PrivateKey) Format(s fmt.State, _ rune) { io.WriteString(s, "SM2 private key") }

// Wipe overwrites the private number, as far as the library keeps no copies; the key is useless afterwards. Not for
// concurrent use with the other methods.
func (k *PrivateKey) Wipe() {
	if k.key == nil {
		return
	}
	clear(k.key.D.Bits())
	k.key = nil
}

// Verify checks an SM3withSM2 signature (default user id, DER) by the key spki. service.SignatureBad where it does not hold.
func Verify(spki, message, signature []byte) (err error) {
	defer contain("Verify", "signature", &err)
	pub, err := parsePublic("Verify", spki)
	if err != nil {
		return err
	}
	if len(signature) > MaxDER || !sm2.VerifyASN1WithSM2(pub, nil, message, signature) {
		return badSignature("Verify", "signature", nil)
	}
	return nil
}

// CheckPublicKey reports whether spki is the SubjectPublicKeyInfo of a point on the SM2 curve.
func CheckPublicKey(spki []byte) (err error) {
	defer contain("CheckPublicKey", "public key", &err)
	_, err = parsePublic("CheckPublicKey", spki)
	return err
}

func parsePublic(op string, spki []byte) (*ecdsa.PublicKey, error) {
	if err := within(op, "public key", spki, MaxDER); err != nil {
		return nil, err
	}
	parsed, err := smx509.ParsePKIXPublicKey(spki)
	if err != nil {
		return nil, bad(op, "public key", err)
	}
	pub, ok := parsed.(*ecdsa.PublicKey)
	if !ok || !sm2.IsSM2PublicKey(pub) {
		return nil, bad(op, "public key", errors.New("not an SM2 key"))
	}
	return pub, nil
}

// Encrypt encrypts plaintext (1 byte or more) to the key spki as ASN.1 SM2Cipher.
func Encrypt(rand io.Reader, spki, plaintext []byte) (ciphertext []byte, err error) {
	defer contain("Encrypt", "public key", &err)
	pub, err := parsePublic("Encrypt", spki)
	if err != nil {
		return nil, err
	}
	if err := within("Encrypt", "plaintext", plaintext, MaxDER/2); err != nil {
		return nil, err
	}
	for {
		once := &counter{r: rand}
		ciphertext, err = sm2.EncryptASN1(once, pub, plaintext)
		if err != nil {
			return nil, bad("Encrypt", "plaintext", err)
		}
		if once.n <= oneTry {
			return ciphertext, nil
		}
	}
}

// oneTry is what one choice of k reads, with the odd byte that the library may draw first.
const oneTry = 32 + 1

// counter tells whether the library tried twice: where the key stream is all zero (GB/T 32918.4, 6.1 A5; one short
// plaintext in 256) its second try multiplies a point it has overwritten, and the ciphertext never opens.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// sm2Cipher is SM2Cipher of GM/T 0009, 7.2.
type sm2Cipher struct {
	X, Y *big.Int
	Hash []byte
	Text []byte
}

func parseCipher(der []byte) (*sm2Cipher, error) {
	var c sm2Cipher
	rest, err := asn1.Unmarshal(der, &c)
	switch {
	case err != nil:
		return nil, err
	case len(rest) > 0 || len(c.Hash) != 32 || len(c.Text) == 0:
		return nil, errors.New("not an SM2Cipher")
	}
	return &c, nil
}

// publicFromPoint makes a SubjectPublicKeyInfo of an uncompressed point, refusing one off the curve.
func publicFromPoint(op string, point []byte) ([]byte, error) {
	pub, err := sm2.NewPublicKey(point)
	if err != nil {
		return nil, bad(op, "public key", err)
	}
	spki, err := smx509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, bad(op, "public key", err)
	}
	return spki, nil
}

// Point returns the 65 bytes 04‖X‖Y of an SM2 SubjectPublicKeyInfo, which token interfaces ask for.
func Point(spki []byte) (point []byte, err error) {
	defer contain("Point", "public key", &err)
	pub, err := parsePublic("Point", spki)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 crypto/ecdh has no SM2 curve; the point was checked when it was parsed
	return elliptic.Marshal(pub.Curve, pub.X, pub.Y), nil
}

// FromPoint makes the SubjectPublicKeyInfo of 04‖X‖Y; a point off the curve is refused.
func FromPoint(point []byte) (spki []byte, err error) {
	defer contain("FromPoint", "public key", &err)
	return publicFromPoint("FromPoint", point)
}
