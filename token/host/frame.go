package host

import (
	"encoding/binary"
	"errors"
	"io"
)

const (
	maxFrame   = 4 << 20 // bytes behind the length
	prefixSize = 4
)

var (
	errFrame = errors.New("a frame that makes no sense")
	errSize  = errors.New("a frame longer than 4 MiB")
)

// readFrame reads one frame. The two reads go straight into their slices: a buffered reader would keep copies of PINs. io.EOF where
// the pipe ended between two frames.
func readFrame(r io.Reader) ([]byte, error) {
	var prefix [prefixSize]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(prefix[:])
	switch {
	case n > maxFrame:
		return nil, errSize
	case n == 0:
		return nil, errFrame
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		clear(body)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return body, nil
}

// encoder appends to one buffer and leaves no copy of it behind. The first bytes are the frame's length.
type encoder struct{ b []byte }

func newEncoder(kind byte) *encoder {
	e := &encoder{b: make([]byte, prefixSize, 512)}
	e.u8(kind)
	return e
}

// frame is the finished frame, ready to be written. errSize where it is too long; the buffer is cleared then.
func (e *encoder) frame() ([]byte, error) {
	n := len(e.b) - prefixSize
	if n > maxFrame {
		clear(e.b)
		return nil, errSize
	}
	binary.BigEndian.PutUint32(e.b, uint32(n))
	return e.b, nil
}

// more makes room for n bytes and gives them.
func (e *encoder) more(n int) []byte {
	old := len(e.b)
	if old+n > cap(e.b) {
		bigger := make([]byte, old, 2*(old+n))
		copy(bigger, e.b)
		clear(e.b)
		e.b = bigger
	}
	e.b = e.b[:old+n]
	return e.b[old:]
}

func (e *encoder) u8(v byte)    { e.more(1)[0] = v }
func (e *encoder) u32(v uint32) { binary.BigEndian.PutUint32(e.more(4), v) }
func (e *encoder) u64(v uint64) { binary.BigEndian.PutUint64(e.more(8), v) }
func (e *encoder) num(v int)    { e.u64(uint64(int64(v))) }

func (e *encoder) flag(v bool) {
	if v {
		e.u8(1)
		return
	}
	e.u8(0)
}

func (e *encoder) text(s string) {
	e.u32(uint32(len(s)))
	copy(e.more(len(s)), s)
}

// none is the length of a nil slice, which is not the same as an empty one.
const none = 1<<32 - 1

func (e *encoder) bytes(b []byte) {
	if b == nil {
		e.u32(none)
		return
	}
	e.u32(uint32(len(b)))
	copy(e.more(len(b)), b)
}

// decoder takes a frame apart. After the first thing that does not fit it gives zero values, and end tells.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) take(n int) []byte {
	if d.bad || n < 0 || n > len(d.b) {
		d.bad = true
		return nil
	}
	out := d.b[:n:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) u8() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) u32() uint32 {
	if b := d.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) u64() uint64 {
	if b := d.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) num() int { return int(int64(d.u64())) }

func (d *decoder) flag() bool {
	v := d.u8()
	d.bad = d.bad || v > 1
	return v == 1
}

func (d *decoder) text() string { return string(d.take(int(d.u32()))) }

// bytes gives a part of the frame, not a copy.
func (d *decoder) bytes() []byte {
	n := d.u32()
	if n == none {
		return nil
	}
	return d.take(int(n))
}

// count is the length of a list whose entries have at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.u32()
	if int64(n)*int64(size) > int64(len(d.b)) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) end() error {
	if d.bad || len(d.b) > 0 {
		return errFrame
	}
	return nil
}
