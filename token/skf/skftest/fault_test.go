package skftest_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"certdesk/service/sm"
	"certdesk/token/skf/skftest"
)

// Environment of a child process.
const (
	childLibrary = "SKFTEST_LIBRARY"
	childUlong   = "SKFTEST_ULONG"
)

// TestAlone makes an application and a key. TestCrash and TestHang run it as a process of its own on a library with a fault.
func TestAlone(t *testing.T) {
	path := os.Getenv(childLibrary)
	if path == "" {
		d := skftest.New(t)
		d.Blank(t)
		alone(load(t, 64))
		return
	}
	ulong, err := strconv.Atoi(os.Getenv(childUlong))
	must(t, err)
	alone(loadPath(t, path, ulong))
}

func alone(c *client) {
	dev, app := c.made()
	c.devInfo(dev, c.serial(dev), "CERTDESK")
	c.keyed(app, "box")
}

func (c *client) serial(dev uintptr) string {
	b := make([]byte, 400)
	c.want(ok, "SKF_GetDevInfo", dev, b)
	return strings.TrimRight(string(b[162:194]), "\x00")
}

// child runs TestAlone on the present drawer.
func child(c *client, fault string) *exec.Cmd {
	ulong := 8 * c.word
	cmd := exec.Command(os.Args[0], "-test.run=^TestAlone$", "-test.count=1")
	cmd.Env = append(os.Environ(), "CERTDESK_FAULT="+fault, childLibrary+"="+skftest.Library(c, ulong), childUlong+"="+strconv.Itoa(ulong))
	return cmd
}

// TestCrash: the process dies of a memory fault, before or after the act, and another process goes on with the token.
func TestCrash(t *testing.T) {
	inBoth(t, func(c *client, _ *skftest.Drawer, _ string) {
		for _, fault := range []string{"crash:SKF_EnumDev", "crash:SKF_CreateApplication", "crash-after:SKF_CreateApplication"} {
			cmd := child(c, fault)
			said, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || !bytes.Contains(said, []byte("SIGSEGV")) {
				c.Fatalf("%s: %v\n%s", fault, err, said)
			}
			want := strings.HasPrefix(fault, "crash-after")
			dev := c.connect()
			if got := c.names("SKF_EnumApplication", dev); (got != nil) != want {
				c.Fatalf("%s left %q", fault, got)
			}
			c.want(ok, "SKF_DisConnectDev", dev)
		}
	})
}

// TestHang: the process stands still in the function; killed, it leaves the token to others.
func TestHang(t *testing.T) {
	inBoth(t, func(c *client, d *skftest.Drawer, serial string) {
		cmd := child(c, "hang-after:SKF_GenECCKeyPair")
		must(t, cmd.Start())
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		made := func() bool {
			file, err := os.ReadFile(filepath.Join(d.Dir, serial+".ukey"))
			return err == nil && bytes.Contains(file, []byte("signPub"))
		}
		for begin := time.Now(); !made(); time.Sleep(20 * time.Millisecond) {
			if time.Since(begin) > 30*time.Second {
				c.Fatal("the child makes no key")
			}
		}
		select {
		case err := <-done:
			c.Fatalf("the child ended: %v", err)
		case <-time.After(300 * time.Millisecond):
		}
		must(t, cmd.Process.Kill())
		<-done
		app := c.handle("SKF_OpenApplication", c.connect(), "CERTDESK")
		box := c.handle("SKF_OpenContainer", app, "box")
		c.sized("SKF_ExportPublicKey", box, 1)
	})
}

