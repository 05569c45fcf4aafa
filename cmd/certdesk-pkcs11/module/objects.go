package module

import (
	"crypto/sha256"
	"slices"

	"certdesk/service"
)

// object is one object of a container.
type object struct {
	handle    uint
	class     uint
	container string
	enc       bool   // of the encryption side
	value     []byte // certificate
	spki      []byte // key
	key       publicKey
	print     []byte // SHA-256 of value or spki
	attrs     map[uint][]byte
}

// ref is what makes an object the same one at the next look.
type ref struct {
	class     uint
	container string
	enc       bool
	print     string
}

func (o *object) ref() ref { return ref{o.class, o.container, o.enc, string(o.print)} }

func usageOf(enc bool) service.KeyUsage {
	if enc {
		return service.UsageEncrypt
	}
	return service.UsageSign
}

// read takes stock of the device. Objects that were there keep their handles.
func (d *device) read() RV {
	if rv := d.open(); rv != OK {
		return rv
	}
	list, err := d.key.Containers(background())
	if err != nil {
		return d.failed(err)
	}
	found := map[uint]*object{}
	for _, c := range list {
		for _, enc := range []bool{false, true} {
			side, rv := d.side(c, enc)
			if rv != OK {
				return rv
			}
			for _, o := range side {
				d.admit(found, o)
			}
		}
	}
	for r, h := range d.refs {
		if found[h] == nil {
			delete(d.refs, r)
		}
	}
	d.objects = found
	return OK
}

// admit gives an object its handle, unless it was deleted from view.
func (d *device) admit(found map[uint]*object, o *object) {
	e := d.names.of(o.class, o.print)
	if e != nil && e.Hidden {
		return
	}
	h, known := d.refs[o.ref()]
	if !known {
		h = d.m.handle()
		d.refs[o.ref()] = h
	}
	o.handle = h
	if e != nil {
		for kind, v := range e.Set {
			o.attrs[kind] = v
		}
	}
	found[h] = o
}

// side gives the objects of one side of a container.
func (d *device) side(c service.Container, enc bool) ([]*object, RV) {
	has, der := c.SignKey, c.Sign
	if enc {
		has, der = c.EncKey, c.Encrypt
	}
	var list []*object
	var id []byte
	if has {
		keys, rv := d.keys(c.Name, enc)
		if rv != OK {
			return nil, rv
		}
		list, id = keys, keys[0].key.id
	}
	if len(der) > 0 {
		list = append(list, certificateObject(c.Name, enc, der, id))
	}
	return list, OK
}

func (d *device) keys(container string, enc bool) ([]*object, RV) {
	spki, err := d.key.PublicKey(background(), container, usageOf(enc))
	if err != nil {
		return nil, d.failed(err)
	}
	key, ok := parsePublic(spki)
	if !ok {
		return nil, TokenNotRecognized
	}
	sum := sha256.Sum256(spki)
	base := object{container: container, enc: enc, spki: spki, key: key, print: sum[:]}
	private, public := base, base
	private.class, private.attrs = classPrivate, privateAttributes(&base)
	public.class, public.attrs = classPublic, publicAttributes(&base)
	return []*object{&private, &public}, OK
}

func certificateObject(container string, enc bool, der, id []byte) *object {
	sum := sha256.Sum256(der)
	o := &object{class: classCertificate, container: container, enc: enc, value: der, print: sum[:]}
	o.attrs = certificateAttributes(o, id)
	return o
}

// visible tells whether a caller may see the object: private ones need the user's login.
func (d *device) visible(o *object) bool { return o.class != classPrivate || d.user == userNormal }

// object gives a visible one by its handle, with stock taken where that was not done yet.
func (d *device) object(h uint) (*object, RV) {
	if len(d.objects) == 0 {
		if rv := d.read(); rv != OK {
			return nil, rv
		}
	}
	o := d.objects[h]
	if o == nil || !d.visible(o) {
		return nil, ObjectHandleInvalid
	}
	return o, OK
}

// sorted gives the visible objects in order of their handles.
func (d *device) sorted() []*object {
	var list []*object
	for _, o := range d.objects {
		if d.visible(o) {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *object) int { return int(a.handle) - int(b.handle) })
	return list
}
