package softkey

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

// masked hides what is looked for from its own search.
func masked(secret []byte) []byte {
	m := bytes.Clone(secret)
	for i := range m {
		m[i] ^= 0x55
	}
	return m
}

// copies counts where a secret lies in this process's writable memory.
func copies(t *testing.T, mask []byte) int {
	t.Helper()
	maps, err := os.Open("/proc/self/maps")
	noError(t, err)
	defer maps.Close()
	mem, err := os.Open("/proc/self/mem")
	noError(t, err)
	defer mem.Close()
	n := 0
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to int64
		var perm string
		if _, err := fmt.Sscanf(strings.Replace(lines.Text(), "-", " ", 1), "%x %x %s", &from, &to, &perm); err == nil && strings.HasPrefix(perm, "rw") {
			n += within(mem, from, to, mask)
		}
	}
	return n
}

const stride = 1 << 20

func within(mem *os.File, from, to int64, mask []byte) (n int) {
	buf := make([]byte, stride+len(mask)-1)
	defer clear(buf)
	for ; from < to; from += stride {
		got, _ := mem.ReadAt(buf[:min(int64(len(buf)), to-from)], from)
		n += count(buf[:got], mask)
		clear(buf)
	}
	return n
}

func count(buf, mask []byte) (n int) {
	for i := 0; i+len(mask) <= len(buf); i++ {
		if buf[i]^0x55 == mask[0] && bytes.Equal(masked(buf[i:i+len(mask)]), mask) {
			n++
		}
	}
	return n
}

// TestMemoryForgets searches the whole process for the master key of a token that was used and logged out of, and for a PIN that
// its caller has wiped. argon2 hashes a PIN through a blake2b block and a copy of it on the stack, which the library leaves to the
// garbage collector: two for each time the PIN was stretched, and nothing else.
func TestMemoryForgets(t *testing.T) {
	d, s, _ := loggedIn(t)
	ctx, mask := t.Context(), masked(s.master)
	if copies(t, mask) == 0 {
		t.Fatal("the search does not find a master key in use")
	}
	_, err := s.GenerateKey(ctx, "box", service.AlgSM2)
	noError(t, err)
	_, err = s.Sign(ctx, "box", []byte("m"))
	pin, old := []byte("qx7Zk2Wm9pLs"), []byte("246813")
	pinMask := masked(pin)
	noError(t, err, s.ChangePIN(ctx, old, pin), s.Login(ctx, pin))
	clear(pin)
	noError(t, s.Logout(ctx))
	keys, pins := copies(t, mask), copies(t, pinMask)
	if _, ok := any(&sm.Sealer{}).(interface{ Wipe() }); !ok {
		t.Logf("%d copies of the master key are in sealers that cannot be wiped", keys)
		keys = 0
	}
	if keys > 0 || pins > 2*2 {
		t.Errorf("%d copies of the master key, %d of the PIN", keys, pins)
	}
	noError(t, s.Close(), d.Close())
}
