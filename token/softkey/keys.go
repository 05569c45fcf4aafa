package softkey

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
)

const (
	signKey = "sign"
	encKey  = "encrypt"
)

// GenerateKey implements service.TokenKeys. TokenUnsupported for an algorithm that Info does not name.
func (s *session) GenerateKey(ctx context.Context, container string, alg service.KeyAlg) (spki []byte, err error) {
	err = s.in(ctx, "GenerateKey", func(a *act) error {
		at, err := a.room(container, alg)
		if err != nil {
			return err
		}
		p, err := newPair(s.d.env.Rand, alg)
		if err != nil {
			return a.err(service.TokenFailed, nil, err)
		}
		defer wipe(p)
		sealed, err := a.sealPair(p, container, signKey)
		if err != nil {
			return err
		}
		b := box{Name: container, Alg: alg, SignPub: p.PublicKey(), SignKey: sealed}
		a.img.Boxes = slices.Insert(a.img.Boxes, at, b)
		spki = bytes.Clone(b.SignPub)
		return a.save(s.master)
	})
	return onlyIf(spki, err)
}

// room finds the place of a new container.
func (a *act) room(container string, alg service.KeyAlg) (int, error) {
	if err := token.CheckContainer(a.op(), container); err != nil {
		return 0, err
	}
	at, found := a.img.find(container)
	switch {
	case found:
		return 0, a.err(service.TokenExists, service.Args{"what": container}, nil)
	case !slices.Contains(algs(), alg):
		return 0, a.err(service.TokenUnsupported, service.Args{"what": string(alg)}, nil)
	case len(a.img.Boxes) >= a.s.d.opt.boxes:
		return 0, a.full("containers", 1, 0)
	}
	return at, a.fits(boxSpace+pairSpace(alg), 0)
}

func (a *act) sealPair(p pair, container, usage string) ([]byte, error) {
	der, err := p.Marshal()
	if err != nil {
		return nil, a.err(service.TokenFailed, nil, err)
	}
	defer clear(der)
	sealed, err := a.s.d.sealKey(a.img, a.s.master, der, container, usage)
	if err != nil {
		return nil, a.err(service.TokenFailed, nil, err)
	}
	return sealed, nil
}

// openPair gives the pair of an existing container; TokenDamaged where it does not open.
func (a *act) openPair(b *box, usage string) (pair, error) {
	sealed := b.SignKey
	if usage == encKey {
		sealed = b.EncKey
	}
	der, err := a.s.d.openKey(a.img, a.s.master, sealed, b.Name, usage)
	if err != nil {
		return nil, a.damaged(err)
	}
	defer clear(der)
	p, err := parsePair(b.Alg, der)
	if err != nil {
		return nil, a.damaged(err)
	}
	return p, nil
}

// box gives a container, TokenObject where there is none.
func (a *act) box(name string) (*box, error) {
	i, found := a.img.find(name)
	if !found {
		return nil, a.none(name)
	}
	return &a.img.Boxes[i], nil
}

func (a *act) none(what string) error {
	return a.err(service.TokenObject, service.Args{"what": what}, nil)
}

// PublicKey implements service.TokenKeys. UsageBoth is the signing key's place.
func (s *session) PublicKey(ctx context.Context, container string, usage service.KeyUsage) (spki []byte, err error) {
	err = s.do(ctx, "PublicKey", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		spki = b.SignPub
		if enc {
			spki = b.EncPub
		}
		if len(spki) == 0 {
			return a.none(container + " " + string(usage))
		}
		return nil
	})
	return onlyIf(spki, err)
}

// usage gives a container and whether its encryption side is meant.
func (a *act) usage(container string, usage service.KeyUsage) (*box, bool, error) {
	switch usage {
	case service.UsageSign, service.UsageBoth, service.UsageEncrypt:
		b, err := a.box(container)
		return b, usage == service.UsageEncrypt, err
	}
	return nil, false, a.err(service.InputChoice, service.Args{"field": "usage"}, nil)
}

