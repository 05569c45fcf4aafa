//go:build cgo

package p11

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/pkcs11"

	"certdesk/service"
)

// maxSlots is more than any counter has; a library that tells of more tells nonsense.
const maxSlots = 256

var errSlots = errors.New("too many slots")

// seat is a token in a slot at one look.
type seat struct {
	slot   uint
	serial string
	info   pkcs11.TokenInfo
}

// seats lists the tokens that are in, in order of serial. One that does not answer is left out: it hides no other. The caller holds the driver's lock.
func (d *Driver) seats() ([]seat, error) {
	const op = "p11.List"
	slots, err := d.m.c.GetSlotList(true)
	switch {
	case err != nil:
		return nil, service.E(service.TokenFailed, op, nil, err)
	case len(slots) > maxSlots:
		return nil, service.E(service.TokenDamaged, op, nil, errSlots)
	}
	var list []seat
	for _, slot := range slots {
		info, err := d.m.c.GetTokenInfo(slot)
		if err != nil || !strings.HasPrefix(info.Model, d.profile.Label) {
			continue
		}
		list = append(list, seat{slot: slot, serial: serialOf(slot, info), info: info})
	}
	slices.SortFunc(list, func(a, b seat) int { return strings.Compare(a.serial, b.serial) })
	return list, nil
}

// serialOf is the name of a device at this counter.
func serialOf(slot uint, info pkcs11.TokenInfo) string {
	if serial := text(info.SerialNumber); serial != "" {
		return serial
	}
	if label := text(info.Label); label != "" && initialised(info) {
		return "LABEL-" + label
	}
	return "SLOT-" + strconv.FormatUint(uint64(slot), 16)
}

// text makes a padded field of the library readable: what is no printable ASCII stands as %XX.
func text(field string) string {
	var b strings.Builder
	for _, c := range []byte(unpadded(field)) {
		if c < ' ' || c > '~' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return strings.TrimSpace(b.String())
}

// unpadded takes away what fields end with: blanks by the standard, zeros and erased memory in practice.
func unpadded(field string) string {
	for n := len(field); n > 0; n-- {
		if c := field[n-1]; c != ' ' && c != 0 && c != 0xff {
			return field[:n]
		}
	}
	return ""
}

func initialised(info pkcs11.TokenInfo) bool { return info.Flags&pkcs11.CKF_TOKEN_INITIALIZED != 0 }

// infos describes the tokens. Those that share a serial cannot be told apart, so nothing is to be done to them.
func (d *Driver) infos(seats []seat) []service.TokenInfo {
	count := map[string]int{}
	for _, s := range seats {
		count[s.serial]++
	}
	list := make([]service.TokenInfo, 0, len(seats))
	for _, s := range seats {
		info := d.describe(s)
		if count[s.serial] > 1 {
			info.Algs, info.Envelope, info.Protected = nil, false, true
		}
		list = append(list, info)
	}
	return list
}

// describe says of a token what reads without a PIN. The caller holds the driver's lock.
func (d *Driver) describe(s seat) service.TokenInfo {
	info := service.TokenInfo{Serial: s.serial, Model: text(s.info.Model), Manufacturer: text(s.info.ManufacturerID), Driver: Name,
		Initialised: initialised(s.info), PINRule: d.rule(s.info), Protected: s.info.Flags&pkcs11.CKF_WRITE_PROTECTED != 0}
	if info.Initialised {
		info.Label = text(s.info.Label)
	}
	info.Unnamed = !info.Initialised && text(s.info.SerialNumber) == ""
	info.Total, info.Free = room(s.info)
	info.User, info.SO = d.userState(s.info), d.soState(s.info)
	mechs := d.mechanisms(s)
	info.Algs = d.algs(mechs)
	info.Envelope = slices.Contains(info.Algs, service.AlgSM2) && d.envelopes(mechs)
	return info
}

// room is the memory for public objects, such as certificates, or else for private ones; -1 free where the token does not say.
func room(info pkcs11.TokenInfo) (total, free int64) {
	for _, m := range [][2]uint{{info.TotalPublicMemory, info.FreePublicMemory}, {info.TotalPrivateMemory, info.FreePrivateMemory}} {
		if known(m[0]) && known(m[1]) && m[0] > 0 && m[1] <= m[0] {
			return int64(m[0]), int64(m[1])
		}
	}
	return 0, -1
}

// known is false for CK_UNAVAILABLE_INFORMATION, which is as wide as the library's CK_ULONG.
func known(n uint) bool { return n < 1<<31 }

// mechanisms lists what a token offers, sorted.
func (d *Driver) mechanisms(s seat) []uint {
	key := s.serial + "/" + strconv.FormatUint(uint64(s.slot), 16)
	if list, ok := d.mechs[key]; ok {
		return list
	}
	found, err := d.m.c.GetMechanismList(s.slot)
	if err != nil {
		return nil
	}
	list := make([]uint, 0, len(found))
	for _, m := range found {
		list = append(list, m.Mechanism)
	}
	slices.Sort(list)
	d.mechs[key] = list
	return list
}

// algs is what both the token and the profile know.
func (d *Driver) algs(mechs []uint) []service.KeyAlg {
	var list []service.KeyAlg
	for _, alg := range []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA, service.AlgRSA3072} {
		if (len(d.profile.Algs) == 0 || slices.Contains(d.profile.Algs, alg)) && offers(mechs, d.needs(alg)) {
			list = append(list, alg)
		}
	}
	return list
}

