package softkey_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

const (
	trialDir    = "ukeys"
	trialSerial = "TRIAL-1"
	newUserPIN  = "975311"
	newSOPIN    = "so-24680"
	wrongPIN    = "000000"
)

// trial is a token on a forgetful disk with everything on it: label, both PINs, a dual pair, two certificates.
type trial struct {
	testing.TB
	disk *softkeytest.Forgetful
	d    *softkey.Driver
	s    service.TokenSession
}

// recipe is what every trial begins with; made once, the keys are the same in all.
type recipe struct {
	files    map[string][]byte
	envelope []byte // another encryption pair for the signing key
	spki     []byte
}

func newRecipe(t testing.TB) recipe {
	t.Helper()
	tr := &trial{TB: t, disk: softkeytest.NewForgetful(1)}
	tr.boot()
	must(t, tr.d.Create(trialSerial))
	must(t, tr.d.Insert(trialSerial))
	tr.take()
	ctx := context.Background()
	_, err := tr.s.Initialise(ctx, trialSpec("job", softkey.FactorySOPIN, soPIN))
	must(t, err)
	must(t, tr.s.Login(ctx, []byte(userPIN)))
	r := recipe{}
	r.spki, err = tr.s.GenerateKey(ctx, "box", service.AlgSM2)
	must(t, err)
	must(t, tr.s.ImportEncryptionKey(ctx, "box", envelopeFor(t, r.spki)))
	r.envelope = envelopeFor(t, r.spki)
	must(t, tr.s.WriteCertificate(ctx, "box", service.UsageSign, []byte("old signing")))
	must(t, tr.s.WriteCertificate(ctx, "box", service.UsageEncrypt, []byte("old encryption")))
	must(t, tr.s.Close())
	r.files = tr.disk.Files()
	return r
}

func envelopeFor(t testing.TB, spki []byte) []byte {
	t.Helper()
	key, err := sm.GenerateKey(rand.Reader)
	must(t, err)
	envelope, err := sm.SealEnvelope(rand.Reader, spki, key)
	must(t, err)
	return envelope
}

func trialSpec(label, so, newSO string) service.InitSpec {
	return service.InitSpec{Label: label, SOPIN: []byte(so), NewSOPIN: []byte(newSO), UserPIN: []byte(userPIN)}
}

// trial lays the recipe's token onto a disk of its own and opens it.
func (r recipe) trial(t testing.TB, seed uint64, fate softkeytest.Fate) *trial {
	t.Helper()
	tr := &trial{TB: t, disk: softkeytest.NewForgetful(seed)}
	for path, content := range r.files {
		tr.disk.Put(path, content)
	}
	tr.disk.SetFate(fate)
	tr.boot()
	tr.take()
	return tr
}

// boot starts a new run of the program.
func (tr *trial) boot() {
	tr.Helper()
	d, err := softkey.Open(trialDir, env(), softkey.WithKDF(1, 8, 1), softkey.WithDisk(tr.disk.Life()))
	must(tr, err)
	tr.d, tr.s = d, nil
}

func (tr *trial) take() {
	tr.Helper()
	s, err := tr.d.Open(context.Background(), trialSerial)
	must(tr, err)
	tr.s = s
}

// restart ends the power cut and opens the token again.
func (tr *trial) restart() {
	tr.Helper()
	tr.disk.Restore()
	tr.boot()
	must(tr, tr.d.Insert(trialSerial)) // for the acts that pull it
	tr.take()
}

func (tr *trial) left() (user, so int) {
	tr.Helper()
	info, err := tr.s.Info(context.Background())
	must(tr, err)
	return info.User.Left, info.SO.Left
}

// state says what the token is, in words: what is on it, which PINs open it, whether its keys do what they should. It spends no
// try, for the disk is put back afterwards.
func (tr *trial) state() string {
	tr.Helper()
	before := tr.disk.Files()
	defer func() {
		for path, content := range before {
			tr.disk.Put(path, content)
		}
	}()
	ctx := context.Background()
	info, err := tr.s.Info(ctx)
	must(tr, err)
	out := []string{info.Label, "user " + tr.opens(tr.s.Login, userPIN, newUserPIN), "so " + tr.opens(tr.sopin, soPIN, newSOPIN)}
	if tr.s.Login(ctx, []byte(userPIN)) != nil {
		must(tr, tr.s.Login(ctx, []byte(newUserPIN)))
	}
	list, err := tr.s.Containers(ctx)
	must(tr, err)
	for _, c := range list {
		out = append(out, tr.container(c))
	}
	return strings.Join(out, " | ")
}

func (tr *trial) sopin(ctx context.Context, pin []byte) error {
	return tr.s.ChangeSOPIN(ctx, pin, pin)
}

// opens names the PIN that an act takes.
func (tr *trial) opens(act func(context.Context, []byte) error, pins ...string) string {
	tr.Helper()
	for _, pin := range pins {
		err := act(context.Background(), []byte(pin))
		if err == nil {
			return pin
		}
		if !service.IsCode(err, service.PINWrong, service.SOPINWrong) {
			tr.Fatal(err)
		}
	}
	return "none"
}

func (tr *trial) container(c service.Container) string {
	tr.Helper()
	ctx := context.Background()
	spki, err := tr.s.PublicKey(ctx, c.Name, service.UsageSign)
	must(tr, err)
	sig, err := tr.s.Sign(ctx, c.Name, []byte("m"))
	must(tr, err)
	must(tr, sm.Verify(spki, []byte("m"), sig))
	out := fmt.Sprintf("%s sign %s", c.Name, c.Sign)
	if !c.EncKey {
		return out
	}
	enc, err := tr.s.PublicKey(ctx, c.Name, service.UsageEncrypt)
	must(tr, err)
	secret, err := sm.Encrypt(rand.Reader, enc, []byte("challenge"))
	must(tr, err)
	plain, err := tr.s.Decrypt(ctx, c.Name, secret)
	if err != nil || !bytes.Equal(plain, []byte("challenge")) {
		tr.Fatalf("decrypted %q: %v", plain, err)
	}
	return fmt.Sprintf("%s encrypt %s %x", out, c.Encrypt, enc[len(enc)-8:])
}
