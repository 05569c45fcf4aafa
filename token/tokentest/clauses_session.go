package tokentest

import (
	"context"

	"certdesk/service"
)

func sessionClauses() []clause {
	return []clause{
		c("session/exclusive", "a second session on the token gives TokenBusy until the first is closed", sessionExclusive, Exclude),
		c("session/second-token", "two tokens are open at once and do not share PINs, login or keys", sessionSecond, Several),
		c("session/removed", "after the token is pulled every call gives TokenRemoved", sessionRemoved, Hotplug),
		c("session/stays-dead", "a session stays dead when the token is put back; a new one works at once", sessionStaysDead, Hotplug),
		c("session/pulled-login", "pulling the token ends the login", sessionPulledLogin, Hotplug),
		c("session/close", "closing twice is no error; a closed session does nothing and its login is gone", sessionClose),
		c("session/cancelled", "a context that has ended gives Cancelled, nothing is done and no try is used", sessionCancelled),
	}
}

func sessionExclusive(b *bench) {
	s, serial := b.madeSerial()
	_, err := b.h.Tokens().Open(b.ctx, serial)
	b.wants(err, service.TokenBusy)
	b.login(s)
	b.close(s)
	b.info(b.open(serial))
}

func sessionSecond(b *bench) {
	one, two := b.in(), b.made()
	spki := b.key(one, "box")
	_, err := two.GenerateKey(b.ctx, "box", b.alg())
	b.wants(err, service.TokenLogin)
	b.ok(two.ChangePIN(b.ctx, []byte(userPIN), []byte(newPIN)))
	b.ok(two.Login(b.ctx, []byte(newPIN)))
	_, err = two.PublicKey(b.ctx, "box", service.UsageSign)
	b.wants(err, service.TokenObject)
	b.login(one)
	sig, err := one.Sign(b.ctx, "box", []byte("m"))
	b.ok(err)
	b.ok(b.verify(spki, []byte("m"), sig))
}

// allRemoved checks every call of a session on a pulled token.
func (b *bench) allRemoved(s service.TokenSession) {
	b.Helper()
	pin, other := []byte(userPIN), []byte(newPIN)
	_, info := s.Info(b.ctx)
	_, init := s.Initialise(b.ctx, b.spec())
	_, gen := s.GenerateKey(b.ctx, "new", b.alg())
	_, pub := s.PublicKey(b.ctx, "box", service.UsageSign)
	_, sign := s.Sign(b.ctx, "box", []byte("m"))
	_, dec := s.Decrypt(b.ctx, "box", []byte{0x30, 0})
	b.refused(dec, service.TokenRemoved, Plain)
	b.refused(b.prove(s, "box", []byte{0x30, 0}), service.TokenRemoved, Envelope)
	b.refused(s.ImportEncryptionKey(b.ctx, "box", []byte{0x30, 0}), service.TokenRemoved, Envelope)
	b.refused(s.DeleteContainer(b.ctx, "box"), service.TokenRemoved, Delete)
	_, list := s.Containers(b.ctx)
	_, read := s.ReadCertificate(b.ctx, "box", service.UsageSign)
	for _, err := range []error{info, init, gen, pub, sign, list, read, s.Login(b.ctx, pin), s.Logout(b.ctx),
		s.ChangePIN(b.ctx, pin, other), s.ChangeSOPIN(b.ctx, []byte(b.so()), other), s.Unblock(b.ctx, []byte(b.so()), other),
		s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(300))} {
		b.wants(err, service.TokenRemoved)
	}
}

func sessionRemoved(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	b.ok(b.h.Remove(serial))
	b.allRemoved(s)
	b.ok(s.Close())
}

func sessionStaysDead(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	spki := b.key(s, "box")
	b.ok(b.h.Remove(serial))
	b.ok(b.h.Insert(serial))
	b.allRemoved(s)
	fresh := b.open(serial)
	got, err := fresh.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
	b.ok(s.Close())
	b.login(fresh)
}

func sessionPulledLogin(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	b.key(s, "box")
	b.ok(b.h.Remove(serial))
	b.ok(b.h.Insert(serial))
	b.ok(s.Close())
	b.noRights(b.open(serial))
}

func sessionClose(b *bench) {
	s, serial := b.madeSerial()
	b.login(s)
	b.key(s, "box")
	b.close(s)
	b.close(s)
	if _, err := s.Sign(b.ctx, "box", []byte("m")); err == nil {
		b.Fatal("a closed session signs")
	}
	b.noRights(b.open(serial))
}

func sessionCancelled(b *bench) {
	s := b.made()
	before := b.info(s)
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	b.wants(s.Login(ctx, []byte(wrong)), service.Cancelled)
	b.wants(s.Unblock(ctx, []byte(wrong), []byte(newPIN)), service.Cancelled)
	_, err := s.Initialise(ctx, b.spec())
	b.wants(err, service.Cancelled)
	if after := b.info(s); after.User != before.User || after.SO != before.SO || after.Label != before.Label {
		b.Fatalf("a cancelled act did something: %+v to %+v", before, after)
	}
}
