//go:build cgo

package main

// #include "ck.h"
import "C"

import (
	"unsafe"

	"certdesk/cmd/certdesk-pkcs11/module"
)

//export p11_InitToken
func p11_InitToken(slot C.CK_ULONG, pin *C.CK_BYTE, size C.CK_ULONG, label *C.CK_BYTE) C.CK_RV {
	return serve("C_InitToken", func() module.RV {
		if label == nil || pin == nil {
			return module.ArgumentsBad
		}
		text := string(unsafe.Slice((*byte)(unsafe.Pointer(label)), 32))
		return withData(pin, size, func(pin []byte) module.RV { return library.InitToken(uint(slot), pin, text) })
	})
}

//export p11_InitPIN
func p11_InitPIN(session C.CK_ULONG, pin *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return serve("C_InitPIN", func() module.RV {
		if pin == nil {
			return module.ArgumentsBad
		}
		return withData(pin, size, func(pin []byte) module.RV { return library.InitPIN(uint(session), pin) })
	})
}

//export p11_SetPIN
func p11_SetPIN(session C.CK_ULONG, old *C.CK_BYTE, oldSize C.CK_ULONG, pin *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return serve("C_SetPIN", func() module.RV {
		if old == nil || pin == nil {
			return module.ArgumentsBad
		}
		return withData(old, oldSize, func(old []byte) module.RV {
			return withData(pin, size, func(pin []byte) module.RV { return library.SetPIN(uint(session), old, pin) })
		})
	})
}

//export p11_OpenSession
func p11_OpenSession(slot, flags C.CK_ULONG, application unsafe.Pointer, notify C.CK_NOTIFY, session *C.CK_ULONG) C.CK_RV {
	return serve("C_OpenSession", func() module.RV {
		if session == nil {
			return module.ArgumentsBad
		}
		h, rv := library.OpenSession(uint(slot), uint(flags))
		return put(session, h, rv)
	})
}

//export p11_CloseSession
func p11_CloseSession(session C.CK_ULONG) C.CK_RV {
	return serve("C_CloseSession", func() module.RV { return library.CloseSession(uint(session)) })
}

//export p11_CloseAllSessions
func p11_CloseAllSessions(slot C.CK_ULONG) C.CK_RV {
	return serve("C_CloseAllSessions", func() module.RV { return library.CloseAllSessions(uint(slot)) })
}

//export p11_GetSessionInfo
func p11_GetSessionInfo(session C.CK_ULONG, info *C.CK_SESSION_INFO) C.CK_RV {
	return serve("C_GetSessionInfo", func() module.RV {
		if info == nil {
			return module.ArgumentsBad
		}
		i, rv := library.SessionInfo(uint(session))
		if rv == module.OK {
			C.p11_put_session(info, C.CK_ULONG(i.Slot), C.CK_ULONG(i.State), C.CK_ULONG(i.Flags))
		}
		return rv
	})
}

//export p11_Login
func p11_Login(session, user C.CK_ULONG, pin *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return serve("C_Login", func() module.RV {
		if pin == nil {
			return module.ArgumentsBad
		}
		return withData(pin, size, func(pin []byte) module.RV { return library.Login(uint(session), uint(user), pin) })
	})
}

//export p11_Logout
func p11_Logout(session C.CK_ULONG) C.CK_RV {
	return serve("C_Logout", func() module.RV { return library.Logout(uint(session)) })
}
