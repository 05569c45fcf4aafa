package softkey

import (
	"context"
	"errors"
	"strconv"

	"certdesk/service"
	"certdesk/token"
)

var errSpoilt = errors.New("the file's sum does not fit")

// Login implements service.TokenPINs. It ends an earlier login first, so a wrong PIN leaves the session logged out.
func (s *session) Login(ctx context.Context, pin []byte) error {
	return s.do(ctx, "Login", func(a *act) error {
		if err := a.ready(pin); err != nil {
			return err
		}
		s.logout()
		master, err := a.try(user, pin)
		if err != nil {
			return err
		}
		if err := a.save(master); err != nil {
			clear(master)
			return err
		}
		s.master = master
		return nil
	})
}

// Logout implements service.TokenPINs. Logging out twice is no error.
func (s *session) Logout(ctx context.Context) error {
	return s.do(ctx, "Logout", func(*act) error {
		s.logout()
		return nil
	})
}

// ChangePIN implements service.TokenPINs. It needs no login and keeps the one there is.
func (s *session) ChangePIN(ctx context.Context, old, new []byte) error {
	return s.do(ctx, "ChangePIN", func(a *act) error {
		if err := a.ready(old, new); err != nil {
			return err
		}
		return a.reseal(user, old, user, new)
	})
}

// ChangeSOPIN implements service.TokenPINs. The session is logged out afterwards.
func (s *session) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	return s.do(ctx, "ChangeSOPIN", func(a *act) error {
		if err := a.ready(old, new); err != nil {
			return err
		}
		s.logout()
		return a.reseal(so, old, so, new)
	})
}

// Unblock implements service.TokenPINs.
func (s *session) Unblock(ctx context.Context, sopin, new []byte) error {
	return s.do(ctx, "Unblock", func(a *act) error {
		if err := a.ready(sopin, new); err != nil {
			return err
		}
		s.logout()
		return a.reseal(so, sopin, user, new)
	})
}

// ready refuses malformed PINs, which cost no try, and blank tokens.
func (a *act) ready(pins ...[]byte) error {
	for _, pin := range pins {
		if err := token.CheckPIN(a.op(), pinRule(), pin); err != nil {
			return err
		}
	}
	if !a.img.initialised() {
		return a.err(service.TokenBlank, service.Args{"serial": a.s.serial}, nil)
	}
	return nil
}

// reseal opens the token with one PIN and sets another (or the same one) anew, with all its tries.
func (a *act) reseal(by role, pin []byte, target role, new []byte) error {
	master, err := a.try(by, pin)
	if err != nil {
		return err
	}
	defer clear(master)
	place := a.slot(target)
	fresh, err := a.s.d.newSlot(a.img, target, new, master, (*place).Max)
	if err != nil {
		return a.err(service.TokenFailed, nil, err)
	}
	*place = fresh
	return a.save(master)
}

func (a *act) slot(r role) **slot {
	if r == so {
		return &a.img.SO
	}
	return &a.img.User
}

// try is one try of a PIN: counted in the file before it is made. A right one gives the master key and leaves the restored
// counter to the caller's save. A wrong user PIN ends the login. A spoilt file costs no try: the PIN may well be right.
func (a *act) try(r role, pin []byte) ([]byte, error) {
	if a.img.spoilt {
		return nil, a.damaged(errSpoilt)
	}
	master, err := a.unlock(r, pin)
	if err != nil {
		return nil, err
	}
	if a.img.authentic(master) {
		return master, nil
	}
	clear(master)
	if err := a.commit(); err != nil {
		return nil, err
	}
	return nil, a.damaged(errors.New("MAC"))
}

// unlock is try without the look at what the PIN opens: Initialise throws that away.
func (a *act) unlock(r role, pin []byte) ([]byte, error) {
	s := *a.slot(r)
	if s.Left == 0 {
		return nil, a.refused(r, 0)
	}
	if err := a.count(s); err != nil {
		return nil, err
	}
	master, err := s.open(a.s.d.env.Rand, a.img, r, pin)
	if err != nil && a.img.spoilt {
		return nil, a.damaged(errSpoilt)
	}
	if err != nil {
		return nil, a.refused(r, s.Left)
	}
	s.Left = s.Max
	return master, nil
}

func (a *act) count(s *slot) error {
	if err := a.at(a.name+".count", Before); err != nil {
		return err
	}
	s.Left--
	if err := a.commit(); err != nil {
		return err
	}
	return a.at(a.name+".count", After)
}

// refused is a wrong PIN with tries left, or a locked one; the try that uses up the last says locked.
func (a *act) refused(r role, left int) error {
	if r == user {
		a.s.logout()
	}
	wrong, locked := service.PINWrong, service.PINLocked
	if r == so {
		wrong, locked = service.SOPINWrong, service.SOPINLocked
	}
	if left == 0 {
		return a.err(locked, nil, nil)
	}
	return a.err(wrong, service.Args{"left": strconv.Itoa(left)}, nil)
}

// Initialise implements service.TokenSession. It needs no login, only the SO PIN in force, and leaves the session logged out.
// A token whose content was edited can be initialised too: nothing of it stays.
func (s *session) Initialise(ctx context.Context, spec service.InitSpec) (info service.TokenInfo, err error) {
	err = s.do(ctx, "Initialise", func(a *act) error {
		if err := a.checkSpec(spec); err != nil {
			return err
		}
		s.logout()
		master, err := a.unlock(so, spec.SOPIN)
		if err != nil {
			return err
		}
		clear(master)
		if err := a.reset(spec); err != nil {
			return err
		}
		info = s.d.info(s.serial, a.img)
		return nil
	})
	if err != nil {
		return service.TokenInfo{}, err
	}
	return info, nil
}

func (a *act) checkSpec(spec service.InitSpec) error {
	if err := token.CheckLabel(a.op(), spec.Label); err != nil {
		return err
	}
	for _, pin := range [][]byte{spec.SOPIN, spec.NewSOPIN, spec.UserPIN} {
		if err := token.CheckPIN(a.op(), pinRule(), pin); err != nil {
			return err
		}
	}
	return nil
}

// reset replaces the image by an empty one under a new master key: what was sealed under the old one is lost for good.
func (a *act) reset(spec service.InitSpec) error {
	d := a.s.d
	master, err := d.newMaster()
	if err != nil {
		return a.err(service.TokenFailed, nil, err)
	}
	defer clear(master)
	img := &image{Format: format, Serial: a.s.serial, Label: spec.Label, KDF: d.opt.kdf}
	if err := d.newSlots(img, spec.UserPIN, spec.NewSOPIN, master); err != nil {
		return a.err(service.TokenFailed, nil, err)
	}
	a.img = img
	return a.save(master)
}
