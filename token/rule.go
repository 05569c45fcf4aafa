package token

import (
	"strconv"

	"certdesk/service"
)

// MaxLabel is the longest label in characters; GM/T 0016 and PKCS#11 both give the label 32 bytes.
const MaxLabel = 32

// MaxName is the longest container name in characters (GM/T 0016, 7.5: names of up to 64 characters).
const MaxName = 64

// CheckPIN tests pin against rule. PINFormat (rule: ascii, digits, min or max; min; max) where it does not fit.
// A PIN that does not fit never costs a try.
func CheckPIN(op string, rule service.PINRule, pin []byte) error {
	bad := func(name string) error {
		args := service.Args{"rule": name, "min": strconv.Itoa(rule.Min), "max": strconv.Itoa(rule.Max)}
		return service.E(service.PINFormat, op, args, nil)
	}
	for _, c := range pin {
		if c < ' ' || c > '~' {
			return bad("ascii")
		}
		if rule.DigitsOnly && (c < '0' || c > '9') {
			return bad("digits")
		}
	}
	switch {
	case len(pin) < rule.Min:
		return bad("min")
	case len(pin) > rule.Max:
		return bad("max")
	}
	return nil
}

// CheckLabel accepts 1 to 32 printable ASCII characters. InputRequired, InputTooLong or InputInvalid for anything else.
func CheckLabel(op, label string) error { return checkText(op, "label", label, MaxLabel) }

// CheckContainer accepts 1 to 64 printable ASCII characters. InputRequired, InputTooLong or InputInvalid for anything else.
func CheckContainer(op, name string) error { return checkText(op, "container", name, MaxName) }

func checkText(op, field, text string, longest int) error {
	if text == "" {
		return service.E(service.InputRequired, op, service.Args{"field": field}, nil)
	}
	if len(text) > longest {
		return service.E(service.InputTooLong, op, service.Args{"field": field, "max": strconv.Itoa(longest)}, nil)
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return service.E(service.InputInvalid, op, service.Args{"field": field, "reason": "ascii"}, nil)
		}
	}
	return nil
}
