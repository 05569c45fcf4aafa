package sm_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"math/big"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

func spkiOf(t testing.TB, pub any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func ecKey(t testing.TB, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// roca makes a modulus as the faulty generator did: modulo every one of its primes a power of 65537.
func roca(bits int) *big.Int {
	m, n := big.NewInt(1), new(big.Int)
	for _, p := range []int64{3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
		113, 127, 131, 137, 139, 149, 151, 157, 163, 167} {
		m.Mul(m, big.NewInt(p))
	}
	n.Exp(big.NewInt(65537), big.NewInt(1234577), m)
	k := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	k.Div(k, m).Add(k, big.NewInt(1))
	n.Add(n, k.Mul(k, m))
	for p := int64(2); p < 752; p++ { // off the other check's path
		if new(big.Int).Mod(n, big.NewInt(p)).Sign() == 0 {
			n.Add(n, new(big.Int).Lsh(m, 1))
			p = 1
		}
	}
	return n
}

func TestKeyAlgorithm(t *testing.T) {
	p256, r := ecKey(t, elliptic.P256()), rsaKey(t, 2048)
	good := spkiOf(t, &p256.PublicKey)
	off := bytes.Clone(good)
	off[len(off)-1] ^= 1
	twin := append([]byte{0x30, 0x80}, good[2:]...) // indefinite length
	//lint:ignore SA1019 no other way leads to this key
	one := &ecdsa.PublicKey{Curve: elliptic.P256(), X: elliptic.P256().Params().Gx, Y: elliptic.P256().Params().Gy}
	//lint:ignore SA1019 as above
	minus := &ecdsa.PublicKey{Curve: elliptic.P256(), X: one.X, Y: new(big.Int).Sub(elliptic.P256().Params().P, one.Y)}
	with := func(e int) []byte { return spkiOf(t, &rsa.PublicKey{N: r.N, E: e}) }
	even := new(big.Int).Sub(r.N, big.NewInt(1))
	third := new(big.Int).Mul(big.NewInt(3), new(big.Int).Rsh(r.N, 2))
	third.SetBit(third, 2047, 1)
	third.Sub(third, new(big.Int).Mod(third, big.NewInt(3)))
	if third.Bit(0) == 0 {
		third.Add(third, big.NewInt(3))
	}
	for name, c := range map[string]struct {
		spki []byte
		want service.KeyAlg
	}{
		"SM2": {newKey(t).PublicKey(), service.AlgSM2}, "P-256": {good, service.AlgP256}, "RSA-2048": {with(65537), service.AlgRSA},
		"RSA-3072":  {spkiOf(t, &rsaKey(t, 3072).PublicKey), service.AlgRSA3072},
		"RSA-1024":  {spkiOf(t, &rsaKey(t, 1024).PublicKey), ""},
		"RSA-2047":  {spkiOf(t, &rsa.PublicKey{N: new(big.Int).Rsh(r.N, 1), E: 65537}), ""},
		"e 3":       {with(3), ""},
		"e 65536":   {with(65536), ""},
		"e even":    {with(65538), ""},
		"even":      {spkiOf(t, &rsa.PublicKey{N: even, E: 65537}), ""},
		"small":     {spkiOf(t, &rsa.PublicKey{N: third, E: 65537}), ""},
		"ROCA":      {spkiOf(t, &rsa.PublicKey{N: roca(2048), E: 65537}), ""},
		"P-384":     {spkiOf(t, &ecKey(t, elliptic.P384()).PublicKey), ""},
		"P-224":     {spkiOf(t, &ecKey(t, elliptic.P224()).PublicKey), ""},
		"off curve": {off, ""}, "generator": {spkiOf(t, one), ""}, "its inverse": {spkiOf(t, minus), ""},
		"twin": {twin, ""}, "more behind": {append(bytes.Clone(good), 0), ""}, "empty": {nil, ""}, "junk": {[]byte("key"), ""},
	} {
		alg, err := sm.KeyAlgorithm(c.spki)
		if alg != c.want || (err == nil) != (c.want != "") || err != nil && !service.IsCode(err, service.CryptoBad) {
			t.Errorf("%s: %q, %v", name, alg, err)
		}
	}
}

func TestVerifyMessage(t *testing.T) {
	p, r, s := ecKey(t, elliptic.P256()), rsaKey(t, 2048), newKey(t)
	message := []byte("what the token signs")
	sum := sha256.Sum256(message)
	ec, err := ecdsa.SignASN1(rand.Reader, p, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := rsa.SignPKCS1v15(rand.Reader, r, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	pss, err := rsa.SignPSS(rand.Reader, r, crypto.SHA256, sum[:], nil)
	if err != nil {
		t.Fatal(err)
	}
	sm2, err := s.Sign(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	ecs, rs := spkiOf(t, &p.PublicKey), spkiOf(t, &r.PublicKey)
	for name, c := range map[string]struct {
		spki, sig []byte
		good      bool
	}{
		"P-256": {ecs, ec, true}, "RSA": {rs, pkcs, true}, "SM2": {s.PublicKey(), sm2, true},
		"PSS": {rs, pss, false}, "SM2 under P-256": {ecs, sm2, false}, "P-256 under SM2": {s.PublicKey(), ec, false}, "RSA under P-256": {ecs, pkcs, false},
		"cut": {rs, pkcs[:255], false}, "none": {ecs, nil, false},
	} {
		err := sm.VerifyMessage(c.spki, message, c.sig)
		if (err == nil) != c.good || err != nil && !service.IsCode(err, service.SignatureBad) {
			t.Errorf("%s: %v", name, err)
		}
		if c.good && sm.VerifyMessage(c.spki, []byte("another"), c.sig) == nil {
			t.Errorf("%s holds for another message", name)
		}
	}
	if err := sm.VerifyMessage([]byte("key"), message, ec); !service.IsCode(err, service.CryptoBad) {
		t.Error(err)
	}
}

// FuzzKeyAlgorithm: a key that is taken is written in one way only.
func FuzzKeyAlgorithm(f *testing.F) {
	f.Add(spkiOf(f, &ecKey(f, elliptic.P256()).PublicKey))
	f.Add(spkiOf(f, &rsaKey(f, 2048).PublicKey))
	f.Fuzz(func(t *testing.T, spki []byte) {
		alg, err := sm.KeyAlgorithm(spki)
		if err != nil {
			if !service.IsCode(err, service.CryptoBad) {
				t.Fatal(err)
			}
			return
		}
		if alg.Family() == "" {
			t.Fatalf("%q has no family", alg)
		}
		if alg.Single() {
			key, err := x509.ParsePKIXPublicKey(spki)
			if err != nil || !bytes.Equal(spkiOf(t, key), spki) {
				t.Fatal("another encoding")
			}
		}
	})
}
