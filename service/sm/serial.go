package sm

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"certdesk/service"
)

// SerialText writes a serial number as upper-case hex of whole octets, as openssl does.
func SerialText(n *big.Int) string {
	if n == nil || n.Sign() == 0 {
		return "00"
	}
	return fmt.Sprintf("%X", n.Bytes())
}

// ParseSerial reads hex of either case, with or without colons or spaces: positive, at most 20 octets (RFC 5280, 4.1.2.2).
func ParseSerial(s string) (*big.Int, error) {
	clean := strings.NewReplacer(":", "", " ", "").Replace(s)
	if clean == "" || len(clean) > 40 || strings.Trim(clean, "0123456789abcdefABCDEF") != "" {
		return nil, bad("ParseSerial", "serial number", errors.New("not hex of 1 to 40 digits"))
	}
	n, ok := new(big.Int).SetString(clean, 16)
	if !ok || n.Sign() == 0 || n.BitLen() > 159 {
		return nil, bad("ParseSerial", "serial number", errors.New("out of range"))
	}
	return n, nil
}

// NewSerial makes a positive serial number of 16 octets, 126 bits of them random.
func NewSerial(rand io.Reader) (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, service.E(service.Internal, "sm.NewSerial", nil, err)
	}
	b[0] = b[0]&0x3F | 0x40
	return new(big.Int).SetBytes(b), nil
}
