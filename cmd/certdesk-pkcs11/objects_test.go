//go:build cgo && unix

package main_test

import (
	"bytes"
	"testing"

	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
	"certdesk/token/softkey"
)

// TestAttributes: private keys stay in, and say so.
func TestAttributes(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "box", "id")
	for kind, want := range map[uint]byte{pkcs11.CKA_TOKEN: 1, pkcs11.CKA_PRIVATE: 1, pkcs11.CKA_SENSITIVE: 1, pkcs11.CKA_ALWAYS_SENSITIVE: 1,
		pkcs11.CKA_EXTRACTABLE: 0, pkcs11.CKA_NEVER_EXTRACTABLE: 1, pkcs11.CKA_LOCAL: 1, pkcs11.CKA_SIGN: 1, pkcs11.CKA_DECRYPT: 0} {
		if got := p.attribute(h, priv, kind); !bytes.Equal(got, []byte{want}) {
			t.Errorf("attribute %#x is %v, want %d", kind, got, want)
		}
	}
	if got := p.attribute(h, pub, pkcs11.CKA_EC_PARAMS); len(got) != 10 {
		t.Errorf("CKA_EC_PARAMS % x", got)
	}
	_, err := p.GetAttributeValue(h, priv, []*pkcs11.Attribute{at(pkcs11.CKA_VALUE, nil)})
	p.wants(err, module.AttributeSensitive)
	_, err = p.GetAttributeValue(h, pub, []*pkcs11.Attribute{at(pkcs11.CKA_MODULUS, nil)})
	p.wants(err, module.AttributeTypeInvalid)
	p.wants(p.SetAttributeValue(h, priv, []*pkcs11.Attribute{at(pkcs11.CKA_SENSITIVE, false)}), module.AttributeReadOnly)
	must(t, p.Logout(h))
	_, err = p.GetAttributeValue(h, priv, []*pkcs11.Attribute{at(pkcs11.CKA_LABEL, nil)})
	p.wants(err, module.ObjectHandleInvalid)
	p.wants(p.SignInit(h, mech(module.SM2Digest), priv), module.UserNotLoggedIn)
}

// TestNamesLast: label and ID that a caller set are found after a restart, and forgotten when the token is made anew.
func TestNamesLast(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	p := d.load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "first", "\x00\xff\x01")
	must(t, p.SetAttributeValue(h, priv, []*pkcs11.Attribute{at(pkcs11.CKA_LABEL, "私钥"), at(pkcs11.CKA_ID, "other id")}))
	value := p.attribute(h, pub, pkcs11.CKA_EC_POINT)
	must(t, p.Finalize())
	must(t, p.Initialize())
	h = p.session()
	must(t, p.Login(h, pkcs11.CKU_USER, userPIN))
	if found := p.find(h, at(pkcs11.CKA_LABEL, "私钥"), at(pkcs11.CKA_ID, "other id")); len(found) != 1 {
		t.Errorf("%d private keys under their new names", len(found))
	}
	found := p.find(h, at(pkcs11.CKA_ID, "\x00\xff\x01"))
	if len(found) != 1 || !bytes.Equal(p.attribute(h, found[0], pkcs11.CKA_EC_POINT), value) {
		t.Errorf("the public key is not found under its ID: %v", found)
	}
	must(t, p.CloseSession(h))
	p.initialise()
	if found := p.find(p.session()); len(found) != 0 {
		t.Errorf("%d objects on a token made anew", len(found))
	}
}

// TestSameLabel: the standard lets two keys have one label; the token's containers keep apart.
func TestSameLabel(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	_, first := p.key(h, "box", "1")
	_, second := p.key(h, "box", "2")
	_, third := p.key(h, "", "")
	if found := p.find(h, at(pkcs11.CKA_LABEL, "box"), at(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY)); len(found) != 2 {
		t.Errorf("%d keys of one label", len(found))
	}
	if id := p.attribute(h, third, pkcs11.CKA_ID); len(id) != 20 {
		t.Errorf("an ID nobody gave has %d bytes", len(id))
	}
	must(t, p.DestroyObject(h, first))
	p.sign(h, module.SM2Message, second, []byte("still there"))
}

func (p *api) put(h pkcs11.SessionHandle, id, label string, der []byte) (pkcs11.ObjectHandle, error) {
	return p.CreateObject(h, []*pkcs11.Attribute{at(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE), at(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509),
		at(pkcs11.CKA_TOKEN, true), at(pkcs11.CKA_ID, id), at(pkcs11.CKA_LABEL, label), at(pkcs11.CKA_VALUE, der)})
}

// TestCertificates: writing again replaces, and the old handle can go afterwards without harm to the new.
func TestCertificates(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	_, priv := p.key(h, "box", "id")
	old, err := p.put(h, "id", "box", certificateFor(t))
	must(t, err)
	der := certificateFor(t)
	fresh, err := p.put(h, "id", "box", der)
	must(t, err)
	must(t, p.DestroyObject(h, old))
	p.wants(p.DestroyObject(h, old), module.ObjectHandleInvalid)
	if !bytes.Equal(p.attribute(h, fresh, pkcs11.CKA_VALUE), der) {
		t.Error("the new certificate went with the old one")
	}
	enc, err := p.put(h, "another id", "box", certificateFor(t)) // before its key
	must(t, err)
	if n := len(p.find(h, at(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE))); n != 2 {
		t.Errorf("%d certificates", n)
	}
	_, err = p.put(h, "nobody's", "nobody's", der)
	p.wants(err, module.TemplateInconsistent)
	_, err = p.CreateObject(h, []*pkcs11.Attribute{at(pkcs11.CKA_CLASS, pkcs11.CKO_DATA), at(pkcs11.CKA_VALUE, "data")})
	p.wants(err, module.AttributeValueInvalid)
	_, err = p.put(h, "id", "box", bytes.Repeat([]byte{1}, 70_000))
	p.wants(err, module.DeviceMemory)
	must(t, p.DestroyObject(h, priv))
	must(t, p.DestroyObject(h, enc)) // it went with its container
	if left := p.find(h); len(left) != 0 {
		t.Errorf("%d objects without their container", len(left))
	}
}

// TestSoftkeySees: what the module makes and what the station's own driver makes are the same containers.
func TestSoftkeySees(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	p := d.load(t, library(t, ""))
	h := p.initialise()
	p.key(h, "box", "id")
	_, err := d.Open(t.Context(), "UKEY0001")
	if err == nil {
		t.Error("the token opens twice")
	}
	must(t, p.CloseAllSessions(p.slot()))
	s, err := d.Open(t.Context(), "UKEY0001")
	must(t, err)
	list, err := s.Containers(t.Context())
	must(t, err)
	if len(list) != 1 || list[0].Name != "box" {
		t.Errorf("containers %+v", list)
	}
	_, err = p.OpenSession(p.slot(), pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	p.wants(err, module.SessionCount)
	if _, ok := s.(softkey.Direct); !ok {
		t.Error("no direct session")
	}
	must(t, s.Close())
	p.session()
}
