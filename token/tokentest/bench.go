package tokentest

import (
	"bytes"
	"context"
	"strconv"
	"testing"
	"time"

	"certdesk/service"
)

// PINs and the label of an initialised test token. Eight digits are a PIN by every device's rule.
const (
	userPIN = "24681357"
	newPIN  = "97531864"
	soPIN   = "13579246"
	otherSO = "86420975"
	wrong   = "00000000"
	label   = "0123456789abcdef0123456789abcdef" // a job id: 32 characters
)

// bench is one clause's workplace.
type bench struct {
	*testing.T
	h   Harness
	ctx context.Context
}

func (b *bench) wants(err error, code service.Code) {
	b.Helper()
	if service.CodeOf(err) != code {
		b.Fatalf("got %v, want code %q", err, code)
	}
}

func (b *bench) ok(err error) {
	b.Helper()
	b.wants(err, "")
}

func (b *bench) list() []service.TokenInfo {
	b.Helper()
	list, err := b.h.Tokens().List(b.ctx)
	b.ok(err)
	return list
}

// listed finds a serial in a list.
func listed(list []service.TokenInfo, serial string) bool {
	for _, info := range list {
		if info.Serial == serial {
			return true
		}
	}
	return false
}

// open opens a token and closes it when the clause ends.
func (b *bench) open(serial string) service.TokenSession {
	b.Helper()
	s, err := b.h.Tokens().Open(b.ctx, serial)
	b.ok(err)
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func (b *bench) close(s service.TokenSession) {
	b.Helper()
	b.ok(s.Close())
}

func (b *bench) spec() service.InitSpec {
	return service.InitSpec{Label: label, SOPIN: b.h.SOPIN(), NewSOPIN: []byte(b.so()), UserPIN: []byte(userPIN)}
}

// so is the SO PIN of an initialised token.
func (b *bench) so() string {
	if b.has(SOChange) {
		return soPIN
	}
	return string(b.h.SOPIN())
}

// underSO changes the SO PIN; of a device that cannot, the user PIN under it, which uses the SO PIN as well.
func (b *bench) underSO(s service.TokenSession, old, new []byte) error {
	if b.has(SOChange) {
		return s.ChangeSOPIN(b.ctx, old, new)
	}
	return s.Unblock(b.ctx, old, new)
}

// made is a session on a fresh token, initialised, not logged in.
func (b *bench) made() service.TokenSession {
	b.Helper()
	s, _ := b.madeSerial()
	return s
}

func (b *bench) madeSerial() (service.TokenSession, string) {
	b.Helper()
	serial := b.h.Blank(b.T)
	s := b.open(serial)
	_, err := s.Initialise(b.ctx, b.spec())
	b.ok(err)
	return s, serial
}

func (b *bench) login(s service.TokenSession) {
	b.Helper()
	b.ok(s.Login(b.ctx, []byte(userPIN)))
}

// in is a session on a fresh token, logged in.
func (b *bench) in() service.TokenSession {
	b.Helper()
	s := b.made()
	b.login(s)
	return s
}

func (b *bench) info(s service.TokenSession) service.TokenInfo {
	b.Helper()
	info, err := s.Info(b.ctx)
	b.ok(err)
	return info
}

// key makes a signing key of the device's best algorithm.
func (b *bench) key(s service.TokenSession, container string) []byte {
	b.Helper()
	return b.keyOf(s, container, b.alg())
}

func (b *bench) keyOf(s service.TokenSession, container string, alg service.KeyAlg) []byte {
	b.Helper()
	spki, err := s.GenerateKey(b.ctx, container, alg)
	b.ok(err)
	return spki
}

func (b *bench) same(what string, got, want []byte) {
	b.Helper()
	if !bytes.Equal(got, want) {
		b.Fatalf("%s: got %x, want %x", what, got, want)
	}
}

// left checks a try counter where the device reports one.
func (b *bench) left(got service.PINState, want int) {
	b.Helper()
	if b.has(Counters) && (!got.Known || got.Left != want) {
		b.Fatalf("tries: %+v, want %d left", got, want)
	}
}

// wrongPIN gives a wrong user PIN and checks the error's tries.
func (b *bench) wrongPIN(s service.TokenSession, wantLeft int) {
	b.Helper()
	err := s.Login(b.ctx, []byte(wrong))
	b.wants(err, service.PINWrong)
	if got := service.ArgsOf(err)["left"]; b.has(Counters) && got != strconv.Itoa(wantLeft) {
		b.Fatalf("left %q, want %d", got, wantLeft)
	}
}

// exhaust gives wrong user PINs until the token is locked; every answer before must be PINWrong.
func (b *bench) exhaust(s service.TokenSession) {
	b.Helper()
	for range 99 {
		err := s.Login(b.ctx, []byte(wrong))
		if service.IsCode(err, service.PINLocked) {
			return
		}
		b.wants(err, service.PINWrong)
	}
	b.Fatal("99 wrong PINs did not lock")
}

// next waits for a list that satisfies want, long enough for a busy machine.
func (b *bench) next(lists <-chan []service.TokenInfo, what string, want func([]service.TokenInfo) bool) {
	b.Helper()
	limit := time.NewTimer(5 * time.Second)
	defer limit.Stop()
	for {
		select {
		case list, open := <-lists:
			if !open {
				b.Fatalf("%s: watch closed", what)
			}
			if want(list) {
				return
			}
		case <-limit.C:
			b.Fatalf("%s: not seen in time", what)
		}
	}
}
