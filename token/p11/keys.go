//go:build cgo

package p11

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
)

// GenerateKey implements service.TokenKeys. TokenUnsupported for an algorithm that Info does not name. VerifyFailed (key attributes)
// where the device made a key that could leave it; that key is deleted.
func (s *session) GenerateKey(ctx context.Context, container string, alg service.KeyAlg) (spki []byte, err error) {
	err = s.in(ctx, "GenerateKey", func(a *act) error {
		b, err := a.free(container, alg)
		if err != nil {
			return err
		}
		made, err := a.generate(b.name, alg)
		if err != nil {
			return err
		}
		if spki, err = a.checkPair(made, alg); err != nil {
			return errors.Join(err, a.destroy(made.private[0], made.public[0]))
		}
		return nil
	})
	return onlyIf(spki, err)
}

// free refuses names, algorithms and containers that cannot take a key.
func (a *act) free(container string, alg service.KeyAlg) (*box, error) {
	if err := token.CheckContainer(a.op(), container); err != nil {
		return nil, err
	}
	if !slices.Contains(a.describe().Algs, alg) {
		return nil, a.err(service.TokenUnsupported, service.Args{"what": string(alg)}, nil)
	}
	b, err := a.find(container)
	switch {
	case err != nil:
		return nil, err
	case b == nil:
		return &box{name: container}, nil
	case b.sign.key():
		return nil, a.err(service.TokenExists, service.Args{"what": container}, nil)
	}
	return b, nil
}

// generate makes the pair. Devices that refuse a key with a second use get one that only signs.
func (a *act) generate(container string, alg service.KeyAlg) (*side, error) {
	mech, params := a.generation(alg)
	var refusal error
	for _, second := range a.second(alg) {
		pub := append(a.common(container, service.UsageSign, false), attr(pkcs11.CKA_VERIFY, true))
		priv := append(a.common(container, service.UsageSign, true), attr(pkcs11.CKA_SIGN, true))
		priv = append(priv, hard()...)
		pub, priv = append(pub, params...), append(priv, second...)
		hp, hs, err := a.c().GenerateKeyPair(a.s.h, []*pkcs11.Mechanism{pkcs11.NewMechanism(mech, nil)}, pub, priv)
		if err == nil {
			return &side{public: []pkcs11.ObjectHandle{hp}, private: []pkcs11.ObjectHandle{hs}}, nil
		}
		refusal = err
		if !is(err, pkcs11.CKR_TEMPLATE_INCONSISTENT, pkcs11.CKR_ATTRIBUTE_TYPE_INVALID, pkcs11.CKR_ATTRIBUTE_VALUE_INVALID,
			pkcs11.CKR_ATTRIBUTE_READ_ONLY) {
			break
		}
	}
	return nil, a.fail(refusal)
}

// common is what all keys of the token have.
func (a *act) common(container string, usage service.KeyUsage, private bool) []*pkcs11.Attribute {
	return []*pkcs11.Attribute{attr(pkcs11.CKA_TOKEN, true), attr(pkcs11.CKA_PRIVATE, private),
		attr(pkcs11.CKA_LABEL, container), attr(pkcs11.CKA_ID, keyID(container, usage))}
}

// hard is what keeps a private key on its device.
func hard() []*pkcs11.Attribute {
	return []*pkcs11.Attribute{attr(pkcs11.CKA_SENSITIVE, true), attr(pkcs11.CKA_EXTRACTABLE, false)}
}

// generation is the mechanism of an algorithm and what it takes.
func (a *act) generation(alg service.KeyAlg) (mech uint, params []*pkcs11.Attribute) {
	rsa := func(bits int) []*pkcs11.Attribute {
		return []*pkcs11.Attribute{attr(pkcs11.CKA_MODULUS_BITS, bits), attr(pkcs11.CKA_PUBLIC_EXPONENT, []byte{1, 0, 1}),
			attr(pkcs11.CKA_ENCRYPT, true)}
	}
	switch alg {
	case service.AlgSM2:
		sm2 := a.s.d.profile.P11.SM2
		return sm2.Generate, []*pkcs11.Attribute{attr(pkcs11.CKA_KEY_TYPE, sm2.KeyType), attr(pkcs11.CKA_EC_PARAMS, paramsSM2())}
	case service.AlgP256:
		return pkcs11.CKM_EC_KEY_PAIR_GEN, []*pkcs11.Attribute{attr(pkcs11.CKA_EC_PARAMS, paramsP256())}
	case service.AlgRSA3072:
		return pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, rsa(3072)
	}
	return pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, rsa(2048)
}

