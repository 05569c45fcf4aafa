//go:build cgo

package p11

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/profile"
)

func TestState(t *testing.T) {
	const low, final, locked, change = pkcs11.CKF_USER_PIN_COUNT_LOW, pkcs11.CKF_USER_PIN_FINAL_TRY, pkcs11.CKF_USER_PIN_LOCKED, pkcs11.CKF_USER_PIN_TO_BE_CHANGED
	for _, c := range []struct {
		flags    uint
		counters bool
		tries    int
		want     service.PINState
	}{
		{0, false, 10, service.PINState{Max: 10, Set: true}},
		{low, false, 10, service.PINState{Max: 10, Set: true}},
		{0, true, 10, service.PINState{Max: 10, Left: 10, Known: true, Set: true}},
		{low, true, 10, service.PINState{Max: 10, Set: true}},
		{low, true, 3, service.PINState{Max: 3, Left: 2, Known: true, Set: true}},
		{low | final, true, 10, service.PINState{Max: 10, Left: 1, Known: true, Set: true}},
		{low | final | locked, true, 10, service.PINState{Max: 10, Known: true, Locked: true, Set: true}},
		{locked, false, 0, service.PINState{Known: true, Locked: true, Set: true}},
		{0, true, 0, service.PINState{Set: true}},
		{change, false, 0, service.PINState{Default: true, Set: true}},
		{pkcs11.CKF_SO_PIN_LOCKED, true, 5, service.PINState{Max: 5, Left: 5, Known: true, Set: true}},
	} {
		if got := state(c.flags, userRole(), profile.PKCS11{Counters: c.counters}, c.tries); got != c.want {
			t.Errorf("flags %#x, %d tries: %+v, want %+v", c.flags, c.tries, got, c.want)
		}
	}
}

