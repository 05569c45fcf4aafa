//go:build cgo

package p11

import (
	"bytes"
	"context"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// Containers implements service.TokenCerts, in order of name. Private keys show only after login; where a public key object stands for
// them they are listed before.
func (s *session) Containers(ctx context.Context) (list []service.Container, err error) {
	err = s.do(ctx, "Containers", func(a *act) error {
		boxes, err := a.all()
		if err != nil {
			return err
		}
		list = make([]service.Container, 0, len(boxes))
		for _, b := range boxes {
			c := service.Container{Name: b.name, SignKey: b.sign.key(), EncKey: b.enc.key()}
			if c.Sign, err = a.certificate(&b.sign); err != nil {
				return err
			}
			if c.Encrypt, err = a.certificate(&b.enc); err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// certificate reads a side's certificate, nil where there is none.
func (a *act) certificate(s *side) ([]byte, error) {
	if len(s.cert) == 0 {
		return nil, nil
	}
	der, err := a.read(s.cert[0], pkcs11.CKA_VALUE)
	if err != nil || len(der) == 0 {
		return nil, err
	}
	return der, nil
}

// ReadCertificate implements service.TokenCerts. TokenObject where there is none.
func (s *session) ReadCertificate(ctx context.Context, container string, usage service.KeyUsage) (der []byte, err error) {
	err = s.do(ctx, "ReadCertificate", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		if der, err = a.certificate(b.side(enc)); err == nil && der == nil {
			err = a.none(container + " " + string(usage) + " certificate")
		}
		return err
	})
	return onlyIf(der, err)
}

// WriteCertificate implements service.TokenCerts. Like the devices, it does not look inside; the container must exist.
func (s *session) WriteCertificate(ctx context.Context, container string, usage service.KeyUsage, der []byte) error {
	return s.in(ctx, "WriteCertificate", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		if len(der) == 0 {
			return a.err(service.InputRequired, service.Args{"field": "certificate"}, nil)
		}
		place := b.side(enc)
		id := place.id
		if len(id) == 0 {
			id = keyID(container, sideUsage(enc))
		}
		return a.replace(b.label, id, der, place.cert)
	})
}

func sideUsage(enc bool) service.KeyUsage {
	if enc {
		return service.UsageEncrypt
	}
	return service.UsageSign
}

// replace writes the new certificate before the old ones go, so that a power cut leaves at least one; where there is no room for both
// the old one goes first and comes back if the new one still does not fit.
func (a *act) replace(label, id, der []byte, old []pkcs11.ObjectHandle) error {
	keep := -1
	var before []byte
	for i, h := range old {
		value, err := a.read(h, pkcs11.CKA_VALUE)
		if err != nil {
			return err
		}
		before = value
		if bytes.Equal(value, der) {
			keep = i
			break
		}
	}
	if keep >= 0 {
		return a.destroy(append(append([]pkcs11.ObjectHandle{}, old[:keep]...), old[keep+1:]...)...)
	}
	err := a.store(label, id, der)
	if err == nil || len(before) == 0 || !service.IsCode(err, service.TokenFull) {
		return firstError(err, func() error { return a.destroy(old...) })
	}
	if err := a.destroy(old...); err != nil {
		return err
	}
	if err := a.store(label, id, der); err != nil {
		return firstError(a.store(label, id, before), func() error { return err })
	}
	return nil
}

// firstError is err, or what next gives where there is none.
func firstError(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

func (a *act) store(label, id, der []byte) error {
	n := namesOf(der)
	return a.create(len(der), attr(pkcs11.CKA_CLASS, uint(pkcs11.CKO_CERTIFICATE)), attr(pkcs11.CKA_CERTIFICATE_TYPE, uint(pkcs11.CKC_X_509)),
		attr(pkcs11.CKA_PRIVATE, false), attr(pkcs11.CKA_LABEL, label), attr(pkcs11.CKA_ID, id), attr(pkcs11.CKA_SUBJECT, n.subject),
		attr(pkcs11.CKA_ISSUER, n.issuer), attr(pkcs11.CKA_SERIAL_NUMBER, n.serial), attr(pkcs11.CKA_VALUE, der))
}

// DeleteContainer implements service.TokenCerts: keys and certificates go together. The public key goes last: what is left of a
// deletion that was cut off is still listed and can be deleted.
func (s *session) DeleteContainer(ctx context.Context, container string) error {
	return s.in(ctx, "DeleteContainer", func(a *act) error {
		b, err := a.box(container)
		if err != nil {
			return err
		}
		for _, part := range [][]pkcs11.ObjectHandle{b.sign.private, b.enc.private, b.sign.cert, b.enc.cert, b.sign.public, b.enc.public} {
			if err := a.destroy(part...); err != nil {
				return err
			}
		}
		return nil
	})
}
