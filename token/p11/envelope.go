//go:build cgo

package p11

import (
	"context"
	"io"
	"slices"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/service/sm"
)

// ImportEncryptionKey implements service.TokenKeys: the device unwraps the envelope with the signing key. The new key proves that it is
// the one the envelope names before an earlier one goes; InputInvalid (envelope) where it does not.
func (s *session) ImportEncryptionKey(ctx context.Context, container string, envelope []byte) error {
	return s.in(ctx, "ImportEncryptionKey", func(a *act) error {
		b, err := a.recipient(container)
		if err != nil {
			return err
		}
		spki, err := sm.EnvelopePublicKey(envelope)
		if err != nil {
			return a.badInput("envelope", err)
		}
		h, err := a.unwrap(b, envelope)
		if err != nil {
			return err
		}
		// A device may have put the new key in the earlier one's place, handle and all.
		old := slices.DeleteFunc(slices.Clone(b.enc.private), func(o pkcs11.ObjectHandle) bool { return o == h })
		if err := a.proves(h, spki); err != nil {
			return a.undo(err, h)
		}
		if err := a.destroy(old...); err != nil {
			return err
		}
		return a.publish(container, spki)
	})
}

func (a *act) badInput(field string, cause error) error {
	return a.err(service.InputInvalid, service.Args{"field": field, "reason": "key"}, cause)
}

func (a *act) undo(err error, h pkcs11.ObjectHandle) error {
	if also := a.destroy(h); also != nil {
		return also
	}
	return err
}

// recipient is the container whose signing key opens envelopes.
func (a *act) recipient(container string) (*box, error) {
	if !a.describe().Envelope {
		return nil, a.err(service.TokenUnsupported, service.Args{"what": "envelope"}, nil)
	}
	b, err := a.box(container)
	if err != nil {
		return nil, err
	}
	if len(b.sign.private) == 0 {
		return nil, a.none(container + " " + string(service.UsageSign))
	}
	spki, err := a.spki(&b.sign, container)
	if err != nil {
		return nil, err
	}
	if sm.CheckPublicKey(spki) != nil {
		return nil, a.err(service.TokenUnsupported, service.Args{"what": "envelope"}, nil)
	}
	return b, nil
}

func (a *act) unwrap(b *box, envelope []byte) (pkcs11.ObjectHandle, error) {
	p := a.s.d.profile.P11.SM2
	template := append(a.common(b.name, service.UsageEncrypt, true), attr(pkcs11.CKA_CLASS, uint(pkcs11.CKO_PRIVATE_KEY)),
		attr(pkcs11.CKA_KEY_TYPE, p.KeyType), attr(pkcs11.CKA_DECRYPT, true))
	h, err := a.c().UnwrapKey(a.s.h, []*pkcs11.Mechanism{pkcs11.NewMechanism(p.Unwrap, nil)}, b.sign.private[0], envelope,
		append(template, hard()...))
	switch {
	case err == nil:
		return h, nil
	case is(err, pkcs11.CKR_WRAPPED_KEY_INVALID, pkcs11.CKR_WRAPPED_KEY_LEN_RANGE, pkcs11.CKR_DATA_INVALID, pkcs11.CKR_DATA_LEN_RANGE,
		pkcs11.CKR_ENCRYPTED_DATA_INVALID, pkcs11.CKR_ENCRYPTED_DATA_LEN_RANGE):
		return 0, a.badInput("envelope", err)
	}
	return 0, a.fail(err)
}

// proves has the new key open what was encrypted to the public key it should have, and looks that it cannot leave the device.
func (a *act) proves(h pkcs11.ObjectHandle, spki []byte) error {
	plain := make([]byte, 16)
	if _, err := io.ReadFull(a.s.d.env.Rand, plain); err != nil {
		return a.err(service.Internal, nil, err)
	}
	ciphertext, err := sm.Encrypt(a.s.d.env.Rand, spki, plain)
	if err != nil {
		return a.badInput("envelope", err)
	}
	got, err := a.decrypt(h, ciphertext)
	defer clear(got)
	if err != nil && !service.IsCode(err, service.InputInvalid) {
		return err
	}
	if err != nil || !sm.Equal(got, plain) {
		return a.badInput("envelope", err)
	}
	return a.checkImported(h)
}

