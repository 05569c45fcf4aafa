package softkey_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"

	"certdesk/service/sm"
)

// floor is what no software token can do without, and nothing else. Initialise: one PIN proved, two set (side by side); log in:
// one proved; the customer's PIN: one proved, one set. Four SM2 operations and what the centre adds. A file of the token's size is
// replaced durably for every count of a try and every change: ten times.
type floor struct {
	dir   string
	data  []byte
	other *sm.PrivateKey // the centre's
}

const replaced = 10

func newFloor(b *testing.B) *floor {
	return &floor{dir: b.TempDir(), data: make([]byte, 6000), other: newJob(b, "").key}
}

func (f *floor) personalise(b *testing.B) {
	b.Helper()
	stretch()
	var beside sync.WaitGroup
	beside.Go(stretch)
	stretch()
	beside.Wait()
	for range 3 {
		stretch()
	}
	key, err := sm.GenerateKey(rand.Reader)
	must(b, err)
	_, err = key.Sign(rand.Reader, []byte("a certification request"))
	must(b, err)
	envelope, challenge := sealed(b, key.PublicKey(), f.other)
	opened, err := sm.OpenEnvelope(key, envelope)
	must(b, err)
	_, err = opened.Decrypt(challenge)
	must(b, err)
	for range replaced {
		must(b, f.replace())
	}
}

// stretch is one derivation with the default parameters.
func stretch() { argon2.IDKey([]byte("246813"), make([]byte, 16), 3, 12<<10, 1, 32) }

func (f *floor) replace() error {
	path := filepath.Join(f.dir, "floor")
	file, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(f.data)
	folder, openErr := os.Open(f.dir)
	if err = errors.Join(err, openErr); err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close(), os.Rename(path+".tmp", path), folder.Sync(), folder.Close())
}
