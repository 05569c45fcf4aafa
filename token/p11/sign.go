//go:build cgo

package p11

import (
	"context"
	"crypto/sha256"
	"slices"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/service/sm"
)

// Sign implements service.TokenKeys; an empty message is refused.
func (s *session) Sign(ctx context.Context, container string, message []byte) (sig []byte, err error) {
	err = s.in(ctx, "Sign", func(a *act) error {
		if len(message) == 0 {
			return a.err(service.InputRequired, service.Args{"field": "message"}, nil)
		}
		b, err := a.box(container)
		if err != nil {
			return err
		}
		if len(b.sign.private) == 0 {
			return a.none(container + " " + string(service.UsageSign))
		}
		sig, err = a.signBy(b, message)
		return err
	})
	return onlyIf(sig, err)
}

// signBy chooses the way of the key's algorithm.
func (a *act) signBy(b *box, message []byte) ([]byte, error) {
	h := b.sign.private[0]
	kind, err := a.read(h, pkcs11.CKA_KEY_TYPE)
	if err != nil {
		return nil, err
	}
	switch k := number(kind); {
	case k == pkcs11.CKK_RSA:
		return a.signRSA(h, message)
	case a.sm2Type() != 0 && k == a.sm2Type() && k != pkcs11.CKK_EC:
		return a.signSM2(b, message)
	case k == pkcs11.CKK_EC:
		return a.signEC(b, message)
	}
	return nil, a.err(service.TokenUnsupported, service.Args{"what": "key"}, nil)
}

// signEC signs by ECDSA over P-256. A key over the SM2 curve is never given to ECDSA: the result would be no SM2 signature.
func (a *act) signEC(b *box, message []byte) ([]byte, error) {
	spki, err := a.spki(&b.sign, b.name)
	if err != nil {
		return nil, err
	}
	if sm.CheckPublicKey(spki) == nil {
		if a.sm2Type() == pkcs11.CKK_EC {
			return a.signSM2(b, message)
		}
		return nil, a.err(service.TokenUnsupported, service.Args{"what": string(service.AlgSM2)}, nil)
	}
	digest := sha256.Sum256(message)
	raw, err := a.sign(pkcs11.CKM_ECDSA, b.sign.private[0], digest[:])
	if err != nil {
		return nil, err
	}
	return a.sane(derSignature(raw))
}

// signRSA has the device hash where it can, else gives it the DigestInfo (RFC 8017, 9.2).
func (a *act) signRSA(h pkcs11.ObjectHandle, message []byte) ([]byte, error) {
	a.s.d.mu.Lock()
	_, hashes := slices.BinarySearch(a.s.d.mechanisms(a.seat), uint(pkcs11.CKM_SHA256_RSA_PKCS))
	a.s.d.mu.Unlock()
	if hashes {
		return a.sign(pkcs11.CKM_SHA256_RSA_PKCS, h, message)
	}
	digest := sha256.Sum256(message)
	info := append([]byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
		0x04, 0x20}, digest[:]...)
	return a.sign(pkcs11.CKM_RSA_PKCS, h, info)
}

// signSM2 signs in the form the profile says; e = SM3(Z ‖ M) with the default user id (GB/T 32918.2, 5.5 and 6.1).
func (a *act) signSM2(b *box, message []byte) ([]byte, error) {
	p := a.s.d.profile.P11.SM2
	input := message
	if p.Input != "message" {
		e, err := a.digest(b, message)
		if err != nil {
			return nil, err
		}
		input = e
	}
	sig, err := a.sign(p.Sign, b.sign.private[0], input)
	if err != nil {
		return nil, err
	}
	if p.Signature == "der" {
		return a.sane(checkSignature(sig))
	}
	return a.sane(derSignature(sig))
}

func (a *act) digest(b *box, message []byte) ([]byte, error) {
	spki, err := a.spki(&b.sign, b.name)
	if err != nil {
		return nil, err
	}
	return a.sane(sm.Digest(spki, message))
}

func (a *act) sign(mech uint, h pkcs11.ObjectHandle, input []byte) ([]byte, error) {
	if err := a.c().SignInit(a.s.h, []*pkcs11.Mechanism{pkcs11.NewMechanism(mech, nil)}, h); err != nil {
		return nil, a.fail(err)
	}
	sig, err := a.c().Sign(a.s.h, input)
	if err != nil {
		return nil, a.fail(err)
	}
	return sig, nil
}

// sane is TokenDamaged for an answer that is not of its form.
func (a *act) sane(v []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, a.err(service.TokenDamaged, nil, err)
	}
	return v, nil
}
