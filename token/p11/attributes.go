//go:build cgo

package p11

import (
	"encoding/binary"

	"github.com/miekg/pkcs11"
)

const (
	maxObjects = 20_000  // more than any device holds: a library that never stops listing ends here
	maxValue   = 1 << 20 // no attribute that is read here is longer
	atOnce     = 64
)

func attr(kind uint, value any) *pkcs11.Attribute { return pkcs11.NewAttribute(kind, value) }

// list finds the objects that fit a template.
func (a *act) list(template ...*pkcs11.Attribute) (found []pkcs11.ObjectHandle, err error) {
	if !a.s.open {
		return nil, nil
	}
	if err := a.c().FindObjectsInit(a.s.h, template); err != nil {
		return nil, a.fail(err)
	}
	for len(found) < maxObjects {
		some, _, err := a.c().FindObjects(a.s.h, atOnce)
		if err != nil {
			_ = a.c().FindObjectsFinal(a.s.h)
			return nil, a.fail(err)
		}
		if len(some) == 0 {
			break
		}
		found = append(found, some...)
	}
	if err := a.c().FindObjectsFinal(a.s.h); err != nil {
		return nil, a.fail(err)
	}
	return found, nil
}

// read gives an attribute; nil where the object or the attribute is not there, or the value makes no sense.
func (a *act) read(h pkcs11.ObjectHandle, kind uint) ([]byte, error) {
	got, err := a.c().GetAttributeValue(a.s.h, h, []*pkcs11.Attribute{attr(kind, nil)})
	switch {
	case is(err, pkcs11.CKR_ATTRIBUTE_TYPE_INVALID, pkcs11.CKR_ATTRIBUTE_SENSITIVE, pkcs11.CKR_OBJECT_HANDLE_INVALID):
		return nil, nil
	case err != nil:
		return nil, a.fail(err)
	case len(got) != 1 || len(got[0].Value) > maxValue:
		return nil, nil
	}
	return got[0].Value, nil
}

// reads gives several attributes at once, one by one where the object lacks some.
func (a *act) reads(h pkcs11.ObjectHandle, kinds ...uint) ([][]byte, error) {
	values := make([][]byte, len(kinds))
	template := make([]*pkcs11.Attribute, len(kinds))
	for i, kind := range kinds {
		template[i] = attr(kind, nil)
	}
	if got, err := a.c().GetAttributeValue(a.s.h, h, template); err == nil && len(got) == len(kinds) {
		for i := range got {
			if len(got[i].Value) <= maxValue {
				values[i] = got[i].Value
			}
		}
		return values, nil
	}
	for i, kind := range kinds {
		var err error
		if values[i], err = a.read(h, kind); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// truth is a CK_BBOOL; ok is false where there is none.
func truth(value []byte) (v, ok bool) {
	if len(value) != 1 {
		return false, false
	}
	return value[0] != 0, true
}

// number is a CK_ULONG of the library's width; ^0 for what is none.
func number(value []byte) uint {
	switch len(value) {
	case 4:
		return uint(binary.NativeEndian.Uint32(value))
	case 8:
		return uint(binary.NativeEndian.Uint64(value))
	}
	return ^uint(0)
}

// destroy deletes objects; one that is gone already, such as with another object of its pair, is no error.
func (a *act) destroy(handles ...pkcs11.ObjectHandle) error {
	for _, h := range handles {
		if err := a.c().DestroyObject(a.s.h, h); err != nil && !is(err, pkcs11.CKR_OBJECT_HANDLE_INVALID) {
			return a.fail(err)
		}
	}
	return nil
}

// create makes an object of the token.
func (a *act) create(need int, template ...*pkcs11.Attribute) error {
	_, err := a.c().CreateObject(a.s.h, append(template, attr(pkcs11.CKA_TOKEN, true)))
	if is(err, pkcs11.CKR_DEVICE_MEMORY) {
		return a.full(int64(need), err)
	}
	if err != nil {
		return a.fail(err)
	}
	return nil
}

// onlyIf keeps a value of a failed act from leaving, and wipes it: it may be an opened ciphertext.
func onlyIf(v []byte, err error) ([]byte, error) {
	if err != nil {
		clear(v)
		return nil, err
	}
	return v, nil
}
