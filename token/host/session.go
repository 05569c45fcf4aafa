package host

import (
	"context"
	"sync/atomic"

	"certdesk/service"
)

// session is one open token of one child. It dies with the child and then gives the child's end as error, as documented for the
// package.
type session struct {
	c    *child
	ref  uint64
	over atomic.Bool
}

var _ service.TokenSession = (*session)(nil)

// do makes one call.
func (s *session) do(ctx context.Context, q request) (*reply, error) {
	name := q.op.String()
	if s.over.Load() {
		return nil, closed(name)
	}
	if err := ctx.Err(); err != nil {
		return nil, service.E(service.Cancelled, at(name), nil, err)
	}
	q.ref = s.ref
	r, _, err := s.c.do(&q)
	return r, err
}

// act is do without a result, data is do with bytes.
func (s *session) act(ctx context.Context, q request) error {
	_, err := s.do(ctx, q)
	return err
}

func (s *session) data(ctx context.Context, q request) ([]byte, error) {
	r, err := s.do(ctx, q)
	if err != nil {
		return nil, err
	}
	return r.data, nil
}

func (s *session) info(ctx context.Context, q request) (service.TokenInfo, error) {
	r, err := s.do(ctx, q)
	switch {
	case err != nil:
		return service.TokenInfo{}, err
	case len(r.infos) != 1:
		return service.TokenInfo{}, service.E(service.TokenFailed, at(q.op.String()), nil, errFrame)
	}
	return r.infos[0], nil
}

// Close implements service.TokenSession. With a dead child there is nothing to close.
func (s *session) Close() error {
	if s.over.Swap(true) {
		return nil
	}
	_, _, err := s.c.do(&request{op: opClose, ref: s.ref})
	if !s.c.lives() {
		return nil
	}
	return err
}

func (s *session) Info(ctx context.Context) (service.TokenInfo, error) {
	return s.info(ctx, request{op: opInfo})
}

func (s *session) Initialise(ctx context.Context, spec service.InitSpec) (service.TokenInfo, error) {
	return s.info(ctx, request{op: opInitialise, name: spec.Label, a: spec.SOPIN, b: spec.NewSOPIN, c: spec.UserPIN})
}

func (s *session) Login(ctx context.Context, pin []byte) error {
	return s.act(ctx, request{op: opLogin, a: pin})
}

func (s *session) Logout(ctx context.Context) error { return s.act(ctx, request{op: opLogout}) }

func (s *session) ChangePIN(ctx context.Context, old, new []byte) error {
	return s.act(ctx, request{op: opChangePIN, a: old, b: new})
}

func (s *session) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	return s.act(ctx, request{op: opChangeSOPIN, a: old, b: new})
}

func (s *session) Unblock(ctx context.Context, so, new []byte) error {
	return s.act(ctx, request{op: opUnblock, a: so, b: new})
}

func (s *session) GenerateKey(ctx context.Context, container string, alg service.KeyAlg) ([]byte, error) {
	return s.data(ctx, request{op: opGenerateKey, name: container, word: string(alg)})
}

func (s *session) PublicKey(ctx context.Context, container string, usage service.KeyUsage) ([]byte, error) {
	return s.data(ctx, request{op: opPublicKey, name: container, word: string(usage)})
}

func (s *session) Sign(ctx context.Context, container string, message []byte) ([]byte, error) {
	return s.data(ctx, request{op: opSign, name: container, a: message})
}

func (s *session) ImportEncryptionKey(ctx context.Context, container string, envelope []byte) error {
	return s.act(ctx, request{op: opImport, name: container, a: envelope})
}

func (s *session) Decrypt(ctx context.Context, container string, ciphertext []byte) ([]byte, error) {
	return s.data(ctx, request{op: opDecrypt, name: container, a: ciphertext})
}

func (s *session) ProveEncryption(ctx context.Context, container string, ciphertext, plain []byte) error {
	return s.act(ctx, request{op: opProve, name: container, a: ciphertext, b: plain})
}

func (s *session) Containers(ctx context.Context) ([]service.Container, error) {
	r, err := s.do(ctx, request{op: opContainers})
	if err != nil {
		return nil, err
	}
	return r.boxes, nil
}

func (s *session) ReadCertificate(ctx context.Context, container string, usage service.KeyUsage) ([]byte, error) {
	return s.data(ctx, request{op: opRead, name: container, word: string(usage)})
}

func (s *session) WriteCertificate(ctx context.Context, container string, usage service.KeyUsage, der []byte) error {
	return s.act(ctx, request{op: opWrite, name: container, word: string(usage), a: der})
}

func (s *session) DeleteContainer(ctx context.Context, container string) error {
	return s.act(ctx, request{op: opDelete, name: container})
}
