package ca

import (
	"context"
	"encoding/json"
	"errors"

	"certdesk/service"
	"certdesk/service/sm"
)

// Names of settings. Keys stand one to a setting, so that an act opens only the key it needs.
const (
	setCheck   = "check" // tells a wrong data key from a damaged row; in the clear
	setPublic  = "public"
	setCatalog = "catalog"
	setCRL     = "crl"
	keyRoot    = "key.root"
	keyIssuing = "key.issuing"
	keyKMC     = "key.kmc"
	keyCMP     = "key.cmp"
	keyTLSRoot = "key.tls-root"
	keyServer  = "key.server"
	keySOPIN   = "key.so-pin"
)

// public is what the centre says of itself; sealed only against change.
type public struct {
	Name      string   `json:"name"`
	Hosts     []string `json:"hosts"`
	CRL       string   `json:"crl,omitempty"` // CRL distribution point; "" follows from the first host
	Root      []byte   `json:"root"`
	Issuing   []byte   `json:"issuing"`
	CMPSigner []byte   `json:"cmp"`
	TLSRoot   []byte   `json:"tlsRoot"`
	Server    []byte   `json:"server"`
	KMC       []byte   `json:"kmc"` // SubjectPublicKeyInfo of the key-wrapping key
	// Others are the hierarchies beside SM2 that were needed so far.
	Others map[service.Family]hierarchy `json:"others,omitempty"`
}

// opened stands before every act: CentreBare before Init, KeyWrong under a data key that is not the store's, so that nothing is
// ever sealed under a wrong one.
func (s *Service) opened(tx Tx) error {
	check, err := tx.Settings.Get(setCheck)
	switch {
	case service.IsCode(err, service.NotFound):
		return service.E(service.CentreBare, "ca.opened", nil, nil)
	case err != nil:
		return err
	case !sm.Equal(check, s.seal.KeyCheck()):
		return service.E(service.KeyWrong, "ca.opened", nil, nil)
	}
	return nil
}

func (s *Service) public(tx Tx) (p public, err error) {
	if err := s.opened(tx); err != nil {
		return p, err
	}
	return p, s.get(tx, setPublic, &p)
}

func (s *Service) readPublic(ctx context.Context) (p public, err error) {
	err = s.store.Read(ctx, func(tx Tx) (err error) {
		p, err = s.public(tx)
		return err
	})
	return p, err
}

func (s *Service) get(tx Tx, name string, v any) error {
	plain, err := s.secret(tx, name)
	if err != nil {
		return err
	}
	return decode("get", plain, v)
}

func (s *Service) set(tx Tx, name string, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return internal("set", err)
	}
	return s.setSecret(tx, name, plain)
}

func (s *Service) secret(tx Tx, name string) ([]byte, error) {
	sealed, err := tx.Settings.Get(name)
	if err != nil {
		return nil, err
	}
	return s.seal.Open(sealed, "setting", name, "value")
}

func (s *Service) setSecret(tx Tx, name string, plain []byte) error {
	sealed, err := s.seal.Seal(plain, "setting", name, "value")
	if err != nil {
		return err
	}
	return tx.Settings.Set(name, sealed)
}

// key opens one of the centre's SM2 keys; the caller wipes it where it does not hand it on.
func (s *Service) key(tx Tx, name string) (*sm.PrivateKey, error) {
	der, err := s.secret(tx, name)
	if err != nil {
		return nil, err
	}
	defer clear(der)
	return sm.ParsePrivateKey(der)
}

func (s *Service) setKey(tx Tx, name string, key *sm.PrivateKey) error {
	der, err := key.Marshal()
	if err != nil {
		return err
	}
	defer clear(der)
	return s.setSecret(tx, name, der)
}

// sealRecord and openRecord keep a record in a sealed column.
func (s *Service) sealRecord(v any, place ...string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, internal("seal", err)
	}
	return s.seal.Seal(plain, place...)
}

func (s *Service) openRecord(sealed []byte, v any, place ...string) error {
	plain, err := s.seal.Open(sealed, place...)
	if err != nil {
		return err
	}
	return decode("open", plain, v)
}

func decode(op string, plain []byte, v any) error {
	if err := json.Unmarshal(plain, v); err != nil {
		return service.E(service.StoreCorrupt, "ca."+op, nil, errors.New("sealed record unreadable"))
	}
	return nil
}
