package tokentest

import (
	"bytes"
	"context"
	"crypto/rand"
	"strconv"
	"testing"
	"time"

	"certdesk/service"
)

// PINs and the label of an initialised test token.
const (
	userPIN = "246813"
	newPIN  = "975311"
	soPIN   = "so-13579"
	wrong   = "000000"
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
	return service.InitSpec{Label: label, SOPIN: b.h.SOPIN(), NewSOPIN: []byte(soPIN), UserPIN: []byte(userPIN)}
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

// key makes an SM2 signing key.
func (b *bench) key(s service.TokenSession, container string) []byte {
	b.Helper()
	spki, err := s.GenerateKey(b.ctx, container, service.AlgSM2)
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
	if b.lacks([]Feature{Counters}) == "" && (!got.Known || got.Left != want) {
		b.Fatalf("tries: %+v, want %d left", got, want)
	}
}

// wrongPIN gives a wrong user PIN and checks the error's tries.
func (b *bench) wrongPIN(s service.TokenSession, wantLeft int) {
	b.Helper()
	err := s.Login(b.ctx, []byte(wrong))
	b.wants(err, service.PINWrong)
	if got := service.ArgsOf(err)["left"]; b.lacks([]Feature{Counters}) == "" && got != strconv.Itoa(wantLeft) {
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

// certificate is filler of a certificate's size: the token does not look inside, so the suite does not depend on it.
func (b *bench) certificate(size int) []byte {
	der := make([]byte, size)
	_, err := rand.Read(der)
	b.ok(err)
	der[0], der[1], der[2], der[3] = 0x30, 0x82, byte((size-4)>>8), byte(size-4)
	return der
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