// second is the further uses of a signing key, best first: an SM2 key opens envelopes, the one key of a single certificate decrypts or
// agrees on keys.
func (a *act) second(alg service.KeyAlg) [][]*pkcs11.Attribute {
	switch alg {
	case service.AlgSM2:
		kind := attr(pkcs11.CKA_KEY_TYPE, a.s.d.profile.P11.SM2.KeyType)
		return [][]*pkcs11.Attribute{{kind, attr(pkcs11.CKA_UNWRAP, true)}, {kind}}
	case service.AlgP256:
		return [][]*pkcs11.Attribute{{attr(pkcs11.CKA_DERIVE, true)}, nil}
	}
	return [][]*pkcs11.Attribute{{attr(pkcs11.CKA_DECRYPT, true)}, nil}
}

// checkPair reads back what was made: the public key of the algorithm asked for, the private key bound to the device.
func (a *act) checkPair(made *side, alg service.KeyAlg) ([]byte, error) {
	if err := a.checkBound(made.private[0]); err != nil {
		return nil, err
	}
	p, err := a.public(made.public[0])
	if err != nil {
		return nil, err
	}
	spki, err := p.spki(a.sm2Type())
	if err != nil {
		return nil, a.err(service.TokenDamaged, nil, err)
	}
	if !fits(p, spki, alg) {
		return nil, a.err(service.TokenDamaged, nil, errors.New("not the key asked for"))
	}
	return spki, nil
}

// fits tells whether a key is of the algorithm.
func fits(p public, spki []byte, alg service.KeyAlg) bool {
	bits := map[service.KeyAlg]int{service.AlgRSA: 2048, service.AlgRSA3072: 3072}[alg]
	modulus := bytes.TrimLeft(p.modulus, "\x00")
	return len(modulus)*8 == bits && (sm.CheckPublicKey(spki) == nil) == (alg == service.AlgSM2)
}

// checkBound gives VerifyFailed where a private key could be read out or used without login. Some devices do not tell the history of
// a key; what they tell must be good.
func (a *act) checkBound(h pkcs11.ObjectHandle) error {
	for _, want := range []struct {
		kind         uint
		value, known bool
	}{{pkcs11.CKA_TOKEN, true, true}, {pkcs11.CKA_PRIVATE, true, true}, {pkcs11.CKA_SENSITIVE, true, true},
		{pkcs11.CKA_EXTRACTABLE, false, true}, {pkcs11.CKA_ALWAYS_SENSITIVE, true, false}, {pkcs11.CKA_NEVER_EXTRACTABLE, true, false}} {
		raw, err := a.read(h, want.kind)
		if err != nil {
			return err
		}
		if got, known := truth(raw); known && got != want.value || !known && want.known {
			return a.err(service.VerifyFailed, service.Args{"check": "key attributes"}, nil)
		}
	}
	return nil
}

func (a *act) sm2Type() uint {
	if sm2 := a.s.d.profile.P11.SM2; sm2 != nil {
		return sm2.KeyType
	}
	return 0
}

// public reads a public key's attributes.
func (a *act) public(h pkcs11.ObjectHandle) (public, error) {
	v, err := a.reads(h, pkcs11.CKA_KEY_TYPE)
	if err != nil {
		return public{}, err
	}
	p := public{kind: number(v[0])}
	if p.kind == pkcs11.CKK_RSA {
		v, err = a.reads(h, pkcs11.CKA_MODULUS, pkcs11.CKA_PUBLIC_EXPONENT)
		if err == nil {
			p.modulus, p.exponent = v[0], v[1]
		}
		return p, err
	}
	if v, err = a.reads(h, pkcs11.CKA_EC_PARAMS, pkcs11.CKA_EC_POINT); err == nil {
		p.params, p.point = v[0], v[1]
	}
	return p, err
}

// PublicKey implements service.TokenKeys. UsageBoth is the signing key's place.
func (s *session) PublicKey(ctx context.Context, container string, usage service.KeyUsage) (spki []byte, err error) {
	err = s.do(ctx, "PublicKey", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		spki, err = a.spki(b.side(enc), container+" "+string(usage))
		return err
	})
	return onlyIf(spki, err)
}

// spki is a pair's public key; TokenObject where there is none.
func (a *act) spki(s *side, what string) ([]byte, error) {
	if len(s.public) == 0 {
		return nil, a.none(what)
	}
	p, err := a.public(s.public[0])
	if err != nil {
		return nil, err
	}
	spki, err := p.spki(a.sm2Type())
	if err != nil {
		return nil, a.err(service.TokenUnsupported, service.Args{"what": "key"}, err)
	}
	return spki, nil
}
