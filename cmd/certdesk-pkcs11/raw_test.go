//go:build cgo && unix

package main_test

import (
	"runtime"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/miekg/pkcs11"

	"certdesk/cmd/certdesk-pkcs11/module"
)

// raw is the function list as C sees it, reached without the binding: what the binding never passes can be passed here.
type raw struct {
	t    testing.TB
	list *[69]uintptr // the version's word, then the functions in the standard's order
}

// Places in the list.
const (
	fInitialize   = 1
	fFinalize     = 2
	fGetInfo      = 3
	fGetSlotList  = 5
	fGetTokenInfo = 7
	fInitToken    = 10
	fGetAttribute = 25
	fFindObjects  = 28
	fSignInit     = 43
	fSign         = 44
	fRandom       = 65
	fWait         = 68
)

func rawOf(t testing.TB, path string) *raw {
	t.Helper()
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	must(t, err)
	entry, err := purego.Dlsym(lib, "C_GetFunctionList")
	must(t, err)
	r := &raw{t: t}
	if got, _, _ := purego.SyscallN(entry, 0); module.RV(got) != module.ArgumentsBad {
		t.Errorf("C_GetFunctionList(NULL) gives %#x", got)
	}
	if got, _, _ := purego.SyscallN(entry, uintptr(unsafe.Pointer(&r.list))); got != 0 {
		t.Fatalf("C_GetFunctionList gives %#x", got)
	}
	return r
}

func (p *api) raw() *raw { return rawOf(p.t, library(p.t, "")) }

// call keeps what its arguments point to in place.
//
//go:uintptrescapes
func (r *raw) call(function int, args ...uintptr) module.RV {
	r.t.Helper()
	got, _, _ := purego.SyscallN(r.list[function], args...)
	return module.RV(got)
}

//go:uintptrescapes
func (r *raw) wants(want module.RV, function int, args ...uintptr) {
	r.t.Helper()
	if got := r.call(function, args...); got != want {
		r.t.Errorf("function %d of %v gives %#x, want %#x", function, args, got, want)
	}
}

func (r *raw) wait() error {
	var slot uintptr
	if rv := r.call(fWait, 1, uintptr(unsafe.Pointer(&slot)), 0); rv != module.OK {
		return pkcs11.Error(rv)
	}
	return nil
}

// TestNulls calls all 68 functions with nothing but zeros, and again with a session and nothing else: each answers.
func TestNulls(t *testing.T) {
	d := newDesk(t, "UKEY0001")
	r := rawOf(t, library(t, ""))
	if version := *(*[2]byte)(unsafe.Pointer(r.list)); version != [2]byte{2, 40} {
		t.Errorf("version %v", version)
	}
	for f := 3; f <= 68; f++ {
		if r.list[f] == 0 {
			t.Fatalf("function %d is missing", f)
		}
		if got := r.call(f, make([]uintptr, 8)...); got == module.OK && f != 4 || got == module.GeneralError {
			t.Errorf("function %d before C_Initialize gives %#x", f, got)
		}
	}
	p := d.load(t, library(t, ""))
	h := uintptr(p.initialise())
	r.wants(module.AlreadyInitialized, fInitialize, 0)
	for f := 3; f <= 68; f++ {
		if f == 4 || f == 14 || f == 15 || f == 20 || f == 29 { // these need nothing more, or end the session
			continue
		}
		for _, first := range []uintptr{0, h, 1 << 40}[:firsts(f)] {
			args := make([]uintptr, 8)
			args[0] = first
			if got := r.call(f, args...); got == module.GeneralError {
				t.Errorf("function %d of %#x gives %#x", f, first, got)
			}
		}
	}
	p.key(pkcs11.SessionHandle(h), "still", "well")
}

// firsts is how many first arguments a function can be tried with: C_GetInfo takes a pointer there, and no wild one is survived.
func firsts(function int) int {
	if function == fGetInfo {
		return 1
	}
	return 3
}

