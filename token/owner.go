package token

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"certdesk/service"
)

// Owner is the one goroutine that touches a device. Calls from anywhere queue up before it. A call whose context ends while
// it waits is not made and gives Cancelled; once an act has begun it runs to its end and the caller waits for the outcome,
// because an act broken off in the middle leaves a device nobody knows.
//
// The goroutine is tied to one OS thread: vendor libraries keep state per thread.
type Owner struct {
	queue chan func()
	quit  chan struct{}
	gone  chan struct{}
	once  sync.Once
}

// NewOwner starts an owner. Close ends it.
func NewOwner() *Owner {
	o := &Owner{queue: make(chan func()), quit: make(chan struct{}), gone: make(chan struct{})}
	go o.run()
	return o
}

func (o *Owner) run() {
	runtime.LockOSThread()
	defer close(o.gone)
	for {
		select {
		case act := <-o.queue:
			act()
		case <-o.quit:
			return
		}
	}
}

// Do makes one act and gives its error. Cancelled where ctx ended before the act began, TokenFailed where the owner is
// closed or the driver panicked.
func (o *Owner) Do(ctx context.Context, op string, act func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return service.E(service.Cancelled, op, nil, err)
	}
	done := make(chan error, 1)
	whole := context.WithoutCancel(ctx)
	job := func() { done <- guard(op, func() error { return act(whole) }) }
	select {
	case o.queue <- job:
		return <-done
	case <-ctx.Done():
		return service.E(service.Cancelled, op, nil, ctx.Err())
	case <-o.quit:
		return service.E(service.TokenFailed, op, nil, errClosed)
	}
}

// guard keeps a driver's panic from ending the station.
func guard(op string, act func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = service.E(service.TokenFailed, op, nil, fmt.Errorf("driver panic: %v", p))
		}
	}()
	return act()
}

// Close lets the act under way end and stops the goroutine. It may be called twice.
func (o *Owner) Close() {
	o.once.Do(func() { close(o.quit) })
	<-o.gone
}
