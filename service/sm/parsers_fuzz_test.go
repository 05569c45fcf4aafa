package sm_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"certdesk/service/sm"
)

// FuzzPublicKey: what passes as a key has a point, which gives a key again, and can be encrypted to.
func FuzzPublicKey(f *testing.F) {
	k := fixedKey(f)
	f.Add(k.PublicKey())
	point, err := sm.Point(k.PublicKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(point)
	f.Fuzz(func(t *testing.T, in []byte) {
		if spki, err := sm.FromPoint(in); err != nil {
			coded(t, err)
		} else if back, err := sm.Point(spki); err != nil || !bytes.Equal(back, in) {
			t.Fatalf("point %x reads back as %x, %v", in, back, err)
		}
		err := sm.CheckPublicKey(in)
		coded(t, err)
		coded(t, sm.Verify(in, []byte("m"), []byte{0x30, 0}))
		if err != nil {
			return
		}
		if _, err := sm.Point(in); err != nil {
			t.Fatal(err)
		}
		if _, err := sm.Encrypt(rand.Reader, in, []byte("0123456789abcdef")); err != nil {
			t.Fatal(err)
		}
		if _, err := sm.SealEnvelope(rand.Reader, in, k); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzDecrypt: a ciphertext opens only where its SM3 part holds, and never panics.
func FuzzDecrypt(f *testing.F) {
	k := fixedKey(f)
	for _, plain := range []string{"0123456789abcdef", "x", string(bytes.Repeat([]byte("long"), 100))} {
		sealed, err := sm.Encrypt(rand.Reader, k.PublicKey(), []byte(plain))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(sealed)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		plain, err := k.Decrypt(in)
		coded(t, err)
		if err != nil && plain != nil {
			t.Fatal("plaintext beside an error")
		}
	})
}

// FuzzVerify: a signature that holds holds for its message only.
func FuzzVerify(f *testing.F) {
	k := fixedKey(f)
	sig, err := k.Sign(rand.Reader, []byte("message"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("message"), sig)
	f.Add([]byte("message"), []byte{0x30, 6, 2, 1, 0, 2, 1, 0})
	f.Fuzz(func(t *testing.T, message, signature []byte) {
		err := sm.Verify(k.PublicKey(), message, signature)
		coded(t, err)
		if err == nil && sm.Verify(k.PublicKey(), append(bytes.Clone(message), 1), signature) == nil {
			t.Fatal("one signature for two messages")
		}
	})
}

// FuzzParseSubject: a name of the usual attributes that is read can be written and reads back the same.
func FuzzParseSubject(f *testing.F) {
	der, err := sm.Subject{C: "CN", ST: "湖南省", L: "长沙市", O: "某公司", OU: "财务部", CN: "李娜𠮷", Serial: "1"}.DER()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, in []byte) {
		_ = sm.NameText(in)
		s, err := sm.ParseSubject(in)
		coded(t, err)
		if err != nil {
			return
		}
		again, err := s.DER()
		coded(t, err)
		if err != nil {
			return // a character that a PrintableString or UTF-8 does not have
		}
		if back, err := sm.ParseSubject(again); err != nil || back != s {
			t.Fatalf("%+v reads back as %+v, %v", s, back, err)
		}
	})
}

// FuzzParseSerial: a serial number that is read is written in one way.
func FuzzParseSerial(f *testing.F) {
	f.Add("01:AB cd")
	f.Add("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := sm.ParseSerial(text)
		coded(t, err)
		if err != nil {
			return
		}
		if back, err := sm.ParseSerial(sm.SerialText(n)); err != nil || back.Cmp(n) != 0 {
			t.Fatalf("%s: %v", n, err)
		}
	})
}

// FuzzDecodePEM: every certificate found is found again.
func FuzzDecodePEM(f *testing.F) {
	f.Add(sm.EncodePEM([]byte{0x30, 0}, []byte{0x30, 3, 2, 1, 1}))
	f.Add(sm.EncodePEMType("X509 CRL", []byte{0x30, 0}))
	f.Fuzz(func(t *testing.T, text string) {
		ders := sm.DecodePEM(text)
		again := sm.DecodePEM(sm.EncodePEM(ders...))
		if len(again) != len(ders) {
			t.Fatalf("%d, then %d", len(ders), len(again))
		}
		for i := range ders {
			if !bytes.Equal(ders[i], again[i]) {
				t.Fatal("changed")
			}
		}
	})
}
