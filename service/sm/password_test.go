package sm_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
)

func TestPassword(t *testing.T) {
	h, err := sm.HashPassword(rand.Reader, []byte("correct horse"))
	if err != nil || !strings.HasPrefix(h, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Fatal(h, err)
	}
	for word, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false} {
		got, err := sm.CheckPassword(h, []byte(word))
		if err != nil || got != want {
			t.Errorf("%q: %v, %v", word, got, err)
		}
	}
	again, err := sm.HashPassword(rand.Reader, []byte("correct horse"))
	if err != nil || again == h {
		t.Errorf("no salt: %v", err)
	}
}

// The reference implementation's own example (phc-winner-argon2, test.c), so that hashes move between programs.
func TestPasswordOfReference(t *testing.T) {
	const h = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := sm.CheckPassword(h, []byte("password")); err != nil || !ok {
		t.Fatal(ok, err)
	}
}

func TestPasswordHashDamaged(t *testing.T) {
	const salt, tag = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, h := range []string{"", "plain", "$argon2i$v=19$m=65536,t=2,p=1$" + salt + "$" + tag, "$argon2id$v=16$m=65536,t=2,p=1$" + salt + "$" + tag,
		"$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + tag, "$argon2id$v=19$m=65536,t=0,p=1$" + salt + "$" + tag,
		"$argon2id$v=19$m=1,t=1,p=1$" + salt + "$" + tag, "$argon2id$v=19$m=65536,t=2,p=0$" + salt + "$" + tag,
		"$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$", "$argon2id$v=19$m=65536,t=2,p=1$!$" + tag, "$argon2id$v=19$t=2$" + salt + "$" + tag} {
		ok, err := sm.CheckPassword(h, []byte("password"))
		if ok {
			t.Errorf("%q accepted", h)
		}
		wantCode(t, err, service.CryptoBad)
	}
}

func TestStretchPassphrase(t *testing.T) {
	salt := []byte("0123456789abcdef")
	a, err := sm.StretchPassphrase([]byte("phrase"), salt)
	if err != nil || len(a) != 32 {
		t.Fatal(err)
	}
	b, _ := sm.StretchPassphrase([]byte("phrasf"), salt)
	if bytes.Equal(a, b) {
		t.Error("two phrases, one key")
	}
	_, err = sm.StretchPassphrase([]byte("phrase"), salt[:8])
	wantCode(t, err, service.CryptoBad)
}