// needs is the mechanisms of an algorithm; nil where the driver does not know it.
func (d *Driver) needs(alg service.KeyAlg) []uint {
	sm2 := d.profile.P11.SM2
	switch alg {
	case service.AlgSM2:
		if sm2 != nil && sm2.Generate != 0 && sm2.Sign != 0 {
			return []uint{sm2.Generate, sm2.Sign}
		}
	case service.AlgP256:
		return []uint{pkcs11.CKM_EC_KEY_PAIR_GEN, pkcs11.CKM_ECDSA}
	case service.AlgRSA, service.AlgRSA3072:
		return []uint{pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, pkcs11.CKM_RSA_PKCS}
	}
	return nil
}

// envelopes tells whether encryption pairs can be imported and used.
func (d *Driver) envelopes(mechs []uint) bool {
	sm2 := d.profile.P11.SM2
	return sm2 != nil && sm2.Unwrap != 0 && sm2.Decrypt != 0 && offers(mechs, []uint{sm2.Unwrap, sm2.Decrypt})
}

func offers(mechs, needs []uint) bool {
	for _, m := range needs {
		if _, ok := slices.BinarySearch(mechs, m); !ok {
			return false
		}
	}
	return len(needs) > 0
}

// stand sets a sentry on every token and tells the insertions apart. The caller holds the driver's lock.
func (d *Driver) stand(seats []seat) string {
	var b strings.Builder
	for _, s := range seats {
		g := d.guards[s.serial]
		if g == nil {
			g = &sentry{}
			d.guards[s.serial] = g
		}
		d.relieve(g, s)
		fmt.Fprintf(&b, "%s %d %t\n", s.serial, g.round, initialised(s.info))
	}
	return b.String()
}

// relieve replaces a sentry whose session the library has ended. It only reads, so that it keeps no other program from the token.
// Some tokens take no session before they are initialised; they are not asked again until then.
func (d *Driver) relieve(g *sentry, s seat) {
	if g.alive {
		if _, err := d.m.c.GetSessionInfo(g.h); err == nil {
			return
		}
		g.alive = false
		g.round++
	}
	if g.barred && !initialised(s.info) {
		return
	}
	h, err := d.m.c.OpenSession(s.slot, pkcs11.CKF_SERIAL_SESSION)
	g.h, g.alive, g.barred = h, err == nil, err != nil
}

// dismiss ends the sentry of a token that is about to be initialised, which no session may see, or to have its SO log in, which no
// session that only reads may see (PKCS #11 v2.40, 5.5 C_InitToken, 5.6 C_Login). The caller holds the driver's lock.
func (d *Driver) dismiss(serial string) {
	if g := d.guards[serial]; g != nil && g.alive {
		_ = d.m.c.CloseSession(g.h)
		g.alive = false
	}
}
