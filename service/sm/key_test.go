package sm_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The example of GM/T 0003.5-2012.
const (
	exampleX = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
	exampleY = "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
	exampleR = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
	exampleS = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)

func TestVerifyStandardExample(t *testing.T) {
	spki, err := sm.FromPoint(unhex(t, "04"+exampleX+exampleY))
	if err != nil {
		t.Fatal(err)
	}
	r, s := new(big.Int).SetBytes(unhex(t, exampleR)), new(big.Int).SetBytes(unhex(t, exampleS))
	sig, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		t.Fatal(err)
	}
	if err := sm.Verify(spki, []byte("message digest"), sig); err != nil {
		t.Fatal(err)
	}
	wantCode(t, sm.Verify(spki, []byte("message digesu"), sig), service.SignatureBad)
}

func TestSignVerify(t *testing.T) {
	k, message := newKey(t), []byte("受理单 2026-0001")
	sig, err := k.Sign(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	if err := sm.Verify(k.PublicKey(), message, sig); err != nil {
		t.Fatal(err)
	}
	flipped(sig, func(at int, changed []byte) {
		if sm.Verify(k.PublicKey(), message, changed) == nil {
			t.Errorf("byte %d changed, still accepted", at)
		}
	})
	wantCode(t, sm.Verify(newKey(t).PublicKey(), message, sig), service.SignatureBad)
	wantCode(t, sm.Verify(k.PublicKey(), message, append(sig, 0)), service.SignatureBad)
	wantCode(t, sm.Verify(nil, message, sig), service.CryptoBad)
}

func TestEncryptDecrypt(t *testing.T) {
	k := newKey(t)
	for _, n := range []int{1, 2, 16, 32, 4096} {
		plain := bytes.Repeat([]byte{0xA5}, n)
		c, err := sm.Encrypt(rand.Reader, k.PublicKey(), plain)
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.Decrypt(c)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes: %x, %v", n, got, err)
		}
		_, err = newKey(t).Decrypt(c)
		wantCode(t, err, service.CryptoBad)
	}
	_, err := sm.Encrypt(rand.Reader, k.PublicKey(), nil)
	wantCode(t, err, service.CryptoBad)
}

// One byte in 256 meets an all-zero key stream, after which the library alone makes a ciphertext that never opens.
func TestEncryptOneByteAlwaysOpens(t *testing.T) {
	k := newKey(t)
	for i := range 1500 {
		c, err := sm.Encrypt(rand.Reader, k.PublicKey(), []byte{7})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Decrypt(c); err != nil {
			t.Fatalf("ciphertext %d: %v", i, err)
		}
	}
}

func TestDecryptTampered(t *testing.T) {
	k := newKey(t)
	c, err := sm.Encrypt(rand.Reader, k.PublicKey(), []byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	flipped(c, func(at int, changed []byte) {
		if got, err := k.Decrypt(changed); err == nil || got != nil {
			t.Errorf("byte %d changed: %x, %v", at, got, err)
		}
	})
}

func TestOffCurveRefused(t *testing.T) {
	k := newKey(t)
	point, err := sm.Point(k.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		x, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 255))
		off := bytes.Clone(point)
		x.FillBytes(off[1:33])
		if _, err := sm.FromPoint(off); err == nil {
			t.Fatalf("point %d taken", i)
		}
		y := new(big.Int).SetBytes(off[33:])
		c, err := asn1.Marshal(struct {
			X, Y       *big.Int
			Hash, Text []byte
		}{x, y, make([]byte, 32), make([]byte, 16)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Decrypt(c)
		wantCode(t, err, service.CryptoBad)
		spki := bytes.Replace(k.PublicKey(), point, off, 1)
		wantCode(t, sm.CheckPublicKey(spki), service.CryptoBad)
	}
}

func TestPrivateKeyRoundTrip(t *testing.T) {
	k := newKey(t)
	der, err := k.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	back, err := sm.ParsePrivateKey(der)
	if err != nil || !bytes.Equal(back.PublicKey(), k.PublicKey()) {
		t.Fatalf("%v", err)
	}
	for n := range der {
		if _, err := sm.ParsePrivateKey(der[:n]); err == nil {
			t.Errorf("%d of %d bytes taken", n, len(der))
		}
	}
}

func TestOtherCurvesRefused(t *testing.T) {
	p, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKCS8PrivateKey(p)
	_, err = sm.ParsePrivateKey(der)
	wantCode(t, err, service.CryptoBad)
	spki, _ := x509.MarshalPKIXPublicKey(&p.PublicKey)
	wantCode(t, sm.CheckPublicKey(spki), service.CryptoBad)
	_, err = sm.Encrypt(rand.Reader, spki, []byte("x"))
	wantCode(t, err, service.CryptoBad)
}

func TestWipedKeyDoesNothing(t *testing.T) {
	k := newKey(t)
	spki := k.PublicKey()
	k.Wipe()
	k.Wipe()
	_, e1 := k.Sign(rand.Reader, []byte("x"))
	_, e2 := k.Decrypt([]byte("x"))
	_, e3 := k.Marshal()
	_, e4 := sm.SealEnvelope(rand.Reader, spki, k)
	_, e5 := sm.OpenEnvelope(k, []byte("x"))
	for _, err := range []error{e1, e2, e3, e4, e5} {
		wantCode(t, err, service.CryptoBad)
	}
	if !bytes.Equal(spki, k.PublicKey()) {
		t.Error("the public key is gone")
	}
}
