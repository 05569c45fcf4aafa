package tokentest

import (
	"crypto/rand"
	"strings"

	"certdesk/service"
	"certdesk/service/sm"
)

func proveClauses() []clause {
	return []clause{
		c("prove/holds", "the imported key proves itself by an SM2 ciphertext of 16 bytes, also after reopening", proveHolds, SM2, Envelope),
		c("prove/openssl", "it proves itself by what openssl encrypted", proveOpenSSL, SM2, Envelope),
		c("prove/another-plain", "another plaintext than the ciphertext's gives VerifyFailed (decryption)", proveAnother, SM2, Envelope),
		c("prove/another-key", "a ciphertext for another key does not prove anything", proveAnotherKey, SM2, Envelope),
		c("prove/garbage", "garbage for a ciphertext does not prove anything", proveGarbage, SM2, Envelope),
		c("prove/no-container", "without the container or its encryption key there is TokenObject", proveNowhere, SM2, Envelope),
		c("prove/login", "proving needs the login", proveLogin, SM2, Envelope),
		c("decrypt/plain", "the imported key decrypts to the plaintext, of 2, 16 and 96 bytes", decryptPlain, SM2, Envelope, Plain),
		c("decrypt/garbage", "a ciphertext that does not open is refused", decryptGarbage, SM2, Envelope, Plain),
	}
}

const challengePlain = "sixteen byte key"

// cipher encrypts the challenge for an encryption key.
func (b *bench) cipher(spki []byte) []byte {
	b.Helper()
	ciphertext, err := sm.Encrypt(rand.Reader, spki, []byte(challengePlain))
	b.ok(err)
	return ciphertext
}

// imported is a session, logged in, on a token whose container box has an encryption pair.
func (b *bench) imported() (s service.TokenSession, serial string, enc []byte) {
	b.Helper()
	s, serial = b.madeSerial()
	b.login(s)
	pair, envelope := b.pairFor(b.key(s, "box"))
	b.ok(s.ImportEncryptionKey(b.ctx, "box", envelope))
	return s, serial, pair.PublicKey()
}

func (b *bench) prove(s service.TokenSession, container string, ciphertext []byte) error {
	return s.ProveEncryption(b.ctx, container, ciphertext, []byte(challengePlain))
}

func proveHolds(b *bench) {
	s, serial, enc := b.imported()
	b.ok(b.prove(s, "box", b.cipher(enc)))
	b.close(s)
	s = b.open(serial)
	b.login(s)
	b.ok(b.prove(s, "box", b.cipher(enc)))
}

func proveOpenSSL(b *bench) {
	s, _, enc := b.imported()
	o := b.openssl()
	b.ok(o.run("pkeyutl", "-encrypt", "-pubin", "-inkey", o.key(enc),
		"-in", o.file("plain", []byte(challengePlain)), "-out", o.path("cipher")))
	b.ok(b.prove(s, "box", o.read("cipher")))
}

func proveAnother(b *bench) {
	s, _, enc := b.imported()
	err := s.ProveEncryption(b.ctx, "box", b.cipher(enc), []byte("another sixteen."))
	b.wants(err, service.VerifyFailed)
	if got := service.ArgsOf(err)["check"]; got != "decryption" {
		b.Fatalf("check %q", got)
	}
	b.ok(b.prove(s, "box", b.cipher(enc)))
}

// unproved accepts every word for a ciphertext that does not open: devices that only take session keys see another key come out.
func (b *bench) unproved(err error) {
	b.Helper()
	if !service.IsCode(err, service.VerifyFailed, service.InputInvalid, service.TokenFailed) {
		b.Fatalf("got %v, want %s, %s or %s", err, service.VerifyFailed, service.InputInvalid, service.TokenFailed)
	}
}

func proveAnotherKey(b *bench) {
	s, _, enc := b.imported()
	other, err := sm.GenerateKey(rand.Reader)
	b.ok(err)
	b.unproved(b.prove(s, "box", b.cipher(other.PublicKey())))
	b.ok(b.prove(s, "box", b.cipher(enc)))
}

func proveGarbage(b *bench) {
	s, _, enc := b.imported()
	flipped := b.cipher(enc)
	flipped[len(flipped)-1] ^= 1
	whole := b.cipher(enc)
	for _, bad := range [][]byte{nil, {0x30}, {0x30, 0}, whole[:len(whole)-1], flipped} {
		b.unproved(b.prove(s, "box", bad))
	}
	b.ok(b.prove(s, "box", whole))
}

func proveNowhere(b *bench) {
	s := b.in()
	enc, _ := b.pairFor(b.key(s, "box"))
	b.wants(b.prove(s, "none", b.cipher(enc.PublicKey())), service.TokenObject)
	b.wants(b.prove(s, "box", b.cipher(enc.PublicKey())), service.TokenObject)
}

func proveLogin(b *bench) {
	s, _, enc := b.imported()
	b.ok(s.Logout(b.ctx))
	b.wants(b.prove(s, "box", b.cipher(enc)), service.TokenLogin)
}

func decryptPlain(b *bench) {
	s, _, enc := b.imported()
	for _, n := range []int{2, 16, 96} {
		plain := []byte(strings.Repeat("k", n))
		ciphertext, err := sm.Encrypt(rand.Reader, enc, plain)
		b.ok(err)
		got, err := s.Decrypt(b.ctx, "box", ciphertext)
		b.ok(err)
		b.same("plaintext", got, plain)
	}
}

func decryptGarbage(b *bench) {
	s, _, enc := b.imported()
	ciphertext := b.cipher(enc)
	ciphertext[len(ciphertext)-1] ^= 1
	for _, bad := range [][]byte{nil, {0x30, 0}, ciphertext} {
		got, err := s.Decrypt(b.ctx, "box", bad)
		b.refusedEnvelope(err)
		if got != nil {
			b.Fatal("plaintext beside an error")
		}
	}
}
