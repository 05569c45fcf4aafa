package tokentest

import (
	"crypto/rand"

	"certdesk/service"
	"certdesk/service/sm"
)

func envelopeClauses() []clause {
	return []clause{
		c("envelope/import", "an envelope for the signing key is imported; its public key is then readable", envelopeImport, SM2, Envelope),
		c("envelope/another-key", "an envelope for another key is refused and changes nothing", envelopeOther, SM2, Envelope),
		c("envelope/garbage", "garbage for an envelope is refused and changes nothing", envelopeGarbage, SM2, Envelope),
		c("envelope/again", "importing the same envelope again changes nothing; another one replaces it", envelopeAgain, SM2, Envelope),
		c("envelope/no-container", "without the container or its key there is TokenObject", envelopeNowhere, SM2, Envelope),
	}
}

// pairFor makes an encryption pair as the centre would and its envelope for spki.
func (b *bench) pairFor(spki []byte) (enc *sm.PrivateKey, envelope []byte) {
	b.Helper()
	enc, err := sm.GenerateKey(rand.Reader)
	b.ok(err)
	envelope, err = sm.SealEnvelope(rand.Reader, spki, enc)
	b.ok(err)
	return enc, envelope
}

// challenge proves the private encryption key on the token, as making does.
func (b *bench) challenge(s service.TokenSession, container string, spki []byte) {
	b.Helper()
	b.ok(b.prove(s, container, b.cipher(spki)))
}

func (b *bench) encrypted(s service.TokenSession, container string) []byte {
	b.Helper()
	spki, err := s.PublicKey(b.ctx, container, service.UsageEncrypt)
	b.ok(err)
	return spki
}

func envelopeImport(b *bench) {
	s := b.in()
	enc, envelope := b.pairFor(b.key(s, "box"))
	_, err := s.PublicKey(b.ctx, "box", service.UsageEncrypt)
	b.wants(err, service.TokenObject)
	b.ok(s.ImportEncryptionKey(b.ctx, "box", envelope))
	b.ok(s.Logout(b.ctx))
	b.same("encryption public key", b.encrypted(s, "box"), enc.PublicKey())
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 1 || !list[0].EncKey {
		b.Fatalf("containers %+v", list)
	}
}

// refusedEnvelope accepts both words for it: devices that cannot tell a foreign envelope from a failure say TokenFailed.
func (b *bench) refusedEnvelope(err error) {
	b.Helper()
	if !service.IsCode(err, service.InputInvalid, service.TokenFailed) {
		b.Fatalf("got %v, want %s or %s", err, service.InputInvalid, service.TokenFailed)
	}
}

func envelopeOther(b *bench) {
	s := b.in()
	enc, good := b.pairFor(b.key(s, "box"))
	_, foreign := b.pairFor(b.key(s, "other"))
	b.refusedEnvelope(s.ImportEncryptionKey(b.ctx, "box", foreign))
	_, err := s.PublicKey(b.ctx, "box", service.UsageEncrypt)
	b.wants(err, service.TokenObject)
	b.ok(s.ImportEncryptionKey(b.ctx, "box", good))
	b.refusedEnvelope(s.ImportEncryptionKey(b.ctx, "box", foreign))
	b.challenge(s, "box", enc.PublicKey())
}

func envelopeGarbage(b *bench) {
	s := b.in()
	_, good := b.pairFor(b.key(s, "box"))
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)-1] ^= 1
	for _, bad := range [][]byte{nil, {0x30}, good[:len(good)-1], append(append([]byte(nil), good...), 0), flipped} {
		b.refusedEnvelope(s.ImportEncryptionKey(b.ctx, "box", bad))
	}
	_, err := s.PublicKey(b.ctx, "box", service.UsageEncrypt)
	b.wants(err, service.TokenObject)
}

func envelopeAgain(b *bench) {
	s := b.in()
	spki := b.key(s, "box")
	enc, envelope := b.pairFor(spki)
	b.ok(s.ImportEncryptionKey(b.ctx, "box", envelope))
	b.ok(s.ImportEncryptionKey(b.ctx, "box", envelope))
	b.challenge(s, "box", enc.PublicKey())
	enc, envelope = b.pairFor(spki)
	b.ok(s.ImportEncryptionKey(b.ctx, "box", envelope))
	b.same("encryption public key", b.encrypted(s, "box"), enc.PublicKey())
	b.challenge(s, "box", enc.PublicKey())
}

func envelopeNowhere(b *bench) {
	s := b.in()
	_, envelope := b.pairFor(b.key(s, "box"))
	b.wants(s.ImportEncryptionKey(b.ctx, "none", envelope), service.TokenObject)
	if b.has(Plain) {
		_, err := s.Decrypt(b.ctx, "box", []byte{0x30, 0})
		b.wants(err, service.TokenObject)
	}
}
