package softkey

import (
	"errors"
	"io"
	"sync"

	"golang.org/x/crypto/argon2"

	"certdesk/service/sm"
)

const (
	masterSize = 32
	saltSize   = 16
	macSize    = 32
)

// kdf is the argon2id (RFC 9106) cost of a token's PINs.
type kdf struct {
	Passes    uint32 `json:"passes"`
	MemoryKiB uint32 `json:"memoryKiB"`
	Lanes     uint8  `json:"lanes"`
}

// factoryKDF stretches the SO PIN of a token fresh from Create: that PIN is public and nothing is sealed there, so stretching it
// would cost time and protect nothing. Initialise sets the cost that was asked for, and nothing else changes a blank token.
func factoryKDF() kdf { return kdf{Passes: 1, MemoryKiB: 8, Lanes: 1} }

// check keeps an edited file from claiming the machine's memory.
func (k kdf) check() error {
	if k.Lanes < 1 || k.Lanes > 16 || k.Passes < 1 || k.Passes > 16 ||
		k.MemoryKiB < 8*uint32(k.Lanes) || k.MemoryKiB > 256<<10 {
		return errors.New("KDF parameters out of range")
	}
	return nil
}

// role tells the two PINs apart, also in the associated data of what they seal.
type role string

const (
	user role = "user"
	so   role = "so"
)

// keyOf stretches a PIN to the key that seals the master key. argon2's own working memory is the library's and is not wiped.
func (k kdf) keyOf(pin, salt []byte) []byte {
	return argon2.IDKey(pin, salt, k.Passes, k.MemoryKiB, k.Lanes, masterSize)
}

// newSlot seals master under pin, stretched to key, with all tries left.
func (d *Driver) newSlot(img *image, r role, pin, master []byte, tries int) (*slot, error) {
	s, err := d.bareSlot(r, pin, tries)
	if err != nil {
		return nil, err
	}
	key := img.KDF.keyOf(pin, s.Salt)
	defer clear(key)
	return s, d.fill(s, img, r, key, master)
}

// newSlots makes both slots. Stretching takes most of the time and both PINs are known, so they are stretched side by side.
func (d *Driver) newSlots(img *image, userPIN, soPIN, master []byte) error {
	var e1, e2 error
	img.User, e1 = d.bareSlot(user, userPIN, d.opt.tries[0])
	img.SO, e2 = d.bareSlot(so, soPIN, d.opt.tries[1])
	if err := errors.Join(e1, e2); err != nil {
		return err
	}
	var soKey []byte
	var beside sync.WaitGroup
	beside.Go(func() { soKey = img.KDF.keyOf(soPIN, img.SO.Salt) })
	userKey := img.KDF.keyOf(userPIN, img.User.Salt)
	beside.Wait()
	defer clear(soKey)
	defer clear(userKey)
	return errors.Join(d.fill(img.User, img, user, userKey, master), d.fill(img.SO, img, so, soKey, master))
}

func (d *Driver) bareSlot(r role, pin []byte, tries int) (*slot, error) {
	s := &slot{Max: tries, Left: tries, Default: sm.Equal(pin, []byte(factoryPIN(r))), Salt: make([]byte, saltSize)}
	_, err := io.ReadFull(d.env.Rand, s.Salt)
	return s, err
}

// fill seals master under a stretched PIN.
func (d *Driver) fill(s *slot, img *image, r role, key, master []byte) error {
	sealer, err := sm.NewSealer(d.env.Rand, key, format)
	if err != nil {
		return err
	}
	defer wipeSealer(sealer)
	s.Sealed, err = sealer.Seal(master, "softkey master", img.Serial, string(r))
	return err
}

func factoryPIN(r role) string {
	if r == so {
		return FactorySOPIN
	}
	return FactoryUserPIN
}

// open gives the master key if pin is right. An error means a wrong PIN or an edited slot: the two look the same.
func (s *slot) open(rand io.Reader, img *image, r role, pin []byte) ([]byte, error) {
	key := img.KDF.keyOf(pin, s.Salt)
	defer clear(key)
	sealer, err := sm.NewSealer(rand, key, format)
	if err != nil {
		return nil, err
	}
	defer wipeSealer(sealer)
	master, err := sealer.Open(s.Sealed, "softkey master", img.Serial, string(r))
	if err == nil && len(master) != masterSize {
		clear(master)
		return nil, errors.New("master key size")
	}
	return master, err
}

// wipeSealer clears the key that a sealer keeps, where it knows how to.
func wipeSealer(s any) {
	if w, ok := s.(interface{ Wipe() }); ok {
		w.Wipe()
	}
}

func (d *Driver) newMaster() ([]byte, error) {
	master := make([]byte, masterSize)
	_, err := io.ReadFull(d.env.Rand, master)
	return master, err
}

// sign renews the MAC after a change.
func (img *image) sign(master []byte) error {
	covered, err := img.covered()
	if err != nil {
		return err
	}
	img.MAC = sm.Derive(master, "softkey mac", covered)
	return nil
}

// authentic reports whether the readable part is what a holder of the master key wrote.
func (img *image) authentic(master []byte) bool {
	covered, err := img.covered()
	return err == nil && sm.Equal(img.MAC, sm.Derive(master, "softkey mac", covered))
}

// sealKey and openKey keep a private key under the master key, bound to its place.
func (d *Driver) sealKey(img *image, master, der []byte, container, usage string) ([]byte, error) {
	sealer, err := sm.NewSealer(d.env.Rand, master, format)
	if err != nil {
		return nil, err
	}
	defer wipeSealer(sealer)
	return sealer.Seal(der, "softkey key", img.Serial, container, usage)
}

func (d *Driver) openKey(img *image, master, sealed []byte, container, usage string) ([]byte, error) {
	sealer, err := sm.NewSealer(d.env.Rand, master, format)
	if err != nil {
		return nil, err
	}
	defer wipeSealer(sealer)
	return sealer.Open(sealed, "softkey key", img.Serial, container, usage)
}
