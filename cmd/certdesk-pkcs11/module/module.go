package module

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"

	"certdesk/service"
	"certdesk/token/softkey"
)

// Config is where the soft UKeys lie and what new ones cost.
type Config struct {
	Dir     string // the drawer; it need not exist
	Env     service.Env
	Options []softkey.Option
}

// Module is the state that PKCS #11 keeps per process. The zero value is ready and not initialised. Safe for concurrent use: one
// call runs at a time.
type Module struct {
	mu       sync.Mutex
	up       bool
	stop     chan struct{} // closed by Finalize: who waits for an event gives up
	cfg      Config
	drawer   *softkey.Driver
	blanker  *softkey.Driver // initialises tokens whose user PIN is not set (see pinless)
	slots    map[uint]*slot
	sessions map[uint]*session
	last     uint            // the handle given out last
	seen     map[string]bool // serials that were in when events were last asked for
}

// background is the context of every act: PKCS #11 knows no cancelling.
func background() context.Context { return context.Background() }

// Initialize takes up work on cfg.
func (m *Module) Initialize(cfg Config) RV {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.up {
		return AlreadyInitialized
	}
	m.up, m.cfg, m.stop = true, cfg, make(chan struct{})
	m.slots, m.sessions = map[uint]*slot{}, map[uint]*session{}
	if rv := m.refresh(); rv != OK {
		m.down()
		return rv
	}
	m.seen = m.present()
	return OK
}

// Finalize closes everything.
func (m *Module) Finalize() RV {
	return m.call(func() RV {
		m.down()
		return OK
	})
}

func (m *Module) down() {
	for _, s := range m.slots {
		if s.token != nil {
			s.token.release()
		}
	}
	for _, d := range []*softkey.Driver{m.drawer, m.blanker} {
		if d != nil {
			_ = d.Close() // the tokens stay; nothing is left that could be lost
		}
	}
	close(m.stop)
	m.up, m.drawer, m.blanker, m.slots, m.sessions, m.seen = false, nil, nil, nil, nil, nil
}

// call runs one call alone. A panic ends as GeneralError, with the lock free.
func (m *Module) call(body func() RV) (rv RV) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() {
		if recover() != nil {
			rv = GeneralError
		}
	}()
	if !m.up {
		return NotInitialized
	}
	return body()
}

// handle gives out a number that was never used before in this process.
func (m *Module) handle() uint {
	m.last++
	return m.last
}

// open opens the drawer once it is there. A folder that is not there is a drawer without tokens: a program that merely loads the
// module founds no data folder.
func (m *Module) open() error {
	if m.drawer != nil {
		return nil
	}
	if _, err := os.Stat(m.cfg.Dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	drawer, err := softkey.Open(m.cfg.Dir, m.cfg.Env, m.cfg.Options...)
	if err != nil {
		return err
	}
	blanker, err := softkey.Open(m.cfg.Dir, m.cfg.Env, append(m.cfg.Options[:len(m.cfg.Options):len(m.cfg.Options)], softkey.WithTries(pinless, soTries))...)
	if err != nil {
		return errors.Join(err, drawer.Close())
	}
	m.drawer, m.blanker = drawer, blanker
	return nil
}

// Up tells whether Initialize was called: OK or NotInitialized.
func (m *Module) Up() RV { return m.call(func() RV { return OK }) }
