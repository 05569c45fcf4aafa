package token_test

import (
	"testing"

	"certdesk/service"
	"certdesk/token"
)

// FuzzRules holds PINs, labels and container names to their rules, by another way of saying them.
func FuzzRules(f *testing.F) {
	f.Add([]byte("246813"), "job", 6, 16, true)
	f.Add([]byte("密码密码"), "标签", 6, 16, false)
	f.Add([]byte("\x7f~ !"), "", 0, 4, false)
	f.Fuzz(func(t *testing.T, pin []byte, text string, shortest, longest int, digits bool) {
		printable, number := true, true
		for _, c := range pin {
			printable = printable && c >= 0x20 && c <= 0x7e
			number = number && c >= '0' && c <= '9'
		}
		err := token.CheckPIN("op", service.PINRule{Min: shortest, Max: longest, DigitsOnly: digits}, pin)
		fits := printable && (number || !digits) && len(pin) >= shortest && len(pin) <= longest
		if fits != (err == nil) || err != nil && !service.IsCode(err, service.PINFormat) {
			t.Fatalf("%d bytes, %d to %d: %v", len(pin), shortest, longest, err)
		}
		checkText(t, text, token.MaxLabel, token.CheckLabel("op", text))
		checkText(t, text, token.MaxName, token.CheckContainer("op", text))
	})
}

func checkText(t *testing.T, text string, longest int, err error) {
	t.Helper()
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] >= 0x20 && text[i] <= 0x7e
	}
	if fits := ascii && text != "" && len(text) <= longest; fits != (err == nil) {
		t.Fatalf("%q: %v", text, err)
	}
	if err != nil && !service.IsCode(err, service.InputRequired, service.InputTooLong, service.InputInvalid) {
		t.Fatal(err)
	}
}
