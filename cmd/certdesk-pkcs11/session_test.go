//go:build cgo && unix

package main_test

import (
	"errors"
	"os/exec"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
	"certdesk/service/sm"
)

const readOnly = pkcs11.CKF_SERIAL_SESSION

// TestLoginRules: logins are the token's, not the session's, and SO and read-only sessions exclude each other.
func TestLoginRules(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	p.wants(p.Login(h, pkcs11.CKU_USER, userPIN), module.UserAlreadyLoggedIn)
	p.wants(p.Login(h, pkcs11.CKU_SO, soPIN), module.UserAnotherLoggedIn)
	p.wants(p.Login(h, 7, soPIN), module.UserTypeInvalid)
	p.wants(p.InitPIN(h, userPIN), module.UserNotLoggedIn)
	p.wants(p.InitToken(p.slot(), soPIN, "x"), module.SessionExists)
	ro, err := p.OpenSession(p.slot(), readOnly)
	must(t, err)
	info, err := p.GetSessionInfo(ro)
	must(t, err)
	if info.State != pkcs11.CKS_RO_USER_FUNCTIONS {
		t.Errorf("state %d of a second session", info.State)
	}
	_, _, err = p.GenerateKeyPair(ro, mech(module.SM2Generate), nil, nil)
	p.wants(err, module.SessionReadOnly)
	p.wants(p.SetPIN(ro, userPIN, "new-pin-1"), module.SessionReadOnly)
	must(t, p.Logout(ro))
	p.wants(p.Logout(h), module.UserNotLoggedIn)
	p.wants(p.Login(h, pkcs11.CKU_SO, soPIN), module.SessionReadOnlyExists)
	must(t, p.CloseSession(ro))
	must(t, p.Login(h, pkcs11.CKU_SO, soPIN))
	_, err = p.OpenSession(p.slot(), readOnly)
	p.wants(err, module.SessionReadWriteSO)
	_, _, err = p.GenerateKeyPair(h, mech(module.SM2Generate), nil, nil)
	p.wants(err, module.UserNotLoggedIn)
}

// TestPINs: changes are in force at once; a wrong old PIN logs out; malformed ones cost no try.
func TestPINs(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	must(t, p.SetPIN(h, userPIN, "other-pin"))
	p.key(h, "still", "in")
	p.wants(p.SetPIN(h, "wrong-pin", "x-other-pin"), module.PINIncorrect)
	_, _, err := p.GenerateKeyPair(h, mech(module.SM2Generate), nil, nil)
	p.wants(err, module.UserNotLoggedIn)
	p.wants(p.Login(h, pkcs11.CKU_USER, userPIN), module.PINIncorrect)
	p.wants(p.Login(h, pkcs11.CKU_USER, "1"), module.PINIncorrect)
	p.wants(p.SetPIN(h, "other-pin", "1"), module.PINLenRange)
	p.wants(p.SetPIN(h, "other-pin", "口令口令"), module.PINInvalid)
	info, err := p.GetTokenInfo(p.slot())
	must(t, err)
	if info.Flags&pkcs11.CKF_USER_PIN_COUNT_LOW == 0 || info.Flags&pkcs11.CKF_USER_PIN_FINAL_TRY != 0 {
		t.Errorf("flags %#x after two tries", info.Flags)
	}
	must(t, p.Login(h, pkcs11.CKU_USER, "other-pin"))
	must(t, p.Logout(h))
	must(t, p.Login(h, pkcs11.CKU_SO, soPIN))
	must(t, p.SetPIN(h, soPIN, "so-other-1"))
	must(t, p.InitPIN(h, userPIN))
	must(t, p.Logout(h))
	p.wants(p.Login(h, pkcs11.CKU_SO, soPIN), module.PINIncorrect)
	must(t, p.Login(h, pkcs11.CKU_USER, userPIN))
	p.sign(h, module.SM2Message, p.find(h, at(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY))[0], []byte("kept"))
}

// TestPulled: every call on a session of a pulled token says so, also when the token is back; a new session is a new beginning.
func TestPulled(t *testing.T) {
	d := newDesk(t, "UKEY0001", "UKEY0002")
	p := d.load(t, library(t, ""))
	h := p.initialise()
	_, priv := p.key(h, "box", "id")
	must(t, p.SignInit(h, mech(module.SM2Message), priv))
	slot := p.slot()
	p.wants(p.waits(), module.NoEvent)
	must(t, d.Remove("UKEY0001"))
	p.wants(p.waits(), module.OK)
	p.wants(p.waits(), module.NoEvent)
	_, err := p.Sign(h, []byte("m"))
	p.wants(err, module.DeviceRemoved)
	_, err = p.GetTokenInfo(slot)
	p.wants(err, module.TokenNotPresent)
	_, err = p.OpenSession(slot, readOnly)
	p.wants(err, module.TokenNotPresent)
	if list, err := p.GetSlotList(true); err != nil || len(list) != 1 || list[0] == slot {
		t.Errorf("slots %v, %v", list, err)
	}
	must(t, d.Insert("UKEY0001"))
	_, err = p.GetAttributeValue(h, priv, []*pkcs11.Attribute{at(pkcs11.CKA_ID, nil)})
	p.wants(err, module.DeviceRemoved)
	fresh, err := p.OpenSession(slot, readOnly)
	must(t, err)
	if info, err := p.GetSessionInfo(fresh); err != nil || info.State != pkcs11.CKS_RO_PUBLIC_SESSION {
		t.Errorf("state %d of a new session, %v", info.State, err)
	}
	must(t, p.CloseSession(h))
	p.wants(p.CloseSession(h), module.SessionHandleInvalid)
	must(t, p.Login(fresh, pkcs11.CKU_USER, userPIN))
}

