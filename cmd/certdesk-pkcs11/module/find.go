package module

import (
	"bytes"
	"slices"
)

// FindObjectsInit starts a search among what is on the token; an empty template finds all that the caller may see.
func (m *Module) FindObjectsInit(h uint, t []Attribute) RV {
	return m.in(h, func(s *session) RV {
		if s.search {
			return OperationActive
		}
		if rv := s.d.read(); rv != OK {
			return rv
		}
		s.search, s.found = true, nil
		for _, o := range s.d.sorted() {
			if o.matches(t) {
				s.found = append(s.found, o.handle)
			}
		}
		return OK
	})
}

func (o *object) matches(t []Attribute) bool {
	for _, a := range t {
		if v, rv := o.get(a.Type); rv != OK || !bytes.Equal(v, a.Value) {
			return false
		}
	}
	return true
}

// FindObjects gives up to limit handles more.
func (m *Module) FindObjects(h uint, limit int) (list []uint, rv RV) {
	rv = m.in(h, func(s *session) RV {
		if !s.search {
			return OperationNotInitialized
		}
		n := min(limit, len(s.found))
		list, s.found = slices.Clone(s.found[:n]), s.found[n:]
		return OK
	})
	return list, rv
}

// FindObjectsFinal ends a search.
func (m *Module) FindObjectsFinal(h uint) RV {
	return m.in(h, func(s *session) RV {
		if !s.search {
			return OperationNotInitialized
		}
		s.search, s.found = false, nil
		return OK
	})
}

// Answer is one attribute as GetAttributeValue found it.
type Answer struct {
	Value []byte
	RV    RV // AttributeSensitive and AttributeTypeInvalid: no value
}

// Attributes gives the attributes asked for, in order.
func (m *Module) Attributes(h, object uint, kinds []uint) (list []Answer, rv RV) {
	rv = m.in(h, func(s *session) RV {
		o, rv := s.d.object(object)
		if rv != OK {
			return rv
		}
		for _, kind := range kinds {
			v, rv := o.get(kind)
			list = append(list, Answer{bytes.Clone(v), rv})
		}
		return OK
	})
	return list, rv
}

// SetAttributes sets CKA_LABEL, CKA_ID, CKA_SUBJECT of a key, or dates. AttributeReadOnly for all else, unless it is so already; nothing
// is set then.
func (m *Module) SetAttributes(h, object uint, t []Attribute) RV {
	return m.writing(h, func(s *session) RV {
		o, rv := s.d.object(object)
		if rv != OK {
			return rv
		}
		set := map[uint][]byte{}
		for _, a := range t {
			old, rv := o.get(a.Type)
			switch {
			case rv == AttributeTypeInvalid:
				return rv
			case rv == OK && bytes.Equal(old, a.Value):
			case !settable(o.class, a.Type):
				return AttributeReadOnly
			case len(a.Value) > maxName:
				return AttributeValueInvalid
			}
			if settable(o.class, a.Type) {
				set[a.Type] = bytes.Clone(a.Value)
			}
		}
		return s.d.name(o.class, o.print, set)
	})
}

// name keeps what a caller set of an object.
func (d *device) name(class uint, print []byte, set map[uint][]byte) RV {
	if len(set) == 0 {
		return OK
	}
	e := d.names.note(class, print)
	if e.Set == nil {
		e.Set = map[uint][]byte{}
	}
	for kind, v := range set {
		e.Set[kind] = v
	}
	return d.saveNames()
}

// saveNames writes the names of what is on the token now, and looks at it anew.
func (d *device) saveNames() RV {
	if rv := d.read(); rv != OK {
		return rv
	}
	rv := d.names.save(d.holds)
	if rv != OK {
		d.names = loadNames(d.m.cfg.Dir, d.slot.serial)
	}
	return orElse(rv, d.read())
}

// holds tells whether an entry is of something on the token; a hidden public key is there by its private one.
func (d *device) holds(e entry) bool {
	for _, o := range d.objects {
		if (o.class == e.Class || e.Hidden) && bytes.Equal(o.print, e.Print) {
			return true
		}
	}
	return false
}
