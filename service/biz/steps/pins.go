package steps

import (
	"context"
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

// soCurrent names the setting that tells which generation of SO PIN is in force on a token; soPIN the one that holds it.
func soCurrent(serial string) string { return "sopin/" + serial + "/current" }
func soPIN(serial string) string     { return "sopin/" + serial + "/1" }

// FetchTicket is the step that gets the token's SO PIN from the centre and seals it here, before anything depends on it.
func FetchTicket() flow.Step {
	return flow.Step{
		Name: "ticket", Stage: service.StageMake, Title: service.T("取得管理 PIN", "Fetch the SO PIN"),
		Do: func(ctx context.Context, j *flow.Job) error {
			have, err := j.Setting(ctx, soPIN(j.Case.Token))
			if err != nil {
				return err
			}
			defer clear(have)
			if have == nil {
				t, err := j.Desk.Tickets.Ticket(ctx, j.Case.Token, 1)
				if err != nil {
					return err
				}
				j.KeepSecret(soPIN(j.Case.Token), t.PIN)
			}
			j.Say("已由中心派生，密封保存", "derived by the centre, sealed here")
			return nil
		},
	}
}

// SOPIN reads the token's own SO PIN. SOPINUnknown where this station never got one.
func SOPIN(ctx context.Context, j *flow.Job) ([]byte, error) {
	pin, err := j.Setting(ctx, soPIN(j.Case.Token))
	if err == nil && pin == nil {
		err = service.E(service.SOPINUnknown, "steps.SOPIN", service.Args{"serial": j.Case.Token}, nil)
	}
	return pin, err
}

// InForce is the SO PIN that a token obeys before initialising: the factory's on one that says so or was never initialised, its
// own otherwise. One centre derives it for all its stations, so that another's token is known here too.
func InForce(ctx context.Context, j *flow.Job, info service.TokenInfo) ([]byte, error) {
	set, err := j.Setting(ctx, soCurrent(j.Case.Token))
	if err != nil {
		return nil, err
	}
	if info.SO.Default || set == nil && !info.Initialised {
		return append([]byte(nil), j.Desk.FactorySO...), nil
	}
	return SOPIN(ctx, j)
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

// NowInForce notes that the token's own SO PIN is set.
func NowInForce(j *flow.Job) { j.KeepSecret(soCurrent(j.Case.Token), []byte("1")) }

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
