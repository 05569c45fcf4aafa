package module

import (
	"certdesk/service"
	"certdesk/token/softkey"
)

// device is one insertion of a UKey as this process uses it: it lives from the first session to the last, or until the UKey is
// pulled.
type device struct {
	m        *Module
	slot     *slot
	key      softkey.Direct // nil until something needs it
	sessions int
	writers  int
	user     uint   // who is logged in
	soPIN    []byte // while the SO is: the device has no SO login, only acts under the SO PIN
	dead     bool   // pulled
	stands   string // the insertion that it is

	names   *names
	objects map[uint]*object
	refs    map[ref]uint
	gone    map[uint]bool // handles of objects that went along with another
}

func (m *Module) newDevice(s *slot) *device {
	d := &device{m: m, slot: s, stands: s.stands, user: userNobody, objects: map[uint]*object{}, refs: map[ref]uint{}, gone: map[uint]bool{}}
	s.token = d
	return d
}

// open gets hold of the UKey; SessionCount where another program has it.
func (d *device) open() RV {
	if d.dead {
		return DeviceRemoved
	}
	if d.key != nil {
		return OK
	}
	s, err := d.m.drawer.Open(background(), d.slot.serial)
	if err != nil {
		return d.failed(err)
	}
	key, ok := s.(softkey.Direct)
	if !ok {
		return GeneralError
	}
	d.key, d.names = key, loadNames(d.m.cfg.Dir, d.slot.serial)
	return OK
}

// failed is failed, and draws the consequences for the device's state.
func (d *device) failed(err error) RV {
	switch service.CodeOf(err) {
	case service.TokenRemoved, service.TokenAbsent:
		d.die()
		return DeviceRemoved
	case service.TokenLogin:
		if d.user == userNormal {
			d.user = userNobody
		}
	}
	return failed(err)
}

// alive tells whether the insertion goes on, and ends the device where it does not.
func (d *device) alive() bool {
	switch {
	case d.dead:
	case d.key == nil:
		if !d.slot.in || d.slot.stands != d.stands {
			d.die()
		}
	default:
		if err := d.key.Present(background()); service.IsCode(err, service.TokenRemoved) {
			d.die()
		}
	}
	return !d.dead
}

// here is alive for one call of a session.
func (d *device) here() RV {
	if d.key == nil && !d.dead {
		if rv := d.m.refresh(); rv != OK {
			return rv
		}
	}
	if !d.alive() {
		return DeviceRemoved
	}
	return OK
}

// info is what the device says of itself now.
func (d *device) info() (service.TokenInfo, RV) {
	if rv := d.open(); rv != OK {
		return service.TokenInfo{}, rv
	}
	info, err := d.key.Info(background())
	return info, d.failed(err)
}

// die ends a pulled device. Its sessions stay known, and every call on them gives DeviceRemoved until they are closed.
func (d *device) die() {
	d.dead = true
	d.release()
}

// release forgets everything and lets other programs have the UKey.
func (d *device) release() {
	d.logout()
	if d.key != nil {
		_ = d.key.Close() // what fails here is the freeing of a lock, which ends with the process
	}
	d.key, d.names = nil, nil
	clear(d.objects)
	clear(d.refs)
	clear(d.gone)
	if d.slot.token == d {
		d.slot.token = nil
	}
}

func (d *device) logout() {
	clear(d.soPIN)
	d.soPIN, d.user = nil, userNobody
}
