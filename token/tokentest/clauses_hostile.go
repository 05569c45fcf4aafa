package tokentest

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"certdesk/service"
)

func hostileClauses() []clause {
	return []clause{
		c("hostile/label", "a label that is not UTF-8 is told as printable text, and the token works and can be named anew", hostileLabel, OddLabel),
		c("hostile/crowd", "a thousand foreign objects are told as containers in time and stand in nobody's way", hostileCrowd, Crowd),
		c("hostile/protected", "a write-protected token says so and refuses every write; reading and signing work", hostileProtected, Protect),
		c("hostile/narrow", "with room for one certificate only, the second gives TokenFull and the first stays", hostileNarrow, Narrow),
		c("hostile/twins", "of two tokens with one serial none is opened: TokenSeveral names them", hostileTwins, Twin),
		c("hostile/pin-bytes", "PINs in GBK, with full-width digits or with broken UTF-8 are refused everywhere and cost no try", hostilePINs),
		c("hostile/ten-wrong", "ten wrong PINs, the token reopened after each, never let anyone in and count as in one session", hostileTenWrong),
		c("hostile/ten-wrong-replug", "ten wrong PINs, the token pulled after each, count as in one session", hostileTenReplug, Hotplug),
		c("hostile/so-wrong", "a wrong SO PIN unblocks nothing, changes nothing and takes no key", hostileSOWrong),
	}
}

func printable(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func hostileLabel(b *bench) {
	serial := b.h.(OddLabels).OddLabel(b.T, b.spec())
	if !listed(b.list(), serial) {
		b.Fatal("not listed")
	}
	s := b.open(serial)
	if got := b.info(s).Label; !printable(got) || got == label {
		b.Fatalf("label %q", got)
	}
	b.login(s)
	b.key(s, "box")
	b.ok(b.again(s, b.so()))
	if got := b.info(s).Label; got != "second" {
		b.Fatalf("label %q after initialising", got)
	}
}

// patience is how long a list of a thousand objects may take on the slowest device that one would still use.
const patience = 60 * time.Second

func hostileCrowd(b *bench) {
	s := b.open(b.h.(Crowds).Crowd(b.T, b.spec(), 1000))
	begin := time.Now()
	foreign, err := s.Containers(b.ctx)
	b.ok(err)
	if took := time.Since(begin); took > patience || len(foreign) == 0 {
		b.Fatalf("%d containers after %v", len(foreign), took)
	}
	for _, c := range foreign {
		if !printable(c.Name) {
			b.Fatalf("container name %q", c.Name)
		}
	}
	b.login(s)
	if _, err := s.GenerateKey(b.ctx, "box", b.alg()); service.IsCode(err, service.TokenFull) {
		return
	} else if err != nil {
		b.Fatal(err)
	}
	der := b.certificate(1000)
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
	b.same("certificate", b.read(s, "box", service.UsageSign), der)
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != len(foreign)+1 {
		b.Fatalf("%d containers beside %d foreign ones", len(list), len(foreign))
	}
}

func hostileProtected(b *bench) {
	s := b.open(b.h.(Protects).Protect(b.T, b.spec()))
	if !b.info(s).Protected {
		b.Fatal("does not say so")
	}
	b.login(s)
	_, gen := s.GenerateKey(b.ctx, "more", b.alg())
	for _, err := range []error{gen, b.again(s, b.so()), s.DeleteContainer(b.ctx, "box"),
		s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(500))} {
		b.wants(err, service.TokenProtected)
	}
	if info := b.info(s); info.Label != label {
		b.Fatalf("label %q", info.Label)
	}
	b.login(s)
	spki, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	sig, err := s.Sign(b.ctx, "box", []byte("m"))
	b.ok(err)
	b.ok(b.verify(spki, []byte("m"), sig))
}

func hostileNarrow(b *bench) {
	s := b.open(b.h.(Narrows).Narrow(b.T, b.spec()))
	b.login(s)
	spki, der := b.key(s, "box"), b.certificate(1000)
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
	_, err := s.GenerateKey(b.ctx, "more", b.alg())
	if err == nil {
		err = s.WriteCertificate(b.ctx, "more", service.UsageSign, b.certificate(1000))
	}
	b.wants(err, service.TokenFull)
	b.same("certificate", b.read(s, "box", service.UsageSign), der)
	sig, err := s.Sign(b.ctx, "box", []byte("m"))
	b.ok(err)
	b.ok(b.verify(spki, []byte("m"), sig))
}

