package softkey

import (
	"context"
	"slices"

	"certdesk/service"
)

// Containers implements service.TokenCerts, in order of name.
func (s *session) Containers(ctx context.Context) (list []service.Container, err error) {
	err = s.do(ctx, "Containers", func(a *act) error {
		list = make([]service.Container, 0, len(a.img.Boxes))
		for _, b := range a.img.Boxes {
			list = append(list, service.Container{Name: b.Name, SignKey: true, EncKey: len(b.EncKey) > 0,
				Sign: b.SignCert, Encrypt: b.EncCert})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func (b *box) cert(enc bool) *[]byte {
	if enc {
		return &b.EncCert
	}
	return &b.SignCert
}

// ReadCertificate implements service.TokenCerts. TokenObject where there is none.
func (s *session) ReadCertificate(ctx context.Context, container string, usage service.KeyUsage) (der []byte, err error) {
	err = s.do(ctx, "ReadCertificate", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		if der = *b.cert(enc); len(der) == 0 {
			return a.none(container + " " + string(usage) + " certificate")
		}
		return nil
	})
	return onlyIf(der, err)
}

// WriteCertificate implements service.TokenCerts. Like the devices, the token keeps what it is given and does not look inside;
// the container must exist.
func (s *session) WriteCertificate(ctx context.Context, container string, usage service.KeyUsage, der []byte) error {
	return s.in(ctx, "WriteCertificate", func(a *act) error {
		b, enc, err := a.usage(container, usage)
		if err != nil {
			return err
		}
		if len(der) == 0 {
			return a.err(service.InputRequired, service.Args{"field": "certificate"}, nil)
		}
		place := b.cert(enc)
		if err := a.fits(fileSpace(der), fileSpace(*place)); err != nil {
			return err
		}
		*place = slices.Clone(der)
		return a.save(s.master)
	})
}

// DeleteContainer implements service.TokenCerts: keys and certificates go together.
func (s *session) DeleteContainer(ctx context.Context, container string) error {
	return s.in(ctx, "DeleteContainer", func(a *act) error {
		i, found := a.img.find(container)
		if !found {
			return a.none(container)
		}
		a.img.Boxes = slices.Delete(a.img.Boxes, i, i+1)
		return a.save(s.master)
	})
}