// checkImported is checkBound for a key that was outside once.
func (a *act) checkImported(h pkcs11.ObjectHandle) error {
	v, err := a.reads(h, pkcs11.CKA_TOKEN, pkcs11.CKA_PRIVATE, pkcs11.CKA_SENSITIVE, pkcs11.CKA_EXTRACTABLE)
	if err != nil {
		return err
	}
	for i, want := range []bool{true, true, true, false} {
		if got, known := truth(v[i]); !known || got != want {
			return a.err(service.VerifyFailed, service.Args{"check": "key attributes"}, nil)
		}
	}
	return nil
}

// publish leaves one public key object on the encryption side, that of spki.
func (a *act) publish(container string, spki []byte) error {
	b, err := a.box(container)
	if err != nil {
		return err
	}
	found := false
	for _, h := range b.enc.public {
		p, err := a.public(h)
		if err != nil {
			return err
		}
		if got, err := p.spki(a.sm2Type()); err == nil && sm.Equal(got, spki) && !found {
			found = true
			continue
		}
		if err := a.destroy(h); err != nil {
			return err
		}
	}
	if found {
		return nil
	}
	return a.createPublic(container, spki)
}

func (a *act) createPublic(container string, spki []byte) error {
	point, err := sm.Point(spki)
	if err != nil {
		return a.badInput("envelope", err)
	}
	p := a.s.d.profile.P11.SM2
	template := append(a.common(container, service.UsageEncrypt, false), attr(pkcs11.CKA_CLASS, uint(pkcs11.CKO_PUBLIC_KEY)),
		attr(pkcs11.CKA_KEY_TYPE, p.KeyType), attr(pkcs11.CKA_EC_PARAMS, paramsSM2()),
		attr(pkcs11.CKA_EC_POINT, octets(point, p.Point == "raw")), attr(pkcs11.CKA_ENCRYPT, true))
	return a.create(len(spki), template...)
}

// Decrypt implements service.TokenKeys. InputInvalid (ciphertext) for what the encryption key does not open.
func (s *session) Decrypt(ctx context.Context, container string, ciphertext []byte) (plain []byte, err error) {
	err = s.in(ctx, "Decrypt", func(a *act) error {
		plain, err = a.open(container, ciphertext)
		return err
	})
	return onlyIf(plain, err)
}

// ProveEncryption implements service.TokenKeys by decrypting and comparing.
func (s *session) ProveEncryption(ctx context.Context, container string, ciphertext, plain []byte) error {
	return s.in(ctx, "ProveEncryption", func(a *act) error {
		got, err := a.open(container, ciphertext)
		defer clear(got)
		if err == nil && !sm.Equal(got, plain) {
			err = a.err(service.VerifyFailed, service.Args{"check": "decryption"}, nil)
		}
		return err
	})
}

// open opens a ciphertext with the container's encryption key.
func (a *act) open(container string, ciphertext []byte) ([]byte, error) {
	if p := a.s.d.profile.P11.SM2; p == nil || p.Decrypt == 0 {
		return nil, a.err(service.TokenUnsupported, service.Args{"what": "decrypt"}, nil)
	}
	b, err := a.box(container)
	if err != nil {
		return nil, err
	}
	if len(b.enc.private) == 0 {
		return nil, a.none(container + " " + string(service.UsageEncrypt))
	}
	return a.decrypt(b.enc.private[0], ciphertext)
}

func (a *act) decrypt(h pkcs11.ObjectHandle, ciphertext []byte) ([]byte, error) {
	p := a.s.d.profile.P11.SM2
	raw, err := rawCipher(ciphertext)
	if err != nil {
		return nil, a.badInput("ciphertext", err)
	}
	if p.Cipher != "c1c3c2" {
		raw = ciphertext
	}
	if err := a.c().DecryptInit(a.s.h, []*pkcs11.Mechanism{pkcs11.NewMechanism(p.Decrypt, nil)}, h); err != nil {
		return nil, a.fail(err)
	}
	plain, err := a.c().Decrypt(a.s.h, raw)
	switch {
	case is(err, pkcs11.CKR_ENCRYPTED_DATA_INVALID, pkcs11.CKR_ENCRYPTED_DATA_LEN_RANGE, pkcs11.CKR_DATA_INVALID):
		return nil, a.badInput("ciphertext", err)
	case err != nil:
		return nil, a.fail(err)
	}
	return plain, nil
}
