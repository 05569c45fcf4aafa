package main

/*
#include <string.h>
#include "skf.h"
*/
import "C"

import (
	"bytes"
	"strconv"
	"unsafe"

	"certdesk/token"
)

// Limits of what a caller may hand in, in bytes.
const (
	maxName = 256
	maxData = 64 << 10
)

// lib is the library's one state: the C interface has no argument that could carry it.
var lib = newLibrary(layout{word: C.sizeof_ULONG, padded: C.PACKED == 0}, environment, func() { C.skf_crash() })

func environment() settings {
	get := func(which C.int) string { return C.GoString(C.skf_env(which)) }
	label, err := strconv.Atoi(get(C.ENV_LABEL))
	if err != nil || label < 1 || label > token.MaxLabel {
		label = token.MaxLabel
	}
	space, err := strconv.ParseInt(get(C.ENV_SPACE), 10, 64)
	if err != nil {
		space = 0
	}
	return settings{space: space, dir: get(C.ENV_DRAWER), kdf: get(C.ENV_KDF), fault: get(C.ENV_FAULT), faultFile: get(C.ENV_FAULT_FILE),
		devAuth: get(C.ENV_DEVAUTH) == "1", decrypt: get(C.ENV_DECRYPT) == "1", labelMax: label}
}

// call is library.call in C's words.
func call(name string, h C.uintptr_t, act func() sar) C.ULONG {
	return C.ULONG(lib.call(name, uintptr(h), act, nil))
}

// text copies a C string. The bytes are the caller's to wipe; nil for NULL and for what does not end.
func text(s *C.char) []byte {
	if s == nil {
		return nil
	}
	n := C.strnlen(s, maxName+1)
	if n > maxName {
		return nil
	}
	return append([]byte{}, unsafe.Slice((*byte)(unsafe.Pointer(s)), int(n))...)
}

// data copies n bytes; nil for NULL and for sizes out of reason.
func data(p *C.BYTE, n C.ULONG) []byte {
	if p == nil || n == 0 || n > maxData {
		return nil
	}
	return bytes.Clone(unsafe.Slice((*byte)(unsafe.Pointer(p)), int(n)))
}

// put writes b at p, where there is room for all of it.
func put(p *C.BYTE, b []byte) {
	copy(unsafe.Slice((*byte)(unsafe.Pointer(p)), len(b)), b)
}

// give answers a call for something of variable size: NULL asks for the size, a short buffer too.
func give(p *C.BYTE, size *C.ULONG, b []byte) sar {
	room := *size
	*size = C.ULONG(len(b))
	switch {
	case p == nil:
		return sarOK
	case room < *size:
		return sarBufferSmall
	}
	put(p, b)
	return sarOK
}

// giveLying fills what room there is and says there was more.
func giveLying(p *C.BYTE, size *C.ULONG, b []byte) sar {
	room := *size
	if p == nil {
		return give(p, size, b)
	}
	put(p, b[:min(uint64(room), uint64(len(b)))])
	*size = room + 4096
	return sarOK
}

// sized makes a function with an answer of variable size.
func sized(name string, h C.uintptr_t, p *C.BYTE, size *C.ULONG, fetch func() ([]byte, sar)) C.ULONG {
	answer := func(by func(*C.BYTE, *C.ULONG, []byte) sar) func() sar {
		return func() sar {
			if size == nil {
				return sarInvalidParam
			}
			b, rv := fetch()
			if rv != sarOK {
				return rv
			}
			return by(p, size, b)
		}
	}
	return C.ULONG(lib.call(name, uintptr(h), answer(give), answer(giveLying)))
}

// fixed makes a function that fills a structure; lie, where there is one, spoils it for a lying library.
func fixed(name string, h C.uintptr_t, p *C.BYTE, fetch func() ([]byte, sar), lie func() ([]byte, sar)) C.ULONG {
	answer := func(fetch func() ([]byte, sar)) func() sar {
		return func() sar {
			if p == nil {
				return sarInvalidParam
			}
			b, rv := fetch()
			if rv == sarOK {
				put(p, b)
			}
			return rv
		}
	}
	if lie == nil {
		return C.ULONG(lib.call(name, uintptr(h), answer(fetch), nil))
	}
	return C.ULONG(lib.call(name, uintptr(h), answer(fetch), answer(lie)))
}

// opening makes a function that gives a handle.
func opening(name string, h C.uintptr_t, out *C.uintptr_t, open func() (uintptr, sar)) C.ULONG {
	return call(name, h, func() sar {
		if out == nil {
			return sarInvalidParam
		}
		made, rv := open()
		if rv == sarOK {
			*out = C.uintptr_t(made)
		}
		return rv
	})
}

// list turns names into the standard's form.
func list(names []string, rv sar) ([]byte, sar) { return nameList(names), rv }

func bytesOf(p *C.char) *C.BYTE { return (*C.BYTE)(unsafe.Pointer(p)) }
