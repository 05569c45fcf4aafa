package skf

import (
	"encoding/binary"
	"runtime"
)

// handle is a HANDLE, DEVHANDLE, HAPPLICATION or HCONTAINER. 0 is none.
type handle uintptr

// pinType is ADMIN_TYPE or USER_TYPE (GM/T 0016, 6.4.1).
type pinType uintptr

const (
	admin pinType = 0
	user  pinType = 1
)

const (
	secureUserAccount = 0x10 // rights: who may make files in an application
	firstList         = 4 << 10
	firstFile         = 8 << 10
	longest           = 1 << 20 // no list and no certificate is longer
	noTries           = 0xFFFFFFFF
)

// api is a library with what is known of its dialect. Its methods are the functions of the standard, each in a frame of its own.
type api struct {
	*library
	layout layout
	wide   bool // handles are pointers
}

// handleOf reads the handle that a call gave. A 32-bit one is extended with its sign, as the ABIs that look at the whole register want
// an int. None after a success is a lie: acts on it would go anywhere.
func (a api) handleOf(b *buffer, err error) (handle, error) {
	h := handle(binary.LittleEndian.Uint64(b.bytes()))
	if !a.wide {
		h = handle(int32(binary.LittleEndian.Uint32(b.bytes())))
	}
	switch {
	case err != nil:
		return 0, err
	case h == 0:
		return 0, lie("no handle")
	}
	return h, nil
}

func boolean(v bool) uintptr {
	if v {
		return 1
	}
	return 0
}

// simple calls a function that takes no memory.
func (a api) simple(fn symbol, args ...uintptr) error {
	f := a.frame()
	defer f.end()
	return f.call(fn, args...)
}

// maybe is simple for functions that a library may do without.
func (a api) maybe(fn symbol, args ...uintptr) error {
	if !a.has(fn) {
		return nil
	}
	if err := a.simple(fn, args...); !is(err, sarNotSupported) {
		return err
	}
	return nil
}

// open calls a function that turns a name into a handle.
func (a api) open(fn symbol, parent uintptr, name string) (handle, error) {
	f := a.frame()
	defer f.end()
	out := f.buffer(8, 0)
	args := []uintptr{parent, f.text([]byte(name)).ptr(), out.ptr()}
	if fn == fnConnectDev {
		args = args[1:]
	}
	return a.handleOf(out, f.call(fn, args...))
}

// sizer fills a buffer and says how much it filled, or how much it needs.
type sizer func(f *frame, out, size *buffer) error

// sized calls a function of that kind, again with more room where the library asks for it.
func (a api) sized(first int, call sizer) ([]byte, error) {
	for room := first; ; {
		p, need, err := a.once(room, call)
		switch {
		case err == nil:
			return p, nil
		case !is(err, sarBufferTooSmall):
			return nil, err
		case room >= longest:
			return nil, lie("more than %d bytes", longest)
		}
		room = min(max(int(need), 4*room), longest)
	}
}

func (a api) once(room int, call sizer) (p []byte, need uint32, err error) {
	f := a.frame()
	defer f.end()
	out, size := f.buffer(room, 0), f.long(uint32(room))
	if err := call(f, out, size); err != nil {
		return nil, size.long(), err
	}
	p, err = out.cut(size.long())
	return p, 0, err
}

// list calls one of the functions that list names: of what stands in the first argument.
func (a api) list(fn symbol, of uintptr) ([]string, error) {
	p, err := a.sized(firstList, func(f *frame, out, size *buffer) error {
		return f.call(fn, of, out.ptr(), size.ptr())
	})
	if err != nil {
		return nil, err
	}
	return names(p), nil
}

// devInfo gives the whole buffer of SKF_GetDevInfo, full of untouched where the library did not write.
func (a api) devInfo(dev handle) ([]byte, error) {
	f := a.frame()
	defer f.end()
	out := f.buffer(devInfoBuffer, untouched)
	if err := f.call(fnGetDevInfo, uintptr(dev), out.ptr()); err != nil {
		return nil, err
	}
	return out.cut(devInfoBuffer)
}

func (a api) setLabel(dev handle, label string) error {
	f := a.frame()
	defer f.end()
	return f.call(fnSetLabel, uintptr(dev), f.text([]byte(label)).ptr())
}

