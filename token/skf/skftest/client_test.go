package skftest_test

import (
	"encoding/binary"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"encoding/asn1"

	"github.com/ebitengine/purego"

	"certdesk/service/sm"
	"certdesk/token/skf/skftest"
)

// PINs of the tests.
const (
	adminPIN = "so-13579"
	userPIN  = "246813"
	wrongPIN = "000000"
)

// Return codes, from the standard's appendix.
const (
	ok             = 0
	fail           = 0x0A000001
	unsupported    = 0x0A000003
	invalidHandle  = 0x0A000005
	invalidParam   = 0x0A000006
	timeout        = 0x0A00000F
	badLength      = 0x0A000010
	badData        = 0x0A000011
	keyNotFound    = 0x0A00001B
	certNotFound   = 0x0A00001C
	bufferSmall    = 0x0A000020
	removed        = 0x0A000023
	pinIncorrect   = 0x0A000024
	pinLocked      = 0x0A000025
	pinInvalid     = 0x0A000026
	pinLength      = 0x0A000027
	appExists      = 0x0A00002C
	notLoggedIn    = 0x0A00002D
	appNotExists   = 0x0A00002E
	fileExists     = 0x0A00002F
	noRoom         = 0x0A000030
	fileNotExist   = 0x0A000031
	maxContainers  = 0x0A000032
	notInitialised = 0x0A00000C
)

// client speaks to the library as C would. It knows the layouts by itself.
type client struct {
	testing.TB
	lib  uintptr
	word int
}

func load(t testing.TB, ulong int) *client { return loadPath(t, skftest.Library(t, ulong), ulong) }

func loadPath(t testing.TB, path string, ulong int) *client {
	t.Helper()
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, lib, ulong / 8}
}

// call calls a function with numbers, byte slices (their address, nil is NULL) and strings (ended by a zero).
func (c *client) call(name string, args ...any) uint32 {
	c.Helper()
	fn, err := purego.Dlsym(c.lib, name)
	if err != nil {
		c.Fatal(err)
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	raw := make([]uintptr, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case int:
			raw[i] = uintptr(v)
		case uintptr:
			raw[i] = v
		case string:
			raw[i] = address(&pin, append([]byte(v), 0))
		case []byte:
			raw[i] = address(&pin, v)
		default:
			c.Fatalf("%s: argument %d is %T", name, i, a)
		}
	}
	rv, _, _ := purego.SyscallN(fn, raw...)
	return uint32(rv)
}

func address(pin *runtime.Pinner, b []byte) uintptr {
	if b == nil {
		return 0
	}
	p := unsafe.SliceData(b)
	pin.Pin(p)
	return uintptr(unsafe.Pointer(p))
}

// want calls a function and insists on its code.
func (c *client) want(code uint32, name string, args ...any) {
	c.Helper()
	if rv := c.call(name, args...); rv != code {
		c.Fatalf("%s: %08X, want %08X", name, rv, code)
	}
}

// number is a ULONG with a guard behind it, in either dialect.
func number(v uint64) []byte {
	b := make([]byte, 16)
	binary.LittleEndian.PutUint64(b, v)
	copy(b[8:], "guarding")
	return b
}

func (c *client) value(b []byte) int {
	c.Helper()
	if string(b[8:]) != "guarding" {
		c.Fatal("the library wrote behind a number")
	}
	if c.word == 4 {
		return int(binary.LittleEndian.Uint32(b))
	}
	return int(binary.LittleEndian.Uint64(b))
}

// handle calls a function whose last argument gives a handle.
func (c *client) handle(name string, args ...any) uintptr {
	c.Helper()
	h := number(0)
	c.want(ok, name, append(args, h)...)
	return uintptr(binary.LittleEndian.Uint64(h))
}

// sized asks for the size and then for the thing.
func (c *client) sized(name string, args ...any) []byte {
	c.Helper()
	size := number(0)
	c.want(ok, name, append(args, []byte(nil), size)...)
	n := c.value(size)
	b := append(make([]byte, n), "guarding"...)
	if n > 0 {
		c.want(bufferSmall, name, append(args, b, number(uint64(n-1)))...)
	}
	size = number(uint64(n))
	c.want(ok, name, append(args, b, size)...)
	if c.value(size) != n || string(b[n:]) != "guarding" {
		c.Fatalf("%s: %d bytes announced, %d given, behind them %q", name, n, c.value(size), b[n:])
	}
	return b[:n]
}

