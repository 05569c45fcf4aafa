package skf

import (
	"context"
	"slices"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
)

// box opens a container for one act. TokenObject where there is none.
func (a *act) box(name string, use func(box handle) error) error {
	s := a.s
	none := a.err(service.TokenObject, service.Args{"what": safeName(name)}, nil)
	if s.app.h == 0 {
		return none
	}
	h, err := s.api.open(fnOpenContainer, uintptr(s.app.h), a.rawName(name))
	if err != nil {
		// Libraries have many words for a container that is not there; the list has one.
		if all, e := s.api.list(fnEnumContainer, uintptr(s.app.h)); e == nil && !slices.Contains(all, a.rawName(name)) {
			return none
		}
		return err
	}
	defer func() { _ = s.api.maybe(fnCloseContainer, uintptr(h)) }()
	return use(h)
}

// rawName is the library's name of a container that is listed as name: names that are no text are listed in a form that is.
func (a *act) rawName(name string) string {
	if token.CheckContainer("", name) == nil {
		return name
	}
	all, err := a.s.api.list(fnEnumContainer, uintptr(a.s.app.h))
	if i := slices.IndexFunc(all, func(raw string) bool { return safeName(raw) == name }); err == nil && i >= 0 {
		return all[i]
	}
	return name
}

// publicKey reads a key of an open container. nil where there is none.
func (a *act) publicKey(box handle, sign bool) ([]byte, error) {
	p, err := a.s.api.export(fnExportPublicKey, box, sign)
	switch {
	case absent(err):
		return nil, nil
	case err != nil:
		return nil, err
	case len(p) > a.s.api.layout.publicKey()+8:
		return nil, a.err(service.TokenUnsupported, service.Args{"what": "RSA"}, nil)
	}
	return readPublicKey(p, a.s.api.layout)
}

// GenerateKey implements service.TokenKeys. TokenUnsupported for anything but SM2.
func (s *session) GenerateKey(ctx context.Context, container string, alg service.KeyAlg) (spki []byte, err error) {
	err = s.in(ctx, "GenerateKey", func(a *act) error {
		if err := token.CheckContainer(a.op(), container); err != nil {
			return err
		}
		switch known, err := a.empty(container); {
		case err != nil:
			return err
		case alg != service.AlgSM2:
			return a.err(service.TokenUnsupported, service.Args{"what": string(alg)}, nil)
		case known:
			return a.box(container, func(box handle) error {
				spki, err = a.generate(box)
				return err
			})
		}
		spki, err = a.create(container)
		return err
	})
	return spki, err
}

// empty sees to it that the container holds no signing key, and says whether it is there. TokenExists.
func (a *act) empty(container string) (known bool, err error) {
	err = a.box(container, func(box handle) error {
		key, err := a.publicKey(box, true)
		if key != nil || service.IsCode(err, service.TokenUnsupported) {
			return a.err(service.TokenExists, service.Args{"what": container}, nil)
		}
		return err
	})
	if service.IsCode(err, service.TokenObject) {
		return false, nil
	}
	return err == nil, err
}

// create makes the container with its key; a container that gets no key goes again.
func (a *act) create(container string) ([]byte, error) {
	s := a.s
	h, err := s.api.open(fnCreateContainer, uintptr(s.app.h), container)
	if err != nil {
		return nil, err
	}
	spki, err := a.generate(h)
	_ = s.api.maybe(fnCloseContainer, uintptr(h))
	if err != nil {
		_ = s.api.withName(fnDeleteContainer, s.app.h, container)
		return nil, err
	}
	return spki, nil
}

func (a *act) generate(box handle) ([]byte, error) {
	l := a.s.api.layout
	p, err := a.s.api.fill(fnGenECCKeyPair, box, l.publicKey(), sgdSM2Sign)
	if err != nil {
		return nil, err
	}
	spki, err := readPublicKey(p, l)
	if err == nil && spki == nil {
		err = lie("a key without a public key")
	}
	return spki, err
}

// PublicKey implements service.TokenKeys. UsageBoth is the signing key's place.
func (s *session) PublicKey(ctx context.Context, container string, usage service.KeyUsage) (spki []byte, err error) {
	err = s.do(ctx, "PublicKey", func(a *act) error {
		sign, err := a.usage(usage)
		if err != nil {
			return err
		}
		return a.box(container, func(box handle) error {
			spki, err = a.publicKey(box, sign)
			if err == nil && spki == nil {
				err = a.none(container, string(usage))
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return spki, nil
}

func (a *act) none(container, what string) error {
	return a.err(service.TokenObject, service.Args{"what": safeName(container) + " " + what}, nil)
}

// usage tells whether the signing side is meant.
func (a *act) usage(usage service.KeyUsage) (sign bool, err error) {
	switch usage {
	case service.UsageSign, service.UsageBoth:
		return true, nil
	case service.UsageEncrypt:
		return false, nil
	}
	return false, a.err(service.InputChoice, service.Args{"field": "usage"}, nil)
}

// Sign implements service.TokenKeys; an empty message is refused. What the token gives is verified before it is given on.
func (s *session) Sign(ctx context.Context, container string, message []byte) (sig []byte, err error) {
	err = s.in(ctx, "Sign", func(a *act) error {
		if len(message) == 0 {
			return a.err(service.InputRequired, service.Args{"field": "message"}, nil)
		}
		return a.box(container, func(box handle) error {
			spki, err := a.publicKey(box, true)
			if err == nil && spki == nil {
				err = a.none(container, string(service.UsageSign))
			}
			if err != nil {
				return err
			}
			sig, err = a.sign(box, spki, message)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return sig, nil
}

func (a *act) sign(box handle, spki, message []byte) ([]byte, error) {
	digest, err := sm.Digest(spki, message)
	if err != nil {
		return nil, lie("the key is none: %v", err)
	}
	p, err := a.s.api.signData(box, digest)
	if err != nil {
		return nil, err
	}
	sig, err := readSignature(p)
	if err == nil && sm.VerifyDigest(spki, digest, sig) != nil {
		err = lie("a signature that does not hold")
	}
	return sig, err
}
