//go:build cgo && unix

package main_test

import (
	"errors"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
	"certdesk/service/sm"
)

// api is the module loaded into this process.
type api struct {
	*pkcs11.Ctx
	t testing.TB
}

func (d *desk) load(t testing.TB, path string) *api {
	t.Helper()
	t.Setenv("CERTDESK_UKEYS", d.dir)
	t.Setenv("CERTDESK_UKEYS_KDF", "light")
	p := pkcs11.New(path)
	if p == nil {
		t.Fatal("the module does not load")
	}
	must(t, p.Initialize())
	t.Cleanup(func() {
		must(t, p.Finalize())
		p.Destroy()
	})
	return &api{p, t}
}

func rv(err error) module.RV {
	var e pkcs11.Error
	if errors.As(err, &e) {
		return module.RV(e)
	}
	if err != nil {
		return module.GeneralError
	}
	return module.OK
}

func (p *api) wants(err error, want module.RV) {
	p.t.Helper()
	if got := rv(err); got != want {
		p.t.Errorf("got %#x, want %#x", got, want)
	}
}

func (p *api) slot() uint {
	p.t.Helper()
	list, err := p.GetSlotList(true)
	must(p.t, err)
	if len(list) == 0 {
		p.t.Fatal("no slot")
	}
	return list[0]
}

func (p *api) session() pkcs11.SessionHandle {
	p.t.Helper()
	h, err := p.OpenSession(p.slot(), pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	must(p.t, err)
	return h
}

// initialise makes the token ready and gives a session with the user logged in.
func (p *api) initialise() pkcs11.SessionHandle {
	p.t.Helper()
	must(p.t, p.InitToken(p.slot(), soPIN, "label"))
	h := p.session()
	p.wants(p.Login(h, pkcs11.CKU_USER, userPIN), module.UserPINNotInitialized)
	must(p.t, p.Login(h, pkcs11.CKU_SO, soPIN))
	must(p.t, p.InitPIN(h, userPIN))
	must(p.t, p.Logout(h))
	must(p.t, p.Login(h, pkcs11.CKU_USER, userPIN))
	return h
}

func at(kind uint, v any) *pkcs11.Attribute { return pkcs11.NewAttribute(kind, v) }

func mech(id uint) []*pkcs11.Mechanism { return []*pkcs11.Mechanism{pkcs11.NewMechanism(id, nil)} }

// key makes an SM2 pair.
func (p *api) key(h pkcs11.SessionHandle, label, id string) (pub, priv pkcs11.ObjectHandle) {
	p.t.Helper()
	common := []*pkcs11.Attribute{at(pkcs11.CKA_TOKEN, true), at(pkcs11.CKA_LABEL, label), at(pkcs11.CKA_ID, id)}
	pub, priv, err := p.GenerateKeyPair(h, mech(module.SM2Generate), common, common)
	must(p.t, err)
	return pub, priv
}

func (p *api) attribute(h pkcs11.SessionHandle, o pkcs11.ObjectHandle, kind uint) []byte {
	p.t.Helper()
	got, err := p.GetAttributeValue(h, o, []*pkcs11.Attribute{at(kind, nil)})
	must(p.t, err)
	return got[0].Value
}

func (p *api) find(h pkcs11.SessionHandle, template ...*pkcs11.Attribute) []pkcs11.ObjectHandle {
	p.t.Helper()
	must(p.t, p.FindObjectsInit(h, template))
	list, _, err := p.FindObjects(h, 100)
	must(p.t, err)
	must(p.t, p.FindObjectsFinal(h))
	return list
}

// spki makes a SubjectPublicKeyInfo of what the token says of a public key.
func (p *api) spki(h pkcs11.SessionHandle, pub pkcs11.ObjectHandle) []byte {
	p.t.Helper()
	point := p.attribute(h, pub, pkcs11.CKA_EC_POINT)
	if len(point) != 67 || point[0] != 4 || point[1] != 65 {
		p.t.Fatalf("CKA_EC_POINT is no OCTET STRING of a point: % x", point)
	}
	spki, err := sm.FromPoint(point[2:])
	must(p.t, err)
	return spki
}

func (p *api) sign(h pkcs11.SessionHandle, id uint, key pkcs11.ObjectHandle, data []byte) []byte {
	p.t.Helper()
	must(p.t, p.SignInit(h, mech(id), key))
	sig, err := p.Sign(h, data)
	must(p.t, err)
	return sig
}
