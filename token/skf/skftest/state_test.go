package skftest_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm4"

	"certdesk/token/skf/skftest"
)

// left calls a function that ends in pulRetry and gives the tries it tells.
func (c *client) left(code uint32, name string, args ...any) int {
	c.Helper()
	retry := number(99)
	c.want(code, name, append(args, retry)...)
	return c.value(retry)
}

// pinInfo is what SKF_GetPINInfo says: the limit, what is left, whether it is the factory's.
func (c *client) pinInfo(app uintptr, kind int) [3]int {
	c.Helper()
	limit, left, factory := number(0), number(0), make([]byte, 4)
	c.want(ok, "SKF_GetPINInfo", app, kind, limit, left, factory)
	return [3]int{c.value(limit), c.value(left), int(factory[0])}
}

// TestPINs counts, locks and unblocks.
func TestPINs(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, _ string) {
		_, app := c.made()
		c.want(pinLength, "SKF_VerifyPIN", app, 1, "12345", number(0))
		c.want(pinInvalid, "SKF_VerifyPIN", app, 1, "1234567\t", number(0))
		for want := 3; want > 0; want-- {
			if got := c.left(pinIncorrect, "SKF_VerifyPIN", app, 1, wrongPIN); got != want {
				c.Fatalf("%d left, want %d", got, want)
			}
		}
		c.want(notLoggedIn, "SKF_CreateContainer", app, "box", number(0))
		if got := c.left(pinLocked, "SKF_ChangePIN", app, 1, wrongPIN, "975311"); got != 0 {
			c.Fatalf("%d left of a locked PIN", got)
		}
		c.left(pinLocked, "SKF_VerifyPIN", app, 1, userPIN)
		if got := c.left(pinIncorrect, "SKF_UnblockPIN", app, wrongPIN, "975311"); got != 5 {
			c.Fatalf("administrator: %d left", got)
		}
		if u, a := c.pinInfo(app, 1), c.pinInfo(app, 0); u != [3]int{4, 0, 0} || a != [3]int{6, 5, 0} {
			c.Fatalf("user %v, administrator %v", u, a)
		}
		c.left(ok, "SKF_UnblockPIN", app, adminPIN, "12345678")
		if u := c.pinInfo(app, 1); u != [3]int{4, 4, 1} {
			c.Fatalf("after unblocking: %v", u)
		}
		c.left(ok, "SKF_ChangePIN", app, 0, adminPIN, "so-24680")
		c.left(pinIncorrect, "SKF_VerifyPIN", app, 0, adminPIN)
		c.left(ok, "SKF_VerifyPIN", app, 0, "so-24680")
		c.left(0x0A00002A, "SKF_VerifyPIN", app, 2, userPIN)
	})
}

// TestApplication makes, deletes and makes again; handles of the first one are dead.
func TestApplication(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, _ string) {
		dev := c.connect()
		if got := c.names("SKF_EnumApplication", dev); got != nil {
			c.Fatalf("a blank token has %q", got)
		}
		c.want(appNotExists, "SKF_OpenApplication", dev, "CERTDESK", number(0))
		dev2, app := c.made()
		create := func(name string) []any {
			return []any{dev, name, adminPIN, 3, userPIN, 3, 0xFF, number(0)}
		}
		c.want(appExists, "SKF_CreateApplication", create("CERTDESK")...)
		c.want(noRoom, "SKF_CreateApplication", create("OTHER")...)
		c.keyed(app, "box")
		c.want(fileExists, "SKF_CreateContainer", app, "box", number(0))
		c.want(notLoggedIn, "SKF_DeleteApplication", dev, "CERTDESK")
		c.left(pinIncorrect, "SKF_VerifyPIN", app, 0, wrongPIN)
		c.want(notLoggedIn, "SKF_DeleteApplication", dev, "CERTDESK")
		c.left(ok, "SKF_VerifyPIN", app, 0, adminPIN)
		c.want(ok, "SKF_DeleteApplication", dev, "CERTDESK")
		c.want(invalidHandle, "SKF_VerifyPIN", app, 1, userPIN, number(0))
		c.want(ok, "SKF_DisConnectDev", dev2)
		again := c.handle("SKF_CreateApplication", dev, "OTHER", adminPIN, 3, userPIN, 3, 0xFF)
		if got := c.names("SKF_EnumContainer", again); got != nil {
			c.Fatalf("containers %q outlived their application", got)
		}
		if got := c.names("SKF_EnumApplication", dev); !slices.Equal(got, []string{"OTHER"}) {
			c.Fatalf("applications %q", got)
		}
	})
}

