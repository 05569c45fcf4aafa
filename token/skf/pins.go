package skf

import (
	"context"
	"strconv"

	"certdesk/service"
	"certdesk/token"
)

// Login implements service.TokenPINs. It ends an earlier login first, so a wrong PIN leaves the session logged out.
func (s *session) Login(ctx context.Context, pin []byte) error {
	return s.do(ctx, "Login", func(a *act) error {
		if err := a.ready(pin); err != nil {
			return err
		}
		if err := s.logout(); err != nil {
			return err
		}
		if err := a.verify(user, pin); err != nil {
			return err
		}
		s.logged = true
		return nil
	})
}

// Logout implements service.TokenPINs. Logging out twice is no error.
func (s *session) Logout(ctx context.Context) error {
	return s.do(ctx, "Logout", func(*act) error { return s.logout() })
}

// logout ends every login on the device. Libraries without SKF_ClearSecureState end it with the application.
func (s *session) logout() error {
	was := s.logged
	s.logged = false
	if !was || s.app.h == 0 {
		return nil
	}
	return s.clearLogin()
}

func (s *session) clearLogin() error {
	if s.app.h == 0 {
		return nil
	}
	if s.api.has(fnClearSecureState) {
		if err := s.api.simple(fnClearSecureState, uintptr(s.app.h)); !is(err, sarNotSupported) {
			return err
		}
	}
	s.closeApp()
	var err error
	s.app, err = s.api.application(s.dev, s.d.prof.SKF.Application)
	return err
}

// ChangePIN implements service.TokenPINs. It needs no login and keeps the one there is.
func (s *session) ChangePIN(ctx context.Context, old, new []byte) error {
	return s.do(ctx, "ChangePIN", func(a *act) error {
		if err := a.ready(old, new); err != nil {
			return err
		}
		left, err := s.api.pins(fnChangePIN, s.app.h, []uintptr{uintptr(user)}, old, new)
		return a.refused(user, left, err)
	})
}

// ChangeSOPIN implements service.TokenPINs. The session is logged out afterwards.
func (s *session) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	return s.asOfficer(ctx, "ChangeSOPIN", old, new, func() (uint32, error) {
		return s.api.pins(fnChangePIN, s.app.h, []uintptr{uintptr(admin)}, old, new)
	})
}

// Unblock implements service.TokenPINs.
func (s *session) Unblock(ctx context.Context, so, new []byte) error {
	return s.asOfficer(ctx, "Unblock", so, new, func() (uint32, error) {
		return s.api.pins(fnUnblockPIN, s.app.h, nil, so, new)
	})
}

// asOfficer makes an act under the SO PIN, which leaves nobody logged in.
func (s *session) asOfficer(ctx context.Context, name string, so, new []byte, call func() (uint32, error)) error {
	return s.do(ctx, name, func(a *act) error {
		if err := a.ready(so, new); err != nil {
			return err
		}
		s.logged = false
		left, err := call()
		if err := a.refused(admin, left, err); err != nil {
			_ = s.clearLogin()
			return err
		}
		_ = s.clearLogin() // the act is done, whatever the library says of a login that may never have been
		return nil
	})
}

// ready refuses malformed PINs, which cost no try, and tokens without an application.
func (a *act) ready(pins ...[]byte) error {
	for _, pin := range pins {
		if err := token.CheckPIN(a.op(), a.s.d.pinRule(), pin); err != nil {
			return err
		}
	}
	if a.s.app.h == 0 {
		return a.err(service.TokenBlank, service.Args{"serial": a.s.serial}, nil)
	}
	return nil
}

func (a *act) verify(role pinType, pin []byte) error {
	left, err := a.s.api.pins(fnVerifyPIN, a.s.app.h, []uintptr{uintptr(role)}, pin)
	return a.refused(role, left, err)
}

// refused translates what came of a PIN. The try that uses up the last gives the lock's code, whatever the library calls it.
func (a *act) refused(role pinType, left uint32, err error) error {
	wrong, locked := service.PINWrong, service.PINLocked
	if role == admin {
		wrong, locked = service.SOPINWrong, service.SOPINLocked
	}
	switch {
	case err == nil:
		return nil
	case is(err, sarPINLocked):
		a.s.logged = false
		return a.err(locked, nil, err)
	case is(err, sarPINIncorrect):
		a.s.logged = false
		tries := a.tries(role, left)
		if tries == "0" {
			return a.err(locked, nil, err)
		}
		return a.err(wrong, service.Args{"left": tries}, err)
	case is(err, sarPINInvalid, sarPINLenRange):
		rule := a.s.d.pinRule()
		args := service.Args{"rule": "device", "min": strconv.Itoa(rule.Min), "max": strconv.Itoa(rule.Max)}
		return a.err(service.PINFormat, args, err)
	case is(err, sarNoUserPIN):
		return a.err(service.TokenBlank, service.Args{"serial": a.s.serial}, err)
	}
	return err
}

// tries is how many are left: what the call said, else what SKF_GetPINInfo says, else "?". Some libraries leave the argument alone, and
// some put 0 there whatever is left: a 0 is believed where the other call says it, too.
func (a *act) tries(role pinType, told uint32) string {
	if told > 0 && told < 256 {
		return strconv.Itoa(int(told))
	}
	switch p, err := a.s.api.pinInfo(a.s.app.h, role); {
	case err == nil && p.max > 0 && p.left <= p.max:
		return strconv.Itoa(int(p.left))
	}
	return "?"
}
