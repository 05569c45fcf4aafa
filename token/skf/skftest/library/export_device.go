package main

/*
#include "skf.h"
*/
import "C"

//export skfEnumDev
func skfEnumDev(_ C.BOOL, names *C.char, size *C.ULONG) C.ULONG {
	return sized("SKF_EnumDev", 0, bytesOf(names), size, lib.enumDev)
}

//export skfConnectDev
func skfConnectDev(name *C.char, h *C.uintptr_t) C.ULONG {
	return opening("SKF_ConnectDev", 0, h, func() (uintptr, sar) { return lib.connect(string(text(name))) })
}

//export skfDisConnectDev
func skfDisConnectDev(h C.uintptr_t) C.ULONG {
	return call("SKF_DisConnectDev", h, func() sar { return lib.disconnect(uintptr(h)) })
}

//export skfGetDevState
func skfGetDevState(name *C.char, state *C.ULONG) C.ULONG {
	return call("SKF_GetDevState", 0, func() sar {
		if state == nil {
			return sarInvalidParam
		}
		s, rv := lib.state(string(text(name)))
		*state = C.ULONG(s)
		return rv
	})
}

//export skfWaitForDevEvent
func skfWaitForDevEvent(name *C.char, size, event *C.ULONG) C.ULONG {
	return call("SKF_WaitForDevEvent", 0, func() sar {
		if size == nil || event == nil {
			return sarInvalidParam
		}
		return lib.event(func(n string, e uint64) sar {
			rv := give(bytesOf(name), size, append([]byte(n), 0))
			if rv == sarOK {
				*event = C.ULONG(e)
			}
			if name == nil {
				return sarBufferSmall
			}
			return rv
		})
	})
}

//export skfCancelWaitForDevEvent
func skfCancelWaitForDevEvent() C.ULONG { return call("SKF_CancelWaitForDevEvent", 0, lib.cancelWait) }

//export skfSetLabel
func skfSetLabel(h C.uintptr_t, label *C.char) C.ULONG {
	return call("SKF_SetLabel", h, func() sar { return lib.setLabel(uintptr(h), string(text(label))) })
}

//export skfGetDevInfo
func skfGetDevInfo(h C.uintptr_t, info *C.BYTE) C.ULONG {
	return fixed("SKF_GetDevInfo", h, info,
		func() ([]byte, sar) { return lib.devInfo(uintptr(h), false) },
		func() ([]byte, sar) { return lib.devInfo(uintptr(h), true) })
}

//export skfLockDev
func skfLockDev(h C.uintptr_t, timeout C.ULONG) C.ULONG {
	return call("SKF_LockDev", h, func() sar { return lib.lock(uintptr(h), uint64(timeout)) })
}

//export skfUnlockDev
func skfUnlockDev(h C.uintptr_t) C.ULONG {
	return call("SKF_UnlockDev", h, func() sar { return lib.unlock(uintptr(h)) })
}

//export skfGenRandom
func skfGenRandom(h C.uintptr_t, out *C.BYTE, n C.ULONG) C.ULONG {
	return fixed("SKF_GenRandom", h, out, func() ([]byte, sar) {
		if n == 0 || n > maxData {
			return nil, sarInvalidParam
		}
		return lib.random(uintptr(h), int(n))
	}, nil)
}

//export skfDevAuth
func skfDevAuth(h C.uintptr_t, p *C.BYTE, n C.ULONG) C.ULONG {
	return call("SKF_DevAuth", h, func() sar { return lib.devAuth(uintptr(h), data(p, n)) })
}

//export skfChangeDevAuthKey
func skfChangeDevAuthKey(h C.uintptr_t, p *C.BYTE, n C.ULONG) C.ULONG {
	return call("SKF_ChangeDevAuthKey", h, func() sar { return lib.changeAuthKey(uintptr(h), data(p, n)) })
}

//export skfCloseHandle
func skfCloseHandle(h C.uintptr_t) C.ULONG {
	return call("SKF_CloseHandle", h, func() sar { return lib.close(uintptr(h), isKey) })
}
