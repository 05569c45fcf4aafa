package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/token"
)

// grace is how long sessions and driver may take to close when the pipe has ended.
const grace = 2 * time.Second

var errClosed = errors.New("session or driver is closed")

// Serve is the child: it opens the driver and does what comes in until in ends or ctx does. It then closes the sessions and the
// driver, and returns after two seconds even where they do not: a library that hangs shall not keep the process, so the caller
// must exit when Serve returns. Each session has a thread of its own, so have opening and listing.
// Errors: what open says (which the station hears too); Cancelled where ctx ended; Internal for a broken pipe or a request that makes
// no sense. The end of in is no error.
func Serve(ctx context.Context, in io.Reader, out io.Writer, open func() (token.Driver, error)) error {
	whole, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &server{ctx: whole, cancel: cancel, out: out, lister: token.NewOwner(), ready: make(chan struct{}), acts: acts(),
		sessions: map[uint64]service.TokenSession{}, watches: map[uint64]context.CancelFunc{}}
	ended, opened := make(chan error, 1), make(chan error, 1)
	go func() { ended <- s.read(in) }()
	go func() { opened <- s.open(open) }()
	err := s.wait(ctx, opened, ended)
	s.close(opened)
	return err
}

// server is the child's side of the pipe.
type server struct {
	ctx    context.Context
	cancel context.CancelFunc
	acts   map[op]act
	lister *token.Owner

	ready  chan struct{} // closed when the driver is open
	driver token.Driver
	tokens service.Tokens // the driver with an owner for each session

	writing sync.Mutex
	out     io.Writer

	mu       sync.Mutex
	over     bool // no answer is begun any more
	answers  sync.WaitGroup
	last     uint64
	sessions map[uint64]service.TokenSession
	watches  map[uint64]context.CancelFunc
}

// wait lasts until there is a reason to end.
func (s *server) wait(ctx context.Context, opened chan error, ended <-chan error) error {
	for {
		select {
		case err := <-opened:
			opened <- err // for close
			if err != nil {
				return err
			}
			opened = nil
		case err := <-ended:
			return err
		case <-ctx.Done():
			return service.E(service.Cancelled, at("Serve"), nil, ctx.Err())
		}
	}
}

// open opens the driver and says hello either way.
func (s *server) open(open func() (token.Driver, error)) error {
	var d token.Driver
	err := s.lister.Do(s.ctx, at("Open"), func(context.Context) (err error) {
		d, err = open()
		return err
	})
	h := hello{version: version, pid: uint32(os.Getpid()), fault: faultOf(at("Open"), err)}
	if err == nil {
		h.driver, s.driver, s.tokens = d.Name(), d, token.Owned(d)
		close(s.ready)
	}
	return errors.Join(err, s.send(h.encode()))
}

// send writes one frame and clears it.
func (s *server) send(frame []byte, err error) error {
	if err != nil {
		return service.E(service.Internal, at("send"), nil, err)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	defer clear(frame)
	if _, err := s.out.Write(frame); err != nil {
		return service.E(service.Internal, at("send"), nil, err)
	}
	return nil
}

// read takes requests until the pipe ends. Each is done on a goroutine of its own; those of one session queue up before its owner.
func (s *server) read(in io.Reader) error {
	for {
		body, err := readFrame(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return service.E(service.Internal, at("read"), nil, err)
		}
		q, err := decodeRequest(body)
		if err != nil {
			clear(body)
			return service.E(service.Internal, at("read"), nil, err)
		}
		s.begin(q, body)
	}
}

// begin starts an answer unless the end has come. The request's slices lie in body.
func (s *server) begin(q *request, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		clear(body)
		return
	}
	s.answers.Go(func() {
		defer clear(body)
		s.answer(q)
	})
}

// answer does one request and replies. What cannot be sent any more ends with the pipe.
func (s *server) answer(q *request) {
	select {
	case <-s.ready:
	case <-s.ctx.Done():
		return
	}
	r := &reply{id: q.id}
	if q.op == opDecrypt {
		defer func(r *reply) { clear(r.data) }(r)
	}
	if err := s.guard(q, r); err != nil {
		r = &reply{id: q.id, fault: faultOf(at(q.op.String()), err)}
	}
	if q.op == opWatch && r.fault == nil {
		return // its replies come later
	}
	frame, err := r.encode()
	if err != nil {
		fault := service.E(service.TokenFailed, at(q.op.String()), nil, err)
		frame, err = (&reply{id: q.id, fault: fault}).encode()
	}
	_ = s.send(frame, err)
}

// guard keeps a panic outside the driver's owner from ending the child without a word.
func (s *server) guard(q *request, r *reply) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = service.E(service.TokenFailed, at(q.op.String()), nil, fmt.Errorf("panic: %v", p))
		}
	}()
	return s.perform(q, r)
}

// close ends watches, sessions and driver, as far as they end in time. An act under way comes to its end first.
func (s *server) close(opened <-chan error) {
	s.cancel()
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if <-opened != nil {
			return
		}
		var group sync.WaitGroup
		for _, t := range s.allSessions() {
			group.Go(func() { _ = t.Close() })
		}
		group.Wait()
		s.answers.Wait()
		_ = s.driver.Close()
		s.lister.Close()
	}()
	select {
	case <-done:
	case <-time.After(grace):
	}
}

func (s *server) allSessions() []service.TokenSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []service.TokenSession
	for _, t := range s.sessions {
		all = append(all, t)
	}
	return all
}
