//go:build cgo

package main

// #include "ck.h"
import "C"

import (
	"unsafe"

	"certdesk/cmd/certdesk-pkcs11/module"
)

// tooLong is more than any caller brings; a length above it is a mistake of his.
const tooLong = 1 << 28

// bytesOf is the caller's memory as a slice, never nil. It is his: nobody keeps it. false for a length without a pointer.
func bytesOf(p *C.CK_BYTE, n C.CK_ULONG) ([]byte, bool) {
	switch {
	case n == 0:
		return []byte{}, true
	case p == nil || n > tooLong:
		return nil, false
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(p)), int(n)), true
}

// templateOf copies a template: its values are the caller's only during the call.
func templateOf(list *C.CK_ATTRIBUTE, count C.CK_ULONG) ([]module.Attribute, bool) {
	if count > 0 && list == nil || count > 1<<10 {
		return nil, false
	}
	out := make([]module.Attribute, 0, int(count))
	for i := range count {
		v, ok := bytesOf((*C.CK_BYTE)(C.p11_value(list, i)), C.p11_size(list, i))
		if !ok {
			return nil, false
		}
		out = append(out, module.Attribute{Type: uint(C.p11_type(list, i)), Value: append([]byte(nil), v...)})
	}
	return out, true
}

func mechanismOf(m *C.CK_MECHANISM) (module.Mechanism, bool) {
	if m == nil {
		return module.Mechanism{}, false
	}
	param, ok := bytesOf((*C.CK_BYTE)(C.p11_param(m)), C.p11_param_size(m))
	return module.Mechanism{Type: uint(C.p11_mechanism(m)), Param: append([]byte(nil), param...)}, ok
}

// withData runs body on the caller's bytes.
func withData(p *C.CK_BYTE, n C.CK_ULONG, body func([]byte) module.RV) module.RV {
	data, ok := bytesOf(p, n)
	if !ok {
		return module.ArgumentsBad
	}
	return body(data)
}

// into gives body a buffer as the conventions of PKCS #11 v2.40, 5.2 have it, and hands over what comes.
func into(out *C.CK_BYTE, size *C.CK_ULONG, body func(*module.Buffer) module.RV) module.RV {
	if size == nil {
		return module.ArgumentsBad
	}
	b := &module.Buffer{Query: out == nil, Room: int(min(*size, tooLong))}
	rv := body(b)
	if rv == module.OK || rv == module.BufferTooSmall {
		*size = C.CK_ULONG(b.Size)
	}
	if rv == module.OK && !b.Query && len(b.Out) > 0 {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(out)), b.Room), b.Out)
		clear(b.Out) // it may be what was decrypted
	}
	return rv
}

// numbers hands a list over by the same conventions, counted in elements.
func numbers(list []uint, out, count *C.CK_ULONG) module.RV {
	if count == nil {
		return module.ArgumentsBad
	}
	room := *count
	*count = C.CK_ULONG(len(list))
	switch {
	case out == nil:
		return module.OK
	case room < C.CK_ULONG(len(list)):
		return module.BufferTooSmall
	}
	to := unsafe.Slice(out, len(list))
	for i, n := range list {
		to[i] = C.CK_ULONG(n)
	}
	return module.OK
}

// put sets a result where rv is OK.
func put(to *C.CK_ULONG, n uint, rv module.RV) module.RV {
	if rv == module.OK {
		*to = C.CK_ULONG(n)
	}
	return rv
}

// padded is a text of n bytes, with blanks at its end.
func padded(text string, n int) []byte {
	b := make([]byte, 0, n)
	b = append(b, text[:min(len(text), n)]...)
	for len(b) < n {
		b = append(b, ' ')
	}
	return b
}

func chars(b []byte) *C.CK_BYTE { return (*C.CK_BYTE)(unsafe.Pointer(&b[0])) }
