package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/softkey"
)

// PIN types of the standard.
const (
	adminType = 0
	userType  = 1
)

const maxTries = 99

// newApp is what SKF_CreateApplication is given.
type newApp struct {
	name                  string
	admin, user           []byte
	adminTries, userTries uint64
}

func (a newApp) check() sar {
	switch {
	case a.name == "" || len(a.name) > 32:
		return sarAppName
	case a.adminTries < 1 || a.adminTries > maxTries || a.userTries < 1 || a.userTries > maxTries:
		return sarInvalidParam
	}
	return sarOK
}

// createApp initialises the soft token: a token has one application, and is initialised when it has it.
func (l *library) createApp(h uintptr, a newApp) (app uintptr, rv sar) {
	if rv := a.check(); rv != sarOK {
		return 0, rv
	}
	rv = l.change(h, isDevice, func(n *node, d *device) sar {
		info, rv := d.info()
		switch {
		case rv != sarOK:
			return rv
		case info.Initialised && d.side().app() == a.name:
			return sarAppExists
		case info.Initialised:
			return sarNoRoom
		case l.env().devAuth && !n.auth:
			return sarNotLoggedIn
		}
		if rv := d.initialise(n, a); rv != sarOK {
			return rv
		}
		d.era++
		app = l.add(&node{kind: isApp, name: a.name, era: d.era}, n)
		return sarOK
	})
	return app, rv
}

// initialise makes the token's content with the tries that the application asks for. The session gives way to one with those tries.
func (d *device) initialise(n *node, a newApp) sar {
	if _, rv := d.open(n); rv != sarOK {
		return rv
	}
	s := d.side()
	s.App, s.Empty = a.name, nil
	if rv := d.saveSide(s); rv != sarOK {
		return rv
	}
	label := s.Label
	if token.CheckLabel("", label) != nil {
		label = a.name
	}
	d.shut()
	rv := d.drawer.initialise(d.serial, label, a)
	if d.owner == 0 || rv != sarOK {
		return rv
	}
	_, rv = d.open(n)
	return rv
}

func (d *drawer) initialise(serial, label string, a newApp) sar {
	soft, err := d.open(softkey.WithTries(int(a.userTries), int(a.adminTries)))
	if err != nil {
		return codeOf(err)
	}
	defer func() { _ = soft.Close() }()
	ctx := context.Background()
	s, err := soft.Open(ctx, serial)
	if err != nil {
		return codeOf(err)
	}
	factory := []byte(softkey.FactorySOPIN)
	_, err = s.Initialise(ctx, service.InitSpec{Label: label, SOPIN: factory, NewSOPIN: a.admin, UserPIN: a.user})
	return codeOf(err)
}

func (l *library) apps(h uintptr) (names []string, rv sar) {
	rv = l.on(h, isDevice, func(_ *node, d *device) sar {
		info, rv := d.info()
		if rv == sarOK && info.Initialised {
			names = []string{d.side().app()}
		}
		return rv
	})
	return names, rv
}

// has says whether the token holds that application.
func (d *device) has(name string) sar {
	info, rv := d.info()
	if rv == sarOK && (!info.Initialised || d.side().app() != name) {
		return sarAppNotExists
	}
	return rv
}

func (l *library) openApp(h uintptr, name string) (app uintptr, rv sar) {
	rv = l.on(h, isDevice, func(n *node, d *device) sar {
		if rv := d.has(name); rv != sarOK {
			return rv
		}
		app = l.add(&node{kind: isApp, name: name, era: d.era}, n)
		return sarOK
	})
	return app, rv
}

// close forgets a handle of any kind but a device's.
func (l *library) close(h uintptr, k kind) sar {
	if _, ok := l.node(h, k); !ok {
		return sarInvalidHandle
	}
	l.drop(h)
	return sarOK
}

// deleteApp makes the token factory-new. It takes the device key (SKF_DevAuth) or the administrator's PIN, so what a locked
// administrator's PIN guards only the device key erases.
func (l *library) deleteApp(h uintptr, name string) sar {
	return l.change(h, isDevice, func(n *node, d *device) sar {
		if rv := d.has(name); rv != sarOK {
			return rv
		}
		if !n.auth && !d.admin {
			return sarNotLoggedIn
		}
		if _, rv := d.open(n); rv != sarOK {
			return rv
		}
		if err := d.drawer.renew(d.serial); err != nil {
			return sarWriteFile
		}
		d.era++
		d.shut()
		s := d.side()
		s.App, s.Empty = "", nil
		return d.saveSide(s)
	})
}

// renew puts a factory-new token of that serial in the place of the one there is, in one step.
func (d *drawer) renew(serial string) error {
	dir, err := os.MkdirTemp(d.dir, ".skf-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	soft, err := softkey.Open(dir, machine())
	if err != nil {
		return err
	}
	if err := soft.Create(serial); err != nil {
		return err
	}
	return os.Rename(filepath.Join(dir, serial+".ukey"), filepath.Join(d.dir, serial+".ukey"))
}

// pin makes an act with PINs. left is how many tries the PIN has after a wrong one, -1 where that is not the outcome.
func (l *library) pin(h uintptr, on guard, act func(d *device, s service.TokenSession) error) (left int, rv sar) {
	left = -1
	rv = on(h, isApp, func(n *node, d *device) sar {
		s, rv := d.open(n)
		if rv != sarOK {
			return rv
		}
		err := act(d, s)
		rv = codeOf(err)
		switch rv {
		case sarPINLocked:
			left = 0
		case sarPINIncorrect:
			if n, err := strconv.Atoi(service.ArgsOf(err)["left"]); err == nil {
				left = n
			}
		}
		return rv
	})
	return left, rv
}

func (l *library) verifyPIN(h uintptr, kind uint64, pin []byte) (left int, rv sar) {
	return l.pin(h, l.on, func(d *device, s service.TokenSession) error {
		if kind == userType {
			d.user = false
			err := s.Login(context.Background(), pin)
			d.user = err == nil
			return err
		}
		// The soft token proves its SO PIN only in acts; setting it to itself is one that changes nothing.
		d.user, d.admin = false, false
		err := s.ChangeSOPIN(context.Background(), pin, pin)
		d.admin = err == nil
		return err
	})
}

func (l *library) changePIN(h uintptr, kind uint64, old, fresh []byte) (left int, rv sar) {
	return l.pin(h, l.change, func(d *device, s service.TokenSession) error {
		if kind == userType {
			err := s.ChangePIN(context.Background(), old, fresh)
			d.user = d.user && err == nil
			return err
		}
		d.user, d.admin = false, false
		return s.ChangeSOPIN(context.Background(), old, fresh)
	})
}

func (l *library) unblock(h uintptr, admin, fresh []byte) (left int, rv sar) {
	return l.pin(h, l.change, func(d *device, s service.TokenSession) error {
		d.user = false
		return s.Unblock(context.Background(), admin, fresh)
	})
}

func (l *library) pinInfo(h uintptr, kind uint64) (state service.PINState, rv sar) {
	rv = l.on(h, isApp, func(_ *node, d *device) sar {
		info, rv := d.info()
		state = info.SO
		if kind == userType {
			state = info.User
		}
		return rv
	})
	return state, rv
}

// clear ends both logins.
func (l *library) clear(h uintptr) sar {
	return l.on(h, isApp, func(_ *node, d *device) sar {
		d.user, d.admin = false, false
		if d.session == nil {
			return sarOK
		}
		return codeOf(d.session.Logout(context.Background()))
	})
}
