//go:build cgo

package p11

import (
	"bytes"
	"context"
	"slices"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token"
)

// Initialise implements service.TokenSession. It needs no login, only the SO PIN in force, and leaves the session logged out. The serial
// in the answer is the one that counts from now on; the session goes on under it.
//
// The order is C_InitToken, SO PIN, user PIN: where it is cut off behind the first, the label is the new one and the SO PIN may be either;
// where the user PIN works, everything is set.
func (s *session) Initialise(ctx context.Context, spec service.InitSpec) (info service.TokenInfo, err error) {
	err = s.do(ctx, "Initialise", func(a *act) error {
		if err := a.checkSpec(spec); err != nil {
			return err
		}
		if err := a.reset(spec); err != nil {
			return err
		}
		if err := a.asSO(spec.SOPIN, func() error { return a.setPINs(spec) }); err != nil {
			return err
		}
		if err := a.present(); err != nil {
			return err
		}
		info = a.describe()
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
		if err := token.CheckPIN(a.op(), a.s.d.rule(a.seat.info), pin); err != nil {
			return err
		}
	}
	return nil
}

// setPINs sets the user PIN last: whoever finds that it works knows that the SO PIN is the token's own. A SO PIN that stays as it is
// is not set, for tokens that cannot change it or refuse the one in force.
func (a *act) setPINs(spec service.InitSpec) error {
	if !bytes.Equal(spec.SOPIN, spec.NewSOPIN) {
		if err := a.changeSO(spec.SOPIN, spec.NewSOPIN); err != nil {
			return err
		}
	}
	return a.initPIN(spec.UserPIN)
}

// reset erases the token and opens it anew.
func (a *act) reset(spec service.InitSpec) error {
	refusal, err := a.erase(spec)
	if err == nil && refusal != nil {
		err = a.refused(soRole(), refusal)
	}
	return err
}

// erase initialises the token; a refusal leaves it as it was. No session may be open on it meanwhile, so nobody may look either.
func (a *act) erase(spec service.InitSpec) (refusal, err error) {
	d := a.s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	before, err := d.seats()
	if err != nil {
		return nil, err
	}
	if a.seat.info.Flags&pkcs11.CKF_WRITE_PROTECTED != 0 {
		return nil, a.say(service.TokenProtected, nil)
	}
	if count(before, a.s.serial) > 1 {
		return nil, a.err(service.TokenSeveral, service.Args{"serials": a.s.serial + ", " + a.s.serial}, errTwice)
	}
	a.disconnect()
	d.dismiss(a.s.serial)
	if err := a.c().InitToken(a.s.slot, lend(spec.SOPIN), spec.Label); err != nil {
		return err, a.connect()
	}
	return nil, a.relocate(spec.Label, before)
}

func count(seats []seat, serial string) (n int) {
	for _, s := range seats {
		if s.serial == serial {
			n++
		}
	}
	return n
}

// relocate finds the token after it was initialised: under its serial; else in its slot, or in another with a serial that was not
// there before, under the label it was given.
func (a *act) relocate(label string, before []seat) error {
	after, err := a.s.d.seats()
	if err != nil {
		return err
	}
	fits := func(f func(seat) bool) []seat {
		return slices.DeleteFunc(slices.Clone(after), func(s seat) bool { return !f(s) })
	}
	named := func(s seat) bool { return initialised(s.info) && text(s.info.Label) == text(label) }
	for _, found := range [][]seat{
		fits(func(s seat) bool { return s.serial == a.s.serial && initialised(s.info) }),
		fits(func(s seat) bool { return named(s) && s.slot == a.s.slot }),
		fits(func(s seat) bool { return named(s) && count(before, s.serial) == 0 }),
	} {
		if len(found) == 1 {
			return a.settle(found[0])
		}
	}
	return a.removed(nil)
}

// settle goes on under the serial and slot that initialising gave.
func (a *act) settle(to seat) error {
	d := a.s.d
	delete(d.held, a.s.serial)
	a.s.serial, a.s.slot, a.seat = to.serial, to.slot, to
	d.held[to.serial] = a.s
	return a.connect()
}
