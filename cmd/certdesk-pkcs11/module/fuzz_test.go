package module

import (
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"certdesk/service/sm"
)

// FuzzParsers: whatever callers and the files hold, nothing panics, and what is understood comes back the same.
func FuzzParsers(f *testing.F) {
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	sig, err := key.Sign(rand.Reader, []byte("m"))
	if err != nil {
		f.Fatal(err)
	}
	cipher, err := sm.Encrypt(rand.Reader, key.PublicKey(), []byte("plain"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, key.PublicKey(), sig, cipher, {0x30, 0x80}, []byte(`{"format":1,"objects":[{"class":3,"set":{"3":"eA=="}}]}`)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		parseCertificate(data)
		if k, ok := parsePublic(data); ok && k.rsa == nil && len(k.id) != 20 {
			t.Error("a key without an id")
		}
		if raw, ok := rawSignature(data); ok {
			if again, ok := derSignature(raw); !ok || len(again) > maxPair {
				t.Errorf("%x turns into %x", data, again)
			}
		}
		if n, ok := plainSize(data); ok && n > len(data) {
			t.Errorf("%d bytes plain of %d", n, len(data))
		}
		s, _ := schemeOf(mRSAPSS)
		if o, rv := pssOptions(s, data); rv == OK && (o.SaltLength < 1 || o.Hash == 0) {
			t.Errorf("options %+v", o)
		}
	})
}

// FuzzNames: a file of names that anybody may have written never panics, and what it yields can be saved and read again.
func FuzzNames(f *testing.F) {
	f.Add([]byte(`{"format":1,"objects":[{"class":3,"print":"AA==","set":{"3":"eA=="}}]}`))
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "S.p11"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		n := loadNames(dir, "S")
		sum := sha256.Sum256(data)
		d := &device{names: n, objects: map[uint]*object{}, refs: map[ref]uint{}, m: &Module{}}
		d.admit(d.objects, &object{class: classPrivate, print: sum[:], attrs: map[uint][]byte{}})
		e := n.note(classPrivate, sum[:])
		if e.Set == nil {
			e.Set = map[uint][]byte{}
		}
		e.Set[aLabel] = []byte("label")
		if rv := n.save(func(entry) bool { return true }); rv != OK {
			t.Fatalf("saving gives %#x", rv)
		}
		if e := loadNames(dir, "S").of(classPrivate, sum[:]); e == nil || string(e.Set[aLabel]) != "label" {
			t.Error("the name is lost")
		}
	})
}
