package token_test

import (
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/token"
)

func TestCheckPIN(t *testing.T) {
	rule := service.PINRule{Min: 6, Max: 16}
	digits := service.PINRule{Min: 6, Max: 8, DigitsOnly: true}
	cases := []struct {
		rule service.PINRule
		pin  string
		want string
	}{
		{rule, "123456", ""}, {rule, "1234567890123456", ""}, {rule, "a ~!Z9", ""},
		{rule, "", "min"}, {rule, "12345", "min"}, {rule, "12345678901234567", "max"},
		{rule, "密码", "ascii"}, {rule, "12345６", "ascii"}, {rule, "12345\x7f", "ascii"}, {rule, "12345\x00", "ascii"},
		{digits, "123456", ""}, {digits, "12345a", "digits"}, {digits, "123456789", "max"},
	}
	for _, c := range cases {
		err := token.CheckPIN("test", c.rule, []byte(c.pin))
		if c.want == "" {
			wants(t, err, "")
			continue
		}
		wants(t, err, service.PINFormat)
		if got := service.ArgsOf(err)["rule"]; got != c.want {
			t.Errorf("%d bytes: rule %q, want %q", len(c.pin), got, c.want)
		}
		if len(c.pin) > 1 && strings.Contains(err.Error(), c.pin) {
			t.Error("the error holds the PIN")
		}
	}
}

func TestCheckNames(t *testing.T) {
	for text, want := range map[string]service.Code{"": service.InputRequired, "a": "", strings.Repeat("a", 32): "",
		strings.Repeat("a", 33): service.InputTooLong, "证书": service.InputInvalid, "a\n": service.InputInvalid} {
		wants(t, token.CheckLabel("test", text), want)
	}
	wants(t, token.CheckContainer("test", strings.Repeat("a", 64)), "")
	wants(t, token.CheckContainer("test", strings.Repeat("a", 65)), service.InputTooLong)
}
