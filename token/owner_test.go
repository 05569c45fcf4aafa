package token_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"certdesk/service"
	"certdesk/token"
)

func wants(t *testing.T, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("got %v, want %q", err, code)
	}
}

// TestOwnerSerialises counts without any lock of its own: the race detector and the sum tell.
func TestOwnerSerialises(t *testing.T) {
	o := token.NewOwner()
	defer o.Close()
	sum := 0
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				err := o.Do(context.Background(), "test", func(context.Context) error { sum++; return nil })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if sum != 1600 {
		t.Fatalf("%d acts", sum)
	}
}

// busy starts an act that lasts until release is called, and waits until it has begun.
func busy(t *testing.T, o *token.Owner, ctx context.Context, end func(context.Context) error) (release func(), result chan error) {
	t.Helper()
	begun, hold := make(chan struct{}), make(chan struct{})
	result = make(chan error, 1)
	go func() {
		result <- o.Do(ctx, "busy", func(ctx context.Context) error {
			close(begun)
			<-hold
			return end(ctx)
		})
	}()
	<-begun
	return func() { close(hold) }, result
}

func TestOwnerCancelsWhileWaiting(t *testing.T) {
	o := token.NewOwner()
	defer o.Close()
	release, first := busy(t, o, context.Background(), func(context.Context) error { return nil })
	ctx, cancel := context.WithCancel(context.Background())
	var ran atomic.Bool
	waiting := make(chan error, 1)
	go func() {
		waiting <- o.Do(ctx, "test", func(context.Context) error { ran.Store(true); return nil })
	}()
	cancel()
	wants(t, <-waiting, service.Cancelled)
	release()
	wants(t, <-first, "")
	wants(t, o.Do(ctx, "test", func(context.Context) error { ran.Store(true); return nil }), service.Cancelled)
	if ran.Load() {
		t.Fatal("a cancelled act was made")
	}
}

// TestOwnerFinishesWhatBegan cancels in the middle: the act sees a living context and its outcome reaches the caller.
func TestOwnerFinishesWhatBegan(t *testing.T) {
	o := token.NewOwner()
	defer o.Close()
	ctx, cancel := context.WithCancel(context.Background())
	release, result := busy(t, o, ctx, func(ctx context.Context) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return service.E(service.PINWrong, "driver", nil, nil)
	})
	cancel()
	release()
	wants(t, <-result, service.PINWrong)
}

func TestOwnerSurvivesPanic(t *testing.T) {
	o := token.NewOwner()
	defer o.Close()
	wants(t, o.Do(context.Background(), "test", func(context.Context) error { panic("vendor") }), service.TokenFailed)
	wants(t, o.Do(context.Background(), "test", func(context.Context) error { return nil }), "")
}

func TestOwnerClose(t *testing.T) {
	o := token.NewOwner()
	release, result := busy(t, o, context.Background(), func(context.Context) error { return nil })
	closed := make(chan struct{})
	go func() { o.Close(); close(closed) }()
	select {
	case <-closed:
		t.Fatal("closed under an act")
	default:
	}
	release()
	wants(t, <-result, "")
	<-closed
	o.Close()
	wants(t, o.Do(context.Background(), "test", func(context.Context) error { return nil }), service.TokenFailed)
}
