//go:build cgo && unix

package main_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
)

func (p *api) pair(h pkcs11.SessionHandle, kind uint, params ...*pkcs11.Attribute) (pub, priv pkcs11.ObjectHandle) {
	p.t.Helper()
	pub, priv, err := p.GenerateKeyPair(h, mech(kind), append(params, at(pkcs11.CKA_TOKEN, true)), []*pkcs11.Attribute{at(pkcs11.CKA_TOKEN, true)})
	must(p.t, err)
	return pub, priv
}

func p256() *pkcs11.Attribute {
	return at(pkcs11.CKA_EC_PARAMS, []byte{6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7})
}

// TestECDSA: digests and messages, by the token and by the standard library.
func TestECDSA(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.pair(h, pkcs11.CKM_EC_KEY_PAIR_GEN, p256())
	point := p.attribute(h, pub, pkcs11.CKA_EC_POINT)[2:]
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	must(t, err)
	message := []byte("message")
	short, long := sha256.Sum256(message), sha512.Sum512(message)
	for id, c := range map[uint]struct{ input, digest []byte }{pkcs11.CKM_ECDSA: {short[:], short[:]}, pkcs11.CKM_ECDSA_SHA256: {message, short[:]},
		pkcs11.CKM_ECDSA_SHA512: {message, long[:]}} {
		sig := p.sign(h, id, priv, c.input)
		if !ecdsa.Verify(key, c.digest, new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
			t.Errorf("mechanism %#x: the signature does not hold", id)
		}
		must(t, p.VerifyInit(h, mech(id), pub))
		p.wants(p.Verify(h, c.input, sig), module.OK)
		must(t, p.VerifyInit(h, mech(id), pub))
		p.wants(p.Verify(h, c.input, sig[:63]), module.SignatureLenRange)
	}
	p.wants(p.SignInit(h, mech(module.SM2Message), priv), module.KeyTypeInconsistent)
	p.wants(p.SignInit(h, mech(pkcs11.CKM_ECDSA), pub), module.KeyHandleInvalid)
	p.wants(p.SignInit(h, mech(pkcs11.CKM_SHA1_RSA_PKCS), priv), module.MechanismInvalid)
}

// TestRSA: PKCS #1 v1.5 over digests wrapped by the caller, over messages, and PSS.
func TestRSA(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.pair(h, pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, at(pkcs11.CKA_MODULUS_BITS, 2048), at(pkcs11.CKA_PUBLIC_EXPONENT, []byte{1, 0, 1}))
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(p.attribute(h, pub, pkcs11.CKA_MODULUS)), E: 65537}
	message := []byte("message")
	digest, long := sha256.Sum256(message), sha512.Sum384(message)
	info := append([]byte{0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20}, digest[:]...)
	must(t, rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], p.sign(h, pkcs11.CKM_RSA_PKCS, priv, info)))
	must(t, rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], p.sign(h, pkcs11.CKM_SHA256_RSA_PKCS, priv, message)))
	must(t, rsa.VerifyPKCS1v15(key, crypto.SHA384, long[:], p.sign(h, pkcs11.CKM_SHA384_RSA_PKCS, priv, message)))
	for id, input := range map[uint][]byte{pkcs11.CKM_RSA_PKCS_PSS: digest[:], pkcs11.CKM_SHA256_RSA_PKCS_PSS: message} {
		m := []*pkcs11.Mechanism{pkcs11.NewMechanism(id, pkcs11.NewPSSParams(pkcs11.CKM_SHA256, pkcs11.CKG_MGF1_SHA256, 32))}
		must(t, p.SignInit(h, m, priv))
		sig, err := p.Sign(h, input)
		must(t, err)
		must(t, rsa.VerifyPSS(key, crypto.SHA256, digest[:], sig, &rsa.PSSOptions{SaltLength: 32}))
		must(t, p.VerifyInit(h, m, pub))
		p.wants(p.Verify(h, input, sig), module.OK)
	}
	p.wants(p.SignInit(h, mech(pkcs11.CKM_RSA_PKCS_PSS), priv), module.MechanismParamInvalid)
	must(t, p.SignInit(h, mech(pkcs11.CKM_RSA_PKCS), priv))
	_, err := p.Sign(h, make([]byte, 246))
	p.wants(err, module.DataLenRange)
}

// TestRefusedKeys: what would mislead the caller is not made.
func TestRefusedKeys(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	rsaBits := func(n uint) []*pkcs11.Attribute { return []*pkcs11.Attribute{at(pkcs11.CKA_MODULUS_BITS, n)} }
	for name, c := range map[string]struct {
		kind      uint
		pub, priv []*pkcs11.Attribute
		want      module.RV
	}{
		"extractable": {module.SM2Generate, nil, []*pkcs11.Attribute{at(pkcs11.CKA_EXTRACTABLE, true)}, module.TemplateInconsistent},
		"session key": {module.SM2Generate, nil, []*pkcs11.Attribute{at(pkcs11.CKA_TOKEN, false)}, module.TemplateInconsistent},
		"rsa 1024":    {pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, rsaBits(1024), nil, module.KeySizeRange},
		"rsa unsaid":  {pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, nil, nil, module.TemplateIncomplete},
		"ec unsaid":   {pkcs11.CKM_EC_KEY_PAIR_GEN, nil, nil, module.TemplateIncomplete},
		"p-384":       {pkcs11.CKM_EC_KEY_PAIR_GEN, []*pkcs11.Attribute{at(pkcs11.CKA_EC_PARAMS, []byte{6, 5, 0x2B, 0x81, 4, 0, 0x22})}, nil, module.CurveNotSupported},
		"other type":  {pkcs11.CKM_EC_KEY_PAIR_GEN, []*pkcs11.Attribute{p256(), at(pkcs11.CKA_KEY_TYPE, 0)}, nil, module.TemplateInconsistent},
		"no mech":     {pkcs11.CKM_DSA_KEY_PAIR_GEN, nil, nil, module.MechanismInvalid},
	} {
		_, _, err := p.GenerateKeyPair(h, mech(c.kind), c.pub, c.priv)
		if got := rv(err); got != c.want {
			t.Errorf("%s: got %#x, want %#x", name, got, c.want)
		}
	}
	if left := p.find(h); len(left) != 0 {
		t.Errorf("%d objects were made", len(left))
	}
}

// TestDigest: the hashes, whole and in parts.
func TestDigest(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.session()
	want := sha256.Sum256([]byte("message"))
	must(t, p.DigestInit(h, mech(pkcs11.CKM_SHA256)))
	got, err := p.Digest(h, []byte("message"))
	must(t, err)
	must(t, p.DigestInit(h, mech(pkcs11.CKM_SHA256)))
	must(t, p.DigestUpdate(h, []byte("mess")))
	must(t, p.DigestUpdate(h, []byte("age")))
	parts, err := p.DigestFinal(h)
	must(t, err)
	if string(got) != string(want[:]) || string(parts) != string(want[:]) {
		t.Errorf("digests %x and %x", got, parts)
	}
	random, err := p.GenerateRandom(h, 32)
	must(t, err)
	if again, err := p.GenerateRandom(h, 32); err != nil || string(again) == string(random) {
		t.Errorf("randomness repeats, %v", err)
	}
	p.wants(p.SeedRandom(h, []byte("seed")), module.RandomSeedNotSupported)
}
