//go:build cgo && unix

package main_test

import (
	"crypto/rand"
	"encoding/asn1"
	"math/big"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
	"certdesk/service/sm"
)

// der makes the DER form of r ‖ s.
func der(t testing.TB, raw []byte) []byte {
	t.Helper()
	if len(raw) != 64 {
		t.Fatalf("signature of %d bytes", len(raw))
	}
	sig, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
	must(t, err)
	return sig
}

// TestSM2Signs: the four mechanisms give signatures that hold under the key the token shows, and the module verifies them.
func TestSM2Signs(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "box", "id")
	spki, message := p.spki(h, pub), []byte("message to be signed")
	e, err := sm.Digest(spki, message)
	must(t, err)
	for _, c := range []struct {
		id    uint
		input []byte
		form  func(testing.TB, []byte) []byte
	}{
		{module.SM2Message, message, der}, {module.SM2Digest, e, der},
		{module.SM2MessageDER, message, nil}, {module.SM2DigestDER, e, nil},
	} {
		sig := p.sign(h, c.id, priv, c.input)
		must(t, p.VerifyInit(h, mech(c.id), pub))
		p.wants(p.Verify(h, c.input, sig), module.OK)
		sig[len(sig)-1] ^= 1
		must(t, p.VerifyInit(h, mech(c.id), pub))
		p.wants(p.Verify(h, c.input, sig), module.SignatureInvalid)
		sig[len(sig)-1] ^= 1
		if c.form != nil {
			sig = c.form(t, sig)
		}
		if err := sm.Verify(spki, message, sig); err != nil {
			t.Errorf("mechanism %#x: %v", c.id, err)
		}
	}
	must(t, p.SignInit(h, mech(module.SM2Digest), priv))
	_, err = p.Sign(h, e[:20])
	p.wants(err, module.DataLenRange)
}

// TestSM2Parts: a message in parts signs like the whole.
func TestSM2Parts(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "box", "id")
	must(t, p.SignInit(h, mech(module.SM2Message), priv))
	p.wants(p.SignInit(h, mech(module.SM2Message), priv), module.OperationActive)
	must(t, p.SignUpdate(h, []byte("message in ")))
	must(t, p.SignUpdate(h, []byte("parts")))
	sig, err := p.SignFinal(h)
	must(t, err)
	must(t, sm.Verify(p.spki(h, pub), []byte("message in parts"), der(t, sig)))
	_, err = p.Sign(h, []byte("without init"))
	p.wants(err, module.OperationNotInitialized)
}

// TestSM2Envelope: an encryption pair comes in an envelope, opens what was encrypted to it, and goes alone.
func TestSM2Envelope(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "box", "sign")
	pair, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	envelope, err := sm.SealEnvelope(rand.Reader, p.spki(h, pub), pair)
	must(t, err)
	template := []*pkcs11.Attribute{at(pkcs11.CKA_LABEL, "box"), at(pkcs11.CKA_ID, "enc"), at(pkcs11.CKA_TOKEN, true)}
	enc, err := p.UnwrapKey(h, mech(module.SM2Unwrap), priv, envelope, template)
	must(t, err)
	if got := p.attribute(h, enc, pkcs11.CKA_ID); string(got) != "enc" {
		t.Errorf("CKA_ID %q", got)
	}
	cipher, err := sm.Encrypt(rand.Reader, pair.PublicKey(), []byte("0123456789abcdef"))
	must(t, err)
	must(t, p.DecryptInit(h, mech(module.SM2Crypt), enc))
	plain, err := p.Decrypt(h, cipher)
	must(t, err)
	if string(plain) != "0123456789abcdef" {
		t.Errorf("decrypted to %q", plain)
	}
	p.wants(p.DecryptInit(h, mech(module.SM2Crypt), priv), module.KeyFunctionNotPermitted)
	p.wants(p.SignInit(h, mech(module.SM2Digest), enc), module.KeyFunctionNotPermitted)
	cipher[len(cipher)-1] ^= 1
	must(t, p.DecryptInit(h, mech(module.SM2Crypt), enc))
	_, err = p.Decrypt(h, cipher)
	p.wants(err, module.EncryptedDataInvalid)
	_, err = p.UnwrapKey(h, mech(module.SM2Unwrap), priv, envelope[:50], template)
	p.wants(err, module.WrappedKeyInvalid)
	must(t, p.DestroyObject(h, enc))
	if left := p.find(h); len(left) != 2 {
		t.Errorf("%d objects left, want the signing pair", len(left))
	}
}

// TestSM2Encrypts: what the module encrypts to a public key, its private key opens.
func TestSM2Encrypts(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "box", "sign")
	pair, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	envelope, err := sm.SealEnvelope(rand.Reader, p.spki(h, pub), pair)
	must(t, err)
	_, err = p.UnwrapKey(h, mech(module.SM2Unwrap), priv, envelope, []*pkcs11.Attribute{at(pkcs11.CKA_ID, "enc")})
	must(t, err)
	public := p.find(h, at(pkcs11.CKA_CLASS, pkcs11.CKO_PUBLIC_KEY), at(pkcs11.CKA_ENCRYPT, true), at(pkcs11.CKA_ID, "enc"))
	if len(public) != 1 {
		t.Fatalf("%d public keys to encrypt with", len(public))
	}
	must(t, p.EncryptInit(h, mech(module.SM2Crypt), public[0]))
	cipher, err := p.Encrypt(h, []byte("plain"))
	must(t, err)
	plain, err := pair.Decrypt(cipher)
	must(t, err)
	if string(plain) != "plain" {
		t.Errorf("decrypted to %q", plain)
	}
}
