package sm

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"certdesk/service"
)

// Argon2id's second recommended option (RFC 9106, 4): 64 MiB, 3 passes, 4 lanes, 16-byte salt, 32-byte tag.
const (
	argonMemory = 64 << 10 // KiB
	argonPasses = 3
	argonLanes  = 4
	argonSalt   = 16
	argonTag    = 32
)

// HashPassword makes a PHC string with a fresh salt. The caller wipes password.
func HashPassword(rand io.Reader, password []byte) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", service.E(service.Internal, "sm.HashPassword", nil, err)
	}
	tag := argon2.IDKey(password, salt, argonPasses, argonMemory, argonLanes, argonTag)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		enc.EncodeToString(salt), enc.EncodeToString(tag)), nil
}

// CheckPassword compares password with a string of HashPassword. An error means that the string is damaged.
func CheckPassword(hash string, password []byte) (bool, error) {
	h, err := parsePHC(hash)
	if err != nil {
		return false, bad("CheckPassword", "password hash", err)
	}
	tag := argon2.IDKey(password, h.salt, h.passes, h.memory, h.lanes, uint32(len(h.tag)))
	return subtle.ConstantTimeCompare(tag, h.tag) == 1, nil
}

// StretchPassphrase makes 32 bytes of key from a passphrase and a stored salt (16 bytes or more), at HashPassword's cost.
func StretchPassphrase(passphrase, salt []byte) ([]byte, error) {
	if len(salt) < argonSalt {
		return nil, bad("StretchPassphrase", "salt", nil)
	}
	return argon2.IDKey(passphrase, salt, argonPasses, argonMemory, argonLanes, 32), nil
}

type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, tag      []byte
}

func parsePHC(s string) (*phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || len(s) > 256 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return nil, errors.New("not an argon2id string")
	}
	var h phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return nil, errors.New("parameters unreadable")
	}
	var e1, e2 error
	h.salt, e1 = base64.RawStdEncoding.DecodeString(parts[4])
	h.tag, e2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(e1, e2, h.sane()); err != nil {
		return nil, err
	}
	if parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", h.memory, h.passes, h.lanes) { // Sscanf passes over what follows
		return nil, errors.New("parameters not as they are written")
	}
	return &h, nil
}

// sane keeps a forged row from eating the machine's memory, and a weakened one from being accepted.
func (h *phc) sane() error {
	switch {
	case h.memory < 8<<10 || h.memory > 1<<20, h.passes < 1 || h.passes > 16, h.lanes < 1 || h.lanes > 16:
		return errors.New("parameters out of range")
	case len(h.salt) < 8 || len(h.tag) < 16:
		return errors.New("salt or tag too short")
	}
	return nil
}