// withName calls a function that takes a handle and a name.
func (a api) withName(fn symbol, h handle, name string) error {
	f := a.frame()
	defer f.end()
	return f.call(fn, uintptr(h), f.text([]byte(name)).ptr())
}

// pins calls a function that takes PINs and tells the tries left; left is noTries where it did not.
func (a api) pins(fn symbol, app handle, role []uintptr, pins ...[]byte) (left uint32, err error) {
	f := a.frame()
	defer f.end()
	tries := f.buffer(8, 0xFF)
	args := append([]uintptr{uintptr(app)}, role...)
	for _, pin := range pins {
		args = append(args, f.text(pin).ptr())
	}
	err = f.call(fn, append(args, tries.ptr())...)
	return tries.long(), err
}

// pinInfo is what SKF_GetPINInfo says.
type pinInfo struct {
	max, left uint32
	factory   bool
}

func (a api) pinInfo(app handle, role pinType) (pinInfo, error) {
	f := a.frame()
	defer f.end()
	limit, left, factory := f.long(0), f.long(0), f.long(0)
	err := f.call(fnGetPINInfo, uintptr(app), uintptr(role), limit.ptr(), left.ptr(), factory.ptr())
	return pinInfo{max: limit.long(), left: left.long(), factory: factory.long() != 0}, err
}

// application is what SKF_CreateApplication makes.
type application struct {
	name                  string
	adminPIN, userPIN     []byte
	adminTries, userTries int
}

func (a api) createApplication(dev handle, app application) (handle, error) {
	f := a.frame()
	defer f.end()
	out := f.buffer(8, 0)
	err := f.call(fnCreateApplication, uintptr(dev), f.text([]byte(app.name)).ptr(),
		f.text(app.adminPIN).ptr(), uintptr(app.adminTries), f.text(app.userPIN).ptr(), uintptr(app.userTries),
		secureUserAccount, out.ptr())
	return a.handleOf(out, err)
}

// fill calls a function that fills a structure of size bytes.
func (a api) fill(fn symbol, h handle, size int, in ...uintptr) ([]byte, error) {
	f := a.frame()
	defer f.end()
	out := f.buffer(size, 0)
	if err := f.call(fn, append(append([]uintptr{uintptr(h)}, in...), out.ptr())...); err != nil {
		return nil, err
	}
	return out.cut(uint32(size))
}

// give calls a function that takes a structure.
func (a api) give(fn symbol, h handle, blob []byte) error {
	f := a.frame()
	defer f.end()
	return f.call(fn, uintptr(h), f.data(blob).ptr())
}

// signData signs a digest of 32 bytes.
func (a api) signData(box handle, digest []byte) ([]byte, error) {
	f := a.frame()
	defer f.end()
	out := f.buffer(a.layout.signature(), 0)
	err := f.call(fnECCSignData, uintptr(box), f.data(digest).ptr(), uintptr(len(digest)), out.ptr())
	if err != nil {
		return nil, err
	}
	return out.cut(uint32(out.size))
}

// export calls SKF_ExportPublicKey or SKF_ExportCertificate.
func (a api) export(fn symbol, box handle, sign bool) ([]byte, error) {
	return a.sized(firstFile, func(f *frame, out, size *buffer) error {
		return f.call(fn, uintptr(box), boolean(sign), out.ptr(), size.ptr())
	})
}

func (a api) importCertificate(box handle, sign bool, der []byte) error {
	f := a.frame()
	defer f.end()
	return f.call(fnImportCertificate, uintptr(box), boolean(sign), f.data(der).ptr(), uintptr(len(der)))
}

// encryptInit passes BLOCKCIPHERPARAM by value: on the stack behind the registers on amd64 System V and on 32-bit Windows, as the
// address of a copy everywhere else.
func (a api) encryptInit(key handle) error {
	f := a.frame()
	defer f.end()
	param := f.buffer(align(a.layout.blockParam(), 8), 0)
	args := []uintptr{uintptr(key)}
	switch {
	case runtime.GOARCH == "386":
		args = append(args, make([]uintptr, a.layout.blockParam()/4)...)
	case runtime.GOARCH == "amd64" && runtime.GOOS != "windows":
		args = append(args, make([]uintptr, 5+param.size/8)...) // 5 registers that it does not look at
	default:
		args = append(args, param.ptr())
	}
	return f.call(fnEncryptInit, args...)
}
