package skf

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"unsafe"
)

const (
	guardSize = 256  // bytes behind every buffer that nobody may touch
	guardByte = 0xA5 // what they hold
)

// frame is the memory of one call into the library. It outlives the call, stays where it is, and is wiped at the end: PINs and
// plaintexts pass through it.
type frame struct {
	lib  *library
	pin  runtime.Pinner
	bufs []*buffer
}

// buffer is memory that the library may use up to size.
type buffer struct {
	all  []byte
	size int
}

func (l *library) frame() *frame { return &frame{lib: l} }

// end wipes and frees the frame.
func (f *frame) end() {
	for _, b := range f.bufs {
		clear(b.all)
	}
	f.pin.Unpin()
}

// buffer makes size bytes of fill with a guard behind.
func (f *frame) buffer(size int, fill byte) *buffer {
	// Whole words, so that the memory is aligned for every C type.
	words := make([]uint64, (size+guardSize+7)/8)
	f.pin.Pin(&words[0])
	b := &buffer{all: unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), size+guardSize), size: size}
	for i := range b.all {
		b.all[i] = fill
		if i >= size {
			b.all[i] = guardByte
		}
	}
	f.bufs = append(f.bufs, b)
	return b
}

func (b *buffer) bytes() []byte { return b.all[:b.size] }

// ptr is the buffer's address; nil's is NULL.
func (b *buffer) ptr() uintptr {
	if b == nil {
		return 0
	}
	return uintptr(unsafe.Pointer(&b.all[0]))
}

func (b *buffer) intact() bool {
	for _, c := range b.all[b.size:] {
		if c != guardByte {
			return false
		}
	}
	return true
}

// data copies p into the frame: libraries are known to write to what they should only read.
func (f *frame) data(p []byte) *buffer {
	b := f.buffer(max(len(p), 1), 0)
	copy(b.bytes(), p)
	return b
}

// text is p behind which a NUL stands.
func (f *frame) text(p []byte) *buffer {
	b := f.buffer(len(p)+1, 0)
	copy(b.bytes(), p)
	return b
}

// long is a ULONG for the library to change, wide enough for both widths.
func (f *frame) long(v uint32) *buffer {
	b := f.buffer(8, 0)
	binary.LittleEndian.PutUint32(b.bytes(), v)
	return b
}

// long reads a ULONG. All values of the standard have 32 bits or fewer, and every machine served is little-endian.
func (b *buffer) long() uint32 { return binary.LittleEndian.Uint32(b.bytes()) }

// cut gives a copy of what the library wrote by its own account.
func (b *buffer) cut(n uint32) ([]byte, error) {
	if uint64(n) > uint64(b.size) {
		return nil, lie("%d bytes told of a buffer of %d", n, b.size)
	}
	return bytes.Clone(b.all[:n]), nil
}

// call calls fn and looks at the guards. Errors: *missing, *sarError, *lying.
func (f *frame) call(fn symbol, args ...uintptr) error {
	code, err := f.lib.call(fn, args)
	runtime.KeepAlive(f)
	if err != nil {
		return err
	}
	for _, b := range f.bufs {
		if !b.intact() {
			return lie("%s wrote beyond a buffer of %d bytes", fn.name(), b.size)
		}
	}
	if code != sarOK {
		return &sarError{fn.name(), code}
	}
	return nil
}
