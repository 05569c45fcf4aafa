package main

/*
#include "skf.h"
*/
import "C"

//export skfCreateApplication
func skfCreateApplication(h C.uintptr_t, name, admin *C.char, adminTries C.ULONG, user *C.char, userTries C.ULONG, app *C.uintptr_t) C.ULONG {
	return opening("SKF_CreateApplication", h, app, func() (uintptr, sar) {
		a := newApp{string(text(name)), text(admin), text(user), uint64(adminTries), uint64(userTries)}
		defer clear(a.admin)
		defer clear(a.user)
		return lib.createApp(uintptr(h), a)
	})
}

//export skfEnumApplication
func skfEnumApplication(h C.uintptr_t, names *C.char, size *C.ULONG) C.ULONG {
	return sized("SKF_EnumApplication", h, bytesOf(names), size, func() ([]byte, sar) { return list(lib.apps(uintptr(h))) })
}

//export skfOpenApplication
func skfOpenApplication(h C.uintptr_t, name *C.char, app *C.uintptr_t) C.ULONG {
	return opening("SKF_OpenApplication", h, app, func() (uintptr, sar) { return lib.openApp(uintptr(h), string(text(name))) })
}

//export skfCloseApplication
func skfCloseApplication(app C.uintptr_t) C.ULONG {
	return call("SKF_CloseApplication", app, func() sar { return lib.close(uintptr(app), isApp) })
}

//export skfDeleteApplication
func skfDeleteApplication(h C.uintptr_t, name *C.char) C.ULONG {
	return call("SKF_DeleteApplication", h, func() sar { return lib.deleteApp(uintptr(h), string(text(name))) })
}

// withPINs makes a function that takes PINs and tells the tries left after a wrong one.
func withPINs(name string, app C.uintptr_t, kind C.ULONG, retry *C.ULONG, pins [2]*C.char, act func(a, b []byte) (int, sar)) C.ULONG {
	return call(name, app, func() sar {
		a, b := text(pins[0]), text(pins[1])
		defer clear(a)
		defer clear(b)
		switch {
		case kind != adminType && kind != userType:
			return sarUserType
		case pins[0] == nil || pins[1] == nil || retry == nil:
			return sarInvalidParam
		case a == nil || b == nil:
			return sarPINLen
		}
		left, rv := act(a, b)
		if left >= 0 {
			*retry = C.ULONG(left)
		}
		return rv
	})
}

//export skfVerifyPIN
func skfVerifyPIN(app C.uintptr_t, kind C.ULONG, pin *C.char, retry *C.ULONG) C.ULONG {
	return withPINs("SKF_VerifyPIN", app, kind, retry, [2]*C.char{pin, pin},
		func(pin, _ []byte) (int, sar) { return lib.verifyPIN(uintptr(app), uint64(kind), pin) })
}

//export skfChangePIN
func skfChangePIN(app C.uintptr_t, kind C.ULONG, old, fresh *C.char, retry *C.ULONG) C.ULONG {
	return withPINs("SKF_ChangePIN", app, kind, retry, [2]*C.char{old, fresh},
		func(old, fresh []byte) (int, sar) { return lib.changePIN(uintptr(app), uint64(kind), old, fresh) })
}

//export skfUnblockPIN
func skfUnblockPIN(app C.uintptr_t, admin, fresh *C.char, retry *C.ULONG) C.ULONG {
	return withPINs("SKF_UnblockPIN", app, adminType, retry, [2]*C.char{admin, fresh},
		func(admin, fresh []byte) (int, sar) { return lib.unblock(uintptr(app), admin, fresh) })
}

//export skfGetPINInfo
func skfGetPINInfo(app C.uintptr_t, kind C.ULONG, limit, left *C.ULONG, factory *C.BOOL) C.ULONG {
	return call("SKF_GetPINInfo", app, func() sar {
		switch {
		case kind != adminType && kind != userType:
			return sarUserType
		case limit == nil || left == nil || factory == nil:
			return sarInvalidParam
		}
		s, rv := lib.pinInfo(uintptr(app), uint64(kind))
		if rv == sarOK {
			*limit, *left, *factory = C.ULONG(s.Max), C.ULONG(s.Left), 0
			if s.Default {
				*factory = 1
			}
		}
		return rv
	})
}

//export skfClearSecureState
func skfClearSecureState(app C.uintptr_t) C.ULONG {
	return call("SKF_ClearSecureState", app, func() sar { return lib.clear(uintptr(app)) })
}

//export skfCreateContainer
func skfCreateContainer(app C.uintptr_t, name *C.char, box *C.uintptr_t) C.ULONG {
	return opening("SKF_CreateContainer", app, box, func() (uintptr, sar) {
		return lib.createContainer(uintptr(app), string(text(name)))
	})
}

//export skfOpenContainer
func skfOpenContainer(app C.uintptr_t, name *C.char, box *C.uintptr_t) C.ULONG {
	return opening("SKF_OpenContainer", app, box, func() (uintptr, sar) {
		return lib.openContainer(uintptr(app), string(text(name)))
	})
}

//export skfCloseContainer
func skfCloseContainer(box C.uintptr_t) C.ULONG {
	return call("SKF_CloseContainer", box, func() sar { return lib.close(uintptr(box), isContainer) })
}

//export skfEnumContainer
func skfEnumContainer(app C.uintptr_t, names *C.char, size *C.ULONG) C.ULONG {
	return sized("SKF_EnumContainer", app, bytesOf(names), size, func() ([]byte, sar) { return list(lib.containers(uintptr(app))) })
}

//export skfDeleteContainer
func skfDeleteContainer(app C.uintptr_t, name *C.char) C.ULONG {
	return call("SKF_DeleteContainer", app, func() sar { return lib.deleteContainer(uintptr(app), string(text(name))) })
}
