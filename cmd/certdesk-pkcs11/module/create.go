package module

import (
	"bytes"
	"crypto/sha256"

	"certdesk/service"
)

// CreateObject writes an X.509 certificate into the container it belongs to: that of the key with its CKA_ID, else of its own public
// key, else the one named by CKA_LABEL, where an ID unlike the signing key's means the encryption side (a certificate may come before
// its key). One already in that place is replaced, so writing the new and destroying the old one is safe. TemplateInconsistent
// where no container fits. Other classes have no place on a UKey: AttributeValueInvalid.
func (m *Module) CreateObject(h uint, t []Attribute) (handle uint, rv RV) {
	rv = m.writing(h, func(s *session) RV {
		tpl := template(t)
		der, set, rv := checkCertificate(tpl)
		if rv != OK {
			return rv
		}
		if rv := s.d.read(); rv != OK {
			return rv
		}
		container, enc, found := s.d.placeFor(tpl, der)
		if !found {
			return TemplateInconsistent
		}
		handle, rv = s.d.putCertificate(container, enc, der, set)
		return rv
	})
	return handle, rv
}

// checkCertificate gives the value and what of the template is kept as names.
func checkCertificate(t template) ([]byte, map[uint][]byte, RV) {
	class, ok := t.number(aClass, Unavailable)
	kind, okKind := t.number(aCertificateType, Unavailable)
	der, hasValue := t.value(aValue)
	switch {
	case !ok || !okKind:
		return nil, nil, AttributeValueInvalid
	case class == Unavailable:
		return nil, nil, TemplateIncomplete
	case class != classCertificate:
		return nil, nil, AttributeValueInvalid
	case kind == Unavailable || !hasValue || len(der) == 0:
		return nil, nil, TemplateIncomplete
	case kind != typeX509:
		return nil, nil, AttributeValueInvalid
	case t.says(aToken, false) || t.says(aPrivate, true):
		return nil, nil, TemplateInconsistent
	}
	set, rv := t.names(classCertificate)
	return der, set, rv
}

// names are the attributes of the template that are kept beside the token. An empty label or ID is one that was not given.
func (t template) names(class uint) (map[uint][]byte, RV) {
	set := map[uint][]byte{}
	for _, a := range t {
		if !settable(class, a.Type) || len(a.Value) == 0 {
			continue
		}
		if len(a.Value) > maxName {
			return nil, AttributeValueInvalid
		}
		set[a.Type] = bytes.Clone(a.Value)
	}
	return set, OK
}

// placeFor finds the container and side for a certificate.
func (d *device) placeFor(t template, der []byte) (container string, enc, found bool) {
	if o := d.keyOf(t, parseCertificate(der).spki); o != nil {
		return o.container, o.enc, true
	}
	label, _ := t.value(aLabel)
	id, hasID := t.value(aID)
	for _, o := range d.objects {
		if o.class == classPrivate && !o.enc && (o.container == string(label) || bytes.Equal(o.attrs[aLabel], label)) && len(label) > 0 {
			return o.container, hasID && len(id) > 0, true
		}
	}
	return "", false, false
}

// keyOf finds the private key by ID or, where none has it, by public key; among several with one ID the public key decides.
func (d *device) keyOf(t template, spki []byte) *object {
	id, _ := t.value(aID)
	var byID, byKey *object
	for _, o := range d.objects {
		if o.class != classPrivate {
			continue
		}
		same, own := len(id) > 0 && bytes.Equal(o.attrs[aID], id), bytes.Equal(o.spki, spki)
		switch {
		case same && own:
			return o
		case same && (byID == nil || byID.enc):
			byID = o
		case own:
			byKey = o
		}
	}
	if byID != nil {
		return byID
	}
	return byKey
}

func (d *device) putCertificate(container string, enc bool, der []byte, set map[uint][]byte) (uint, RV) {
	for _, o := range d.objects {
		if o.class == classCertificate && o.container == container && o.enc == enc {
			d.forgetObject(o)
		}
	}
	err := d.key.WriteCertificate(background(), container, usageOf(enc), der)
	if err != nil {
		return 0, d.failed(err)
	}
	print := sha256.Sum256(der)
	rv := orElse(d.name(classCertificate, print[:], set), d.read())
	return d.refs[ref{classCertificate, container, enc, string(print[:])}], rv
}

// forgetObject ends a handle that another act makes void.
func (d *device) forgetObject(o *object) {
	d.gone[o.handle] = true
	delete(d.refs, o.ref())
	delete(d.objects, o.handle)
}

// DestroyObject deletes an object. Of a signing private key the whole container goes, of an encryption private key its public half
// too; a public key alone goes from view. A handle that went along with another object can be destroyed once.
func (m *Module) DestroyObject(h, object uint) RV {
	return m.writing(h, func(s *session) RV {
		d := s.d
		if d.gone[object] {
			delete(d.gone, object)
			return OK
		}
		o, rv := d.object(object)
		if rv != OK {
			return rv
		}
		if o.class == classPublic {
			d.names.note(o.class, o.print).Hidden = true
			return d.saveNames()
		}
		if rv := d.failed(d.destroy(o)); rv != OK {
			return rv
		}
		for _, other := range d.objects {
			if o.takesAlong(other) {
				d.forgetObject(other)
			}
		}
		delete(d.gone, object)
		return d.saveNames()
	})
}

func (d *device) destroy(o *object) error {
	switch {
	case o.class == classCertificate:
		return d.key.DropCertificate(background(), o.container, usageOf(o.enc))
	case o.enc:
		return d.key.DropEncryptionKey(background(), o.container)
	}
	return d.key.DeleteContainer(background(), o.container)
}

// takesAlong tells whether other goes when o does.
func (o *object) takesAlong(other *object) bool {
	switch {
	case o.container != other.container:
		return false
	case o.class == classPrivate && !o.enc:
		return true
	case o.class == classPrivate:
		return other.enc && other.class != classCertificate
	}
	return o == other
}

// service's algorithms by what mechanisms make.
func algorithm(mechanism, bits uint) (service.KeyAlg, RV) {
	switch mechanism {
	case SM2Generate:
		return service.AlgSM2, OK
	case mECGenerate:
		return service.AlgP256, OK
	case mRSAGenerate:
		switch bits {
		case 2048:
			return service.AlgRSA, OK
		case 3072:
			return service.AlgRSA3072, OK
		}
		return "", KeySizeRange
	}
	return "", MechanismInvalid
}
