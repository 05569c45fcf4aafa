package skf

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"certdesk/service"
)

// device is one insertion of a token.
type device struct {
	name      string // the library's, which may be no text
	insertion int
	info      service.TokenInfo
}

func (dev *device) stamp() string {
	return dev.info.Serial + " " + strconv.Itoa(dev.insertion) + "\n"
}

// devices lists the tokens that are in, in order of serial. New ones are read once; what is known of the others is kept. Sessions on
// those that are gone die.
func (d *Driver) devices() ([]*device, error) {
	d.look.Lock()
	defer d.look.Unlock()
	present, err := d.api().list(fnEnumDev, boolean(true))
	if err != nil {
		return nil, err
	}
	d.sweep(present)
	var out []*device
	var failed error
	for _, name := range present {
		dev, err := d.device(name)
		switch {
		case err != nil:
			failed = err
		case strings.HasPrefix(dev.info.Model, d.prof.Label):
			out = append(out, dev)
		}
	}
	if len(out) == 0 && failed != nil {
		return nil, failed
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].info.Serial < out[j].info.Serial })
	return out, nil
}

// sweep forgets the devices that are gone, and all of them where nobody has looked for so long that others may bear their names.
func (d *Driver) sweep(present []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.env.Now()
	stale := now.Sub(d.scanned) > fresh || now.Before(d.scanned)
	d.scanned = now
	for name := range d.seen {
		s := d.sessions[name]
		gone := !slices.Contains(present, name)
		if gone && s != nil {
			s.gone.Store(true)
		}
		if gone || stale && s == nil {
			delete(d.seen, name)
		}
	}
}

func (d *Driver) forget(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.seen, name)
}

func (d *Driver) device(name string) (*device, error) {
	d.mu.Lock()
	dev := d.seen[name]
	d.mu.Unlock()
	if dev != nil {
		return dev, nil
	}
	info, err := d.read(name)
	if err != nil {
		return nil, err
	}
	return d.note(name, info, true), nil
}

// note keeps what was read of a device.
func (d *Driver) note(name string, info service.TokenInfo, inserted bool) *device {
	d.mu.Lock()
	defer d.mu.Unlock()
	dev := &device{name: name, info: info}
	if old := d.seen[name]; old != nil && !inserted {
		dev.insertion = old.insertion
	} else {
		d.count++
		dev.insertion = d.count
	}
	d.seen[name] = dev
	return dev
}

// read connects to a device, reads what it says of itself, and lets it go.
func (d *Driver) read(name string) (service.TokenInfo, error) {
	dev, err := d.connect(name)
	if err != nil {
		return service.TokenInfo{}, err
	}
	a := d.api()
	defer func() { _ = a.simple(fnDisConnectDev, uintptr(dev)) }()
	raw, err := a.devInfo(dev)
	if err != nil {
		return service.TokenInfo{}, err
	}
	d.learn(raw)
	a = d.api()
	own, err := a.application(dev, d.prof.SKF.Application)
	if err != nil {
		return service.TokenInfo{}, err
	}
	defer func() { _ = a.maybe(fnCloseApplication, uintptr(own.h)) }()
	return d.describe(a, raw, own.h)
}

// describe says of a token what its device and its application say.
func (d *Driver) describe(a api, raw []byte, app handle) (service.TokenInfo, error) {
	dev, err := parseDevInfo(raw, a.layout)
	if err != nil {
		return service.TokenInfo{}, err
	}
	info := service.TokenInfo{Serial: dev.serial, Model: dev.issuer, Manufacturer: dev.manufacturer, Driver: d.Name(),
		Total: int64(dev.total), Free: int64(dev.free), Algs: d.algs(dev), PINRule: d.pinRule(),
		Envelope: d.prof.SKF.ImportArgs == 0 || d.prof.SKF.ImportArgs == 2}
	if dev.total == 0 {
		info.Free = -1
	}
	if app == 0 {
		// No application, no PIN: what the maker said is the only SO PIN there is.
		info.SO = service.PINState{Default: true, Set: true}
		return info, nil
	}
	info.Initialised, info.Label = true, longLabel(dev.label)
	if info.User, err = a.pinState(app, user); err != nil {
		return info, err
	}
	info.SO, err = a.pinState(app, admin)
	return info, err
}

// pinState asks for the tries. A library that does not tell leaves them unknown.
func (a api) pinState(app handle, role pinType) (service.PINState, error) {
	p, err := a.pinInfo(app, role)
	switch {
	case is(err, sarNotSupported, sarFail, sarInvalidParam):
		return service.PINState{Set: true}, nil
	case err != nil:
		return service.PINState{}, err
	case p.max > 255 || p.left > p.max:
		return service.PINState{}, lie("%d of %d tries", p.left, p.max)
	}
	return service.PINState{Max: int(p.max), Left: int(p.left), Known: true, Locked: p.left == 0, Default: p.factory, Set: true}, nil
}

// SM2 keys are all this driver makes.
func (d *Driver) algs(dev devInfo) []service.KeyAlg {
	const sm2 = 0x00020000
	if len(d.prof.Algs) > 0 && !slices.Contains(d.prof.Algs, service.AlgSM2) || len(d.prof.Algs) == 0 && dev.asymmetric != 0 && dev.asymmetric&sm2 == 0 {
		return nil
	}
	return []service.KeyAlg{service.AlgSM2}
}

// pinRule is the profile's, else what GM/T 0016 tokens of the trade take.
func (d *Driver) pinRule() service.PINRule {
	r := service.PINRule{Min: 6, Max: 16, DigitsOnly: d.prof.PIN.DigitsOnly}
	if d.prof.PIN.Min > 0 {
		r.Min = d.prof.PIN.Min
	}
	if d.prof.PIN.Max > 0 {
		r.Max = d.prof.PIN.Max
	}
	return r
}
