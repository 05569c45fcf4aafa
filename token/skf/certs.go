package skf

import (
	"bytes"
	"context"
	"sort"

	"certdesk/service"
)

// Containers implements service.TokenCerts, in order of name. What lies in other applications is listed as APPLICATION/CONTAINER.
func (s *session) Containers(ctx context.Context) (list []service.Container, err error) {
	err = s.do(ctx, "Containers", func(a *act) error {
		list = []service.Container{}
		for _, name := range s.app.all {
			if err := a.application(name, &list); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list, nil
}

// application lists one application's containers.
func (a *act) application(name string, list *[]service.Container) error {
	api, h, prefix := a.s.api, a.s.app.h, ""
	if name != a.s.app.name {
		var err error
		if h, err = api.open(fnOpenApplication, uintptr(a.s.dev), name); err != nil {
			return err
		}
		defer func() { _ = api.maybe(fnCloseApplication, uintptr(h)) }()
		prefix = safeName(name) + "/"
	}
	names, err := api.list(fnEnumContainer, uintptr(h))
	if err != nil {
		return err
	}
	for _, raw := range names {
		c, err := a.container(h, raw)
		if err != nil {
			return err
		}
		c.Name = prefix + safeName(raw)
		*list = append(*list, c)
	}
	return nil
}

// container says what a container holds. One that does not open is listed by its name alone.
func (a *act) container(app handle, raw string) (c service.Container, err error) {
	h, err := a.s.api.open(fnOpenContainer, uintptr(app), raw)
	if absent(err) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	defer func() { _ = a.s.api.maybe(fnCloseContainer, uintptr(h)) }()
	for _, step := range []func() error{
		func() (err error) { c.SignKey, err = a.holds(h, true); return err },
		func() (err error) { c.EncKey, err = a.holds(h, false); return err },
		func() (err error) { c.Sign, err = a.certificate(h, true); return err },
		func() (err error) { c.Encrypt, err = a.certificate(h, false); return err },
	} {
		if err := step(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// holds says whether a key is there, of whatever algorithm.
func (a *act) holds(box handle, sign bool) (bool, error) {
	key, err := a.publicKey(box, sign)
	if service.IsCode(err, service.TokenUnsupported) {
		return true, nil
	}
	return key != nil, err
}

// certificate reads a certificate of an open container. nil where there is none.
func (a *act) certificate(box handle, sign bool) ([]byte, error) {
	p, err := a.s.api.export(fnExportCertificate, box, sign)
	switch {
	case absent(err):
		return nil, nil
	case err != nil || len(p) == 0:
		return nil, err
	}
	return trimmed(p), nil
}

// trimmed takes the filling off a certificate that a token gives back in whole blocks of its memory.
func trimmed(p []byte) []byte {
	if len(p) < 4 || p[0] != 0x30 || p[1] != 0x82 {
		return p
	}
	n := 4 + int(p[2])<<8 + int(p[3])
	if n >= len(p) {
		return p
	}
	tail := p[n:]
	if len(bytes.TrimLeft(tail, "\x00")) == 0 || len(bytes.TrimLeft(tail, "\xff")) == 0 {
		return p[:n]
	}
	return p
}

// ReadCertificate implements service.TokenCerts. TokenObject where there is none.
func (s *session) ReadCertificate(ctx context.Context, container string, usage service.KeyUsage) (der []byte, err error) {
	err = s.do(ctx, "ReadCertificate", func(a *act) error {
		sign, err := a.usage(usage)
		if err != nil {
			return err
		}
		return a.box(container, func(box handle) error {
			der, err = a.certificate(box, sign)
			if err == nil && der == nil {
				err = a.none(container, string(usage)+" certificate")
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return der, nil
}

// WriteCertificate implements service.TokenCerts; the container must exist.
func (s *session) WriteCertificate(ctx context.Context, container string, usage service.KeyUsage, der []byte) error {
	return s.in(ctx, "WriteCertificate", func(a *act) error {
		sign, err := a.usage(usage)
		if err != nil {
			return err
		}
		return a.box(container, func(box handle) error {
			if len(der) == 0 {
				return a.err(service.InputRequired, service.Args{"field": "certificate"}, nil)
			}
			err := s.api.importCertificate(box, sign, der)
			if is(err, sarNoRoom) {
				return a.full(err, len(der), "bytes")
			}
			return err
		})
	})
}

// DeleteContainer implements service.TokenCerts: keys and certificates go together.
func (s *session) DeleteContainer(ctx context.Context, container string) error {
	return s.in(ctx, "DeleteContainer", func(a *act) error {
		if err := a.box(container, func(handle) error { return nil }); err != nil {
			return err
		}
		return s.api.withName(fnDeleteContainer, s.app.h, a.rawName(container))
	})
}
