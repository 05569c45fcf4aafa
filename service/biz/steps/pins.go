package steps

import (
	"encoding/hex"
	"strconv"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

// JobSecret is the output that holds the sealed secret from which a job's PIN follows.
const JobSecret = "job.secret"

// JobPIN is the PIN a token has while a case is written to it: digits, as long as the device takes, at most 12. The customer sets
// his own at the end.
func JobPIN(f *flow.Facts, rule service.PINRule) ([]byte, error) {
	secret, err := hex.DecodeString(f.Out[JobSecret])
	defer clear(secret)
	if err != nil || len(secret) < 16 {
		return nil, service.E(service.StoreCorrupt, "steps.JobPIN", nil, err)
	}
	key := sm.Derive(secret, "certdesk job PIN", []byte(f.Case.No), []byte(f.Case.Token))
	defer clear(key)
	pin := make([]byte, min(12, max(rule.Max, 6)))
	for i := range pin {
		pin[i] = '0' + key[i]%10
	}
	return pin, nil
}

// Job is the label, container name and key id of a case's attempt on a token (DESIGN 4).
func Job(c *service.Case) string {
	return c.No + "-" + strconv.Itoa(c.Attempt)
}

// fewTries is how many tries of an SO PIN are never spent without a person's decision: used up, the token is dead.
const fewTries = 2

// MayTrySO refuses to risk a dead token. Errors: SOPINLocked (serial), MustDecide (step).
func MayTrySO(info service.TokenInfo, step string) error {
	switch {
	case info.SO.Locked:
		return service.E(service.SOPINLocked, "steps.MayTrySO", service.Args{"serial": info.Serial}, nil)
	case info.SO.Known && info.SO.Left <= fewTries && info.SO.Left < info.SO.Max:
		return service.E(service.MustDecide, "steps.MayTrySO", service.Args{"step": step}, nil)
	}
	return nil
}

// NewPIN is the prompt by which the customer sets a PIN, unseen by the clerk.
func NewPIN(rule service.PINRule) flow.Prompt {
	return flow.Prompt{
		Type:    flow.PromptSecret,
		Note:    service.T("请客户本人输入。工作人员请回避。", "For the customer alone to type."),
		Secrets: []flow.SecretField{{Name: "new", Label: service.T("新 PIN", "New PIN"), Rule: rule, Twice: true}},
		Primary: service.T("设置 PIN", "Set the PIN"),
	}
}

// CheckPIN applies the device's rule and the counter's own: no run of one digit, no plain sequence (DESIGN 5: never a default PIN).
func CheckPIN(pin []byte, rule service.PINRule) error {
	switch {
	case !printable(pin):
		return pinFormat("ascii")
	case len(pin) < rule.Min:
		return pinFormat("min")
	case len(pin) > rule.Max:
		return pinFormat("max")
	case rule.DigitsOnly && !onlyDigits(pin):
		return pinFormat("digits")
	case simple(pin):
		return pinFormat("simple")
	}
	return nil
}

func pinFormat(rule string) error {
	return service.E(service.PINFormat, "steps.CheckPIN", service.Args{"rule": rule}, nil)
}

func printable(pin []byte) bool {
	for _, b := range pin {
		if b < 0x21 || b > 0x7e {
			return false
		}
	}
	return true
}

func onlyDigits(pin []byte) bool {
	for _, b := range pin {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}

// simple is a PIN whose characters all differ from the one before by the same step of -1, 0 or 1: 000000, 123456, 987654.
func simple(pin []byte) bool {
	if len(pin) < 2 {
		return true
	}
	step := int(pin[1]) - int(pin[0])
	if step < -1 || step > 1 {
		return false
	}
	for i := 2; i < len(pin); i++ {
		if int(pin[i])-int(pin[i-1]) != step {
			return false
		}
	}
	return true
}

// Rule is the PIN rule journaled when the token was looked at; six to sixteen characters where it said nothing.
func Rule(f *flow.Facts) service.PINRule {
	r := service.PINRule{Min: 6, Max: 16}
	r.Min, r.Max = atoi(f.Out["pin.min"], r.Min), atoi(f.Out["pin.max"], r.Max)
	r.DigitsOnly = f.Out["pin.digits"] != ""
	return r
}
