//go:build cgo

package p11_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// raw is the library without the driver. The driver has initialised it for the whole process, so nothing is initialised here.
type raw struct {
	*pkcs11.Ctx
	t testing.TB
}

func (h hsm) raw(t testing.TB) raw {
	t.Helper()
	c := pkcs11.New(h.module)
	if c == nil {
		t.Fatal("the library does not load twice")
	}
	return raw{c, t}
}

// slot finds a token by its serial.
func (r raw) slot(serial string) uint {
	r.t.Helper()
	slots, err := r.GetSlotList(true)
	must(r.t, err)
	for _, slot := range slots {
		if info, err := r.GetTokenInfo(slot); err == nil && info.SerialNumber == serial {
			return slot
		}
	}
	r.t.Fatalf("no token %s", serial)
	return 0
}

// session opens a session on a token, logs in and ends it after body.
func (r raw) session(slot, user uint, pin string, body func(pkcs11.SessionHandle)) {
	r.t.Helper()
	s, err := r.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	must(r.t, err)
	must(r.t, r.Login(s, user, pin))
	body(s)
	must(r.t, r.Logout(s))
	must(r.t, r.CloseSession(s))
}

// initialise is what the driver's Initialise does, for labels that the driver would refuse.
func (r raw) initialise(slot uint, label string, spec service.InitSpec) {
	r.t.Helper()
	must(r.t, r.InitToken(slot, string(spec.SOPIN), label))
	r.session(slot, pkcs11.CKU_SO, string(spec.SOPIN), func(s pkcs11.SessionHandle) {
		must(r.t, r.InitPIN(s, string(spec.UserPIN)))
		must(r.t, r.SetPIN(s, string(spec.SOPIN), string(spec.NewSOPIN)))
	})
}

// certificate puts a certificate object on the token as another program would.
func (r raw) certificate(s pkcs11.SessionHandle, label, id, value []byte) {
	r.t.Helper()
	_, err := r.CreateObject(s, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE),
		pkcs11.NewAttribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509), pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true),
		pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, false), pkcs11.NewAttribute(pkcs11.CKA_SUBJECT, []byte{0x30, 0}),
		pkcs11.NewAttribute(pkcs11.CKA_LABEL, label), pkcs11.NewAttribute(pkcs11.CKA_ID, id), pkcs11.NewAttribute(pkcs11.CKA_VALUE, value)})
	must(r.t, err)
}

// ecKey makes a key pair on any curve with any rights.
func (r raw) ecKey(s pkcs11.SessionHandle, params []byte, label string, id []byte) {
	r.t.Helper()
	common := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_LABEL, label),
		pkcs11.NewAttribute(pkcs11.CKA_ID, id)}
	pub := append([]*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, params), pkcs11.NewAttribute(pkcs11.CKA_VERIFY, true),
		pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, false)}, common...)
	priv := append([]*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_SIGN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true)}, common...)
	_, _, err := r.GenerateKeyPair(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_EC_KEY_PAIR_GEN, nil)}, pub, priv)
	must(r.t, err)
}

// OddLabel implements tokentest.OddLabels.
func (h hsm) OddLabel(t *testing.T, spec service.InitSpec) string {
	t.Helper()
	serial, r := h.Blank(t), h.raw(t)
	r.initialise(r.slot(serial), "\xc3\xdc\xff\x01 label in GBK \xb1\xea", spec)
	return serial
}

// Crowd implements tokentest.Crowds: certificates under all sorts of labels, data objects among them.
func (h hsm) Crowd(t *testing.T, spec service.InitSpec, objects int) string {
	t.Helper()
	serial, r := h.Blank(t), h.raw(t)
	slot := r.slot(serial)
	r.initialise(slot, spec.Label, spec)
	r.session(slot, pkcs11.CKU_USER, string(spec.UserPIN), func(s pkcs11.SessionHandle) {
		for i := range objects {
			value := make([]byte, 300)
			_, _ = rand.Read(value)
			if i%10 == 0 {
				_, err := r.CreateObject(s, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_DATA),
					pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_VALUE, value)})
				must(t, err)
				continue
			}
			r.certificate(s, []byte(oddName(i)), value[:i%20], value)
		}
	})
	return serial
}

// oddName is a label as tokens in the field have them.
func oddName(i int) string {
	return []string{"", "张三的证书", "\xd5\xc5\xc8\xfd", fmt.Sprintf("%0200d", i), "a\x00b\x1b[31m", fmt.Sprintf("cert %d", i)}[i%6]
}

// TestForeign walks a token that other programs filled.
func TestForeign(t *testing.T) {
	ctx := context.Background()
	h := newHSM(t)
	spec := service.InitSpec{Label: "foreign", SOPIN: []byte(factorySO), NewSOPIN: []byte(factorySO), UserPIN: []byte(pin)}
	serial, r := h.Blank(t), h.raw(t)
	slot := r.slot(serial)
	r.initialise(slot, spec.Label, spec)
	sm2 := []byte{0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D}
	r.session(slot, pkcs11.CKU_USER, pin, func(s pkcs11.SessionHandle) {
		r.ecKey(s, []byte{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07}, "theirs", []byte{1})
		r.certificate(s, []byte("theirs"), []byte{1}, []byte("one"))
		r.certificate(s, []byte("theirs"), []byte{2}, []byte("two"))
		r.ecKey(s, sm2, "curve", []byte{3})
		r.certificate(s, []byte("\xd5\xc5"), nil, []byte("three"))
	})
	s, err := h.Open(ctx, serial)
	must(t, err)
	must(t, s.Login(ctx, []byte(pin)))
	list, err := s.Containers(ctx)
	must(t, err)
	var names []string
	for _, c := range list {
		names = append(names, fmt.Sprintf("%s %t %t %s", c.Name, c.SignKey, c.EncKey, c.Sign))
	}
	want := []string{`\xd5\xc5 false false three`, "curve true false ", "theirs true false one", "theirs #02 false false two"}
	if fmt.Sprint(names) != fmt.Sprint(want) {
		t.Fatalf("%q, want %q", names, want)
	}
	_, err = s.Sign(ctx, "theirs", []byte("m"))
	must(t, err)
	// ECDSA over the SM2 curve is not SM2: no signature may come out.
	_, err = s.Sign(ctx, "curve", []byte("m"))
	wants(t, err, service.TokenUnsupported)
	_, err = s.GenerateKey(ctx, "theirs", service.AlgP256)
	wants(t, err, service.TokenExists)
	must(t, s.WriteCertificate(ctx, `\xd5\xc5`, service.UsageSign, []byte("four")))
	must(t, s.DeleteContainer(ctx, "theirs"))
	got, err := s.ReadCertificate(ctx, "theirs #02", service.UsageBoth)
	must(t, err)
	if again, err := s.Containers(ctx); err != nil || len(again) != 3 || string(again[0].Sign) != "four" || string(got) != "two" {
		t.Fatalf("after deleting: %+v, %v", again, err)
	}
}
