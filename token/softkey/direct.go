package softkey

import (
	"context"
	"crypto"
	"errors"

	"certdesk/service"
	"certdesk/service/sm"
)

// Direct is what a session of this driver does beside the port, for the libraries that offer soft UKeys to other programs:
// those programs bring digests, and delete what they do not want without throwing the container away.
type Direct interface {
	service.TokenSession
	// Present gives TokenRemoved once this insertion has ended. It asks less of the disk than any other act.
	Present(ctx context.Context) error
	// SignDigest signs a digest with the signing key. SM2: 32 bytes, e = SM3(Z ‖ M), DER; opts is not looked at. P-256: ECDSA, DER.
	// RSA: PKCS #1 v1.5 over the digest that opts names, over the bytes as they are where opts.HashFunc is 0, or PSS where opts is
	// *rsa.PSSOptions. Needs Login. InputInvalid (digest) for a digest the key does not take.
	SignDigest(ctx context.Context, container string, digest []byte, opts crypto.SignerOpts) ([]byte, error)
	// DropCertificate deletes a certificate. Needs Login. TokenObject where there is none.
	DropCertificate(ctx context.Context, container string, usage service.KeyUsage) error
	// DropEncryptionKey deletes the encryption pair and leaves the rest. Needs Login. TokenObject where there is none.
	DropEncryptionKey(ctx context.Context, container string) error
}

var _ Direct = (*session)(nil)

// Present implements Direct. It is no act: no fault strikes it, and it does not look whether the folder was synced.
func (s *session) Present(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &act{s: s, name: "Present"}
	switch {
	case ctx.Err() != nil:
		return a.err(service.Cancelled, nil, ctx.Err())
	case s.closed:
		return a.err(service.TokenFailed, nil, errClosed)
	}
	return a.present()
}

// SignDigest implements Direct.
func (s *session) SignDigest(ctx context.Context, container string, digest []byte, opts crypto.SignerOpts) (sig []byte, err error) {
	err = s.in(ctx, "SignDigest", func(a *act) error {
		b, err := a.box(container)
		if err != nil {
			return err
		}
		p, err := a.openPair(b, signKey)
		if err != nil {
			return err
		}
		defer wipe(p)
		if sig, err = signDigest(s, p, digest, opts); err != nil {
			return a.err(service.InputInvalid, service.Args{"field": "digest", "reason": "key"}, err)
		}
		return nil
	})
	return onlyIf(sig, err)
}

func signDigest(s *session, p pair, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	switch k := p.(type) {
	case *sm.PrivateKey:
		return k.SignDigest(s.d.env.Rand, digest)
	case *classic:
		return k.key.Sign(s.d.env.Rand, digest, opts)
	}
	return nil, errors.New("the key takes no digest")
}

// DropCertificate implements Direct.
func (s *session) DropCertificate(ctx context.Context, container string, usage service.KeyUsage) error {
	return s.in(ctx, "DropCertificate", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		place := b.cert(enc)
		if len(*place) == 0 {
			return a.none(container + " " + string(usage) + " certificate")
		}
		*place = nil
		return a.save(s.master)
	})
}

// DropEncryptionKey implements Direct.
func (s *session) DropEncryptionKey(ctx context.Context, container string) error {
	return s.in(ctx, "DropEncryptionKey", func(a *act) error {
		b, err := a.box(container)
		if err != nil {
			return err
		}
		if len(b.EncKey) == 0 {
			return a.none(container + " " + encKey)
		}
		b.EncKey, b.EncPub = nil, nil
		return a.save(s.master)
	})
}
