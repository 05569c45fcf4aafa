package host

import (
	"bytes"

	"certdesk/service"
)

// The shortest a token's description and a container can be: everything in them empty.
const (
	minPIN  = 2*8 + 4
	minInfo = 5*4 + 1 + 2*8 + 2*minPIN + 4 + 3 + 2*8 + 1
	minBox  = 4 + 2 + 2*4
)

func (e *encoder) info(i *service.TokenInfo) {
	for _, s := range []string{i.Serial, i.Label, i.Model, i.Manufacturer, i.Driver} {
		e.text(s)
	}
	e.flag(i.Initialised)
	e.u64(uint64(i.Total))
	e.u64(uint64(i.Free))
	e.pin(i.User)
	e.pin(i.SO)
	e.u32(uint32(len(i.Algs)))
	for _, a := range i.Algs {
		e.text(string(a))
	}
	e.flag(i.Envelope)
	e.flag(i.Protected)
	e.flag(i.Unnamed)
	e.num(i.PINRule.Min)
	e.num(i.PINRule.Max)
	e.flag(i.PINRule.DigitsOnly)
}

func (d *decoder) info() service.TokenInfo {
	i := service.TokenInfo{Serial: d.text(), Label: d.text(), Model: d.text(), Manufacturer: d.text(), Driver: d.text(),
		Initialised: d.flag(), Total: int64(d.u64()), Free: int64(d.u64()), User: d.pin(), SO: d.pin()}
	for range d.count(4) {
		i.Algs = append(i.Algs, service.KeyAlg(d.text()))
	}
	i.Envelope, i.Protected, i.Unnamed = d.flag(), d.flag(), d.flag()
	i.PINRule = service.PINRule{Min: d.num(), Max: d.num(), DigitsOnly: d.flag()}
	return i
}

func (e *encoder) pin(p service.PINState) {
	e.num(p.Max)
	e.num(p.Left)
	e.flag(p.Known)
	e.flag(p.Locked)
	e.flag(p.Default)
	e.flag(p.Set)
}

func (d *decoder) pin() service.PINState {
	return service.PINState{Max: d.num(), Left: d.num(), Known: d.flag(), Locked: d.flag(), Default: d.flag(), Set: d.flag()}
}

func (e *encoder) box(c *service.Container) {
	e.text(c.Name)
	e.flag(c.SignKey)
	e.flag(c.EncKey)
	e.bytes(c.Sign)
	e.bytes(c.Encrypt)
}

func (d *decoder) box() service.Container {
	return service.Container{Name: d.text(), SignKey: d.flag(), EncKey: d.flag(), Sign: bytes.Clone(d.bytes()), Encrypt: bytes.Clone(d.bytes())}
}
