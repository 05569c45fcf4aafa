package ca

import (
	"encoding/hex"
	"strconv"
	"strings"

	"certdesk/service"
	"certdesk/service/sm"
)

// JoinCode lets one machine become one station, once. Its text is the station's id and 13 groups of five, each four characters
// of Secret ‖ Fingerprint (260 bits, the last four zero) and a check character:
//
//	0430-7ZQ4K-…
//
// The alphabet is Crockford's base 32: no I, L, O or U; reading takes either case, O as 0, I and L as 1, and ignores spaces.
// The check character is Luhn's sum modulo 32 with a start of its own for every station and group, so that one wrong character
// and groups changed about are always found, another station's id nearly always, and the error names the group.
type JoinCode struct {
	Station     string
	Secret      [16]byte
	Fingerprint string // 32 hex digits: first half of SM3 over the centre's two roots
}

const (
	joinAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	joinGroups   = 13
	groupData    = 4
)

// String is the code as typed at a prompt or kept in a file.
func (c JoinCode) String() string {
	fp, err := hex.DecodeString(c.Fingerprint)
	if err != nil {
		return ""
	}
	digits := toBase32(append(c.Secret[:], fp...))
	var b strings.Builder
	b.WriteString(c.Station)
	for g := range joinGroups {
		data := digits[g*groupData : (g+1)*groupData]
		b.WriteByte('-')
		for _, d := range data {
			b.WriteByte(joinAlphabet[d])
		}
		b.WriteByte(joinAlphabet[checkDigit(c.Station, g, data)])
	}
	return b.String()
}

// ParseJoinCode reads the text of a join code. JoinBad; args name the group (from 1) where the fault is in one.
func ParseJoinCode(text string) (JoinCode, error) {
	text = strings.Join(strings.Fields(text), "")
	parts := strings.Split(text, "-")
	n := len(parts) - joinGroups
	if n < 1 {
		return JoinCode{}, badCode(0)
	}
	station := strings.Join(parts[:n], "-")
	if !isStation(station) {
		return JoinCode{}, badCode(0)
	}
	var digits []byte
	for g, part := range parts[n:] {
		data, ok := readGroup(station, g, part)
		if !ok {
			return JoinCode{}, badCode(g + 1)
		}
		digits = append(digits, data...)
	}
	raw, ok := fromBase32(digits)
	if !ok {
		return JoinCode{}, badCode(joinGroups)
	}
	c := JoinCode{Station: station, Fingerprint: hex.EncodeToString(raw[16:])}
	copy(c.Secret[:], raw)
	return c, nil
}

func badCode(group int) *service.Error {
	args := service.Args{"reason": "code"}
	if group > 0 {
		args["group"] = strconv.Itoa(group)
	}
	return service.E(service.JoinBad, "ca.ParseJoinCode", args, nil)
}

func readGroup(station string, g int, text string) ([]byte, bool) {
	if len(text) != groupData+1 {
		return nil, false
	}
	digits := make([]byte, len(text))
	for i := range len(text) {
		d := joinDigit(text[i])
		if d < 0 {
			return nil, false
		}
		digits[i] = byte(d)
	}
	data := digits[:groupData]
	return data, checkDigit(station, g, data) == digits[groupData]
}

func joinDigit(c byte) int {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'O':
		c = '0'
	case 'I', 'L':
		c = '1'
	}
	return strings.IndexByte(joinAlphabet, c)
}

// checkDigit is Luhn's sum modulo 32: every second digit from the right is doubled and folded.
func checkDigit(station string, group int, data []byte) byte {
	start := sm.Sum([]byte("certdesk join group"), []byte(station))
	sum := int(start[0]) + group*int(start[1]|1) // an odd factor: no two groups start alike
	for i := range data {
		d := int(data[len(data)-1-i])
		if i%2 == 0 {
			d *= 2
			d = d/32 + d%32
		}
		sum += d
	}
	return byte((32 - sum%32) % 32)
}

func toBase32(raw []byte) []byte {
	out := make([]byte, 0, joinGroups*groupData)
	acc, bits := 0, 0
	for _, b := range raw {
		acc, bits = acc<<8|int(b), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, byte(acc>>bits)&31)
		}
		acc &= 1<<bits - 1
	}
	if bits > 0 {
		out = append(out, byte(acc<<(5-bits))&31)
	}
	return out
}

func fromBase32(digits []byte) ([]byte, bool) {
	var out []byte
	acc, bits := 0, 0
	for _, d := range digits {
		acc, bits = acc<<5|int(d), bits+5
		if bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
			acc &= 1<<bits - 1
		}
	}
	return out, acc == 0 && len(out) == 32
}
