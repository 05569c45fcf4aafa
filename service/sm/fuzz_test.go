package sm_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

// coded fails where a parser's error has no code of its own: such an error would reach a clerk as an internal fault.
func coded(t *testing.T, err error) {
	t.Helper()
	if err != nil && service.CodeOf(err) == service.Internal {
		t.Fatalf("uncoded: %v", err)
	}
}

// fixedKey is the private key 1: every fuzzing process must know the same one, or the seeds open in one of them only.
func fixedKey(t testing.TB) *sm.PrivateKey {
	t.Helper()
	der := unhex(t, "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"+
		"0000000000000000000000000000000000000000000000000000000000000001a144034200"+
		"0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"+
		"bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0")
	k, err := sm.ParsePrivateKey(der)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// fixedCA is a CA of that key.
func fixedCA(t testing.TB) *party {
	t.Helper()
	k := fixedKey(t)
	spec := caSpec(1, "示例根", 1)
	spec.SPKI = k.PublicKey()
	der, err := sm.CreateCertificate(rand.Reader, spec, nil, k)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sm.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &party{k, c}
}

func FuzzOpenEnvelope(f *testing.F) {
	recipient := fixedKey(f)
	der, err := sm.SealEnvelope(rand.Reader, recipient.PublicKey(), newKey(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Add(der[:len(der)/2])
	f.Fuzz(func(t *testing.T, in []byte) {
		k, err := sm.OpenEnvelope(recipient, in)
		coded(t, err)
		if err != nil {
			return
		}
		spki, err := sm.EnvelopePublicKey(in)
		if err != nil || !bytes.Equal(spki, k.PublicKey()) {
			t.Fatalf("opened, but the public key differs: %v", err)
		}
	})
}

func FuzzEnvelopePublicKey(f *testing.F) {
	der, err := sm.SealEnvelope(rand.Reader, newKey(f).PublicKey(), newKey(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Fuzz(func(t *testing.T, in []byte) {
		spki, err := sm.EnvelopePublicKey(in)
		coded(t, err)
		if err == nil && sm.CheckPublicKey(spki) != nil {
			t.Fatal("not a key")
		}
	})
}

func FuzzParseCertificate(f *testing.F) {
	root := fixedCA(f)
	leaf := issue(f, leafSpec(5), root)
	f.Add(root.cert.Raw)
	f.Add(leaf.cert.Raw)
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := sm.ParseCertificate(in)
		coded(t, err)
		if err != nil {
			return
		}
		if !bytes.Equal(c.Raw, in) {
			t.Fatal("not what was read")
		}
		coded(t, sm.VerifyChain(c, nil, root.cert, noon))
		coded(t, sm.VerifyIssued(c, root.cert))
	})
}

func FuzzParseCRL(f *testing.F) {
	ca := fixedCA(f)
	der, err := sm.CreateCRL(rand.Reader, crlSpec(ca), ca.cert, ca.key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Fuzz(func(t *testing.T, in []byte) {
		crl, err := sm.ParseCRL(in)
		coded(t, err)
		if err != nil {
			return
		}
		if sm.VerifyCRL(crl, ca.cert) == nil && (len(crl.Revoked) != 2 || crl.Number.Int64() != 7 || !crl.NextUpdate.After(noon)) {
			t.Fatal("a changed list holds")
		}
	})
}

func FuzzOpen(f *testing.F) {
	s, err := sm.NewSealer(bytes.NewReader(make([]byte, 12)), []byte(master), 2) // one nonce for all processes
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := s.Seal([]byte("plain"), "t", "1", "c")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, in []byte) {
		_, err := s.Open(in, "t", "1", "c")
		coded(t, err)
		if err == nil && !bytes.Equal(in, sealed) {
			t.Fatal("a forged value opens")
		}
	})
}

func FuzzParsePrivateKey(f *testing.F) {
	der, err := newKey(f).Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Fuzz(func(t *testing.T, in []byte) {
		k, err := sm.ParsePrivateKey(in)
		coded(t, err)
		if err == nil && sm.CheckPublicKey(k.PublicKey()) != nil {
			t.Fatal("not a key")
		}
	})
}
