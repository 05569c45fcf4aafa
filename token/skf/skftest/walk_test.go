package skftest_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ebitengine/purego"
	"github.com/emmansun/gmsm/sm4"

	"certdesk/service/sm"
	"certdesk/token/skf/skftest"
)

// inBoth runs a test on the library in either dialect, with one blank token in the drawer.
func inBoth(t *testing.T, test func(c *client, d *skftest.Drawer, serial string)) {
	for _, ulong := range []int{32, 64} {
		t.Run(fmt.Sprint(ulong), func(t *testing.T) {
			d := skftest.New(t)
			test(load(t, ulong), d, d.Blank(t))
		})
	}
}

// TestPersonalise walks from the list of devices to a pair that signs and decrypts, and reads everything back on other handles.
func TestPersonalise(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, serial string) {
		dev, app := c.made()
		c.devInfo(dev, serial, "CERTDESK")
		c.want(ok, "SKF_SetLabel", dev, strings.Repeat("0123abcd", 4))
		c.devInfo(dev, serial, strings.Repeat("0123abcd", 4))
		box, spki := c.keyed(app, "box")
		c.signs(dev, box, spki)
		c.certificates(box)
		c.encrypts(box, spki)
		c.want(ok, "SKF_DisConnectDev", dev)
		c.want(invalidHandle, "SKF_ExportPublicKey", box, 1, []byte(nil), number(0))
		c.reads(spki)
	})
}

// TestPacking: the other two layouts differ in DEVINFO alone.
func TestPacking(t *testing.T) {
	t.Run("32 natural", func(t *testing.T) { packing(t, 32, "SKF_PACKED=0", 296) })
	t.Run("64 packed", func(t *testing.T) { packing(t, 64, "SKF_PACKED=1", 326) })
}

func packing(t *testing.T, ulong int, flag string, size int) {
	d := skftest.New(t)
	serial := d.Blank(t)
	c := loadPath(t, skftest.Library(t, ulong, flag), ulong)
	info := bytes.Repeat([]byte{0xCC}, 512)
	dev, app := c.made()
	c.want(ok, "SKF_GetDevInfo", dev, info)
	if info[size-1] != 0 || info[size] != 0xCC || string(info[162:178]) != serial {
		t.Fatalf("DEVINFO does not end at %d", size)
	}
	box, spki := c.keyed(app, "box")
	c.signs(dev, box, spki)
	c.encrypts(box, spki)
}

// devInfo reads DEVINFO and sees that nothing behind it was written.
func (c *client) devInfo(dev uintptr, serial, label string) {
	c.Helper()
	size := map[int]int{4: 294, 8: 328}[c.word]
	b := bytes.Repeat([]byte{0xCC}, 512)
	c.want(ok, "SKF_GetDevInfo", dev, b)
	if b[size-1] != 0 || b[size] != 0xCC {
		c.Fatalf("DEVINFO does not end at %d", size)
	}
	text := func(at int) string { return strings.TrimRight(string(b[at:at+32]), "\x00") }
	if text(130) != label || text(162) != serial {
		c.Fatalf("label %q, serial %q", text(130), text(162))
	}
	total := map[int]int{4: 198 + 16, 8: 200 + 32}[c.word]
	if got := c.value(append(append([]byte{}, b[total:total+c.word]...), number(0)[c.word:]...)); got != 64<<10 {
		c.Fatalf("total space %d", got)
	}
}

func (c *client) signs(dev, box uintptr, spki []byte) {
	c.Helper()
	message := []byte("what is signed")
	digest, err := sm.Digest(spki, message)
	if err != nil {
		c.Fatal(err)
	}
	sig := make([]byte, 128)
	c.want(ok, "SKF_ECCSignData", box, digest, 32, sig)
	if err := sm.Verify(spki, message, signatureDER(sig)); err != nil {
		c.Fatal(err)
	}
	c.want(ok, "SKF_ECCVerify", dev, c.publicBlob(spki), digest, 32, sig)
	digest[0] ^= 1
	c.want(fail, "SKF_ECCVerify", dev, c.publicBlob(spki), digest, 32, sig)
	c.want(badLength, "SKF_ECCSignData", box, digest, 31, sig)
}

func (c *client) certificates(box uintptr) {
	c.Helper()
	for sign, der := range [][]byte{bytes.Repeat([]byte{2}, 900), bytes.Repeat([]byte{1}, 800)} {
		c.want(certNotFound, "SKF_ExportCertificate", box, sign, []byte(nil), number(0))
		c.want(ok, "SKF_ImportCertificate", box, sign, der, len(der))
		if got := c.sized("SKF_ExportCertificate", box, sign); !bytes.Equal(got, der) {
			c.Fatalf("certificate became %x", got)
		}
	}
}