// TestContainers keeps an empty one over a new connection and fills the token.
func TestContainers(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, _ string) {
		dev, app := c.made()
		c.handle("SKF_CreateContainer", app, "empty")
		c.want(ok, "SKF_DisConnectDev", dev)
		dev = c.connect()
		app = c.handle("SKF_OpenApplication", dev, "CERTDESK")
		box, kind := c.handle("SKF_OpenContainer", app, "empty"), number(9)
		c.want(ok, "SKF_GetContainerType", box, kind)
		c.want(keyNotFound, "SKF_ExportPublicKey", box, 1, []byte(nil), number(0))
		c.want(fileNotExist, "SKF_OpenContainer", app, "other", number(0))
		if c.value(kind) != 0 {
			c.Fatalf("type %d", c.value(kind))
		}
		c.left(ok, "SKF_VerifyPIN", app, 1, userPIN)
		for _, name := range strings.Split("1 2 3 4 5 6 7 8", " ") {
			c.keyed(app, name)
		}
		c.want(maxContainers, "SKF_GenECCKeyPair", box, 0x20100, make([]byte, 136))
		c.want(ok, "SKF_DeleteContainer", app, "empty")
		c.want(ok, "SKF_DeleteContainer", app, "8")
		c.want(fileNotExist, "SKF_DeleteContainer", app, "8")
		if got := c.names("SKF_EnumContainer", app); len(got) != 7 {
			c.Fatalf("containers %q", got)
		}
		big := make([]byte, 60<<10)
		first := c.handle("SKF_OpenContainer", app, "1")
		c.want(noRoom, "SKF_ImportCertificate", first, 1, big, len(big))
	})
}

// TestPull: every open handle of a pulled token is dead and stays so; put back it is another device with the same serial.
func TestPull(t *testing.T) {
	inBoth(t, func(c *client, d *skftest.Drawer, serial string) {
		dev, app := c.made()
		box, _ := c.keyed(app, "box")
		name := c.names("SKF_EnumDev", 1)[0]
		dies := func() {
			c.Helper()
			c.want(removed, "SKF_GetDevInfo", dev, make([]byte, 400))
			c.want(removed, "SKF_VerifyPIN", app, 1, userPIN, number(0))
			c.want(removed, "SKF_ECCSignData", box, make([]byte, 32), 32, make([]byte, 128))
		}
		must(t, d.Remove(serial))
		dies()
		c.want(removed, "SKF_ConnectDev", name, number(0))
		must(t, d.Insert(serial))
		dies()
		if again := c.names("SKF_EnumDev", 1); len(again) != 1 || again[0] == name {
			c.Fatalf("device %q is now %q", name, again)
		}
		c.want(ok, "SKF_DisConnectDev", dev)
		dev = c.connect()
		c.devInfo(dev, serial, "CERTDESK")
		app = c.handle("SKF_OpenApplication", dev, "CERTDESK")
		c.want(notLoggedIn, "SKF_CreateContainer", app, "two", number(0))
	})
}

// TestLock: one handle keeps the other out, and only from acts.
func TestLock(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, serial string) {
		one, app := c.made()
		two := c.connect()
		c.want(ok, "SKF_LockDev", one, 0)
		c.want(timeout, "SKF_LockDev", two, 20)
		c.devInfo(two, serial, "CERTDESK")
		other := c.handle("SKF_OpenApplication", two, "CERTDESK")
		c.want(fail, "SKF_VerifyPIN", other, 1, userPIN, number(0))
		c.want(ok, "SKF_VerifyPIN", app, 1, userPIN, number(0))
		c.want(ok, "SKF_UnlockDev", one)
		c.want(ok, "SKF_LockDev", two, 20)
		c.want(ok, "SKF_DisConnectDev", two)
		c.want(ok, "SKF_LockDev", one, 20)
	})
}

// TestDevAuth: the challenge under the device key, also where applications need it.
func TestDevAuth(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, _ string) {
		t := c.TB.(*testing.T)
		t.Setenv("CERTDESK_SKF_DEVAUTH", "1")
		dev := c.connect()
		create := []any{dev, "CERTDESK", adminPIN, 3, userPIN, 3, 0xFF, number(0)}
		c.want(notLoggedIn, "SKF_CreateApplication", create...)
		answer := func(key string) []byte {
			challenge, out := make([]byte, 16), make([]byte, 16)
			c.want(ok, "SKF_GenRandom", dev, challenge, 8)
			block, err := sm4.NewCipher([]byte(key))
			must(t, err)
			block.Encrypt(out, challenge)
			return out
		}
		c.want(badData, "SKF_DevAuth", dev, answer("another key, no."), 16)
		c.want(ok, "SKF_DevAuth", dev, answer("1234567812345678"), 16)
		c.want(ok, "SKF_ChangeDevAuthKey", dev, []byte("the centre's key"), 16)
		c.want(badData, "SKF_DevAuth", dev, answer("1234567812345678"), 16)
		c.want(ok, "SKF_DevAuth", dev, answer("the centre's key"), 16)
		c.want(ok, "SKF_CreateApplication", create...)
		c.want(ok, "SKF_DeleteApplication", dev, "CERTDESK")
	})
}