func TestSerialOf(t *testing.T) {
	for want, info := range map[string]pkcs11.TokenInfo{
		"A1":             {SerialNumber: "A1", Label: "x", Flags: pkcs11.CKF_TOKEN_INITIALIZED},
		"LABEL-job":      {SerialNumber: "\x00\x00", Label: "job", Flags: pkcs11.CKF_TOKEN_INITIALIZED},
		"SLOT-1f":        {SerialNumber: "  ", Label: "factory"},
		"%01%D5%C5 x%7F": {SerialNumber: "\x01\xd5\xc5 x\x7f"},
	} {
		if got := serialOf(0x1f, info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRule(t *testing.T) {
	for _, c := range []struct {
		min, max uint
		p        profile.PINs
		want     service.PINRule
	}{
		{4, 255, profile.PINs{}, service.PINRule{Min: 4, Max: 255}},
		{4, 16, profile.PINs{Min: 6, Max: 8, DigitsOnly: true}, service.PINRule{Min: 6, Max: 8, DigitsOnly: true}},
		{0, 0, profile.PINs{}, service.PINRule{Min: 6, Max: 16}},
		{9, 8, profile.PINs{}, service.PINRule{Min: 6, Max: 16}},
		{0, 8, profile.PINs{}, service.PINRule{Min: 1, Max: 8}},
		{^uint(0), ^uint(0), profile.PINs{}, service.PINRule{Min: 6, Max: 16}},
	} {
		d := &Driver{profile: profile.Profile{PIN: c.p}}
		if got := d.rule(pkcs11.TokenInfo{MinPinLen: c.min, MaxPinLen: c.max}); got != c.want {
			t.Errorf("%d to %d: %+v, want %+v", c.min, c.max, got, c.want)
		}
	}
}

func TestRoom(t *testing.T) {
	no := ^uint(0)
	for _, c := range []struct {
		info        pkcs11.TokenInfo
		total, free int64
	}{
		{pkcs11.TokenInfo{TotalPublicMemory: 100, FreePublicMemory: 40}, 100, 40},
		{pkcs11.TokenInfo{TotalPublicMemory: no, FreePublicMemory: no, TotalPrivateMemory: 9, FreePrivateMemory: 9}, 9, 9},
		{pkcs11.TokenInfo{TotalPublicMemory: no, FreePublicMemory: no, TotalPrivateMemory: 1<<32 - 1, FreePrivateMemory: 1<<32 - 1}, 0, -1},
		{pkcs11.TokenInfo{TotalPublicMemory: 5, FreePublicMemory: 6}, 0, -1},
		{pkcs11.TokenInfo{}, 0, -1},
	} {
		if total, free := room(c.info); total != c.total || free != c.free {
			t.Errorf("%+v: %d of %d", c.info, free, total)
		}
	}
}

func TestAlgs(t *testing.T) {
	soft, err := profile.Named("certdesk-soft")
	if err != nil {
		t.Fatal(err)
	}
	ec, rsa := []uint{pkcs11.CKM_EC_KEY_PAIR_GEN, pkcs11.CKM_ECDSA}, []uint{pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, pkcs11.CKM_RSA_PKCS}
	vendor := []uint{soft.P11.SM2.Generate, soft.P11.SM2.Sign}
	join := func(lists ...[]uint) (all []uint) {
		for _, l := range lists {
			all = append(all, l...)
		}
		return all
	}
	for _, c := range []struct {
		p     profile.Profile
		mechs []uint
		want  []service.KeyAlg
	}{
		{profile.Profile{}, nil, nil},
		{profile.Profile{}, join(rsa[:1], rsa[1:], ec, vendor), []service.KeyAlg{service.AlgP256, service.AlgRSA, service.AlgRSA3072}},
		{soft, join(rsa, ec, vendor), []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA}},
		{soft, join(rsa, ec, vendor[:1]), []service.KeyAlg{service.AlgP256, service.AlgRSA}},
	} {
		d := &Driver{profile: c.p}
		if got := d.algs(slices.Sorted(slices.Values(c.mechs))); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s, %x: %v, want %v", c.p.Name, c.mechs, got, c.want)
		}
	}
}

// TestPoint takes a public key in every form that makers choose.
func TestPoint(t *testing.T) {
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sm.Point(key.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	bits, err := asn1.Marshal(asn1.BitString{Bytes: raw, BitLength: len(raw) * 8})
	if err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string][]byte{"raw": raw, "octets": octets(raw, false), "bits": bits} {
		spki, err := public{kind: 0x80000004, point: form}.spki(0x80000004)
		if err != nil || !bytes.Equal(spki, key.PublicKey()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	off := bytes.Clone(raw)
	off[64] ^= 1
	if _, err := (public{kind: pkcs11.CKK_EC, params: paramsSM2(), point: off}).spki(0); err == nil {
		t.Error("a point off the curve is taken")
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := p256.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	want, err := x509.MarshalPKIXPublicKey(&p256.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := (public{kind: pkcs11.CKK_EC, params: paramsP256(), point: octets(point, false)}).spki(0x80000004); err != nil || !bytes.Equal(got, want) {
		t.Errorf("P-256: %v", err)
	}
}

// TestRawCipher: C1 ‖ C3 ‖ C2 of a ciphertext, put together again by hand, is the ciphertext.
func TestRawCipher(t *testing.T) {
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := sm.Encrypt(rand.Reader, key.PublicKey(), []byte("sixteen byte key"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := rawCipher(der)
	if err != nil || len(raw) != 65+32+16 || raw[0] != 4 {
		t.Fatalf("%x, %v", raw, err)
	}
	again, err := asn1.Marshal(struct {
		X, Y       *big.Int
		Hash, Text []byte
	}{new(big.Int).SetBytes(raw[1:33]), new(big.Int).SetBytes(raw[33:65]), raw[65:97], raw[97:]})
	if err != nil || !bytes.Equal(again, der) {
		t.Fatalf("%x, %v, want %x", again, err, der)
	}
}

func FuzzRawCipher(f *testing.F) {
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		if raw, err := rawCipher(der); err == nil && (len(raw) < 98 || len(raw) > len(der)+65) {
			t.Fatalf("%d bytes of %d", len(raw), len(der))
		}
	})
}

func FuzzSignature(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	f.Fuzz(func(t *testing.T, raw []byte) {
		der, err := derSignature(raw)
		if (err == nil) != (len(raw) == 64) {
			t.Fatalf("%d bytes: %v", len(raw), err)
		}
		if err == nil {
			if _, err := checkSignature(der); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = checkSignature(raw)
	})
}

func FuzzPublic(f *testing.F) {
	f.Add(uint(pkcs11.CKK_EC), paramsSM2(), make([]byte, 67), []byte{1, 0, 1})
	f.Add(uint(pkcs11.CKK_RSA), paramsP256(), make([]byte, 256), []byte{1, 0, 1})
	f.Fuzz(func(t *testing.T, kind uint, params, value, exponent []byte) {
		p := public{kind: kind, params: params, point: value, modulus: value, exponent: exponent}
		if spki, err := p.spki(0x80000004); err == nil && len(spki) == 0 {
			t.Fatal("neither key nor error")
		}
	})
}

// FuzzNamesOf: what stands beside a certificate is DER, whatever the certificate is.
func FuzzNamesOf(f *testing.F) {
	f.Add([]byte{0x30, 0x03, 0x30, 0x01, 0x02})
	f.Fuzz(func(t *testing.T, der []byte) {
		n := namesOf(der)
		for _, part := range [][]byte{n.subject, n.issuer, n.serial} {
			var v asn1.RawValue
			if len(part) == 0 {
				t.Fatal("empty")
			}
			if rest, err := asn1.Unmarshal(part, &v); err == nil && len(rest) > 0 {
				t.Fatalf("%x", part)
			}
		}
	})
}

// FuzzReadable: a container's name is text that can be shown, and every label that this driver gives is its own name.
func FuzzReadable(f *testing.F) {
	f.Add([]byte("张三"))
	f.Add([]byte("\xd5\xc5\x1b[31m"))
	f.Fuzz(func(t *testing.T, label []byte) {
		name := readable(label)
		if name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) || len(name) > 100 {
			t.Fatalf("%q of %q", name, label)
		}
	})
}
