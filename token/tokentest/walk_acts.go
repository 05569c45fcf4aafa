package tokentest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"

	"certdesk/service"
	"certdesk/service/sm"
)

func (w *walk) remove() {
	want := service.Code("")
	if !w.m.in {
		want = service.TokenAbsent
	}
	if w.call("remove", w.h.Remove(w.serial), want) {
		w.m.in, w.m.login = false, false
		if w.m.session == opened {
			w.m.session = dead
		}
	}
}

func (w *walk) insert() {
	if w.call("insert", w.h.Insert(w.serial), "") {
		w.m.in = true
	}
}

func (w *walk) open() {
	want := service.Code("")
	switch {
	case !w.m.in:
		want = service.TokenAbsent
	case w.m.session == opened:
		want = service.TokenBusy
	}
	s, err := w.h.Tokens().Open(w.ctx, w.serial)
	if !w.call("open", err, want) {
		return
	}
	if w.m.session == dead {
		w.graves = append(w.graves, w.s)
	}
	w.s, w.m.session, w.m.login = s, opened, false
}

func (w *walk) close() {
	if w.call("close", w.s.Close(), "") {
		w.m.session, w.m.login = closed, false
	}
}

func (w *walk) useGrave() {
	if len(w.graves) == 0 {
		return
	}
	s := pick(w, w.graves...)
	w.call("login on an old session", s.Login(w.ctx, []byte(w.m.user.pin)), service.TokenRemoved)
}

func (w *walk) loginWith(pin string) {
	want := w.m.doLogin(pin)
	w.call("login "+pin, w.s.Login(w.ctx, []byte(pin)), want)
}

func (w *walk) logout() {
	if w.call("logout", w.s.Logout(w.ctx), w.m.usable()) {
		w.m.login = false
	}
}

func (w *walk) changePIN() {
	old, new := w.pin(w.m.user.pin), w.fresh()
	want := w.m.doChangePIN(old, new)
	w.call("change PIN "+old+" to "+new, w.s.ChangePIN(w.ctx, []byte(old), []byte(new)), want)
}

func (w *walk) changeSO() {
	old, new := w.pin(w.m.so.pin), w.fresh()
	want := w.m.doChangeSO(old, new)
	w.call("change SO PIN "+old+" to "+new, w.s.ChangeSOPIN(w.ctx, []byte(old), []byte(new)), want)
}

func (w *walk) unblock() {
	so, new := w.pin(w.m.so.pin), w.fresh()
	want := w.m.doUnblock(so, new)
	w.call("unblock "+so+" to "+new, w.s.Unblock(w.ctx, []byte(so), []byte(new)), want)
}

func (w *walk) initialise(spec service.InitSpec) {
	want := w.m.doInitialise(spec, w.userMax)
	info, err := w.s.Initialise(w.ctx, spec)
	what := fmt.Sprintf("initialise %q SO %s to %s user %s", spec.Label, spec.SOPIN, spec.NewSOPIN, spec.UserPIN)
	if !w.call(what, err, want) {
		return
	}
	// A blank token does not say how many tries a user PIN will have; the first initialising tells.
	if w.userMax == 0 {
		w.userMax = info.User.Max
		w.m.user.left, w.m.user.max = w.userMax, w.userMax
	}
	if diff := w.m.agrees(info); diff != "" {
		w.Errorf("initialise says %s", diff)
	}
}

func (w *walk) generate(name string, alg service.KeyAlg) {
	want := w.m.rights()
	switch {
	case want != "":
	case name == "":
		want = service.InputRequired
	case name[0] > '~':
		want = service.InputInvalid
	case w.m.boxes[name] != nil:
		want = service.TokenExists
	case alg != service.AlgSM2:
		want = service.TokenUnsupported
	}
	spki, err := w.s.GenerateKey(w.ctx, name, alg)
	if w.call("generate "+name+" "+string(alg), err, want) {
		w.m.boxes[name] = &mbox{sign: spki}
	}
}

// object is rights, then the container.
func (w *walk) object(name string) (*mbox, service.Code) {
	if code := w.m.rights(); code != "" {
		return nil, code
	}
	if b := w.m.boxes[name]; b != nil {
		return b, ""
	}
	return nil, service.TokenObject
}

func (w *walk) sign() {
	name := w.name()
	b, want := w.object(name)
	sig, err := w.s.Sign(w.ctx, name, []byte("message"))
	if w.call("sign "+name, err, want) && sm.Verify(b.sign, []byte("message"), sig) != nil {
		w.Error("the signature does not hold")
	}
}

func (w *walk) importKey() {
	name := w.name()
	b, want := w.object(name)
	enc, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	recipient := enc.PublicKey()
	switch foreign := w.rng.IntN(3) == 0; {
	case want == "" && foreign:
		want = service.InputInvalid
	case want == "":
		recipient = b.sign
	}
	envelope, err := sm.SealEnvelope(rand.Reader, recipient, enc)
	if err != nil {
		w.Fatal(err)
	}
	if w.call("import into "+name, w.s.ImportEncryptionKey(w.ctx, name, envelope), want) {
		b.enc = enc.PublicKey()
	}
}

