package sm_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

type envelope struct {
	Symmetric pkix.AlgorithmIdentifier
	Key       asn1.RawValue
	Public    asn1.BitString
	Private   asn1.BitString
}

func TestEnvelopeRoundTrip(t *testing.T) {
	sizes := map[int]int{}
	for range 64 {
		recipient, escrowed := newKey(t), newKey(t)
		der, err := sm.SealEnvelope(rand.Reader, recipient.PublicKey(), escrowed)
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(der)]++
		spki, err := sm.EnvelopePublicKey(der)
		if err != nil || !bytes.Equal(spki, escrowed.PublicKey()) {
			t.Fatalf("public key: %v", err)
		}
		back, err := sm.OpenEnvelope(recipient, der)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := escrowed.Marshal()
		if got, _ := back.Marshal(); !bytes.Equal(got, want) {
			t.Fatal("another key came out")
		}
	}
	// 242 bytes, and one more for each coordinate of C1 whose top bit is set: 243 for half of them.
	if sizes[243] < 12 || sizes[242]+sizes[243]+sizes[244] < 60 {
		t.Fatalf("lengths %v", sizes)
	}
}

func TestEnvelopeTampered(t *testing.T) {
	recipient, escrowed := newKey(t), newKey(t)
	der, err := sm.SealEnvelope(rand.Reader, recipient.PublicKey(), escrowed)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sm.OpenEnvelope(escrowed, der)
	wantCode(t, err, service.CryptoBad)
	for n := range der {
		_, err := sm.OpenEnvelope(recipient, der[:n])
		wantCode(t, err, service.CryptoBad)
	}
	want, _ := escrowed.Marshal()
	flipped(der, func(at int, changed []byte) {
		k, err := sm.OpenEnvelope(recipient, changed)
		if err != nil {
			return // refused
		}
		if got, _ := k.Marshal(); !bytes.Equal(got, want) {
			t.Errorf("byte %d changed and another key came out", at)
		}
	})
}

// The library panics on a private part that is no multiple of the block, and takes padded ones for longer numbers.
func TestEnvelopeLengths(t *testing.T) {
	recipient := newKey(t)
	der, err := sm.SealEnvelope(rand.Reader, recipient.PublicKey(), newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 15, 16, 31, 33, 48, 64} {
		var e envelope
		if _, err := asn1.Unmarshal(der, &e); err != nil {
			t.Fatal(err)
		}
		e.Private = asn1.BitString{Bytes: make([]byte, n), BitLength: n * 8}
		changed, err := asn1.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		_, err = sm.OpenEnvelope(recipient, changed)
		wantCode(t, err, service.CryptoBad)
		_, err = sm.EnvelopePublicKey(changed)
		wantCode(t, err, service.CryptoBad)
	}
}

func TestEnvelopeOffCurve(t *testing.T) {
	recipient := newKey(t)
	der, err := sm.SealEnvelope(rand.Reader, recipient.PublicKey(), newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	var e envelope
	if _, err := asn1.Unmarshal(der, &e); err != nil {
		t.Fatal(err)
	}
	e.Public.Bytes[64] ^= 1
	changed, err := asn1.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sm.EnvelopePublicKey(changed)
	wantCode(t, err, service.CryptoBad)
}

func TestEnvelopeTooLong(t *testing.T) {
	_, err := sm.OpenEnvelope(newKey(t), make([]byte, sm.MaxDER+1))
	wantCode(t, err, service.CryptoBad)
	_, err = sm.EnvelopePublicKey(make([]byte, sm.MaxDER+1))
	wantCode(t, err, service.CryptoBad)
}