// encrypts imports an enveloped pair and proves it by a session key.
func (c *client) encrypts(box uintptr, signer []byte) {
	c.Helper()
	pair, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		c.Fatal(err)
	}
	envelope, err := sm.SealEnvelope(rand.Reader, signer, pair)
	if err != nil {
		c.Fatal(err)
	}
	c.want(keyNotFound, "SKF_ExportPublicKey", box, 0, []byte(nil), number(0))
	blob := c.envelopeBlob(envelope)
	spoilt := bytes.Clone(blob)
	spoilt[len(spoilt)-1] ^= 1
	c.want(badData, "SKF_ImportECCKeyPair", box, spoilt)
	c.want(ok, "SKF_ImportECCKeyPair", box, blob)
	if got := c.sized("SKF_ExportPublicKey", box, 0); !bytes.Equal(got, c.publicBlob(pair.PublicKey())) {
		c.Fatalf("encryption key %x", got)
	}
	key := []byte("sixteen bytes ok")
	wrapped, err := sm.Encrypt(rand.Reader, pair.PublicKey(), key)
	if err != nil {
		c.Fatal(err)
	}
	c.proves(c.handle("SKF_ImportSessionKey", box, 0x401, c.cipherBlob(wrapped), len(c.cipherBlob(wrapped))), key)
	out := make([]byte, 16)
	c.want(unsupported, "SKF_ECCDecrypt", box, c.cipherBlob(wrapped), out, number(16))
	c.TB.(*testing.T).Setenv("CERTDESK_SKF_DECRYPT", "1")
	if got := c.sized("SKF_ECCDecrypt", box, c.cipherBlob(wrapped)); !bytes.Equal(got, key) {
		c.Fatalf("decrypted %q", got)
	}
}

// proves lets the session key encrypt two blocks. BLOCKCIPHERPARAM is handed over by value.
func (c *client) proves(session uintptr, key []byte) {
	c.Helper()
	var rv uint32
	if c.word == 4 {
		var init func(uintptr, struct {
			IV  [32]byte
			Len [3]uint32
		}) uint32
		purego.RegisterLibFunc(&init, c.lib, "SKF_EncryptInit")
		rv = init(session, struct {
			IV  [32]byte
			Len [3]uint32
		}{})
	} else {
		var init func(uintptr, struct {
			IV  [32]byte
			Len [3]uint64
		}) uint64
		purego.RegisterLibFunc(&init, c.lib, "SKF_EncryptInit")
		rv = uint32(init(session, struct {
			IV  [32]byte
			Len [3]uint64
		}{}))
	}
	if rv != ok {
		c.Fatalf("SKF_EncryptInit: %08X", rv)
	}
	block, err := sm4.NewCipher(key)
	if err != nil {
		c.Fatal(err)
	}
	plain, want := []byte("first block 1234second block 567"), make([]byte, 32)
	block.Encrypt(want, plain)
	block.Encrypt(want[16:], plain[16:])
	if got := c.sized("SKF_Encrypt", session, plain, 32); !bytes.Equal(got, want) {
		c.Fatalf("encrypted %x, want %x", got, want)
	}
	c.want(ok, "SKF_CloseHandle", session)
	c.want(invalidHandle, "SKF_Encrypt", session, plain, 32, make([]byte, 32), number(32))
}

// reads finds everything on a fresh connection, without a PIN.
func (c *client) reads(spki []byte) {
	c.Helper()
	dev := c.connect()
	if got := c.names("SKF_EnumApplication", dev); !slices.Equal(got, []string{"CERTDESK"}) {
		c.Fatalf("applications %q", got)
	}
	app := c.handle("SKF_OpenApplication", dev, "CERTDESK")
	if got := c.names("SKF_EnumContainer", app); !slices.Equal(got, []string{"box"}) {
		c.Fatalf("containers %q", got)
	}
	box := c.handle("SKF_OpenContainer", app, "box")
	kind := number(9)
	c.want(ok, "SKF_GetContainerType", box, kind)
	if got := c.sized("SKF_ExportPublicKey", box, 1); !bytes.Equal(got, c.publicBlob(spki)) || c.value(kind) != 2 {
		c.Fatalf("type %d, key %x", c.value(kind), got)
	}
	if got := c.sized("SKF_ExportCertificate", box, 1); len(got) != 800 {
		c.Fatalf("certificate of %d bytes", len(got))
	}
	c.want(notLoggedIn, "SKF_ECCSignData", box, make([]byte, 32), 32, make([]byte, 128))
	c.want(ok, "SKF_DisConnectDev", dev)
}
