//go:build cgo

package p11

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// module is a loaded library.
type module struct {
	c cryptoki
	// calls is held around whole acts where the library cannot lock.
	calls *sync.Mutex
}

// load loads and initialises a library. TokenLibrary (file, reason, detail) where it is not there or no PKCS #11 module, TokenBusy where
// this process uses it already.
func load(op, path string, through func(cryptoki) cryptoki) (*module, error) {
	c := pkcs11.New(path)
	if c == nil {
		reason, detail := explain(path)
		return nil, unusable(op, path, reason, detail, nil)
	}
	m := &module{c: through(c)}
	err := guard(op, m.initialise)
	switch {
	case is(err, pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED):
		return nil, service.E(service.TokenBusy, op, nil, err)
	case err != nil:
		return nil, unusable(op, path, "start", "", err)
	}
	return m, nil
}

func unusable(op, path, reason, detail string, err error) error {
	return service.E(service.TokenLibrary, op, service.Args{"file": path, "reason": reason, "detail": detail}, err)
}

// initialise asks the library to lock by itself (PKCS #11 v2.40, 5.4), and makes one call at a time where it cannot.
func (m *module) initialise() error {
	err := m.c.Initialize()
	if is(err, pkcs11.CKR_CANT_LOCK) {
		m.calls = new(sync.Mutex)
		err = m.c.Initialize(pkcs11.InitializeWithFlags(0))
	}
	return err
}

// enter begins a piece of work with the library; the result ends it.
func (m *module) enter() func() {
	if m.calls == nil {
		return func() {}
	}
	m.calls.Lock()
	return m.calls.Unlock
}

// unload ends the library's work. It stays mapped: makers' libraries leave threads and exit handlers behind.
func (m *module) unload() error {
	return guard("p11.Close", m.c.Finalize)
}

// guard turns what the binding panics or faults over, such as a length from a lying library, into TokenDamaged.
func guard(op string, act func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = service.E(service.TokenDamaged, op, nil, fmt.Errorf("panic: %v", p))
		}
	}()
	return act()
}

// is tells whether err is one of the library's return values.
func is(err error, values ...uint) bool {
	var e pkcs11.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, v := range values {
		if uint(e) == v {
			return true
		}
	}
	return false
}
