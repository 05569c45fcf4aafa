package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"sync"
	"testing"

	"certdesk/service/sm"
)

var errCrash = errors.New("crash")

// withTokens is a library over a folder with n blank tokens, without C.
func withTokens(t testing.TB, n int) *library {
	t.Helper()
	s := settings{dir: t.TempDir(), kdf: "light", labelMax: 32}
	l := newLibrary(layout{word: 8, padded: true}, func() settings { return s }, func() { panic(errCrash) })
	d, rv := l.drawer()
	wants(t, rv)
	for range n {
		serial, err := d.soft.NewSerial()
		for _, act := range []func(string) error{d.soft.Create, d.soft.Insert} {
			if err == nil {
				err = act(serial)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func wants(t testing.TB, rv sar) {
	t.Helper()
	if rv != sarOK {
		t.Fatalf("%08X", uint32(rv))
	}
}

// ports names the devices that are in.
func (l *library) ports(t testing.TB) []string {
	t.Helper()
	list, rv := l.enumDev()
	wants(t, rv)
	var names []string
	for _, n := range bytes.Split(bytes.TrimRight(list, "\x00"), []byte{0}) {
		names = append(names, string(n))
	}
	return names
}

// TestThreads: eight threads on two tokens, each with handles of its own; the detector of races watches, and no handle is left.
func TestThreads(t *testing.T) {
	l := withTokens(t, 2)
	for _, name := range l.ports(t) {
		dev, rv := l.connect(name)
		wants(t, rv)
		app, rv := l.createApp(dev, newApp{"CERTDESK", []byte("so-13579"), []byte("246813"), 5, 5})
		wants(t, rv)
		_, rv = l.verifyPIN(app, userType, []byte("246813"))
		wants(t, rv)
		box, rv := l.createContainer(app, "box")
		wants(t, rv)
		_, rv = l.genKey(box, algSM2Sign)
		wants(t, rv)
		defer func() { wants(t, l.disconnect(dev)) }()
	}
	before := len(l.nodes)
	var threads sync.WaitGroup
	for i := range 8 {
		threads.Go(func() { l.work(t, l.ports(t)[i%2]) })
	}
	threads.Wait()
	if len(l.nodes) != before {
		t.Fatalf("%d handles became %d", before, len(l.nodes))
	}
}

func (l *library) work(t *testing.T, port string) {
	for range 20 {
		dev, rv := l.connect(port)
		app, rv2 := l.openApp(dev, "CERTDESK")
		box, rv3 := l.openContainer(app, "box")
		_, rv4 := l.sign(box, make([]byte, 32))
		_, rv5 := l.devInfo(dev, false)
		if bad := max(rv, rv2, rv3, rv4, rv5, l.disconnect(dev)); bad != sarOK {
			t.Errorf("%08X", uint32(bad))
		}
	}
}

// TestPanic: what goes wrong in here never reaches C.
func TestPanic(t *testing.T) {
	l := withTokens(t, 1)
	l.env = func() settings { return settings{fault: "crash:SKF_GetDevInfo"} }
	if rv := l.call("SKF_GetDevInfo", 0, func() sar { return sarOK }, nil); rv != sarFail {
		t.Fatalf("%08X", uint32(rv))
	}
	if rv := l.call("SKF_SetLabel", 0, func() sar { panic("x") }, nil); rv != sarFail {
		t.Fatalf("%08X", uint32(rv))
	}
}

// TestOtherSoftware: a token that the soft driver initialised has the default application, and its keys.
func TestOtherSoftware(t *testing.T) {
	l := withTokens(t, 1)
	d, rv := l.drawer()
	wants(t, rv)
	list, err := d.soft.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := newApp{admin: []byte("so-13579"), user: []byte("246813"), adminTries: 5, userTries: 5}
	wants(t, d.initialise(list[0].Serial, "job", a))
	dev, rv := l.connect(l.ports(t)[0])
	wants(t, rv)
	names, rv := l.apps(dev)
	wants(t, rv)
	info, rv := l.devInfo(dev, false)
	wants(t, rv)
	if len(names) != 1 || names[0] != defaultApp || string(info[130:134]) != "job\x00" || len(info) != 328 {
		t.Fatalf("applications %q, label %q", names, info[130:162])
	}
}

// FuzzFault: any text is a fault or none.
func FuzzFault(f *testing.F) {
	for _, s := range []string{"crash:SKF_GenECCKeyPair", "pull-after:*:3", "lie:x:0", "::", "a:b:c:d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if e, ok := parseFault(s); ok && (e.kind == "" || e.function == "" || e.nth < 0) {
			t.Fatalf("%q is %+v", s, e)
		}
	})
}

// FuzzEnvelope: a blob gives DER of an envelope or an error, in both layouts; what is read is in it.
func FuzzEnvelope(f *testing.F) {
	l := layout{word: 4}
	base, err := hex.DecodeString("32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7" +
		"BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0") // G of GB/T 32918.5
	if err != nil {
		f.Fatal(err)
	}
	pub := append(append(l.put(nil, 256), right(base[:32])...), right(base[32:])...)
	good := append(l.put(l.put(l.put(nil, 1), algSM4ECB), 256), make([]byte, 64)...)
	good = append(append(good, pub...), pub[4:]...)
	good = append(l.put(append(good, make([]byte, 32)...), 16), make([]byte, 16)...)
	if _, err := l.envelopeDER(good); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, blob []byte) {
		for _, l := range []layout{{word: 4}, {word: 8, padded: true}} {
			if len(blob) < l.envelopeHead()+sessionKeySize {
				continue
			}
			der, err := l.envelopeDER(blob)
			if err != nil {
				continue
			}
			if spki, err := sm.EnvelopePublicKey(der); err == nil {
				if _, err := l.publicBlob(spki); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// FuzzSide: a spoilt file beside a token is an empty one, and what is not there has a value.
func FuzzSide(f *testing.F) {
	f.Add([]byte(`{"app":"X","empty":["a"],"authKey":"AAAA","serial":"S"}`))
	f.Add([]byte(`{"empty":[null],"label":3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s := parseSide(data); s.app() == "" || len(s.authKey()) != 16 {
			t.Fatalf("%+v", s)
		}
	})
}
