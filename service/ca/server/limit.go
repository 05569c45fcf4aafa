package server

import (
	"net"
	"sync"
	"time"
)

// Limits are what one caller may cost the centre. A zero field means its default.
type Limits struct {
	Header      time.Duration // from the connection to the end of TLS, and of a request's header; 5 s
	Read        time.Duration // of a whole request; 15 s
	Write       time.Duration // from the header read to the end of the answer; 30 s
	Idle        time.Duration // between requests; 60 s
	Connections int           // open at once, further ones wait unaccepted; 1024
	PerAddress  int           // of them from one address, further ones are closed; 256
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&l.Header, 5 * time.Second}, {&l.Read, 15 * time.Second}, {&l.Write, 30 * time.Second}, {&l.Idle, 60 * time.Second}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if l.Connections <= 0 {
		l.Connections = 1024
	}
	if l.PerAddress <= 0 {
		l.PerAddress = 256
	}
	return l
}

// bounded is a listener that holds a limited number of connections open: a stranger who opens many and says nothing uses up no
// more than his share, and that only until they time out.
type bounded struct {
	net.Listener
	slots      chan struct{}
	perAddress int
	done       chan struct{} // closed with the listener
	once       sync.Once

	mu   sync.Mutex
	held map[string]int // connections by address
}

func bound(l net.Listener, limits Limits) *bounded {
	return &bounded{Listener: l, slots: make(chan struct{}, limits.Connections), perAddress: limits.PerAddress,
		done: make(chan struct{}), held: map[string]int{}}
}

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		select {
		case b.slots <- struct{}{}:
		case <-b.done:
			return nil, net.ErrClosed
		}
		c, err := b.Listener.Accept()
		if err != nil {
			<-b.slots
			return nil, err
		}
		from := host(c.RemoteAddr())
		if b.take(from) {
			return &held{Conn: c, free: func() { b.give(from) }}, nil
		}
		_ = c.Close()
		<-b.slots
	}
}

// Close implements net.Listener.
func (b *bounded) Close() error {
	b.once.Do(func() { close(b.done) })
	return b.Listener.Close()
}

func (b *bounded) take(from string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held[from] >= b.perAddress {
		return false
	}
	b.held[from]++
	return true
}

func (b *bounded) give(from string) {
	b.mu.Lock()
	if b.held[from]--; b.held[from] == 0 {
		delete(b.held, from)
	}
	b.mu.Unlock()
	<-b.slots
}

func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}

// held is a connection that gives its place back once.
type held struct {
	net.Conn
	once sync.Once
	free func()
}

// Close implements net.Conn.
func (h *held) Close() error {
	err := h.Conn.Close()
	h.once.Do(h.free)
	return err
}