func hostileTwins(b *bench) {
	serial := b.h.(Twins).Twin(b.T, b.spec())
	n := 0
	for _, info := range b.list() {
		if info.Serial == serial {
			n++
		}
	}
	if n != 2 {
		b.Fatalf("%d listed", n)
	}
	_, err := b.h.Tokens().Open(b.ctx, serial)
	b.wants(err, service.TokenSeveral)
	if got := service.ArgsOf(err)["serials"]; !strings.Contains(got, serial) {
		b.Fatalf("serials %q", got)
	}
}

func hostilePINs(b *bench) {
	s := b.in()
	before := b.info(s)
	for _, pin := range []string{"\xc3\xdc\xc2\xeb\xc3\xdc\xc2\xeb", "１２３４５６", "1234567\xff", "\x80\x81\x82\x83\x84\x85\x86\x87", "1234567é", "12345678\x00"} {
		bad, spec := []byte(pin), b.spec()
		spec.SOPIN, spec.UserPIN = []byte(b.so()), bad
		_, init := s.Initialise(b.ctx, spec)
		spec.UserPIN, spec.NewSOPIN = []byte(userPIN), bad
		_, initSO := s.Initialise(b.ctx, spec)
		for _, err := range []error{init, initSO, s.Login(b.ctx, bad), s.ChangePIN(b.ctx, bad, []byte(newPIN)),
			s.ChangePIN(b.ctx, []byte(userPIN), bad), s.Unblock(b.ctx, bad, []byte(newPIN)), b.underSO(s, bad, []byte(otherSO))} {
			b.wants(err, service.PINFormat)
		}
	}
	if after := b.info(s); after.User != before.User || after.SO != before.SO || after.Label != before.Label {
		b.Fatalf("%+v became %+v", before, after)
	}
	b.login(s)
}

// tenWrong gives ten wrong PINs, with interrupt after each, and sees where that leads.
func (b *bench) tenWrong(interrupt func(s service.TokenSession, serial string) service.TokenSession) {
	b.Helper()
	s, serial := b.madeSerial()
	limit := b.info(s).User.Max
	for i := 1; i <= 10; i++ {
		err := s.Login(b.ctx, []byte(wrong))
		if locked := b.has(Lock) && i >= limit; locked {
			b.wants(err, service.PINLocked)
		} else {
			b.wants(err, service.PINWrong)
			b.left(b.info(s).User, limit-i)
		}
		s = interrupt(s, serial)
	}
	err := s.Login(b.ctx, []byte(userPIN))
	if b.has(Lock) && limit <= 10 {
		b.wants(err, service.PINLocked)
		b.ok(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)))
		err = s.Login(b.ctx, []byte(newPIN))
	}
	b.ok(err)
}

func hostileTenWrong(b *bench) {
	b.tenWrong(func(s service.TokenSession, serial string) service.TokenSession {
		b.close(s)
		return b.open(serial)
	})
}

func hostileTenReplug(b *bench) {
	b.tenWrong(func(s service.TokenSession, serial string) service.TokenSession {
		b.ok(b.h.Remove(serial))
		b.ok(b.h.Insert(serial))
		b.ok(s.Close())
		return b.open(serial)
	})
}

func hostileSOWrong(b *bench) {
	s := b.in()
	spki, der := b.key(s, "box"), b.certificate(800)
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, der))
	b.wants(s.Unblock(b.ctx, []byte(wrong), []byte(newPIN)), service.SOPINWrong)
	b.wants(b.underSO(s, []byte(wrong), []byte(otherSO)), service.SOPINWrong)
	b.wants(s.Login(b.ctx, []byte(newPIN)), service.PINWrong)
	b.login(s)
	got, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
	b.same("certificate", b.read(s, "box", service.UsageSign), der)
	b.ok(s.Unblock(b.ctx, []byte(b.so()), []byte(newPIN)))
	b.ok(s.Login(b.ctx, []byte(newPIN)))
}
