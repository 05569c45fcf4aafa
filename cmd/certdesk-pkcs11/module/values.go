package module

import (
	"bytes"
	"encoding/binary"
)

// Unavailable is CK_UNAVAILABLE_INFORMATION, all bits of a CK_ULONG.
const Unavailable = 1<<(8*UlongSize) - 1

// Attribute is a CK_ATTRIBUTE with its value as bytes.
type Attribute struct {
	Type  uint
	Value []byte
}

// ulong is a number as it stands in an attribute.
func ulong(n uint) []byte {
	if UlongSize == 4 {
		return binary.NativeEndian.AppendUint32(nil, uint32(n))
	}
	return binary.NativeEndian.AppendUint64(nil, uint64(n))
}

// readUlong is the other way; false for bytes of another length.
func readUlong(b []byte) (uint, bool) {
	switch {
	case len(b) != UlongSize:
		return 0, false
	case UlongSize == 4:
		return uint(binary.NativeEndian.Uint32(b)), true
	}
	return uint(binary.NativeEndian.Uint64(b)), true
}

func boolean(v bool) []byte {
	if v {
		return []byte{1}
	}
	return []byte{0}
}

// template is what a caller asks of an object.
type template []Attribute

func (t template) value(kind uint) ([]byte, bool) {
	for _, a := range t {
		if a.Type == kind {
			return a.Value, true
		}
	}
	return nil, false
}

// number is a CK_ULONG of the template, or what to take where it is absent; false where its length is wrong.
func (t template) number(kind, otherwise uint) (uint, bool) {
	v, found := t.value(kind)
	if !found {
		return otherwise, true
	}
	return readUlong(v)
}

// says tells whether the template sets a boolean to v.
func (t template) says(kind uint, v bool) bool {
	b, found := t.value(kind)
	return found && bytes.Equal(b, boolean(v))
}
