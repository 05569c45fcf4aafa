//go:build cgo

package p11

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token"
)

// keyID is the CKA_ID of a container's pair. It depends on nothing that is known only after the key was made, so that making can be
// repeated and finds what it made.
func keyID(container string, usage service.KeyUsage) []byte {
	sum := sha256.Sum256([]byte("certdesk " + usage + "\x00" + service.KeyUsage(container)))
	return sum[:20] // as long as the SHA-1 identifiers that other programs use
}

// object is a key or certificate on the token.
type object struct {
	h         pkcs11.ObjectHandle
	class     uint
	label, id []byte
}

// side is one pair: its objects share an id. More than one of a kind is what a cut-off replacement left.
type side struct {
	id                    []byte
	private, public, cert []pkcs11.ObjectHandle
}

func (s *side) key() bool   { return len(s.private)+len(s.public) > 0 }
func (s *side) empty() bool { return !s.key() && len(s.cert) == 0 }

func (s *side) add(o object) {
	s.id = o.id
	switch o.class {
	case pkcs11.CKO_PRIVATE_KEY:
		s.private = append(s.private, o.h)
	case pkcs11.CKO_PUBLIC_KEY:
		s.public = append(s.public, o.h)
	case pkcs11.CKO_CERTIFICATE:
		s.cert = append(s.cert, o.h)
	}
}

// box is a container.
type box struct {
	name      string
	label     []byte // as it stands on the token
	sign, enc side
}

func (b *box) side(enc bool) *side {
	if enc {
		return &b.enc
	}
	return &b.sign
}

// objects reads what the handles are; what is neither key nor certificate is left out.
func (a *act) objects(handles []pkcs11.ObjectHandle) ([]object, error) {
	var list []object
	for _, h := range handles {
		v, err := a.reads(h, pkcs11.CKA_CLASS, pkcs11.CKA_LABEL, pkcs11.CKA_ID)
		if err != nil {
			return nil, err
		}
		switch class := number(v[0]); class {
		case pkcs11.CKO_PRIVATE_KEY, pkcs11.CKO_PUBLIC_KEY, pkcs11.CKO_CERTIFICATE:
			list = append(list, object{h: h, class: class, label: v[1], id: v[2]})
		}
	}
	return list, nil
}

// boxes groups objects by label, and within it by id. A label that has more pairs than a container has places for fills further
// containers, whose names tell them apart by the id.
func (a *act) boxes(list []object) ([]*box, error) {
	byName := map[string]*box{}
	var order []*box
	for _, o := range list {
		enc, err := a.encrypts(o, list)
		if err != nil {
			return nil, err
		}
		b := place(byName, o, enc)
		if b.sign.empty() && b.enc.empty() {
			order = append(order, b)
		}
		b.side(enc).add(o)
	}
	slices.SortFunc(order, func(x, y *box) int { return strings.Compare(x.name, y.name) })
	return order, nil
}

// place finds or makes the container of an object.
func place(byName map[string]*box, o object, enc bool) *box {
	name := readable(o.label)
	for _, name := range []string{name, tagged(name, o.id)} {
		b := byName[name]
		if b == nil {
			b = &box{name: name, label: o.label}
			byName[name] = b
		}
		if s := b.side(enc); s.empty() || bytes.Equal(s.id, o.id) {
			return b
		}
	}
	return byName[name]
}

// encrypts tells the encryption pair's objects from the signing pair's: by the id that this driver gives, else by what the keys of
// that id may do. A certificate without a key stands as a signing one.
func (a *act) encrypts(o object, list []object) (bool, error) {
	switch name := string(o.label); {
	case bytes.Equal(o.id, keyID(name, service.UsageSign)):
		return false, nil
	case bytes.Equal(o.id, keyID(name, service.UsageEncrypt)):
		return true, nil
	}
	enc := false
	for _, kin := range list {
		if !bytes.Equal(kin.id, o.id) || !bytes.Equal(kin.label, o.label) || kin.class == pkcs11.CKO_CERTIFICATE {
			continue
		}
		signs, opens, err := a.may(kin)
		if err != nil || signs {
			return false, err
		}
		enc = enc || opens
	}
	return enc, nil
}

func (a *act) may(key object) (signs, opens bool, err error) {
	kinds := []uint{pkcs11.CKA_SIGN, pkcs11.CKA_DECRYPT}
	if key.class == pkcs11.CKO_PUBLIC_KEY {
		kinds = []uint{pkcs11.CKA_VERIFY, pkcs11.CKA_ENCRYPT}
	}
	v, err := a.reads(key.h, kinds...)
	if err != nil {
		return false, false, err
	}
	signs, _ = truth(v[0])
	opens, _ = truth(v[1])
	return signs, opens, nil
}

// readable makes a name of a label: what is not printable stands as \xHH, what is longer than a name may be is cut. A label that this
// driver could have given stands as it is.
func readable(label []byte) string {
	if token.CheckContainer("", string(label)) == nil {
		return string(label)
	}
	label = bytes.TrimRight(label, " \x00")
	var b strings.Builder
	for len(label) > 0 && b.Len() < token.MaxName {
		r, n := utf8.DecodeRune(label)
		if r == utf8.RuneError && n < 2 || !unicode.IsPrint(r) {
			for _, c := range label[:n] {
				b.WriteString(`\x` + hex.EncodeToString([]byte{c}))
			}
		} else {
			b.WriteRune(r)
		}
		label = label[n:]
	}
	if b.Len() == 0 {
		return "(no label)"
	}
	if len(label) > 0 {
		b.WriteString("…")
	}
	return b.String()
}

// all is every container of the token.
func (a *act) all() ([]*box, error) {
	handles, err := a.list()
	if err != nil {
		return nil, err
	}
	objects, err := a.objects(handles)
	if err != nil {
		return nil, err
	}
	return a.boxes(objects)
}

// find gives a container, nil where there is none. Labels that are no names are found by the names they are listed under.
func (a *act) find(name string) (*box, error) {
	handles, err := a.list(attr(pkcs11.CKA_LABEL, name))
	if err != nil {
		return nil, err
	}
	objects, err := a.objects(handles)
	if err != nil {
		return nil, err
	}
	boxes, err := a.boxes(objects)
	if len(boxes) == 0 && err == nil {
		boxes, err = a.all()
	}
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		if b.called(name) {
			return b, nil
		}
	}
	return nil, nil
}

// tagged is the name of a further container of a label.
func tagged(name string, id []byte) string { return name + " #" + hex.EncodeToString(id) }

// called finds a further container under its name also when the first of its label has been deleted.
func (b *box) called(name string) bool {
	return b.name == name || b.name == readable(b.label) && (name == tagged(b.name, b.sign.id) || name == tagged(b.name, b.enc.id))
}

// box is find with TokenObject for a container that is not there.
func (a *act) box(name string) (*box, error) {
	b, err := a.find(name)
	if err == nil && b == nil {
		err = a.none(name)
	}
	return b, err
}

// usage gives a container's side by usage; both is the signing key's place.
func (a *act) usage(container string, usage service.KeyUsage) (*box, bool, error) {
	switch usage {
	case service.UsageSign, service.UsageBoth, service.UsageEncrypt:
		b, err := a.box(container)
		return b, usage == service.UsageEncrypt, err
	}
	return nil, false, a.err(service.InputChoice, service.Args{"field": "usage"}, nil)
}
