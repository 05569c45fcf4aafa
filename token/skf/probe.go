package skf

import (
	"encoding/binary"
	"slices"

	"certdesk/token/profile"
)

// told is what the profile says of the dialect.
func told(p profile.GMT0016) Dialect {
	d := Dialect{UlongBits: p.UlongBits, HandleBits: p.HandleBits, DevInfoSize: p.DevInfoSize, Packed: p.Packed}
	if l, ok := sized(p.DevInfoSize, p.UlongBits/8); ok {
		d.IssuerSize = l.issuer
	}
	return d
}

// layout is the dialect as far as it is known, and the standard's where it is not.
func (d Dialect) layout() layout {
	l := standard()
	if d.UlongBits == 64 {
		l.long = 8
	}
	if d.Packed != nil {
		l.packed = *d.Packed
	}
	if d.IssuerSize != 0 {
		l.issuer = d.IssuerSize
	}
	l.info = d.DevInfoSize
	return l
}

// api is the library in the dialect known by now.
func (d *Driver) api() api {
	d.mu.Lock()
	defer d.mu.Unlock()
	return api{library: d.lib, layout: d.dialect.layout(), wide: d.dialect.HandleBits != 32}
}

// probeUlong asks how long the list of devices is and sees whether the answer has 4 bytes or 8.
func (d *Driver) probeUlong() {
	if d.Dialect().UlongBits != 0 {
		return
	}
	f := d.lib.frame()
	defer f.end()
	size := f.buffer(16, 0)
	binary.LittleEndian.PutUint32(size.bytes()[4:], 0xDEADBEEF)
	if f.call(fnEnumDev, boolean(true), 0, size.ptr()) != nil {
		return // DEVINFO will tell
	}
	bits := 64
	if binary.LittleEndian.Uint32(size.bytes()[4:]) == 0xDEADBEEF {
		bits = 32
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dialect.UlongBits = bits
}

// connect opens a device, and sees whether a handle has 4 bytes or 8.
func (d *Driver) connect(name string) (handle, error) {
	a := d.api()
	f := a.frame()
	defer f.end()
	out := f.buffer(16, untouched)
	if err := f.call(fnConnectDev, f.text([]byte(name)).ptr(), out.ptr()); err != nil {
		return 0, err
	}
	written := extent(out.bytes())
	if written == 0 {
		return 0, lie("no handle")
	}
	d.mu.Lock()
	if d.dialect.HandleBits == 0 {
		d.dialect.HandleBits = 64
		if written <= 4 {
			d.dialect.HandleBits = 32
		}
	}
	a.wide = d.dialect.HandleBits != 32
	d.mu.Unlock()
	return a.handleOf(out, nil)
}

// learn takes the layout from a DEVINFO where it is not known yet.
func (d *Driver) learn(raw []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := &d.dialect
	if known.UlongBits != 0 && known.Packed != nil && known.IssuerSize != 0 {
		return
	}
	l := guessLayout(raw, known.UlongBits/8)
	known.UlongBits = l.long * 8
	if known.Packed == nil {
		known.Packed = &l.packed
	}
	if known.IssuerSize == 0 {
		known.IssuerSize = l.issuer
	}
	if known.DevInfoSize == 0 {
		known.DevInfoSize = known.layout().devInfo()
	}
}

// opened is an open application.
type opened struct {
	h    handle
	name string
	all  []string // every application of the device
}

const ownApplication = "CERTDESK"

// application opens the application that this counter works in: want, or where the profile names none the one of this program, else the
// first. No handle and no error where there is none.
func (a api) application(dev handle, want string) (opened, error) {
	all, err := a.list(fnEnumApplication, uintptr(dev))
	if err != nil || len(all) == 0 {
		return opened{}, err
	}
	o := opened{name: all[0], all: all}
	for _, name := range []string{ownApplication, want} {
		if slices.Contains(all, name) {
			o.name = name
		}
	}
	o.h, err = a.open(fnOpenApplication, uintptr(dev), o.name)
	return o, err
}
