package sm_test

import (
	"crypto/rand"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

// TestDigestIsWhatSignHashes: a signature over the digest is one over the message, and the other way round.
func TestDigestIsWhatSignHashes(t *testing.T) {
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("待签名数据")
	e, err := sm.Digest(key.PublicKey(), message)
	if err != nil {
		t.Fatal(err)
	}
	overDigest, err := key.SignDigest(rand.Reader, e)
	if err != nil {
		t.Fatal(err)
	}
	overMessage, err := key.Sign(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	if err := sm.Verify(key.PublicKey(), message, overDigest); err != nil {
		t.Error(err)
	}
	if err := sm.VerifyDigest(key.PublicKey(), e, overMessage); err != nil {
		t.Error(err)
	}
	e[0] ^= 1
	if err := sm.VerifyDigest(key.PublicKey(), e, overMessage); !service.IsCode(err, service.SignatureBad) {
		t.Errorf("changed digest: %v", err)
	}
}

func TestDigestRefuses(t *testing.T) {
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 31, 33} {
		if _, err := key.SignDigest(rand.Reader, make([]byte, n)); !service.IsCode(err, service.CryptoBad) {
			t.Errorf("%d bytes signed: %v", n, err)
		}
		if err := sm.VerifyDigest(key.PublicKey(), make([]byte, n), nil); !service.IsCode(err, service.SignatureBad) {
			t.Errorf("%d bytes verified: %v", n, err)
		}
	}
	if _, err := sm.Digest([]byte{0x30, 0}, []byte("m")); !service.IsCode(err, service.CryptoBad) {
		t.Errorf("no key: %v", err)
	}
	key.Wipe()
	if _, err := key.SignDigest(rand.Reader, make([]byte, 32)); !service.IsCode(err, service.CryptoBad) {
		t.Errorf("wiped key signed: %v", err)
	}
}