// Sign implements service.TokenKeys; an empty message is refused. P-256 and RSA keys sign with SHA-256 (ECDSA DER, PKCS #1 v1.5).
func (s *session) Sign(ctx context.Context, container string, message []byte) (sig []byte, err error) {
	err = s.in(ctx, "Sign", func(a *act) error {
		if len(message) == 0 {
			return a.err(service.InputRequired, service.Args{"field": "message"}, nil)
		}
		b, err := a.box(container)
		if err != nil {
			return err
		}
		p, err := a.openPair(b, signKey)
		if err != nil {
			return err
		}
		defer wipe(p)
		if sig, err = p.Sign(s.d.env.Rand, message); err != nil {
			return a.err(service.TokenFailed, nil, err)
		}
		return nil
	})
	return onlyIf(sig, err)
}

// ImportEncryptionKey implements service.TokenKeys. InputInvalid (envelope) where the envelope does not open with the
// container's signing key, TokenUnsupported for a container that is not SM2. What was there before stays then.
func (s *session) ImportEncryptionKey(ctx context.Context, container string, envelope []byte) error {
	return s.in(ctx, "ImportEncryptionKey", func(a *act) error {
		b, err := a.box(container)
		if err != nil {
			return err
		}
		key, err := a.unwrap(b, envelope)
		if err != nil {
			return err
		}
		defer key.Wipe()
		if len(b.EncKey) == 0 {
			if err := a.fits(pairSpace(b.Alg), 0); err != nil {
				return err
			}
		}
		if b.EncKey, err = a.sealPair(key, container, encKey); err != nil {
			return err
		}
		b.EncPub = key.PublicKey()
		return a.save(s.master)
	})
}

func (a *act) unwrap(b *box, envelope []byte) (*sm.PrivateKey, error) {
	p, err := a.openPair(b, signKey)
	if err != nil {
		return nil, err
	}
	defer wipe(p)
	recipient, ok := p.(*sm.PrivateKey)
	if !ok {
		return nil, a.err(service.TokenUnsupported, service.Args{"what": "envelope for " + string(b.Alg)}, nil)
	}
	key, err := sm.OpenEnvelope(recipient, envelope)
	if err != nil {
		return nil, a.err(service.InputInvalid, service.Args{"field": "envelope", "reason": "key"}, err)
	}
	return key, nil
}

// Decrypt implements service.TokenKeys. InputInvalid (ciphertext) for what the encryption key does not open.
func (s *session) Decrypt(ctx context.Context, container string, ciphertext []byte) (plain []byte, err error) {
	err = s.in(ctx, "Decrypt", func(a *act) error {
		b, err := a.box(container)
		if err != nil {
			return err
		}
		if len(b.EncKey) == 0 {
			return a.none(container + " " + encKey)
		}
		p, err := a.openPair(b, encKey)
		if err != nil {
			return err
		}
		defer wipe(p)
		key, ok := p.(*sm.PrivateKey)
		if !ok {
			return a.damaged(errors.New("encryption key is not SM2"))
		}
		if plain, err = key.Decrypt(ciphertext); err != nil {
			return a.err(service.InputInvalid, service.Args{"field": "ciphertext", "reason": "key"}, err)
		}
		return nil
	})
	return onlyIf(plain, err)
}

// ProveEncryption implements service.TokenKeys.
func (s *session) ProveEncryption(ctx context.Context, container string, ciphertext, plain []byte) error {
	got, err := s.Decrypt(ctx, container, ciphertext)
	defer clear(got)
	if err == nil && !sm.Equal(got, plain) {
		err = service.E(service.VerifyFailed, "softkey.ProveEncryption", service.Args{"check": "decryption"}, nil)
	}
	return err
}

// onlyIf keeps a value of a failed act, such as one whose reply was lost, from leaving, and wipes it: it may be an opened ciphertext.
func onlyIf(v []byte, err error) ([]byte, error) {
	if err != nil {
		clear(v)
		return nil, err
	}
	return v, nil
}