func (w *walk) decrypt() {
	name := w.name()
	b, want := w.object(name)
	ciphertext, plain := []byte{0x30, 0}, []byte("challenge")
	switch {
	case want == "" && b.enc == nil:
		want = service.TokenObject
	case want == "" && w.rng.IntN(3) == 0:
		want = service.InputInvalid
	case want == "":
		var err error
		if ciphertext, err = sm.Encrypt(rand.Reader, b.enc, plain); err != nil {
			w.Fatal(err)
		}
	}
	got, err := w.s.Decrypt(w.ctx, name, ciphertext)
	if w.call("decrypt with "+name, err, want) && !bytes.Equal(got, plain) {
		w.Error("another plaintext")
	}
}

// prove is decrypt with the comparison inside the token's side of the port.
func (w *walk) prove() {
	name := w.name()
	b, want := w.object(name)
	ciphertext, plain := []byte{0x30, 0}, []byte("sixteen byte key")
	switch {
	case want == "" && b.enc == nil:
		want = service.TokenObject
	case want == "" && w.rng.IntN(3) == 0:
		want = service.InputInvalid
	case want == "":
		var err error
		if ciphertext, err = sm.Encrypt(rand.Reader, b.enc, plain); err != nil {
			w.Fatal(err)
		}
		if w.rng.IntN(2) == 0 {
			plain[0], want = 'S', service.VerifyFailed
		}
	}
	w.call("prove "+name, w.s.ProveEncryption(w.ctx, name, ciphertext, plain), want)
}

func (w *walk) writeCert() {
	name, usage := w.name(), pick(w, service.UsageSign, service.UsageEncrypt)
	b, want := w.object(name)
	der := bytes.Repeat([]byte{byte(w.rng.IntN(256))}, 1+w.rng.IntN(900))
	if !w.call(fmt.Sprintf("write %s %s", name, usage), w.s.WriteCertificate(w.ctx, name, usage, der), want) {
		return
	}
	if usage == service.UsageSign {
		b.signCert = der
	} else {
		b.encCert = der
	}
}

func (w *walk) deleteBox() {
	name := w.name()
	_, want := w.object(name)
	if w.call("delete "+name, w.s.DeleteContainer(w.ctx, name), want) {
		delete(w.m.boxes, name)
	}
}

// compare holds everything visible against the model.
func (w *walk) compare() {
	list, err := w.h.Tokens().List(w.ctx)
	if err != nil || listed(list, w.serial) != w.m.in {
		w.Errorf("list: %v, in %v, model says %v", err, listed(list, w.serial), w.m.in)
	}
	info, err := w.s.Info(w.ctx)
	if w.call("info", err, w.m.usable()) {
		if diff := w.m.agrees(info); diff != "" {
			w.Errorf("info says %s, model %+v", diff, *w.m)
		}
	}
	boxes, err := w.s.Containers(w.ctx)
	if w.call("containers", err, w.m.usable()) {
		w.compareBoxes(boxes)
	}
}

func (w *walk) compareBoxes(boxes []service.Container) {
	var names []string
	for _, c := range boxes {
		names = append(names, c.Name)
		b := w.m.boxes[c.Name]
		if b == nil || !c.SignKey || c.EncKey != (b.enc != nil) || !bytes.Equal(c.Sign, b.signCert) || !bytes.Equal(c.Encrypt, b.encCert) {
			w.Errorf("container %s differs", c.Name)
			continue
		}
		w.compareKey(c.Name, service.UsageSign, b.sign)
		w.compareKey(c.Name, service.UsageEncrypt, b.enc)
		w.compareCert(c.Name, service.UsageSign, b.signCert)
		w.compareCert(c.Name, service.UsageEncrypt, b.encCert)
	}
	if want := slices.Sorted(maps.Keys(w.m.boxes)); !slices.Equal(slices.Sorted(slices.Values(names)), want) {
		w.Errorf("containers %v, model says %v", names, want)
	}
}

func (w *walk) compareKey(name string, usage service.KeyUsage, want []byte) {
	got, err := w.s.PublicKey(w.ctx, name, usage)
	w.compareValue("public key "+name+" "+string(usage), got, err, want)
}

func (w *walk) compareCert(name string, usage service.KeyUsage, want []byte) {
	got, err := w.s.ReadCertificate(w.ctx, name, usage)
	w.compareValue("certificate "+name+" "+string(usage), got, err, want)
}

func (w *walk) compareValue(what string, got []byte, err error, want []byte) {
	code := service.Code("")
	if want == nil {
		code = service.TokenObject
	}
	if w.call(what, err, code) && !bytes.Equal(got, want) {
		w.Errorf("%s differs", what)
	}
}
