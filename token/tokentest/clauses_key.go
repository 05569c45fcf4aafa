package tokentest

import (
	"bytes"
	"strings"

	"certdesk/service"
)

func keyClauses() []clause {
	return []clause{
		c("key/generate", "a generated key is one of its algorithm, listed and readable without login", keyGenerate),
		c("key/once", "a container that holds a signing key refuses another with TokenExists and keeps the first", keyOnce),
		c("key/differ", "two containers hold two keys", keyDiffer),
		c("key/unsupported", "an algorithm the token does not name gives TokenUnsupported", keyUnsupported),
		c("key/name", "a container name has 1 to 64 ASCII characters", keyName),
		c("key/object", "a container that is not there gives TokenObject", keyObject),
		c("key/survives", "the key survives closing and reopening", keySurvives),
		c("sign/verifies", "a signature verifies (SM3withSM2 with the default user id, or SHA-256), and only over its message under its key", signVerifies),
		c("sign/openssl", "a signature verifies under openssl pkeyutl with distid 1234567812345678", signOpenSSL, SM2),
		c("sign/sizes", "messages of 1, 31, 32, 33 and 100,000 bytes are hashed whole", signSizes),
		c("sign/empty", "an empty message is refused with InputRequired", signEmpty),
		c("sign/login", "every act on keys and every write needs the login", signLogin),
		c("sign/logout", "logging out drops the rights at once", signLogout),
	}
}

func keyGenerate(b *bench) {
	s := b.in()
	spki := b.key(s, "box")
	b.checkKey(b.alg(), spki)
	b.ok(s.Logout(b.ctx))
	got, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 1 || list[0].Name != "box" || !list[0].SignKey || list[0].EncKey || list[0].Sign != nil {
		b.Fatalf("containers %+v", list)
	}
}

func keyOnce(b *bench) {
	s := b.in()
	spki := b.key(s, "box")
	_, err := s.GenerateKey(b.ctx, "box", b.alg())
	b.wants(err, service.TokenExists)
	got, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
}

func keyDiffer(b *bench) {
	s := b.in()
	if bytes.Equal(b.key(s, "one"), b.key(s, "two")) {
		b.Fatal("the same key twice")
	}
}

func keyUnsupported(b *bench) {
	s := b.in()
	_, err := s.GenerateKey(b.ctx, "box", "dsa1024")
	b.wants(err, service.TokenUnsupported)
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 0 {
		b.Fatalf("a refused key left %+v", list)
	}
}

func keyName(b *bench) {
	s := b.in()
	for name, code := range map[string]service.Code{"": service.InputRequired, "容器": service.InputInvalid,
		strings.Repeat("n", 65): service.InputTooLong} {
		_, err := s.GenerateKey(b.ctx, name, b.alg())
		b.wants(err, code)
	}
	b.key(s, label)
}

func keyObject(b *bench) {
	s := b.in()
	_, err := s.PublicKey(b.ctx, "none", service.UsageSign)
	b.wants(err, service.TokenObject)
	_, err = s.Sign(b.ctx, "none", []byte("m"))
	b.wants(err, service.TokenObject)
	_, err = s.ReadCertificate(b.ctx, "none", service.UsageSign)
	b.wants(err, service.TokenObject)
	b.wants(s.WriteCertificate(b.ctx, "none", service.UsageSign, b.certificate(300)), service.TokenObject)
}

func keySurvives(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	spki := b.key(s, "box")
	b.close(s)
	s = b.open(serial)
	b.login(s)
	sig, err := s.Sign(b.ctx, "box", []byte("m"))
	b.ok(err)
	b.ok(b.verify(spki, []byte("m"), sig))
}

func signVerifies(b *bench) {
	s := b.in()
	spki, other := b.key(s, "box"), b.key(s, "other")
	message := []byte("证书请求 TBS")
	sig, err := s.Sign(b.ctx, "box", message)
	b.ok(err)
	b.ok(b.verify(spki, message, sig))
	if b.verify(spki, []byte("another"), sig) == nil || b.verify(other, message, sig) == nil {
		b.Fatal("the signature holds over another message or under another key")
	}
}

func signOpenSSL(b *bench) {
	s := b.in()
	spki := b.keyOf(s, "box", service.AlgSM2)
	message := []byte("a message that another implementation checks")
	sig, err := s.Sign(b.ctx, "box", message)
	b.ok(err)
	o := b.openssl()
	verify := func(message []byte) error {
		return o.run("pkeyutl", "-verify", "-pubin", "-inkey", o.key(spki), "-rawin", "-digest", "sm3",
			"-in", o.file("message", message), "-sigfile", o.file("sig", sig), "-pkeyopt", "distid:1234567812345678")
	}
	if err := verify(message); err != nil {
		b.Fatalf("openssl refuses the signature: %v", err)
	}
	if verify([]byte("another")) == nil {
		b.Fatal("openssl accepts the signature over another message")
	}
}

func signSizes(b *bench) {
	s := b.in()
	spki := b.key(s, "box")
	for _, n := range []int{1, 31, 32, 33, 100_000} {
		message := bytes.Repeat([]byte{0xA5}, n)
		sig, err := s.Sign(b.ctx, "box", message)
		b.ok(err)
		b.ok(b.verify(spki, message, sig))
	}
}

func signEmpty(b *bench) {
	s := b.in()
	b.key(s, "box")
	_, err := s.Sign(b.ctx, "box", nil)
	b.wants(err, service.InputRequired)
}

// refused wants code; a device without the feature may as well say TokenUnsupported, for it never does the act.
func (b *bench) refused(err error, code service.Code, f Feature) {
	b.Helper()
	if !b.has(f) && service.IsCode(err, service.TokenUnsupported) {
		return
	}
	b.wants(err, code)
}

// noRights checks that every act that needs a login is refused.
func (b *bench) noRights(s service.TokenSession) {
	b.Helper()
	_, err := s.GenerateKey(b.ctx, "more", b.alg())
	b.wants(err, service.TokenLogin)
	_, err = s.Sign(b.ctx, "box", []byte("m"))
	b.wants(err, service.TokenLogin)
	_, err = s.Decrypt(b.ctx, "box", []byte{0x30, 0})
	b.refused(err, service.TokenLogin, Plain)
	b.refused(b.prove(s, "box", []byte{0x30, 0}), service.TokenLogin, Envelope)
	b.refused(s.ImportEncryptionKey(b.ctx, "box", []byte{0x30, 0}), service.TokenLogin, Envelope)
	b.wants(s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(300)), service.TokenLogin)
	b.refused(s.DeleteContainer(b.ctx, "box"), service.TokenLogin, Delete)
}

func signLogin(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	b.key(s, "box")
	b.close(s)
	b.noRights(b.open(serial))
}

func signLogout(b *bench) {
	s := b.in()
	b.key(s, "box")
	b.ok(s.Logout(b.ctx))
	b.noRights(s)
	b.ok(s.Logout(b.ctx))
}
