package tokentest

import (
	"strings"

	"certdesk/service"
)

func initClauses() []clause {
	return []clause{
		c("blank/says-so", "a factory-new token is not initialised and has no label", blankSaysSo, Fresh),
		c("blank/default-so", "a factory-new token reports its SO PIN as default, an initialised one does not", blankDefault, Default, Fresh),
		c("blank/no-user", "logging in to, or setting PINs of, a token that is not initialised gives TokenBlank", blankNoUser, Fresh),
		c("blank/no-keys", "a token that is not initialised holds no container and makes no key", blankNoKeys, Fresh),
		c("init/sets", "initialising sets label and PINs and says so", initSets),
		c("init/erases", "initialising again erases containers, keys and certificates", initErases, Erase),
		c("init/logs-out", "initialising leaves the session logged out", initLogsOut, Erase),
		c("init/wrong-so", "a wrong SO PIN does not initialise, erases nothing and counts", initWrongSO, Erase),
		c("init/old-so", "the SO PIN in force is needed; the earlier one is wrong", initOldSO, Erase, SOChange),
		c("init/resets-tries", "initialising resets both counters", initResets, Erase, Counters),
		c("init/label", "a label has 1 to 32 ASCII characters", initLabel),
		c("init/pin-format", "a malformed PIN is refused before anything is erased and costs no try", initPINFormat),
	}
}

func blankSaysSo(b *bench) {
	info := b.info(b.open(b.h.Blank(b.T)))
	if info.Initialised || info.Label != "" || info.User.Locked {
		b.Fatalf("blank token says %+v", info)
	}
}

func blankDefault(b *bench) {
	serial := b.h.Blank(b.T)
	s := b.open(serial)
	if !b.info(s).SO.Default {
		b.Fatal("factory SO PIN not reported")
	}
	_, err := s.Initialise(b.ctx, b.spec())
	b.ok(err)
	if b.info(s).SO.Default || b.info(s).User.Default {
		b.Fatal("PINs still reported as default")
	}
}

func blankNoUser(b *bench) {
	s := b.open(b.h.Blank(b.T))
	pin, so := []byte(userPIN), b.h.SOPIN()
	b.wants(s.Login(b.ctx, pin), service.TokenBlank)
	b.wants(s.ChangePIN(b.ctx, pin, []byte(newPIN)), service.TokenBlank)
	b.wants(s.Unblock(b.ctx, so, pin), service.TokenBlank)
	b.wants(b.underSO(s, so, []byte(b.so())), service.TokenBlank)
}

func blankNoKeys(b *bench) {
	s := b.open(b.h.Blank(b.T))
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 0 {
		b.Fatalf("containers %v", list)
	}
	_, err = s.GenerateKey(b.ctx, "box", b.alg())
	b.wants(err, service.TokenLogin)
}

func initSets(b *bench) {
	s := b.open(b.h.Blank(b.T))
	told, err := s.Initialise(b.ctx, b.spec())
	b.ok(err)
	info := b.info(s)
	if !told.Initialised || told.Label != label || told.Serial != info.Serial {
		b.Fatalf("initialise says %+v", told)
	}
	if !info.Initialised || info.Label != label || !info.User.Set {
		b.Fatalf("info says %+v", info)
	}
	b.login(s)
	b.ok(b.underSO(s, []byte(b.so()), []byte(otherSO)))
}

// again initialises anew with another label.
func (b *bench) again(s service.TokenSession, so string) error {
	spec := b.spec()
	spec.SOPIN, spec.Label = []byte(so), "second"
	_, err := s.Initialise(b.ctx, spec)
	return err
}

func initErases(b *bench) {
	s := b.in()
	b.key(s, "box")
	b.ok(s.WriteCertificate(b.ctx, "box", service.UsageSign, b.certificate(800)))
	b.ok(b.again(s, b.so()))
	list, err := s.Containers(b.ctx)
	b.ok(err)
	if len(list) != 0 || b.info(s).Label != "second" {
		b.Fatalf("after initialising: %v, label %q", list, b.info(s).Label)
	}
	_, err = s.PublicKey(b.ctx, "box", service.UsageSign)
	b.wants(err, service.TokenObject)
}

func initLogsOut(b *bench) {
	s := b.in()
	b.ok(b.again(s, b.so()))
	_, err := s.Sign(b.ctx, "box", []byte("m"))
	b.wants(err, service.TokenLogin)
}

func initWrongSO(b *bench) {
	s := b.in()
	spki := b.key(s, "box")
	before := b.info(s).SO.Left
	b.wants(b.again(s, wrong), service.SOPINWrong)
	info := b.info(s)
	b.left(info.SO, before-1)
	got, err := s.PublicKey(b.ctx, "box", service.UsageSign)
	b.ok(err)
	b.same("public key", got, spki)
	if info.Label != label {
		b.Fatalf("label became %q", info.Label)
	}
}

func initOldSO(b *bench) {
	s := b.made()
	if b.has(Fresh) {
		b.wants(b.again(s, string(b.h.SOPIN())), service.SOPINWrong)
	}
	b.ok(s.ChangeSOPIN(b.ctx, []byte(b.so()), []byte(otherSO)))
	b.wants(b.again(s, b.so()), service.SOPINWrong)
	b.ok(b.again(s, otherSO))
}

func initResets(b *bench) {
	s := b.made()
	full := b.info(s)
	b.wrongPIN(s, full.User.Max-1)
	b.wants(b.again(s, wrong), service.SOPINWrong)
	b.ok(b.again(s, b.so()))
	b.left(b.info(s).User, full.User.Max)
	b.left(b.info(s).SO, full.SO.Max)
}

func initLabel(b *bench) {
	s := b.open(b.h.Blank(b.T))
	before := b.info(s)
	cases := map[string]service.Code{"": service.InputRequired, strings.Repeat("a", 33): service.InputTooLong,
		"标签": service.InputInvalid, "a\x00b": service.InputInvalid}
	for text, code := range cases {
		spec := b.spec()
		spec.Label = text
		_, err := s.Initialise(b.ctx, spec)
		b.wants(err, code)
	}
	if after := b.info(s); after.Initialised != before.Initialised || after.Label != before.Label {
		b.Fatal("a bad label initialised the token")
	}
}

func initPINFormat(b *bench) {
	s := b.open(b.h.Blank(b.T))
	before := b.info(s)
	for _, spoil := range []func(*service.InitSpec){
		func(i *service.InitSpec) { i.UserPIN = []byte("123") },
		func(i *service.InitSpec) { i.NewSOPIN = []byte("口令口令口令") },
		func(i *service.InitSpec) { i.SOPIN = nil },
	} {
		spec := b.spec()
		spoil(&spec)
		_, err := s.Initialise(b.ctx, spec)
		b.wants(err, service.PINFormat)
	}
	if info := b.info(s); info.Initialised != before.Initialised || info.SO != before.SO {
		b.Fatalf("after refused PINs: %+v", info)
	}
}
