package tokentest

import (
	"bytes"
	"slices"

	"certdesk/service"
)

func algClauses() []clause {
	of := func(alg service.KeyAlg) func(*bench) { return func(b *bench) { keyOfAlg(b, alg) } }
	judged := func(alg service.KeyAlg) func(*bench) { return func(b *bench) { algOpenSSL(b, alg) } }
	return []clause{
		c("key/algorithms", "the token names exactly the algorithms that it makes keys of; any other gives TokenUnsupported", keyAlgorithms),
		c("key/p256", "a P-256 key signs by ECDSA with SHA-256, DER, over its message only", of(service.AlgP256), P256),
		c("key/p256-openssl", "openssl accepts that signature", judged(service.AlgP256), P256),
		c("key/rsa2048", "an RSA-2048 key, exponent 65537, signs by RSASSA-PKCS1-v1_5 with SHA-256", of(service.AlgRSA), RSA),
		c("key/rsa2048-openssl", "openssl accepts that signature", judged(service.AlgRSA), RSA),
		c("key/rsa3072", "an RSA-3072 key does the same", of(service.AlgRSA3072), RSA3072),
		c("key/rsa3072-openssl", "openssl accepts that signature", judged(service.AlgRSA3072), RSA3072),
		c("key/single", "usage both is the place of usage sign: one key, one certificate, none of usage encrypt", keySingle),
		c("key/single-envelope", "a container that is not SM2 refuses an envelope with TokenUnsupported", singleEnvelope, P256, Envelope),
	}
}

func keyAlgorithms(b *bench) {
	s := b.in()
	named := b.info(s).Algs
	for _, alg := range []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA, service.AlgRSA3072} {
		if got := slices.Contains(named, alg); got != b.has(feature(alg)) {
			b.Errorf("%s among the algorithms %v: %v, by its abilities %v", alg, named, got, !got)
		}
		if !b.has(feature(alg)) {
			_, err := s.GenerateKey(b.ctx, "box", alg)
			b.wants(err, service.TokenUnsupported)
		}
	}
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 0 {
		b.Fatalf("a refused key left %+v", list)
	}
}

func keyOfAlg(b *bench, alg service.KeyAlg) {
	s, serial := b.madeSerial()
	b.login(s)
	spki := b.keyOf(s, "box", alg)
	b.checkKey(alg, spki)
	message := bytes.Repeat([]byte("certificate request "), 100)
	sig, err := s.Sign(b.ctx, "box", message)
	b.ok(err)
	if err := b.verify(spki, message, sig); err != nil {
		b.Fatal(err)
	}
	if b.verify(spki, message[1:], sig) == nil {
		b.Fatal("the signature holds over another message")
	}
	b.close(s)
	got, err := b.open(serial).PublicKey(b.ctx, "box", service.UsageBoth)
	b.ok(err)
	b.same("public key", got, spki)
}

func algOpenSSL(b *bench, alg service.KeyAlg) {
	s := b.in()
	spki, message := b.keyOf(s, "box", alg), []byte("a message that another implementation checks")
	sig, err := s.Sign(b.ctx, "box", message)
	b.ok(err)
	o := b.openssl()
	verify := func(message []byte) error {
		return o.run("dgst", "-sha256", "-verify", o.key(spki), "-signature", o.file("sig", sig), o.file("message", message))
	}
	if err := verify(message); err != nil {
		b.Fatalf("openssl refuses the signature: %v", err)
	}
	if verify([]byte("another")) == nil {
		b.Fatal("openssl accepts the signature over another message")
	}
}

func keySingle(b *bench) {
	for _, alg := range b.algs() {
		s := b.in()
		spki, der := b.keyOf(s, "box", alg), b.certificate(1000)
		for _, usage := range []service.KeyUsage{service.UsageSign, service.UsageBoth} {
			got, err := s.PublicKey(b.ctx, "box", usage)
			b.ok(err)
			b.same("public key", got, spki)
		}
		_, err := s.ReadCertificate(b.ctx, "box", service.UsageBoth)
		b.wants(err, service.TokenObject)
		b.ok(s.WriteCertificate(b.ctx, "box", service.UsageBoth, der))
		b.same("certificate", b.read(s, "box", service.UsageBoth), der)
		b.same("certificate", b.read(s, "box", service.UsageSign), der)
		_, err = s.ReadCertificate(b.ctx, "box", service.UsageEncrypt)
		b.wants(err, service.TokenObject)
		_, err = s.PublicKey(b.ctx, "box", service.UsageEncrypt)
		b.wants(err, service.TokenObject)
		list, err := s.Containers(b.ctx)
		b.ok(err)
		if len(list) != 1 || !list[0].SignKey || list[0].EncKey || !bytes.Equal(list[0].Sign, der) || list[0].Encrypt != nil {
			b.Fatalf("%s: containers %+v", alg, list)
		}
		b.close(s)
	}
}

func singleEnvelope(b *bench) {
	s := b.in()
	b.keyOf(s, "box", service.AlgP256)
	_, envelope := b.pairFor(b.keyOf(s, "other", service.AlgSM2))
	b.wants(s.ImportEncryptionKey(b.ctx, "box", envelope), service.TokenUnsupported)
	_, err := s.PublicKey(b.ctx, "box", service.UsageEncrypt)
	b.wants(err, service.TokenObject)
}
