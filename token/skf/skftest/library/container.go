package main

import (
	"context"
	"slices"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token"
)

// Types of a container.
const (
	typeEmpty = 0
	typeRSA   = 1
	typeECC   = 2
)

// boxes lists the containers with keys, and beside them the empty ones.
func (d *device) boxes(n *node) (full, empty []string, rv sar) {
	s, rv := d.open(n)
	if rv != sarOK {
		return nil, nil, rv
	}
	list, err := s.Containers(context.Background())
	for _, c := range list {
		full = append(full, c.Name)
	}
	return full, d.side().Empty, codeOf(err)
}

func (l *library) containers(h uintptr) (names []string, rv sar) {
	rv = l.on(h, isApp, func(n *node, d *device) sar {
		full, empty, rv := d.boxes(n)
		names = append(full, empty...)
		slices.Sort(names)
		return rv
	})
	return names, rv
}

func (l *library) createContainer(h uintptr, name string) (box uintptr, rv sar) {
	if token.CheckContainer("", name) != nil {
		return 0, sarNameLen
	}
	rv = l.change(h, isApp, func(n *node, d *device) sar {
		full, empty, rv := d.boxes(n)
		switch {
		case rv != sarOK:
			return rv
		case !d.user:
			return sarNotLoggedIn
		case slices.Contains(full, name) || slices.Contains(empty, name):
			return sarFileExists
		}
		s := d.side()
		s.Empty = append(s.Empty, name)
		if rv := d.saveSide(s); rv != sarOK {
			return rv
		}
		box = l.add(&node{kind: isContainer, name: name, era: d.era}, n)
		return sarOK
	})
	return box, rv
}

func (l *library) openContainer(h uintptr, name string) (box uintptr, rv sar) {
	rv = l.on(h, isApp, func(n *node, d *device) sar {
		full, empty, rv := d.boxes(n)
		if rv == sarOK && !slices.Contains(full, name) && !slices.Contains(empty, name) {
			rv = sarFileNotExist
		}
		if rv == sarOK {
			box = l.add(&node{kind: isContainer, name: name, era: d.era}, n)
		}
		return rv
	})
	return box, rv
}

func (l *library) deleteContainer(h uintptr, name string) sar {
	return l.change(h, isApp, func(n *node, d *device) sar {
		s, rv := d.open(n)
		switch {
		case rv != sarOK:
			return rv
		case !d.user:
			return sarNotLoggedIn
		}
		if known, rv := d.forgetEmpty(name); known || rv != sarOK {
			return rv
		}
		err := s.DeleteContainer(context.Background(), name)
		if service.IsCode(err, service.TokenObject) {
			return sarFileNotExist
		}
		return codeOf(err)
	})
}

// forgetEmpty takes a container off the list of empty ones, and says whether it was there.
func (d *device) forgetEmpty(name string) (bool, sar) {
	s := d.side()
	i := slices.Index(s.Empty, name)
	if i < 0 {
		return false, sarOK
	}
	s.Empty = slices.Delete(s.Empty, i, i+1)
	return true, d.saveSide(s)
}

func (l *library) containerType(h uintptr) (t uint64, rv sar) {
	rv = l.in(h, l.on, func(n *node, s service.TokenSession) sar {
		spki, err := s.PublicKey(context.Background(), n.name, service.UsageSign)
		switch {
		case service.IsCode(err, service.TokenObject):
			t = typeEmpty
			return sarOK
		case err != nil:
			return codeOf(err)
		}
		t = typeECC
		if _, err := sm.Point(spki); err != nil {
			t = typeRSA
		}
		return sarOK
	})
	return t, rv
}

// in makes an act in a container.
func (l *library) in(h uintptr, on guard, act func(n *node, s service.TokenSession) sar) sar {
	return on(h, isContainer, func(n *node, d *device) sar {
		s, rv := d.open(n)
		if rv != sarOK {
			return rv
		}
		return act(n, s)
	})
}

func usage(sign bool) service.KeyUsage {
	if sign {
		return service.UsageSign
	}
	return service.UsageEncrypt
}

func (l *library) importCert(h uintptr, sign bool, der []byte) sar {
	return l.in(h, l.change, func(n *node, s service.TokenSession) sar {
		return codeOf(s.WriteCertificate(context.Background(), n.name, usage(sign), der))
	})
}

func (l *library) exportCert(h uintptr, sign bool) (der []byte, rv sar) {
	rv = l.in(h, l.on, func(n *node, s service.TokenSession) sar {
		var err error
		der, err = s.ReadCertificate(context.Background(), n.name, usage(sign))
		return certCode(err)
	})
	return der, rv
}