// TestLies: each lie is one that a careful caller can find out.
func TestLies(t *testing.T) {
	inBoth(t, func(c *client, d *skftest.Drawer, serial string) {
		dev, app := c.made()
		box, spki := c.keyed(app, "box")
		d.Fault(t, "lie:SKF_GetDevInfo")
		info := make([]byte, 400)
		c.want(ok, "SKF_GetDevInfo", dev, info)
		if utf8.Valid(info[130:162]) {
			c.Fatal("the label is good")
		}
		c.devInfo(dev, serial, "CERTDESK")
		c.want(ok, "SKF_ImportCertificate", box, 1, spki, len(spki))
		for name, args := range map[string][]any{"SKF_EnumDev": {1}, "SKF_ExportCertificate": {box, 1}, "SKF_EnumContainer": {app}} {
			d.Fault(t, "lie:"+name)
			b, size := append(make([]byte, 8), "guarding"...), number(8)
			c.want(ok, name, append(args, b, size)...)
			if c.value(size) <= 8 || string(b[8:]) != "guarding" {
				c.Fatalf("%s: size %d, behind the buffer %q", name, c.value(size), b[8:])
			}
		}
		pub := make([]byte, c.word+128)
		for name, args := range map[string][]any{"SKF_ExportPublicKey": {box, 1, pub, number(uint64(len(pub)))}, "SKF_GenECCKeyPair": {box, 0x20100, pub}} {
			d.Fault(t, "lie:"+name)
			c.want(ok, name, args...)
			if _, err := c.spki(pub); err == nil || bytes.Count(pub, []byte{0}) > 100 {
				c.Fatalf("%s: %x, %v", name, pub, err)
			}
		}
		d.Fault(t, "lie:SKF_DeleteContainer")
		c.want(ok, "SKF_DeleteContainer", app, "box")
		if got := c.names("SKF_EnumContainer", app); len(got) != 1 {
			c.Fatal("the container went")
		}
	})
}

// TestStrikes: when a fault strikes, and what the act makes of it.
func TestStrikes(t *testing.T) {
	inBoth(t, func(c *client, d *skftest.Drawer, serial string) {
		t := c.TB.(*testing.T)
		dev, app := c.made()
		box, spki := c.keyed(app, "box")
		digest, err := sm.Digest(spki, []byte("m"))
		must(t, err)
		sign := func(code uint32) {
			c.Helper()
			c.want(code, "SKF_ECCSignData", box, digest, 32, make([]byte, 128))
		}
		t.Setenv("CERTDESK_FAULT", "slow:SKF_VerifyPIN,fail:SKF_ECCSignData")
		sign(fail)
		sign(fail)
		t.Setenv("CERTDESK_FAULT", "fail:SKF_ECCSignData:2")
		sign(ok)
		sign(fail)
		sign(ok)
		t.Setenv("CERTDESK_FAULT", "nonsense,fail:,:x,fail:SKF_ECCSignData:0,fail:a:b:c")
		sign(ok)
		d.Fault(t, "fail:*:2")
		sign(ok)
		sign(fail)
		sign(ok)
		d.Fault(t, "fail-after:SKF_SetLabel")
		c.want(fail, "SKF_SetLabel", dev, "written all the same")
		c.devInfo(dev, serial, "written all the same")
		d.Fault(t, "slow:SKF_ECCSignData")
		begin := time.Now()
		sign(ok)
		if took := time.Since(begin); took < 250*time.Millisecond {
			c.Fatalf("slow took %v", took)
		}
		c.pulls(d, app, serial)
	})
}

// pulls: of a pull before the act nothing stays, of one after it all.
func (c *client) pulls(d *skftest.Drawer, app uintptr, serial string) {
	c.Helper()
	for i, fault := range []string{"pull", "pull-after"} {
		d.Fault(c, fault+":SKF_CreateContainer")
		c.want(removed, "SKF_CreateContainer", app, fault, number(0))
		c.want(removed, "SKF_EnumContainer", app, []byte(nil), number(0))
		must(c, d.Insert(serial))
		dev := c.connect()
		app = c.handle("SKF_OpenApplication", dev, "CERTDESK")
		if got := c.names("SKF_EnumContainer", app); len(got) != i+1 {
			c.Fatalf("%s leaves %q", fault, got)
		}
		c.left(ok, "SKF_VerifyPIN", app, 1, userPIN)
	}
}