// waits asks for an event past the binding, which loses the return value: NoEvent and an event look alike there.
func (p *api) waits() error {
	p.t.Helper()
	return p.raw().wait()
}

// TestReplugged: a token that was pulled and put back between two calls is another insertion.
func TestReplugged(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	p := d.load(t, library(t, ""))
	h := p.initialise()
	must(t, d.Remove("UKEY0001"))
	must(t, d.Insert("UKEY0001"))
	_, err := p.GetSessionInfo(h)
	p.wants(err, module.DeviceRemoved)
	p.wants(p.FindObjectsInit(h, nil), module.DeviceRemoved)
}

// TestThreads: eight threads with a session each sign 400 times, while one more comes and goes.
func TestThreads(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	h := p.initialise()
	pub, priv := p.key(h, "box", "id")
	spki, slot := p.spki(h, pub), p.slot()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if err := p.hammer(slot, priv, spki, byte(n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Go(func() {
		for range 50 {
			if s, err := p.OpenSession(slot, readOnly); err != nil || p.FindObjectsInit(s, nil) != nil || p.CloseSession(s) != nil {
				t.Error("a session that comes and goes failed")
			}
			_, _ = p.GetSlotList(true)
		}
	})
	all.Wait()
}

func (p *api) hammer(slot uint, priv pkcs11.ObjectHandle, spki []byte, n byte) error {
	h, err := p.OpenSession(slot, readOnly)
	if err != nil {
		return err
	}
	for i := range 50 {
		message := []byte{n, byte(i)}
		if err := p.SignInit(h, mech(module.SM2MessageDER), priv); err != nil {
			return err
		}
		sig, err := p.Sign(h, message)
		if err == nil {
			err = sm.Verify(spki, message, sig)
		}
		if err != nil {
			return err
		}
	}
	return p.CloseSession(h)
}

// TestOneSession: threads that share a session against the standard's advice get errors and nothing worse.
func TestOneSession(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	p := d.load(t, library(t, ""))
	h := p.initialise()
	_, priv := p.key(h, "box", "id")
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			for range 40 {
				_ = p.SignInit(h, mech(module.SM2MessageDER), priv)
				_, _ = p.Sign(h, []byte("m"))
				_ = p.FindObjectsInit(h, nil)
				_, _, _ = p.FindObjects(h, 1)
				_ = p.FindObjectsFinal(h)
			}
		})
	}
	all.Go(func() { must(t, d.Remove("UKEY0001")) })
	all.Wait()
	_, err := p.GetSessionInfo(h)
	p.wants(err, module.DeviceRemoved)
}

// TestTwoProcesses: while one works on a token the other is refused and sees what can be seen; afterwards it is let in.
func TestTwoProcesses(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	p := d.load(t, library(t, ""))
	h := p.initialise()
	contains(t, d.run(t, "-L"), "label", "PIN initialized")
	out, err := d.try(t, "--login", "--pin", userPIN, "--list-objects")
	if exit := (&exec.ExitError{}); !errors.As(err, &exit) {
		t.Errorf("a second process got in:\n%s", out)
	}
	contains(t, out, "CKR_SESSION_COUNT")
	must(t, p.CloseSession(h))
	d.run(t, "--login", "--pin", userPIN, "--list-objects")
}

// TestWaits: a caller that waits for an event gets the one that comes, and gives up when the module ends.
func TestWaits(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	p := d.load(t, library(t, ""))
	slot, r := p.slot(), p.raw()
	type event struct {
		rv   module.RV
		slot uintptr
	}
	events := make(chan event)
	wait := func() {
		var e event
		e.rv = r.call(fWait, 0, uintptr(unsafe.Pointer(&e.slot)), 0)
		events <- e
	}
	go wait()
	must(t, d.Remove("UKEY0001"))
	if e := <-events; e.rv != module.OK || uint(e.slot) != slot {
		t.Errorf("event %+v, want slot %d", e, slot)
	}
	go wait()
	time.Sleep(50 * time.Millisecond) // so that it waits; if it does not yet, it meets the ended module all the same
	must(t, p.Finalize())
	if e := <-events; e.rv != module.NotInitialized {
		t.Errorf("after the end: %+v", e)
	}
	must(t, p.Initialize())
}

// TestLocks: the caller's own locks are not used, and he is told so (PKCS #11 v2.40, 5.4).
func TestLocks(t *testing.T) {
	d := newDesk(t)
	p := d.load(t, library(t, ""))
	r := p.raw()
	must(t, p.Finalize())
	for _, c := range []struct {
		args [6]uintptr // four functions, flags, reserved
		want module.RV
	}{
		{[6]uintptr{1, 1, 1, 1, 0, 0}, module.CantLock},
		{[6]uintptr{1, 0, 1, 1, 2, 0}, module.ArgumentsBad},
		{[6]uintptr{0, 0, 0, 0, 2, 1}, module.ArgumentsBad},
		{[6]uintptr{0, 0, 0, 0, 1, 0}, module.NeedToCreateThreads},
		{[6]uintptr{1, 1, 1, 1, 2, 0}, module.OK},
	} {
		r.wants(c.want, fInitialize, uintptr(unsafe.Pointer(&c.args)))
	}
	r.wants(module.ArgumentsBad, fFinalize, 1)
}
