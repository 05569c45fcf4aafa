package skf

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"certdesk/service/sm"
)

func FuzzNames(f *testing.F) {
	f.Add([]byte("one\x00two\x00\x00"))
	f.Add([]byte("\xb1\xea\x00\x00behind"))
	f.Add([]byte("no end"))
	f.Fuzz(func(t *testing.T, p []byte) {
		for _, name := range names(p) {
			if name == "" || strings.Contains(name, "\x00") {
				t.Fatalf("name %q", name)
			}
			safe(t, safeName(name))
		}
	})
}

func safe(t *testing.T, text string) {
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\r\n") {
		t.Fatalf("%q", text)
	}
}

func FuzzDevInfo(f *testing.F) {
	seed := bytes.Repeat([]byte{untouched}, devInfoBuffer)
	f.Add(seed, uint8(0))
	copy(seed[:294], make([]byte, 294))
	copy(seed[162:], "SERIAL")
	f.Add(seed, uint8(0))
	f.Fuzz(func(t *testing.T, p []byte, width uint8) {
		raw := bytes.Repeat([]byte{untouched}, devInfoBuffer)
		copy(raw, p)
		d, err := parseDevInfo(raw, guessLayout(raw, []int{0, 4, 8}[width%3]))
		if err != nil {
			return
		}
		if d.serial == "" {
			t.Fatal("no serial")
		}
		for _, text := range []string{d.serial, d.label, d.manufacturer, d.issuer} {
			safe(t, text)
		}
	})
}

func FuzzBlobs(f *testing.F) {
	f.Add(make([]byte, 132), uint8(0))
	f.Add(bytes.Repeat([]byte{1}, 136), uint8(1))
	f.Fuzz(func(t *testing.T, p []byte, which uint8) {
		l := layouts()[int(which)%len(layouts())]
		if spki, err := readPublicKey(p, l); err == nil && spki != nil && sm.CheckPublicKey(spki) != nil {
			t.Fatalf("key %x", spki)
		}
		if len(p) >= l.signature() {
			_, _ = readSignature(p)
		}
		_ = trimmed(p)
	})
}

func FuzzEnvelope(f *testing.F) {
	_, _, der := envelope(f)
	f.Add(der, uint8(0))
	f.Add([]byte{0x30, 0}, uint8(3))
	f.Fuzz(func(t *testing.T, der []byte, which uint8) {
		l := layouts()[int(which)%len(layouts())]
		if p, err := envelopeBlob(der, l); err == nil && len(p) != l.envelope(16) {
			t.Fatalf("%d bytes", len(p))
		}
		_, _ = cipherBlob(der, l)
	})
}

func FuzzLabel(f *testing.F) {
	f.Add("~ASNFZ4mrze8BI0VniavN7w")
	f.Add("~")
	f.Fuzz(func(t *testing.T, text string) {
		if long := longLabel(text); long != text && shortLabel(long) == "" {
			t.Fatalf("%q is %q", text, long)
		}
	})
}
