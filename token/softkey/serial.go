package softkey

import (
	"encoding/hex"
	"io"
	"strings"

	"certdesk/service"
)

// Factory PINs of the trade. A token fresh from Create has the SO PIN and no user PIN; a user PIN equal to FactoryUserPIN is
// reported as default.
const (
	FactoryUserPIN = "12345678"
	FactorySOPIN   = "87654321"
)

// validSerial keeps serials usable as file names on every system: 4 to 32 of A–Z, 0–9 and inner hyphens.
func validSerial(s string) bool {
	if len(s) < 4 || len(s) > 32 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, notSerial)
}

func notSerial(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}

// NewSerial returns a fresh serial: 16 upper-case hexadecimal digits from env.Rand.
func (d *Driver) NewSerial() (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(d.env.Rand, b[:]); err != nil {
		return "", service.E(service.Internal, "softkey.NewSerial", nil, err)
	}
	return strings.ToUpper(hex.EncodeToString(b[:])), nil
}
