package token

import (
	"context"
	"errors"

	"certdesk/service"
)

var errClosed = errors.New("session is closed")

// Owned wraps tokens so that every session it opens belongs to one Owner. Open itself runs on that owner too.
func Owned(tokens service.Tokens) service.Tokens { return owned{tokens} }

type owned struct{ service.Tokens }

func (w owned) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	o := NewOwner()
	s, err := ask(ctx, o, "token.Open", func(ctx context.Context) (service.TokenSession, error) {
		return w.Tokens.Open(ctx, serial)
	})
	if err != nil {
		o.Close()
		return nil, err
	}
	return &ownedSession{o: o, s: s}, nil
}

// ask is Do for an act with a value.
func ask[T any](ctx context.Context, o *Owner, op string, act func(context.Context) (T, error)) (T, error) {
	var v T
	err := o.Do(ctx, op, func(ctx context.Context) (err error) {
		v, err = act(ctx)
		return err
	})
	return v, err
}

// ownedSession forwards each call to the owner. It adds nothing to what the driver's session says.
type ownedSession struct {
	o *Owner
	s service.TokenSession
}

var _ service.TokenSession = (*ownedSession)(nil)

func (w *ownedSession) Login(ctx context.Context, pin []byte) error {
	return w.o.Do(ctx, "token.Login", func(ctx context.Context) error { return w.s.Login(ctx, pin) })
}

func (w *ownedSession) Logout(ctx context.Context) error {
	return w.o.Do(ctx, "token.Logout", w.s.Logout)
}

func (w *ownedSession) ChangePIN(ctx context.Context, old, new []byte) error {
	return w.o.Do(ctx, "token.ChangePIN", func(ctx context.Context) error { return w.s.ChangePIN(ctx, old, new) })
}

func (w *ownedSession) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	return w.o.Do(ctx, "token.ChangeSOPIN", func(ctx context.Context) error { return w.s.ChangeSOPIN(ctx, old, new) })
}

func (w *ownedSession) Unblock(ctx context.Context, so, new []byte) error {
	return w.o.Do(ctx, "token.Unblock", func(ctx context.Context) error { return w.s.Unblock(ctx, so, new) })
}

func (w *ownedSession) GenerateKey(ctx context.Context, container string, alg service.KeyAlg) ([]byte, error) {
	return ask(ctx, w.o, "token.GenerateKey", func(ctx context.Context) ([]byte, error) {
		return w.s.GenerateKey(ctx, container, alg)
	})
}

func (w *ownedSession) PublicKey(ctx context.Context, container string, usage service.KeyUsage) ([]byte, error) {
	return ask(ctx, w.o, "token.PublicKey", func(ctx context.Context) ([]byte, error) {
		return w.s.PublicKey(ctx, container, usage)
	})
}

func (w *ownedSession) Sign(ctx context.Context, container string, message []byte) ([]byte, error) {
	return ask(ctx, w.o, "token.Sign", func(ctx context.Context) ([]byte, error) {
		return w.s.Sign(ctx, container, message)
	})
}

func (w *ownedSession) ImportEncryptionKey(ctx context.Context, container string, envelope []byte) error {
	return w.o.Do(ctx, "token.ImportEncryptionKey", func(ctx context.Context) error {
		return w.s.ImportEncryptionKey(ctx, container, envelope)
	})
}

func (w *ownedSession) Decrypt(ctx context.Context, container string, ciphertext []byte) ([]byte, error) {
	return ask(ctx, w.o, "token.Decrypt", func(ctx context.Context) ([]byte, error) {
		return w.s.Decrypt(ctx, container, ciphertext)
	})
}

func (w *ownedSession) ProveEncryption(ctx context.Context, container string, ciphertext, plain []byte) error {
	return w.o.Do(ctx, "token.ProveEncryption", func(ctx context.Context) error {
		return w.s.ProveEncryption(ctx, container, ciphertext, plain)
	})
}

func (w *ownedSession) Containers(ctx context.Context) ([]service.Container, error) {
	return ask(ctx, w.o, "token.Containers", w.s.Containers)
}

func (w *ownedSession) ReadCertificate(ctx context.Context, container string, usage service.KeyUsage) ([]byte, error) {
	return ask(ctx, w.o, "token.ReadCertificate", func(ctx context.Context) ([]byte, error) {
		return w.s.ReadCertificate(ctx, container, usage)
	})
}

func (w *ownedSession) WriteCertificate(ctx context.Context, container string, usage service.KeyUsage, der []byte) error {
	return w.o.Do(ctx, "token.WriteCertificate", func(ctx context.Context) error {
		return w.s.WriteCertificate(ctx, container, usage, der)
	})
}

func (w *ownedSession) DeleteContainer(ctx context.Context, container string) error {
	return w.o.Do(ctx, "token.DeleteContainer", func(ctx context.Context) error {
		return w.s.DeleteContainer(ctx, container)
	})
}

func (w *ownedSession) Info(ctx context.Context) (service.TokenInfo, error) {
	return ask(ctx, w.o, "token.Info", w.s.Info)
}

func (w *ownedSession) Initialise(ctx context.Context, spec service.InitSpec) (service.TokenInfo, error) {
	return ask(ctx, w.o, "token.Initialise", func(ctx context.Context) (service.TokenInfo, error) {
		return w.s.Initialise(ctx, spec)
	})
}

// Close waits for the act under way, closes the driver's session on its own goroutine and ends the owner.
func (w *ownedSession) Close() error {
	err := w.o.Do(context.Background(), "token.Close", func(context.Context) error { return w.s.Close() })
	w.o.Close()
	if service.IsCode(err, service.TokenFailed) && errors.Is(err, errClosed) {
		return nil
	}
	return err
}
