//go:build cgo

package p11

import (
	"strconv"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token/profile"
)

// codes translates return values (PKCS #11 v2.40, 5.1) that mean the same everywhere. Those of PINs depend on whose it was.
func codes() map[uint]service.Code {
	return map[uint]service.Code{
		pkcs11.CKR_DEVICE_REMOVED: service.TokenRemoved, pkcs11.CKR_TOKEN_NOT_PRESENT: service.TokenRemoved,
		pkcs11.CKR_SESSION_HANDLE_INVALID: service.TokenRemoved, pkcs11.CKR_SESSION_CLOSED: service.TokenRemoved,
		pkcs11.CKR_SLOT_ID_INVALID: service.TokenRemoved, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED: service.TokenRemoved,
		pkcs11.CKR_USER_NOT_LOGGED_IN: service.TokenLogin, pkcs11.CKR_USER_PIN_NOT_INITIALIZED: service.TokenBlank,
		pkcs11.CKR_TOKEN_NOT_RECOGNIZED: service.TokenBlank,
		pkcs11.CKR_DEVICE_MEMORY:        service.TokenFull,
		pkcs11.CKR_SESSION_COUNT:        service.TokenBusy, pkcs11.CKR_SESSION_EXISTS: service.TokenBusy,
		pkcs11.CKR_TOKEN_WRITE_PROTECTED: service.TokenProtected, pkcs11.CKR_SESSION_READ_ONLY: service.TokenProtected,
		pkcs11.CKR_FUNCTION_NOT_SUPPORTED: service.TokenUnsupported, pkcs11.CKR_MECHANISM_INVALID: service.TokenUnsupported,
		pkcs11.CKR_MECHANISM_PARAM_INVALID: service.TokenUnsupported, pkcs11.CKR_DOMAIN_PARAMS_INVALID: service.TokenUnsupported,
		pkcs11.CKR_KEY_SIZE_RANGE: service.TokenUnsupported, ckrCurveNotSupported: service.TokenUnsupported,
	}
}

const ckrCurveNotSupported = 0x140 // CKR_CURVE_NOT_SUPPORTED, newer than the binding

func isGone(err error) bool {
	return err != nil && is(err, pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_TOKEN_NOT_PRESENT, pkcs11.CKR_SESSION_HANDLE_INVALID,
		pkcs11.CKR_SESSION_CLOSED, pkcs11.CKR_SLOT_ID_INVALID, pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED)
}

// fail translates a return value once; TokenFailed for what has no code of its own.
func (a *act) fail(err error) error {
	if code := service.CodeOf(err); code != service.Internal {
		return err
	}
	for value, code := range codes() {
		if is(err, value) {
			return a.say(code, err)
		}
	}
	return a.err(service.TokenFailed, nil, err)
}

// say is an error of code with the arguments that its texts name.
func (a *act) say(code service.Code, cause error) error {
	switch code {
	case service.TokenRemoved:
		return a.removed(cause)
	case service.TokenFull:
		return a.full(0, cause)
	case service.TokenUnsupported:
		return a.err(code, service.Args{"what": a.name}, cause)
	}
	return a.err(code, service.Args{"serial": a.s.serial}, cause)
}

// full says what is lacking. A token may be full with bytes free: it needs more than it has.
func (a *act) full(need int64, cause error) error {
	_, free := room(a.seat.info)
	args := service.Args{"need": strconv.FormatInt(max(need, free+1), 10), "free": strconv.FormatInt(free, 10)}
	if free < 0 {
		args["free"] = "?"
	}
	return a.err(service.TokenFull, args, cause)
}

// role is whose PIN.
type role struct {
	kind                       uint // CKU_
	low, final, locked, change uint // CKF_ of CK_TOKEN_INFO
	codeWrong, codeLocked      service.Code
}

func userRole() role {
	return role{pkcs11.CKU_USER, pkcs11.CKF_USER_PIN_COUNT_LOW, pkcs11.CKF_USER_PIN_FINAL_TRY, pkcs11.CKF_USER_PIN_LOCKED,
		pkcs11.CKF_USER_PIN_TO_BE_CHANGED, service.PINWrong, service.PINLocked}
}

func soRole() role {
	return role{pkcs11.CKU_SO, pkcs11.CKF_SO_PIN_COUNT_LOW, pkcs11.CKF_SO_PIN_FINAL_TRY, pkcs11.CKF_SO_PIN_LOCKED,
		pkcs11.CKF_SO_PIN_TO_BE_CHANGED, service.SOPINWrong, service.SOPINLocked}
}

func (d *Driver) userState(info pkcs11.TokenInfo) service.PINState {
	set := initialised(info) && info.Flags&pkcs11.CKF_USER_PIN_INITIALIZED != 0
	if !set {
		return service.PINState{Max: d.profile.PIN.Tries}
	}
	return state(info.Flags, userRole(), d.profile.P11, d.profile.PIN.Tries)
}

func (d *Driver) soState(info pkcs11.TokenInfo) service.PINState {
	return state(info.Flags, soRole(), d.profile.P11, d.profile.PIN.SOTries)
}

// state reads the tries left off the flags (PKCS #11 v2.40, 3.2, CK_TOKEN_INFO), as far as they tell a number: all of them, the last
// one, or none. With three tries in all the one between is known too.
func state(flags uint, r role, p profile.PKCS11, tries int) service.PINState {
	st := service.PINState{Max: tries, Set: true, Default: flags&r.change != 0, Locked: flags&r.locked != 0}
	switch {
	case st.Locked:
		st.Known = true
	case !p.Counters || tries < 1:
	case flags&r.final != 0:
		st.Left, st.Known = 1, true
	case flags&r.low == 0:
		st.Left, st.Known = tries, true
	case tries == 3:
		st.Left, st.Known = 2, true
	}
	return st
}

// refused translates the answer to a PIN. A wrong one tells the tries left where the token does, and locked where it was the last.
func (a *act) refused(r role, err error) error {
	switch {
	case is(err, pkcs11.CKR_PIN_LOCKED):
		return a.err(r.codeLocked, nil, err)
	case is(err, pkcs11.CKR_PIN_LEN_RANGE, pkcs11.CKR_PIN_INVALID):
		rule := a.s.d.rule(a.seat.info)
		return a.err(service.PINFormat, service.Args{"rule": "device", "min": strconv.Itoa(rule.Min), "max": strconv.Itoa(rule.Max)}, err)
	case !is(err, pkcs11.CKR_PIN_INCORRECT):
		return a.fail(err)
	}
	if gone := a.present(); gone != nil {
		return gone
	}
	st := a.s.d.soState(a.seat.info)
	if r.kind == pkcs11.CKU_USER {
		st = a.s.d.userState(a.seat.info)
	}
	switch {
	case st.Locked:
		return a.err(r.codeLocked, nil, err)
	case st.Known:
		return a.err(r.codeWrong, service.Args{"left": strconv.Itoa(st.Left)}, err)
	}
	return a.err(r.codeWrong, service.Args{"left": "?"}, err)
}
