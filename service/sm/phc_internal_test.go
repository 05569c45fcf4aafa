package sm

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// FuzzParsePHC: a password string that is taken costs no more than the limits say and is written in one way only, but for base64's
// unused bits.
func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=65536,t=3,p=4x$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parsePHC(text)
		if err != nil {
			return
		}
		if h.memory > 1<<20 || h.passes > 16 || h.lanes > 16 || len(h.tag) > 256 {
			t.Fatalf("%+v", h)
		}
		if want := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$", h.memory, h.passes, h.lanes); !strings.HasPrefix(text, want) {
			t.Fatalf("%q taken for %q", text, want)
		}
		enc := base64.RawStdEncoding
		again, err := parsePHC(fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", h.memory, h.passes, h.lanes, enc.EncodeToString(h.salt), enc.EncodeToString(h.tag)))
		if err != nil || string(again.tag) != string(h.tag) || string(again.salt) != string(h.salt) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
