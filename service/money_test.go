package service_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certdesk/service"
)

func TestMoneyReads(t *testing.T) {
	for _, c := range []struct {
		m           service.Money
		text, plain string
	}{
		{0, "0.00", "0.00"}, {5, "0.05", "0.05"}, {50, "0.50", "0.50"}, {100, "1.00", "1.00"}, {123456, "1,234.56", "1234.56"},
		{100000000, "1,000,000.00", "1000000.00"}, {-5, "-0.05", "-0.05"}, {-123456, "-1,234.56", "-1234.56"},
		{-9223372036854775808, "-92,233,720,368,547,758.08", "-92233720368547758.08"},
	} {
		if c.m.String() != c.text || c.m.Plain() != c.plain {
			t.Errorf("%d: %s %s", int64(c.m), c.m.String(), c.m.Plain())
		}
	}
}

func TestParseMoney(t *testing.T) {
	for in, want := range map[string]service.Money{
		"0": 0, "50": 5000, "50.5": 5050, "50.05": 5005, " 1,234.56 ": 123456, "00.10": 10, "99999999.99": service.MaxMoney,
	} {
		if got, err := service.ParseMoney(in); err != nil || got != want {
			t.Errorf("%q: %d, %v", in, got, err)
		}
	}
	for in, code := range map[string]service.Code{
		"": service.FeeFormat, ".": service.FeeFormat, ".5": service.FeeFormat, "5.": service.FeeFormat, "1.234": service.FeeFormat, "1e3": service.FeeFormat,
		"5O": service.FeeFormat, "５０": service.FeeFormat, "100000000": service.FeeFormat, "-": service.FeeFormat, "--1": service.FeeFormat,
		"-1": service.FeeNegative, "-0.01": service.FeeNegative, "一百": service.FeeFormat, "9999999999999999999": service.FeeFormat, "+1": service.FeeFormat,
	} {
		if _, err := service.ParseMoney(in); service.CodeOf(err) != code {
			t.Errorf("%q: %v, want %s", in, err, code)
		}
	}
}

// What a screen shows can be typed again.
func TestMoneyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := service.Money(rapid.Int64Range(0, int64(service.MaxMoney)).Draw(t, "m"))
		for _, text := range []string{m.String(), m.Plain()} {
			if got, err := service.ParseMoney(text); err != nil || got != m {
				t.Fatalf("%s: %d, %v", text, got, err)
			}
		}
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1", "1,2", "-3", "1.05", "\x00", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		m, err := service.ParseMoney(in)
		if err == nil && (m < 0 || m > service.MaxMoney || strings.HasPrefix(strings.TrimSpace(in), "-")) {
			t.Fatalf("%q: %d", in, m)
		}
	})
}
