package softkey_test

import (
	"path/filepath"
	"strings"
	"testing"

	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
	"certdesk/token/tokentest"
)

// shelf is a drawer on a disk in memory: 10,000 tokens are written some 60,000 times.
type shelf struct {
	drawer
	disk *softkeytest.Forgetful
}

// Discard deletes a token's files.
func (s shelf) Discard(_ *testing.T, serial string) {
	for path := range s.disk.Files() {
		if strings.HasPrefix(filepath.Base(path), serial+".") {
			s.disk.Put(path, nil)
		}
	}
}

func TestModel(t *testing.T) {
	sequences := 10_000
	if testing.Short() {
		sequences = 1_000
	}
	disk := softkeytest.NewForgetful(1)
	d := open(t, "ukeys", softkey.WithTries(3, 3), softkey.WithDisk(disk.Disk()))
	tokentest.RunModel(t, shelf{drawer{d, d, "ukeys"}, disk}, sequences, 20260101)
}
