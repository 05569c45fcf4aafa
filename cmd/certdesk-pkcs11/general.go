//go:build cgo

package main

// #include "ck.h"
import "C"

import (
	"unsafe"

	"certdesk/cmd/certdesk-pkcs11/module"
)

// C_GetFunctionList is the one name that programs look up in the module.
//
//export C_GetFunctionList
func C_GetFunctionList(list **C.CK_FUNCTION_LIST) C.CK_RV { return p11_GetFunctionList(list) }

//export p11_GetFunctionList
func p11_GetFunctionList(list **C.CK_FUNCTION_LIST) C.CK_RV {
	return serve("C_GetFunctionList", func() module.RV {
		if list == nil {
			return module.ArgumentsBad
		}
		*list = C.p11_functions()
		return module.OK
	})
}

//export p11_Initialize
func p11_Initialize(args unsafe.Pointer) C.CK_RV {
	return serve("C_Initialize", func() module.RV {
		if rv := C.p11_check_args((*C.CK_INITIALIZE_ARGS)(args)); rv != 0 {
			return module.RV(rv)
		}
		return library.Initialize(config())
	})
}

//export p11_Finalize
func p11_Finalize(reserved unsafe.Pointer) C.CK_RV {
	return serve("C_Finalize", func() module.RV {
		if reserved != nil {
			return module.ArgumentsBad
		}
		return library.Finalize()
	})
}

//export p11_GetInfo
func p11_GetInfo(info *C.CK_INFO) C.CK_RV {
	return serve("C_GetInfo", func() module.RV {
		if info == nil {
			return module.ArgumentsBad
		}
		C.p11_put_info(info, chars(padded("certdesk", 32)), chars(padded("certdesk soft UKeys", 32)))
		return library.Up()
	})
}

//export p11_GetSlotList
func p11_GetSlotList(present C.CK_BYTE, list, count *C.CK_ULONG) C.CK_RV {
	return serve("C_GetSlotList", func() module.RV {
		if count == nil {
			return module.ArgumentsBad
		}
		ids, rv := library.SlotList(present != 0)
		if rv != module.OK {
			return rv
		}
		defer library.faults.lieNumber("C_GetSlotList", count)
		return numbers(ids, list, count)
	})
}

//export p11_GetSlotInfo
func p11_GetSlotInfo(slot C.CK_ULONG, info *C.CK_SLOT_INFO) C.CK_RV {
	return serve("C_GetSlotInfo", func() module.RV {
		if info == nil {
			return module.ArgumentsBad
		}
		i, rv := library.SlotInfo(uint(slot))
		if rv == module.OK {
			C.p11_put_slot(info, chars(padded(i.Description, 64)), chars(padded(i.Maker, 32)), C.CK_ULONG(i.Flags))
		}
		return rv
	})
}

//export p11_GetTokenInfo
func p11_GetTokenInfo(slot C.CK_ULONG, info *C.CK_TOKEN_INFO) C.CK_RV {
	return serve("C_GetTokenInfo", func() module.RV {
		if info == nil {
			return module.ArgumentsBad
		}
		i, rv := library.TokenInfo(uint(slot))
		if rv == module.OK {
			library.faults.lieToken(&i)
			putToken(info, i)
		}
		return rv
	})
}

func putToken(info *C.CK_TOKEN_INFO, i module.TokenInfo) {
	texts := padded(i.Label, 32)
	for _, t := range []struct {
		text string
		size int
	}{{i.Maker, 32}, {i.Model, 16}, {i.Serial, 16}, {"", 16}} {
		texts = append(texts, padded(t.text, t.size)...)
	}
	var numbers [11]C.CK_ULONG // no limit of sessions: 0
	for at, n := range []uint{i.Flags, 0, i.Sessions, 0, i.RWSessions, i.MaxPIN, i.MinPIN, i.Total, i.Free, i.Total, i.Free} {
		numbers[at] = C.CK_ULONG(n)
	}
	C.p11_put_token(info, chars(texts), &numbers[0])
}

//export p11_GetMechanismList
func p11_GetMechanismList(slot C.CK_ULONG, list, count *C.CK_ULONG) C.CK_RV {
	return serve("C_GetMechanismList", func() module.RV {
		if count == nil {
			return module.ArgumentsBad
		}
		ids, rv := library.MechanismList(uint(slot))
		if rv != module.OK {
			return rv
		}
		defer library.faults.lieNumber("C_GetMechanismList", count)
		return numbers(ids, list, count)
	})
}

//export p11_GetMechanismInfo
func p11_GetMechanismInfo(slot, kind C.CK_ULONG, info *C.CK_MECHANISM_INFO) C.CK_RV {
	return serve("C_GetMechanismInfo", func() module.RV {
		if info == nil {
			return module.ArgumentsBad
		}
		i, rv := library.MechanismInfo(uint(slot), uint(kind))
		if rv == module.OK {
			C.p11_put_mechanism(info, C.CK_ULONG(i.Min), C.CK_ULONG(i.Max), C.CK_ULONG(i.Flags))
		}
		return rv
	})
}

//export p11_WaitForSlotEvent
func p11_WaitForSlotEvent(flags C.CK_ULONG, slot *C.CK_ULONG, reserved unsafe.Pointer) C.CK_RV {
	return serve("C_WaitForSlotEvent", func() module.RV {
		if slot == nil || reserved != nil {
			return module.ArgumentsBad
		}
		id, rv := library.WaitForSlotEvent(flags&1 == 0)
		return put(slot, id, rv)
	})
}

//export p11_GetFunctionStatus
func p11_GetFunctionStatus(C.CK_ULONG) C.CK_RV { return notParallel }

//export p11_CancelFunction
func p11_CancelFunction(C.CK_ULONG) C.CK_RV { return notParallel }

// notParallel is CKR_FUNCTION_NOT_PARALLEL, all that the two functions of earlier editions may say.
const notParallel = 0x51