func (c *client) names(name string, args ...any) []string {
	c.Helper()
	list := string(c.sized(name, args...))
	if !strings.HasSuffix(list, "\x00\x00") {
		c.Fatalf("%s: %q does not end in two zeros", name, list)
	}
	if list == "\x00\x00" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(list, "\x00\x00"), "\x00")
}

// connect opens the only token that is in.
func (c *client) connect() uintptr {
	c.Helper()
	names := c.names("SKF_EnumDev", 1)
	if len(names) != 1 {
		c.Fatalf("devices %q", names)
	}
	return c.handle("SKF_ConnectDev", names[0])
}

// made initialises the only token and logs the user in.
func (c *client) made() (dev, app uintptr) {
	c.Helper()
	dev = c.connect()
	app = c.handle("SKF_CreateApplication", dev, "CERTDESK", adminPIN, 6, userPIN, 4, 0xFF)
	c.want(ok, "SKF_VerifyPIN", app, 1, userPIN, number(0))
	return dev, app
}

// keyed makes a container with a signing key.
func (c *client) keyed(app uintptr, name string) (box uintptr, spki []byte) {
	c.Helper()
	box = c.handle("SKF_CreateContainer", app, name)
	pub := make([]byte, c.word+128)
	c.want(ok, "SKF_GenECCKeyPair", box, 0x20100, pub)
	spki, err := c.spki(pub)
	if err != nil {
		c.Fatal(err)
	}
	return box, spki
}

// spki reads an ECCPUBLICKEYBLOB.
func (c *client) spki(blob []byte) ([]byte, error) {
	at := c.word
	point := append([]byte{4}, blob[at+32:at+64]...)
	return sm.FromPoint(append(point, blob[at+96:at+128]...))
}

func (c *client) put(b []byte, v uint64) []byte {
	n := make([]byte, 8)
	binary.LittleEndian.PutUint64(n, v)
	return append(b, n[:c.word]...)
}

func wide(b []byte) []byte { return append(make([]byte, 64-len(b)), b...) }

// publicBlob is ECCPUBLICKEYBLOB of a key.
func (c *client) publicBlob(spki []byte) []byte {
	point, err := sm.Point(spki)
	if err != nil {
		c.Fatal(err)
	}
	b := append(c.put(nil, 256), wide(point[1:33])...)
	return append(b, wide(point[33:])...)
}

// cipherBlob is ECCCIPHERBLOB of an SM2Cipher.
func (c *client) cipherBlob(der []byte) []byte {
	var v struct {
		X, Y       *big.Int
		Hash, Text []byte
	}
	if _, err := asn1.Unmarshal(der, &v); err != nil {
		c.Fatal(err)
	}
	b := append(v.X.FillBytes(make([]byte, 64)), v.Y.FillBytes(make([]byte, 64))...)
	return append(c.put(append(b, v.Hash...), uint64(len(v.Text))), v.Text...)
}

// envelopeBlob is ENVELOPEDKEYBLOB of an SM2EnvelopedKey (GB/T 35276).
func (c *client) envelopeBlob(der []byte) []byte {
	var v struct {
		Alg             asn1.RawValue
		Key             asn1.RawValue
		Public, Private asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &v); err != nil {
		c.Fatal(err)
	}
	spki, err := sm.FromPoint(v.Public.Bytes)
	if err != nil {
		c.Fatal(err)
	}
	b := c.put(c.put(c.put(nil, 1), 0x401), 256)
	b = append(append(b, wide(v.Private.Bytes)...), c.publicBlob(spki)...)
	return append(b, c.cipherBlob(v.Key.FullBytes)...)
}

// signatureDER is the DER form of an ECCSIGNATUREBLOB.
func signatureDER(blob []byte) []byte {
	der, _ := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(blob[:64]), new(big.Int).SetBytes(blob[64:])})
	return der
}