// TestEvents waits for a token in and out, and is woken.
func TestEvents(t *testing.T) {
	inBoth(t, func(c *client, d *skftest.Drawer, serial string) {
		wait := func() (string, int, uint32) {
			name, size, event := make([]byte, 64), number(64), number(0)
			rv := c.call("SKF_WaitForDevEvent", name, size, event)
			text, _, _ := strings.Cut(string(name), "\x00")
			return text, c.value(event), rv
		}
		name := c.names("SKF_EnumDev", 1)[0]
		later(t, func() error { return d.Remove(serial) })
		if got, event, rv := wait(); got != name || event != 2 || rv != ok {
			c.Fatalf("%q %d %08X", got, event, rv)
		}
		must(t, d.Insert(serial))
		if got, event, rv := wait(); got == name || event != 1 || rv != ok {
			c.Fatalf("%q %d %08X", got, event, rv)
		}
		later(t, func() error { c.call("SKF_CancelWaitForDevEvent"); return nil })
		if _, _, rv := wait(); rv != 0x0A000022 {
			c.Fatalf("cancelled: %08X", rv)
		}
	})
}

// later does something shortly.
func later(t *testing.T, act func() error) {
	done := make(chan error, 1)
	go func() {
		time.Sleep(100 * time.Millisecond)
		done <- act()
	}()
	t.Cleanup(func() { must(t, <-done) })
}

// TestStrangeArguments: NULL, absurd sizes, foreign handles and long names are refused, and the library lives on.
func TestStrangeArguments(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, serial string) {
		dev, app := c.made()
		box, _ := c.keyed(app, "box")
		null := []byte(nil)
		junk := make([]byte, 4096)
		_, _ = rand.Read(junk)
		for _, h := range []uintptr{0, 1, 0xDEADBEEF, ^uintptr(0), dev + 1, app} {
			c.want(invalidHandle, "SKF_GetDevInfo", h, make([]byte, 400))
			c.want(invalidHandle, "SKF_ECCSignData", h, make([]byte, 32), 32, make([]byte, 128))
		}
		c.want(invalidParam, "SKF_EnumDev", 1, null, null)
		c.want(invalidParam, "SKF_ConnectDev", null, number(0))
		c.want(invalidParam, "SKF_ConnectDev", "x", null)
		c.want(invalidParam, "SKF_GetDevInfo", dev, null)
		c.want(invalidParam, "SKF_VerifyPIN", app, 1, null, number(0))
		c.want(pinLength, "SKF_VerifyPIN", app, 1, strings.Repeat("1", 5000), number(0))
		c.want(invalidParam, "SKF_GenRandom", dev, junk, 1<<30)
		c.want(badLength, "SKF_ImportCertificate", box, 1, junk, 0x7FFFFFFF)
		c.want(badLength, "SKF_ECCSignData", box, null, 32, make([]byte, 128))
		c.want(invalidParam, "SKF_ImportECCKeyPair", box, null)
		if rv := c.call("SKF_ImportECCKeyPair", box, junk); rv != badLength && rv != badData {
			c.Fatalf("junk as an envelope: %08X", rv)
		}
		c.want(invalidParam, "SKF_ECCVerify", dev, null, junk, 32, junk)
		c.want(badData, "SKF_ECCVerify", dev, junk, junk, 32, junk)
		c.devInfo(dev, serial, "CERTDESK")
		t := c.TB.(*testing.T)
		t.Setenv("CERTDESK_UKEYS", "")
		c.want(notInitialised, "SKF_EnumDev", 1, null, number(0))
	})
}

// TestSide: what a test writes beside a token is what the device says.
func TestSide(t *testing.T) {
	inBoth(t, func(c *client, d *skftest.Drawer, serial string) {
		dev, app := c.made()
		d.SetSide(t, serial, skftest.Side{Serial: "TWIN", Label: strings.Repeat("标", 11), Protected: true})
		c.devInfo(dev, "TWIN", strings.Repeat("标", 11)[:32])
		c.want(0x0A000008, "SKF_CreateContainer", app, "box", number(0))
		c.want(0x0A000008, "SKF_SetLabel", dev, "x")
		c.left(ok, "SKF_VerifyPIN", app, 1, userPIN)
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestThreads: many threads of the host sign on one device, each over handles of its own.
func TestThreads(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, _ string) {
		_, app := c.made()
		_, spki := c.keyed(app, "box")
		name, digest := c.names("SKF_EnumDev", 1)[0], make([]byte, 32)
		blob := c.publicBlob(spki)
		var threads sync.WaitGroup
		for range 8 {
			threads.Go(func() {
				for range 25 {
					dev, sig := c.handle("SKF_ConnectDev", name), make([]byte, 128)
					own := c.handle("SKF_OpenApplication", dev, "CERTDESK")
					box := c.handle("SKF_OpenContainer", own, "box")
					signed := c.call("SKF_ECCSignData", box, digest, 32, sig)
					if held := c.call("SKF_ECCVerify", dev, blob, digest, 32, sig); signed != ok || held != ok {
						c.Errorf("signed %08X, verified %08X", signed, held)
					}
					c.call("SKF_DisConnectDev", dev)
				}
			})
		}
		threads.Wait()
	})
}
