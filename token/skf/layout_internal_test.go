package skf

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"math/big"
	"testing"

	"certdesk/service/sm"
)

// TestSizes: what a C compiler makes of the standard's structures.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		layout                                                 layout
		info, public, cipher, signature, envelope, blockCipher int
	}{
		{layout{long: 4, packed: true, issuer: 64}, 294, 132, 165, 128, 373, 44},
		{layout{long: 4, issuer: 64}, 296, 132, 168, 128, 376, 44},
		{layout{long: 8, packed: true, issuer: 64}, 326, 136, 169, 128, 393, 56},
		{layout{long: 8, issuer: 64}, 328, 136, 176, 128, 400, 56},
	} {
		l := c.layout
		got := []int{l.devInfo(), l.publicKey(), l.cipher(1), l.signature(), l.envelope(1), l.blockParam()}
		want := []int{c.info, c.public, c.cipher, c.signature, c.envelope, c.blockCipher}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%+v: sizes %v, want %v", l, got, want)
				break
			}
		}
	}
}

// TestEnvelopeOffsets: the places of ENVELOPEDKEYBLOB, packed, ULONG 4.
func TestEnvelopeOffsets(t *testing.T) {
	l := standard()
	if l.envelope(16) != 388 || l.envelopeKey() != 12 || l.envelopePublic() != 76 || l.envelopeCipher() != 208 {
		t.Fatalf("%d %d %d %d", l.envelope(16), l.envelopeKey(), l.envelopePublic(), l.envelopeCipher())
	}
	recipient, pair, der := envelope(t)
	defer recipient.Wipe()
	p, err := envelopeBlob(der, l)
	if err != nil {
		t.Fatal(err)
	}
	point, err := sm.Point(pair.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	for at, v := range map[int]byte{0: 1, 4: 0x01, 5: 0x04, 9: 0x01, 77: 0x01, 368: 16} {
		if p[at] != v {
			t.Errorf("byte %d is %02x", at, p[at])
		}
	}
	for _, zeros := range [][]byte{p[12:44], p[80:112], p[144:176], p[208:240], p[272:304]} {
		if !allZero(zeros) {
			t.Errorf("%x where zeros belong", zeros)
		}
	}
	if !bytes.Equal(p[112:144], point[1:33]) || !bytes.Equal(p[176:208], point[33:]) {
		t.Error("public key elsewhere")
	}
}

func envelope(t testing.TB) (recipient, pair *sm.PrivateKey, der []byte) {
	t.Helper()
	recipient, e1 := sm.GenerateKey(rand.Reader)
	pair, e2 := sm.GenerateKey(rand.Reader)
	if e1 != nil || e2 != nil {
		t.Fatal(e1, e2)
	}
	der, err := sm.SealEnvelope(rand.Reader, recipient.PublicKey(), pair)
	if err != nil {
		t.Fatal(err)
	}
	return recipient, pair, der
}

// envelopeDER is what a token reads out of an ENVELOPEDKEYBLOB.
func envelopeDER(t *testing.T, p []byte, l layout) []byte {
	t.Helper()
	key := p[l.envelopeCipher():]
	n := int(l.get(key, 2*coordinate+32))
	c := sm2Cipher{new(big.Int).SetBytes(key[:coordinate]), new(big.Int).SetBytes(key[coordinate : 2*coordinate]),
		key[2*coordinate:][:32], key[l.cipherText():][:n]}
	public := p[l.envelopePublic():]
	point := bytes.Join([][]byte{{4}, public[l.long+field:][:field], public[l.long+coordinate+field:][:field]}, nil)
	private := p[l.envelopeKey()+field:][:field]
	alg, err := asn1.Marshal(struct{ ID asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 104, 1}})
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(envelopedKey{asn1.RawValue{FullBytes: alg}, c,
		asn1.BitString{Bytes: point, BitLength: 8 * len(point)}, asn1.BitString{Bytes: private, BitLength: 8 * field}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestEnvelopeRoundTrip: nothing of an envelope is lost or changed in any dialect.
func TestEnvelopeRoundTrip(t *testing.T) {
	for range 25 {
		recipient, pair, der := envelope(t)
		for _, l := range layouts() {
			p, err := envelopeBlob(der, l)
			if err != nil {
				t.Fatal(err)
			}
			got, err := sm.OpenEnvelope(recipient, envelopeDER(t, p, l))
			if err != nil || !bytes.Equal(got.PublicKey(), pair.PublicKey()) {
				t.Fatalf("%+v: %v", l, err)
			}
		}
	}
}

func TestPublicKeyBlob(t *testing.T) {
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := sm.Point(key.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layouts() {
		p := make([]byte, l.publicKey())
		if got, err := readPublicKey(p, l); got != nil || err != nil {
			t.Fatalf("an empty blob: %x, %v", got, err)
		}
		l.putPoint(p, point)
		if got, err := readPublicKey(p, l); err != nil || !bytes.Equal(got, key.PublicKey()) {
			t.Fatalf("%+v: %x, %v", l, got, err)
		}
		for _, spoil := range []int{0, l.long, l.publicKey() - 1} {
			bad := bytes.Clone(p)
			bad[spoil] ^= 1
			if got, err := readPublicKey(bad, l); err == nil {
				t.Errorf("%+v, byte %d spoilt: %x", l, spoil, got)
			}
		}
	}
}

func TestSignatureBlob(t *testing.T) {
	p := make([]byte, 128)
	if _, err := readSignature(p); err == nil {
		t.Error("an empty signature")
	}
	p[63], p[127] = 5, 0x80
	der, err := readSignature(p)
	if want := []byte{0x30, 7, 2, 1, 5, 2, 2, 0, 0x80}; err != nil || !bytes.Equal(der, want) {
		t.Errorf("%x, %v", der, err)
	}
	p[0] = 1 // left-aligned
	if _, err := readSignature(p); err == nil {
		t.Error("a number of 512 bits")
	}
}

func TestLabels(t *testing.T) {
	const job = "0123456789abcdef0123456789abcdef"
	short := shortLabel(job)
	if len(short) != 23 || longLabel(short) != job {
		t.Errorf("%q is %q", short, longLabel(short))
	}
	for _, text := range []string{"", "case", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde", "~short", "~"} {
		if shortLabel(text) != "" || longLabel(text) != text {
			t.Errorf("%q changes", text)
		}
	}
}

func TestTrimmed(t *testing.T) {
	der := []byte{0x30, 0x82, 0, 3, 1, 2, 3}
	for tail, want := range map[string]int{"": 7, "\x00\x00": 7, "\xff\xff\xff": 7, "\x00\x01": 9} {
		if got := trimmed(append(bytes.Clone(der), tail...)); len(got) != want {
			t.Errorf("tail %q: %d bytes", tail, len(got))
		}
	}
}
