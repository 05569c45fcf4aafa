package service

import (
	"strconv"
	"strings"
)

// Money is an amount in fen (分); negative amounts occur only in reversing entries.
type Money int64

// Yuan is one yuan in fen.
const Yuan Money = 100

// String writes the amount in yuan with grouping and two decimals: 123456 is "1,234.56".
func (m Money) String() string {
	s, sign := m.Plain(), ""
	if strings.HasPrefix(s, "-") {
		s, sign = s[1:], "-"
	}
	whole, cents, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + cents
}

// Plain writes the amount in yuan without grouping: 123456 is "1234.56".
func (m Money) Plain() string {
	u, sign := uint64(m), ""
	if m < 0 {
		u, sign = -u, "-"
	}
	cents := strconv.FormatUint(u%100, 10)
	if len(cents) == 1 {
		cents = "0" + cents
	}
	return sign + strconv.FormatUint(u/100, 10) + "." + cents
}

// MaxMoney bounds what a clerk can type: 99,999,999.99 yuan.
const MaxMoney Money = 9_999_999_999

// ParseMoney reads yuan as typed at the counter: "50", "50.5", "1,234.56", with full-width digits folded by the caller.
// Errors: FeeFormat (args: input), FeeNegative. Zero is accepted; whether zero is allowed is the fee's business.
func ParseMoney(s string) (Money, error) {
	in := strings.TrimSpace(s)
	bad := func() (Money, error) { return 0, E(FeeFormat, "service.ParseMoney", Args{"input": clip(in, 24)}, nil) }
	if strings.HasPrefix(in, "-") {
		if _, err := ParseMoney(in[1:]); err != nil {
			return bad()
		}
		return 0, E(FeeNegative, "service.ParseMoney", nil, nil)
	}
	whole, cents, dot := strings.Cut(in, ".")
	whole = strings.ReplaceAll(whole, ",", "")
	if !digits(whole, 1, 10) || (dot && !digits(cents, 1, 2)) {
		return bad()
	}
	if len(cents) == 1 {
		cents += "0"
	}
	y, _ := strconv.ParseInt(whole, 10, 64)
	c, _ := strconv.ParseInt("0"+cents, 10, 64)
	if m := Money(y*100 + c); m <= MaxMoney {
		return m, nil
	}
	return bad()
}

func digits(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}
