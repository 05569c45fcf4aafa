package module

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"

	"certdesk/service"
)

// InitToken erases the UKey in a slot and gives it a label (up to 32 printable ASCII characters, blanks at the end ignored). pin is
// the SO PIN in force; a UKey from the factory has one too (softkey.FactorySOPIN). It stays. The user PIN is not set afterwards.
func (m *Module) InitToken(id uint, pin []byte, label string) RV {
	return m.call(func() RV {
		s, rv := m.look(id)
		switch {
		case rv != OK:
			return rv
		case !s.in:
			return TokenNotPresent
		case s.token != nil:
			return SessionExists
		}
		return m.initToken(s, pin, strings.TrimRight(label, " "))
	})
}

func (m *Module) initToken(s *slot, pin []byte, label string) RV {
	nobodys, err := m.nobodysPIN()
	defer clear(nobodys)
	if err != nil {
		return FunctionFailed
	}
	key, err := m.blanker.Open(background(), s.serial)
	if err != nil {
		return failed(err)
	}
	defer key.Close()
	_, err = key.Initialise(background(), service.InitSpec{Label: label, SOPIN: pin, NewSOPIN: pin, UserPIN: nobodys})
	if err == nil {
		dropNames(m.cfg.Dir, s.serial)
	}
	return failed(err)
}

// nobodysPIN has 96 random bits.
func (m *Module) nobodysPIN() ([]byte, error) {
	var b [12]byte
	defer clear(b[:])
	_, err := io.ReadFull(m.cfg.Env.Rand, b[:])
	return base64.RawStdEncoding.AppendEncode(nil, b[:]), err
}

// Login logs in for all sessions of the token in this process. A PIN that cannot be one is wrong and costs no try.
func (m *Module) Login(h, user uint, pin []byte) RV {
	return m.on(h, func(s *session) RV {
		d := s.d
		switch {
		case user == userContext:
			return OperationNotInitialized
		case user != userNormal && user != userSO:
			return UserTypeInvalid
		case d.user == user:
			return UserAlreadyLoggedIn
		case d.user != userNobody:
			return UserAnotherLoggedIn
		case user == userSO && d.sessions > d.writers:
			return SessionReadOnlyExists
		}
		return d.login(user, pin)
	})
}

func (d *device) login(user uint, pin []byte) RV {
	blank, rv := d.blank(user)
	if rv != OK || blank {
		return orElse(rv, UserPINNotInitialized)
	}
	var err error
	if user == userSO {
		err = d.key.ChangeSOPIN(background(), pin, pin) // to itself: that proves it
	} else {
		err = d.key.Login(background(), pin)
	}
	if err != nil {
		if service.IsCode(err, service.PINFormat) {
			return PINIncorrect
		}
		return d.failed(err)
	}
	if user == userSO {
		d.soPIN = bytes.Clone(pin)
	}
	d.user = user
	return OK
}

func orElse(rv, otherwise RV) RV {
	if rv != OK {
		return rv
	}
	return otherwise
}

// blank tells whether there is no PIN of user to log in with. Where containers exist somebody has logged in before.
func (d *device) blank(user uint) (bool, RV) {
	info, rv := d.info()
	switch {
	case rv != OK:
		return false, rv
	case !info.Initialised:
		return true, OK
	case user == userSO || !hasNoPIN(info):
		return false, OK
	}
	list, err := d.key.Containers(background())
	return len(list) == 0, d.failed(err)
}

// Logout logs out all sessions of the token.
func (m *Module) Logout(h uint) RV {
	return m.on(h, func(s *session) RV {
		if s.d.user == userNobody {
			return UserNotLoggedIn
		}
		s.d.logout()
		return s.d.failed(s.d.key.Logout(background()))
	})
}

// InitPIN sets the user PIN, with all its tries; the SO is logged in.
func (m *Module) InitPIN(h uint, pin []byte) RV {
	return m.on(h, func(s *session) RV {
		d := s.d
		if d.user != userSO {
			return UserNotLoggedIn
		}
		none, rv := d.blank(userNormal)
		if rv != OK {
			return rv
		}
		if none {
			return d.firstPIN(pin)
		}
		return d.failed(d.key.Unblock(background(), d.soPIN, pin))
	})
}

// firstPIN makes the empty token anew, with its label and SO PIN, and with a user PIN.
func (d *device) firstPIN(pin []byte) RV {
	info, rv := d.info()
	if rv != OK {
		return rv
	}
	_, err := d.key.Initialise(background(), service.InitSpec{Label: info.Label, SOPIN: d.soPIN, NewSOPIN: d.soPIN, UserPIN: pin})
	return d.failed(err)
}

// SetPIN changes the SO PIN where the SO is logged in, the user PIN otherwise. A wrong old PIN ends the user's login.
func (m *Module) SetPIN(h uint, old, new []byte) RV {
	return m.on(h, func(s *session) RV {
		d := s.d
		if !s.rw {
			return SessionReadOnly
		}
		if d.user == userSO {
			return d.setSOPIN(old, new)
		}
		none, rv := d.blank(userNormal)
		if rv != OK || none {
			return orElse(rv, UserPINNotInitialized)
		}
		err := d.key.ChangePIN(background(), old, new)
		if service.IsCode(err, service.PINWrong, service.PINLocked) {
			d.user = userNobody
		}
		return d.failed(err)
	})
}

func (d *device) setSOPIN(old, new []byte) RV {
	if err := d.key.ChangeSOPIN(background(), old, new); err != nil {
		return d.failed(err)
	}
	clear(d.soPIN)
	d.soPIN = bytes.Clone(new)
	return OK
}
