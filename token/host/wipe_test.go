package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
)

// spy keeps the very buffers that pass a pipe, not copies.
type spy struct {
	mu   sync.Mutex
	r    io.Reader
	w    io.Writer
	seen [][]byte
	pins int // how many of them held the secret as they passed
}

var secret = []byte("qx7Zk2Wm9pLs")

func (s *spy) note(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, p)
	if bytes.Contains(p, secret) {
		s.pins++
	}
}

func (s *spy) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.note(p[:n])
	return n, err
}

func (s *spy) Write(p []byte) (int, error) {
	s.note(p)
	return s.w.Write(p)
}

// check looks at all buffers behind the length, up to their capacity.
func (s *spy) check(t *testing.T, name string, passed int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pins != passed {
		t.Errorf("%s: the secret passed %d times, not %d", name, s.pins, passed)
	}
	for _, b := range s.seen {
		if len(b) > prefixSize && bytes.Contains(b[:cap(b)], secret) {
			t.Errorf("%s: a buffer still holds the secret", name)
		}
	}
}

// vault is a driver that looks at what it gets and gives it back as plaintext.
type vault struct {
	service.TokenSession
	got [][]byte
}

func (v *vault) Name() string { return "vault" }
func (v *vault) Close() error { return nil }
func (v *vault) List(context.Context) ([]service.TokenInfo, error) {
	return []service.TokenInfo{{Serial: "V"}}, nil
}
func (v *vault) Watch(context.Context) <-chan []service.TokenInfo { return nil }
func (v *vault) Open(context.Context, string) (service.TokenSession, error) {
	return v, nil
}

func (v *vault) keep(pins ...[]byte) error {
	for _, pin := range pins {
		if !bytes.Equal(pin, secret) {
			return errors.New("not the PIN")
		}
		v.got = append(v.got, pin)
	}
	return service.E(service.PINWrong, "vault", nil, nil) // a refusal wipes too
}

func (v *vault) Login(_ context.Context, pin []byte) error          { return v.keep(pin) }
func (v *vault) ChangePIN(_ context.Context, old, new []byte) error { return v.keep(old, new) }
func (v *vault) Unblock(_ context.Context, so, new []byte) error    { return v.keep(so, new) }
func (v *vault) Initialise(_ context.Context, s service.InitSpec) (service.TokenInfo, error) {
	return service.TokenInfo{}, v.keep(s.SOPIN, s.NewSOPIN, s.UserPIN)
}
func (v *vault) Decrypt(context.Context, string, []byte) ([]byte, error) {
	return bytes.Clone(secret), nil
}

// pair joins a server and a station's child by pipes, with a spy at each end of each.
func pair(t *testing.T, d token.Driver) (c *child, spies map[string]*spy, end func()) {
	t.Helper()
	theirIn, in, err := os.Pipe()
	out, theirOut, err2 := os.Pipe()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	cfg, err := Config{Command: []string{"x"}, Env: service.Env{Now: time.Now}}.filled()
	if err != nil {
		t.Fatal(err)
	}
	spies = map[string]*spy{"station writes": {w: in}, "child reads": {r: theirIn}, "child writes": {w: theirOut}, "station reads": {r: out}}
	p := &process{in: in, out: out, drained: make(chan struct{}), exited: make(chan struct{})}
	close(p.exited)
	c = &child{cfg: &cfg, proc: p, began: time.Now(), ended: func(*child) {}, frames: make(chan []byte), hello: make(chan *hello, 1),
		dead: make(chan struct{}), calls: map[uint64]*call{}, watches: map[uint64]chan []service.TokenInfo{}}
	served := make(chan error, 1)
	go func() {
		served <- Serve(context.Background(), spies["child reads"], spies["child writes"], func() (token.Driver, error) { return d, nil })
	}()
	go c.write(spies["station writes"])
	go c.listen(spies["station reads"])
	<-c.hello
	return c, spies, func() {
		c.die(&ending{code: service.TokenFailed, gentle: true})
		if err := <-served; err != nil {
			t.Error(err)
		}
		for _, f := range []*os.File{theirIn, theirOut, out} {
			_ = f.Close()
		}
	}
}

// TestFramesAreWiped sends PINs and gets a plaintext back: no buffer that passed a pipe, and nothing the child's driver was given, holds
// them afterwards; the caller's PIN is as it was.
func TestFramesAreWiped(t *testing.T) {
	v := &vault{}
	c, spies, end := pair(t, v)
	r, _, err := c.do(&request{op: opOpen, name: "V"})
	if err != nil {
		t.Fatal(err)
	}
	s, ctx := &session{c: c, ref: r.ref}, t.Context()
	pin := bytes.Clone(secret)
	_, initialised := s.Initialise(ctx, service.InitSpec{Label: string(make([]byte, 600)), SOPIN: pin, NewSOPIN: pin, UserPIN: pin})
	for _, err := range []error{s.Login(ctx, pin), s.ChangePIN(ctx, pin, pin), s.Unblock(ctx, pin, pin), initialised} {
		if !service.IsCode(err, service.PINWrong) {
			t.Fatal(err)
		}
	}
	plain, err := s.Decrypt(ctx, "box", nil)
	if err != nil || !bytes.Equal(plain, secret) || !bytes.Equal(pin, secret) {
		t.Fatalf("%q, %q, %v", plain, pin, err)
	}
	if _, _, err := c.do(&request{op: opList}); err != nil { // the writer has cleared the frames before
		t.Fatal(err)
	}
	end()
	spies["station writes"].check(t, "station writes", 4)
	spies["child reads"].check(t, "child reads", 4)
	spies["child writes"].check(t, "child writes", 1)
	spies["station reads"].check(t, "station reads", 1)
	for _, pin := range v.got {
		if !bytes.Equal(pin, make([]byte, len(secret))) {
			t.Errorf("the driver still has %q", pin)
		}
	}
	if len(v.got) != 8 {
		t.Errorf("%d PINs", len(v.got))
	}
}

// TestUnsentIsWiped has a child that does not read: the frame that nobody took is cleared with its end, and so is a buffer that was
// outgrown.
func TestUnsentIsWiped(t *testing.T) {
	cfg, _ := Config{Command: []string{"x"}, Env: service.Env{Now: time.Now}}.filled()
	c := &child{cfg: &cfg, frames: make(chan []byte), dead: make(chan struct{}), why: &ending{code: service.TokenHostDied}}
	close(c.dead)
	frame := bytes.Clone(secret)
	if _, why := c.wait(&call{done: make(chan *reply)}, frame, time.Minute); why == nil || bytes.Contains(frame, secret) {
		t.Errorf("%v, %q", why, frame)
	}
	e := newEncoder(kindRequest)
	e.bytes(secret)
	old := e.b
	e.more(1000)
	if bytes.Contains(old[:cap(old)], secret) || !bytes.Contains(e.b, secret) {
		t.Error("the outgrown buffer holds the secret")
	}
}
