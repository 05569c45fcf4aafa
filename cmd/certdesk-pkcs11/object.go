//go:build cgo

package main

// #include "ck.h"
import "C"

import (
	"unsafe"

	"certdesk/cmd/certdesk-pkcs11/module"
)

//export p11_CreateObject
func p11_CreateObject(session C.CK_ULONG, list *C.CK_ATTRIBUTE, count C.CK_ULONG, object *C.CK_ULONG) C.CK_RV {
	return serve("C_CreateObject", func() module.RV {
		t, ok := templateOf(list, count)
		if !ok || object == nil {
			return module.ArgumentsBad
		}
		h, rv := library.CreateObject(uint(session), t)
		return put(object, h, rv)
	})
}

//export p11_DestroyObject
func p11_DestroyObject(session, object C.CK_ULONG) C.CK_RV {
	return serve("C_DestroyObject", func() module.RV { return library.DestroyObject(uint(session), uint(object)) })
}

//export p11_GetAttributeValue
func p11_GetAttributeValue(session, object C.CK_ULONG, list *C.CK_ATTRIBUTE, count C.CK_ULONG) C.CK_RV {
	return serve("C_GetAttributeValue", func() module.RV {
		if list == nil || count == 0 || count > 1<<10 {
			return module.ArgumentsBad
		}
		kinds := make([]uint, 0, int(count))
		for i := range count {
			kinds = append(kinds, uint(C.p11_type(list, i)))
		}
		answers, rv := library.Attributes(uint(session), uint(object), kinds)
		if rv != module.OK {
			return rv
		}
		for i, a := range answers {
			rv = worse(rv, putAttribute(list, C.CK_ULONG(i), a))
		}
		library.faults.lieAttributes(list, count)
		return rv
	})
}

// worse keeps the first thing that went wrong; all attributes are answered whatever it is.
func worse(first, next module.RV) module.RV {
	if first != module.OK {
		return first
	}
	return next
}

// putAttribute answers one (PKCS #11 v2.40, 5.7, C_GetAttributeValue): no value gives the length "unavailable".
func putAttribute(list *C.CK_ATTRIBUTE, i C.CK_ULONG, a module.Answer) module.RV {
	room, to := C.p11_size(list, i), C.p11_value(list, i)
	size, rv := C.CK_ULONG(len(a.Value)), a.RV
	if rv == module.OK && to != nil && room < size {
		rv = module.BufferTooSmall
	}
	if rv != module.OK {
		C.p11_set_size(list, i, C.CK_ULONG(module.Unavailable))
		return rv
	}
	C.p11_set_size(list, i, size)
	if to != nil && size > 0 {
		copy(unsafe.Slice((*byte)(to), int(size)), a.Value)
	}
	return module.OK
}

//export p11_SetAttributeValue
func p11_SetAttributeValue(session, object C.CK_ULONG, list *C.CK_ATTRIBUTE, count C.CK_ULONG) C.CK_RV {
	return serve("C_SetAttributeValue", func() module.RV {
		t, ok := templateOf(list, count)
		if !ok || list == nil {
			return module.ArgumentsBad
		}
		return library.SetAttributes(uint(session), uint(object), t)
	})
}

//export p11_FindObjectsInit
func p11_FindObjectsInit(session C.CK_ULONG, list *C.CK_ATTRIBUTE, count C.CK_ULONG) C.CK_RV {
	return serve("C_FindObjectsInit", func() module.RV {
		t, ok := templateOf(list, count)
		if !ok {
			return module.ArgumentsBad
		}
		return library.FindObjectsInit(uint(session), t)
	})
}

//export p11_FindObjects
func p11_FindObjects(session C.CK_ULONG, list *C.CK_ULONG, room C.CK_ULONG, count *C.CK_ULONG) C.CK_RV {
	return serve("C_FindObjects", func() module.RV {
		if list == nil || count == nil {
			return module.ArgumentsBad
		}
		found, rv := library.FindObjects(uint(session), int(min(room, tooLong)))
		if rv != module.OK {
			return rv
		}
		defer library.faults.lieNumber("C_FindObjects", count)
		*count = room
		return numbers(found, list, count)
	})
}

//export p11_FindObjectsFinal
func p11_FindObjectsFinal(session C.CK_ULONG) C.CK_RV {
	return serve("C_FindObjectsFinal", func() module.RV { return library.FindObjectsFinal(uint(session)) })
}

//export p11_GenerateKeyPair
func p11_GenerateKeyPair(session C.CK_ULONG, mechanism *C.CK_MECHANISM, publicList *C.CK_ATTRIBUTE, publicCount C.CK_ULONG,
	privateList *C.CK_ATTRIBUTE, privateCount C.CK_ULONG, publicKey, privateKey *C.CK_ULONG) C.CK_RV {
	return serve("C_GenerateKeyPair", func() module.RV {
		mech, ok1 := mechanismOf(mechanism)
		public, ok2 := templateOf(publicList, publicCount)
		private, ok3 := templateOf(privateList, privateCount)
		if !ok1 || !ok2 || !ok3 || publicKey == nil || privateKey == nil {
			return module.ArgumentsBad
		}
		pub, priv, rv := library.GenerateKeyPair(uint(session), mech, public, private)
		return worse(put(publicKey, pub, rv), put(privateKey, priv, rv))
	})
}

//export p11_UnwrapKey
func p11_UnwrapKey(session C.CK_ULONG, mechanism *C.CK_MECHANISM, unwrapping C.CK_ULONG, wrapped *C.CK_BYTE, size C.CK_ULONG,
	list *C.CK_ATTRIBUTE, count C.CK_ULONG, key *C.CK_ULONG) C.CK_RV {
	return serve("C_UnwrapKey", func() module.RV {
		mech, ok1 := mechanismOf(mechanism)
		t, ok2 := templateOf(list, count)
		if !ok1 || !ok2 || key == nil {
			return module.ArgumentsBad
		}
		return withData(wrapped, size, func(wrapped []byte) module.RV {
			h, rv := library.UnwrapKey(uint(session), mech, uint(unwrapping), wrapped, t)
			return put(key, h, rv)
		})
	})
}
