//go:build cgo

package p11_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/p11"
)

const pin = "246813"

func spec(label string) service.InitSpec {
	return service.InitSpec{Label: label, SOPIN: []byte(factorySO), NewSOPIN: []byte("so-13579"), UserPIN: []byte(pin)}
}

// TestFresh follows a token that has no serial before it is initialised: the session goes on under the one it gets.
func TestFresh(t *testing.T) {
	ctx := context.Background()
	h := newHSM(t)
	s := h.free(t)
	before, err := s.Info(ctx)
	must(t, err)
	if !strings.HasPrefix(before.Serial, "SLOT-") || before.Initialised || before.Label != "" || before.User.Set {
		t.Fatalf("fresh token says %+v", before)
	}
	wants(t, s.Login(ctx, []byte(pin)), service.TokenBlank)
	wants(t, s.ChangePIN(ctx, []byte(pin), []byte(pin)), service.TokenBlank)
	wants(t, s.Unblock(ctx, []byte(factorySO), []byte(pin)), service.TokenBlank)
	wants(t, s.ChangeSOPIN(ctx, []byte(factorySO), []byte(pin)), service.TokenBlank)
	_, err = s.GenerateKey(ctx, "box", service.AlgP256)
	wants(t, err, service.TokenLogin)
	if list, err := s.Containers(ctx); err != nil || len(list) != 0 {
		t.Fatalf("containers %v, %v", list, err)
	}
	made, err := s.Initialise(ctx, spec("job-1"))
	must(t, err)
	if strings.HasPrefix(made.Serial, "SLOT-") || !made.Initialised || made.Label != "job-1" || !made.User.Set {
		t.Fatalf("initialised token says %+v", made)
	}
	must(t, s.Login(ctx, []byte(pin)))
	_, err = s.GenerateKey(ctx, "box", service.AlgP256)
	must(t, err)
	_, err = h.Open(ctx, made.Serial)
	wants(t, err, service.TokenBusy)
	must(t, s.Close())
	again, err := h.Open(ctx, made.Serial)
	must(t, err)
	if info, err := again.Info(ctx); err != nil || info.Serial != made.Serial {
		t.Fatalf("opened again: %+v, %v", info, err)
	}
}

// TestWatchFresh sees a fresh token turn into one with a serial, and another fresh one take its place.
func TestWatchFresh(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	h := newHSM(t)
	lists := h.Watch(ctx)
	if first := <-lists; len(first) != 1 || first[0].Initialised {
		t.Fatalf("first list %+v", first)
	}
	made, err := h.free(t).Initialise(ctx, spec("job-2"))
	must(t, err)
	limit := time.After(5 * time.Second)
	for seen := false; !seen; {
		select {
		case list := <-lists:
			seen = len(list) == 2 && list[0].Serial != list[1].Serial && (list[0].Serial == made.Serial || list[1].Serial == made.Serial)
		case <-limit:
			t.Fatal("the initialised token is not told")
		}
	}
	// The watch keeps a session of its own on the token, which must not stand in the way of initialising it anew.
	s, err := h.Open(ctx, made.Serial)
	wants(t, err, service.TokenBusy)
	if s != nil {
		t.Fatal("a session beside an error")
	}
	cancel()
	for range lists {
	}
}

// TestWatchedAgain initialises a watched token over and over while the watch looks.
func TestWatchedAgain(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := newHSM(t)
	lists := h.Watch(ctx)
	s := h.free(t)
	so := factorySO
	for range 8 {
		for range 3 {
			time.Sleep(40 * time.Millisecond)
			_, err := h.List(ctx)
			must(t, err)
		}
		again := spec("again")
		again.SOPIN = []byte(so)
		_, err := s.Initialise(ctx, again)
		must(t, err)
		so = string(again.NewSOPIN)
		must(t, s.Login(ctx, []byte(pin)))
		_, err = s.GenerateKey(ctx, "box", service.AlgP256)
		must(t, err)
	}
	must(t, s.Close())
	cancel()
	for range lists {
	}
}

// TestOneDriver keeps a second driver of one process from ending the first one's work.
func TestOneDriver(t *testing.T) {
	h := newHSM(t)
	_, err := p11.Open(p11.Config{Module: h.module, Env: env()})
	wants(t, err, service.TokenBusy)
	_, err = h.List(context.Background())
	must(t, err)
	must(t, h.Close())
	_, err = h.List(context.Background())
	wants(t, err, service.TokenFailed)
}

// TestNoPINInErrors looks for PINs where they must not be.
func TestNoPINInErrors(t *testing.T) {
	ctx := context.Background()
	s := newHSM(t).free(t)
	_, err := s.Initialise(ctx, spec("job-3"))
	must(t, err)
	const secret = "secret-7531"
	for _, err := range []error{s.Login(ctx, []byte(secret)), s.ChangePIN(ctx, []byte(secret), []byte(secret)),
		s.Unblock(ctx, []byte(secret), []byte(secret)), s.Login(ctx, []byte(secret+"\x01"))} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("error %v", err)
		}
	}
}
