package skf

import (
	"encoding/binary"
	"testing"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"

	"certdesk/service"
	"certdesk/token/profile"
)

// fake is a library of C functions that are written here, in any dialect, honest or not.
type fake struct {
	layout   layout
	handle32 bool
	names    string // what SKF_EnumDev lists, with its NULs
	claims   uint32 // the size SKF_EnumDev tells where it is not that of names
	silent   bool   // SKF_EnumDev does not answer without a buffer
	beyond   int    // bytes that SKF_GetDevInfo writes behind its structure
	unended  bool   // SKF_GetDevInfo leaves Reserved as it is
	serial   string
	label    string
	pin      sar // what SKF_VerifyPIN answers
	retry    *uint32
	info     *pinInfo // what SKF_GetPINInfo says; nil: it does not
	apps     string
}

// wideHandle is an address of no memory.
const wideHandle uint64 = 0x7F1122334455

func memory(p uintptr, n int) []byte {
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), n)
}

func (f *fake) putLong(p uintptr, v uint32) { f.layout.put(memory(p, f.layout.long), 0, v) }

func (f *fake) putHandle(p uintptr) {
	if f.handle32 {
		binary.LittleEndian.PutUint32(memory(p, 4), 0x80000001)
	} else {
		binary.LittleEndian.PutUint64(memory(p, 8), wideHandle)
	}
}

func (f *fake) is(h uintptr) bool {
	if f.handle32 {
		return uint32(h) == 0x80000001
	}
	return uint64(h) == wideHandle
}

func (f *fake) list(names string, out, size uintptr) uintptr {
	room := int(binary.LittleEndian.Uint32(memory(size, 4)))
	need := uint32(len(names))
	if f.claims != 0 {
		need = f.claims
	}
	f.putLong(size, need)
	switch {
	case out == 0:
		return 0
	case room < len(names):
		return uintptr(sarBufferTooSmall)
	}
	copy(memory(out, len(names)), names)
	return 0
}

func (f *fake) enumDev(_, out, size uintptr) uintptr {
	if f.silent && out == 0 {
		return uintptr(sarInvalidParam)
	}
	return f.list(f.names, out, size)
}

func (f *fake) devInfo(h, out uintptr) uintptr {
	if !f.is(h) {
		return uintptr(sarInvalidHandle)
	}
	l := f.layout
	p := make([]byte, l.devInfo()+f.beyond)
	copy(p[2:], "maker")
	copy(p[66:], "model")
	copy(p[66+l.issuer:], f.label)
	copy(p[66+l.issuer+32:], f.serial)
	for i, v := range []uint32{0x00000401, 0x00030700, 7, 0x401, 65536, 40000, 1024, 4096} {
		l.put(p, l.numbers()+i*l.long, v)
	}
	if f.unended {
		p = p[:l.devInfo()-reserved]
	}
	copy(memory(out, len(p)), p)
	return 0
}

func (f *fake) connect(_, out uintptr) uintptr { f.putHandle(out); return 0 }

func (f *fake) verify(h, _, pin, retry uintptr) uintptr {
	if f.retry != nil {
		f.putLong(retry, *f.retry)
	}
	return uintptr(f.pin)
}

func (f *fake) pinInfo(h, _, limit, left, factory uintptr) uintptr {
	if f.info == nil {
		return uintptr(sarNotSupported)
	}
	f.putLong(limit, f.info.max)
	f.putLong(left, f.info.left)
	return 0
}

// driver loads the fake. Functions that it has no part for are not exported.
func (f *fake) driver(t *testing.T, p profile.Profile) *Driver {
	t.Helper()
	if f.names == "" {
		f.names = "dev\x00\x00"
	}
	if f.serial == "" {
		f.serial = "SN-1"
	}
	lib := &library{}
	for fn, act := range map[symbol]any{
		fnEnumDev: f.enumDev, fnConnectDev: f.connect, fnGetDevInfo: f.devInfo, fnVerifyPIN: f.verify, fnGetPINInfo: f.pinInfo,
		fnDisConnectDev:     func(uintptr) uintptr { return 0 },
		fnEnumApplication:   func(_, out, size uintptr) uintptr { return f.list(f.apps+"\x00\x00", out, size) },
		fnOpenApplication:   func(_, _, out uintptr) uintptr { f.putHandle(out); return 0 },
		fnEnumContainer:     func(_, out, size uintptr) uintptr { return f.list("\xb1\xea\x00plain\x00\x00", out, size) },
		fnOpenContainer:     func(_, _, out uintptr) uintptr { f.putHandle(out); return 0 },
		fnExportPublicKey:   func(_, _, _, _ uintptr) uintptr { return uintptr(sarFail) },
		fnExportCertificate: func(_, _, _, size uintptr) uintptr { f.putLong(size, 0); return 0 },
	} {
		lib.addr[fn] = purego.NewCallback(act)
	}
	d := drive(lib, Config{Profile: p, Env: service.Env{Now: time.Now}})
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func wants(t *testing.T, err error, code service.Code) {
	t.Helper()
	if service.CodeOf(err) != code {
		t.Fatalf("got %v, want %q", err, code)
	}
}

func TestDialects(t *testing.T) {
	for _, l := range layouts() {
		for _, handle32 := range []bool{false, true} {
			for _, f := range []*fake{{}, {unended: true}, {silent: true}} {
				if f.silent && l.issuer == 32 {
					continue // told by its size alone, it is another one
				}
				f.layout, f.handle32 = l, handle32
				d := f.driver(t, profile.Profile{})
				list, err := d.List(t.Context())
				wants(t, err, "")
				got := d.Dialect()
				bits := 64
				if handle32 {
					bits = 32
				}
				if got.layout() != (layout{l.long, l.packed, l.issuer, l.devInfo()}) || got.HandleBits != bits {
					t.Errorf("%+v with handles of %d bits, silent %v, unended %v: found %+v", l, bits, f.silent, f.unended, got)
				}
				if len(list) != 1 || list[0].Serial != "SN-1" || list[0].Model != "model" || list[0].Total != 65536 || list[0].Free != 40000 {
					t.Errorf("%+v: %+v", l, list)
				}
			}
		}
	}
}

// TestDialectOverride: what the profile says is believed.
func TestDialectOverride(t *testing.T) {
	packed := true
	f := &fake{layout: layout{long: 8, packed: true, issuer: 32}, handle32: true}
	d := f.driver(t, profile.Profile{SKF: profile.GMT0016{UlongBits: 64, HandleBits: 32, Packed: &packed, DevInfoSize: 294}})
	list, err := d.List(t.Context())
	wants(t, err, "")
	if len(list) != 1 || list[0].Total != 65536 || d.Dialect().IssuerSize != 32 {
		t.Fatalf("%+v, %+v", list, d.Dialect())
	}
	longer := &fake{layout: layout{long: 4, packed: true, issuer: 64, info: 400}}
	_, err = longer.driver(t, profile.Profile{}).List(t.Context())
	wants(t, err, service.TokenDamaged)
	list, err = longer.driver(t, profile.Profile{SKF: profile.GMT0016{DevInfoSize: 400}}).List(t.Context())
	wants(t, err, "")
	if len(list) != 1 || list[0].Free != 40000 {
		t.Fatalf("%+v", list)
	}
}
