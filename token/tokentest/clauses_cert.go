package tokentest

import (
	"fmt"
	"strconv"

	"certdesk/service"
)

func certClauses() []clause {
	return []clause{
		c("cert/write-read", "a written certificate reads back byte for byte, without login, after reopening", certWriteRead),
		c("cert/both", "signing and encryption certificate stand side by side", certBoth, SM2, Envelope),
		c("cert/replace", "writing again replaces; writing the same again changes nothing", certReplace),
		c("cert/none", "a certificate that was not written gives TokenObject", certNone),
		c("cert/usage", "a usage that does not exist is refused", certUsage),
		c("cert/full", "a full token gives TokenFull with need and free, keeps what it has and can be freed", certFull, Space, Delete),
		c("container/delete", "deleting a container takes keys and certificates and leaves the others", containerDelete, Delete),
		c("container/reuse", "after deleting, the name serves a new key", containerReuse, Delete),
		c("space/free", "free space falls with every certificate and comes back", spaceFree, Space, Delete),
	}
}

func (b *bench) read(s service.TokenSession, container string, usage service.KeyUsage) []byte {
	b.Helper()
	der, err := s.ReadCertificate(b.ctx, container, usage)
	b.ok(err)
	return der
}

func certWriteRead(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	b.key(s, "box")
	der := b.certificate(1100)
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
	b.same("certificate", b.read(s, "box", service.UsageSign), der)
	b.close(s)
	b.same("certificate", b.read(b.open(serial), "box", service.UsageSign), der)
}

func certBoth(b *bench) {
	s, _, _ := b.imported()
	sign, enc := b.certificate(900), b.certificate(950)
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, sign))
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageEncrypt, enc))
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 1 {
		b.Fatalf("%d containers", len(list))
	}
	b.same("signing certificate", list[0].Sign, sign)
	b.same("encryption certificate", list[0].Encrypt, enc)
	b.same("encryption certificate", b.read(s, "box", service.UsageEncrypt), enc)
}

func certReplace(b *bench) {
	s := b.in()
	spki := b.key(s, "box")
	for _, der := range [][]byte{b.certificate(900), b.certificate(1400), b.certificate(500)} {
		b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
		b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
		b.same("certificate", b.read(s, "box", service.UsageSign), der)
	}
	got, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
}

func certNone(b *bench) {
	s := b.in()
	b.key(s, "box")
	for _, usage := range []service.KeyUsage{service.UsageSign, service.UsageEncrypt} {
		_, err := s.ReadCertificate(b.ctx, "box", usage)
		b.wants(err, service.TokenObject)
	}
}

func certUsage(b *bench) {
	s := b.in()
	b.key(s, "box")
	_, err := s.ReadCertificate(b.ctx, "box", "seal")
	b.wants(err, service.InputChoice)
	b.wants(s.WriteCertificate(b.ctx, "box", "seal", b.certificate(300)), service.InputChoice)
}

// fill writes certificates until the token is full; it returns the containers written and the refusal.
func (b *bench) fill(s service.TokenSession) (names []string, full error) {
	b.Helper()
	for i := range 1000 {
		name := fmt.Sprintf("fill-%03d", i)
		_, full = s.GenerateKey(b.ctx, name, b.alg())
		if full != nil {
			return names, full
		}
		names = append(names, name)
		for _, usage := range []service.KeyUsage{service.UsageSign, service.UsageEncrypt} {
			if full = s.WriteCertificate(b.ctx, name, usage, b.certificate(6000)); full != nil {
				return names, full
			}
		}
	}
	b.Fatal("1000 containers did not fill the token")
	return nil, nil
}

func certFull(b *bench) {
	s := b.in()
	spki, der := b.key(s, "box"), b.certificate(1000)
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
	names, full := b.fill(s)
	b.wants(full, service.TokenFull)
	need, e1 := strconv.Atoi(service.ArgsOf(full)["need"])
	free, e2 := strconv.Atoi(service.ArgsOf(full)["free"])
	if e1 != nil || e2 != nil || need <= free {
		b.Fatalf("full token says %v", service.ArgsOf(full))
	}
	b.same("certificate", b.read(s, "box", service.UsageSign), der)
	got, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
	b.ok(s.DeleteContainer(b.ctx, names[0]))
	b.key(s, "after")
	b.ok(s.WriteCertificate(b.ctx, "after", service.UsageSign, der))
}

func containerDelete(b *bench) {
	s := b.in()
	b.key(s, "box")
	other := b.key(s, "other")
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(800)))
	b.ok(s.DeleteContainer(b.ctx, "box"))
	_, err := s.ReadCertificate(b.ctx, "box", service.UsageSign)
	b.wants(err, service.TokenObject)
	_, err = s.Sign(b.ctx, "box", []byte("m"))
	b.wants(err, service.TokenObject)
	b.wants(s.DeleteContainer(b.ctx, "box"), service.TokenObject)
	got, err := s.PublicKey(b.ctx, "other", service.UsageSign)
	b.ok(err)
	b.same("other key", got, other)
}

func containerReuse(b *bench) {
	s := b.in()
	old := b.key(s, "box")
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(800)))
	b.ok(s.DeleteContainer(b.ctx, "box"))
	if string(b.key(s, "box")) == string(old) {
		b.Fatal("the deleted key came back")
	}
	_, err := s.ReadCertificate(b.ctx, "box", service.UsageSign)
	b.wants(err, service.TokenObject)
}

func spaceFree(b *bench) {
	s := b.in()
	start := b.info(s)
	if start.Free <= 0 || start.Free > start.Total {
		b.Fatalf("free %d of %d", start.Free, start.Total)
	}
	b.key(s, "box")
	key := b.info(s).Free
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(2000)))
	cert := b.info(s).Free
	if key >= start.Free || key-cert < 2000 {
		b.Fatalf("free %d, with key %d, with certificate %d", start.Free, key, cert)
	}
	b.ok(s.DeleteContainer(b.ctx, "box"))
	if got := b.info(s).Free; got != start.Free {
		b.Fatalf("free %d after deleting, was %d", got, start.Free)
	}
}