// TestLengths: buffers too small get the size and no more; lengths without pointers and lengths without end are refused.
func TestLengths(t *testing.T) {
	p := newDesk(t, "UKEY0001", "UKEY0002").load(t, library(t, ""))
	r, h := p.raw(), p.initialise()
	_, priv := p.key(h, "box", "id")
	var n uintptr
	room := [300]byte{}
	var pins runtime.Pinner
	defer pins.Unpin()
	pins.Pin(&n)
	pins.Pin(&room)
	size := uintptr(unsafe.Pointer(&n))
	to := uintptr(unsafe.Pointer(&room))
	n = 1
	r.wants(module.BufferTooSmall, fGetSlotList, 1, to, size)
	if n != 2 || room != [300]byte{} {
		t.Errorf("%d slots said, %x written", n, room[:16])
	}
	must(t, p.SignInit(h, mech(module.SM2Message), priv))
	data := []byte("message")
	pins.Pin(&data[0])
	from := uintptr(unsafe.Pointer(&data[0]))
	r.wants(module.OK, fSign, uintptr(h), from, 7, 0, size)
	if n != 64 {
		t.Errorf("%d bytes said", n)
	}
	n = 63
	r.wants(module.BufferTooSmall, fSign, uintptr(h), from, 7, to, size)
	r.wants(module.ArgumentsBad, fSign, uintptr(h), from, 7, to, 0)
	r.wants(module.ArgumentsBad, fSign, uintptr(h), 0, 7, to, size)
	r.wants(module.ArgumentsBad, fSign, uintptr(h), from, 1<<40, to, size)
	if room != [300]byte{} {
		t.Error("something was written")
	}
	n = 300
	r.wants(module.OK, fSign, uintptr(h), from, 7, to, size)
	if n != 64 || room[63] == 0 && room[62] == 0 || room[64] != 0 {
		t.Errorf("%d bytes: %x", n, room[:70])
	}
	r.wants(module.OperationNotInitialized, fSign, uintptr(h), from, 7, to, size)
	r.wants(module.ArgumentsBad, fRandom, uintptr(h), 0, 16)
	r.wants(module.ArgumentsBad, fInitToken, 1, 0, 8, to)
}

// TestAttributeLengths: each attribute is answered by itself.
func TestAttributeLengths(t *testing.T) {
	p := newDesk(t, "UKEY0001").load(t, library(t, ""))
	r, h := p.raw(), p.initialise()
	_, priv := p.key(h, "box", "identifier")
	var room [4]byte
	var pins runtime.Pinner
	defer pins.Unpin()
	pins.Pin(&room)
	list := [][3]uintptr{{pkcs11.CKA_ID, uintptr(unsafe.Pointer(&room)), 4}, {pkcs11.CKA_VALUE, 0, 0}, {pkcs11.CKA_LABEL, 0, 0}, {pkcs11.CKA_MODULUS, 0, 9}}
	got := r.call(fGetAttribute, uintptr(h), uintptr(priv), uintptr(unsafe.Pointer(&list[0])), 4)
	if got != module.BufferTooSmall && got != module.AttributeSensitive && got != module.AttributeTypeInvalid {
		t.Errorf("gives %#x", got)
	}
	const none = ^uintptr(0)
	for i, want := range []uintptr{none, none, 3, none} {
		if list[i][2] != want {
			t.Errorf("attribute %d: length %#x, want %#x", i, list[i][2], want)
		}
	}
	if room != [4]byte{} {
		t.Error("a value was written where it does not fit")
	}
	r.wants(module.ObjectHandleInvalid, fGetAttribute, uintptr(h), 1<<30, uintptr(unsafe.Pointer(&list[0])), 4)
	r.wants(module.ArgumentsBad, fGetAttribute, uintptr(h), uintptr(priv), 0, 4)
	r.wants(module.ArgumentsBad, fGetAttribute, uintptr(h), uintptr(priv), uintptr(unsafe.Pointer(&list[0])), 1<<40)
}
