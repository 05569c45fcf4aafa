package steps

import (
	"context"
	"encoding/hex"
	"io"
	"strconv"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

// PinToken waits for a token and pins its serial for the job: from here on no other token will do.
func PinToken(stage service.Stage, note service.Text) flow.Step {
	return flow.Step{
		Name: flow.TokenStep, Stage: stage, Title: service.T("插入介质", "Insert the token"),
		Ask: func(*flow.Facts) (flow.Prompt, error) {
			return flow.Prompt{Type: flow.PromptToken, Note: note, Primary: service.T("使用这枚介质", "Use this token")}, nil
		},
		Take: func(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			if a.Choice == "" {
				return flow.Next, service.E(service.TokenAbsent, "steps.PinToken", nil, nil)
			}
			if err := fitToPin(tx, a.Choice); err != nil {
				return flow.Next, err
			}
			if err := notInMaking(tx, f, stage, a.Choice); err != nil {
				return flow.Next, err
			}
			f.Case.Token = a.Choice
			return flow.Next, tx.Audit.Append("token.pin", f.Case.No, a.Choice)
		},
	}
}

// fitToPin refuses what the books know as spoilt or as a member of staff's own. TokenDamaged, SOPINLocked, TokenStaff
// (serial).
func fitToPin(tx *service.Tx, serial string) error {
	refuse := func(code service.Code) error {
		return service.E(code, "steps.PinToken", service.Args{"serial": serial}, nil)
	}
	switch item, err := tx.Stock.Item(serial); {
	case err != nil && !service.IsCode(err, service.NotFound):
		return err
	case item.State == service.StockBad:
		return refuse(service.TokenDamaged)
	case item.State == service.StockDead:
		return refuse(service.SOPINLocked)
	case item.State == service.StockStaff:
		return refuse(service.TokenStaff)
	}
	return nil
}

// notInMaking refuses to write to a token that another case is being written to, or pinned for it. TokenForeign (serial, holds).
func notInMaking(tx *service.Tx, f *flow.Facts, stage service.Stage, serial string) error {
	if stage != service.StageMake {
		return nil
	}
	found, err := tx.Read.Cases.Find(service.CaseQuery{Text: serial,
		Statuses: []service.Status{service.Approved, service.Making, service.Unfinished, service.Failed}})
	if err != nil {
		return err
	}
	for _, c := range found {
		if c.No != f.Case.No {
			return service.E(service.TokenForeign, "steps.PinToken", service.Args{"serial": serial, "holds": c.No}, nil)
		}
	}
	return nil
}

// note of the device's PIN rule, for prompts that come later without the device.
func keepRule(j *flow.Job, r service.PINRule) {
	j.Put("pin.min", strconv.Itoa(r.Min))
	j.Put("pin.max", strconv.Itoa(r.Max))
	if r.DigitsOnly {
		j.Put("pin.digits", "1")
	}
}

func atoi(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// CheckBlank is the step that looks at a token before writing: it must have the product's algorithm and the room that this needs, and be
// blank or carry this very job. Errors: TokenForeign (serial, holds), TokenFull, TokenUnsupported (what), SOPINLocked.
func CheckBlank(need func(service.KeyAlg) int64) flow.Step {
	return flow.Step{
		Name: "check", Stage: service.StageMake, Title: service.T("检查介质", "Check the token"),
		Do: func(ctx context.Context, j *flow.Job) error {
			s, err := j.Token(ctx)
			if err != nil {
				return err
			}
			info, err := s.Info(ctx)
			if err != nil {
				return err
			}
			alg, err := Algorithm(&j.Facts)
			if err != nil {
				return err
			}
			if err := fits(info, alg); err != nil {
				return err
			}
			if err := fit(ctx, s, info, Job(j.Case), need(alg)); err != nil {
				return err
			}
			keepRule(j, info.PINRule)
			j.Say(roomText(info, "空白", "blank"))
			return keepJobSecret(j)
		},
	}
}

func fit(ctx context.Context, s service.TokenSession, info service.TokenInfo, job string, need int64) error {
	if info.SO.Locked {
		return service.E(service.SOPINLocked, "steps.fit", service.Args{"serial": info.Serial}, nil)
	}
	if info.Label == job {
		return nil
	}
	if info.Total > 0 && info.Total < need {
		return service.E(service.TokenFull, "steps.fit", service.Args{"need": kb(need), "free": kb(info.Total)}, nil)
	}
	held, err := s.Containers(ctx)
	if err != nil || len(held) == 0 {
		return err
	}
	return service.E(service.TokenForeign, "steps.fit", service.Args{"serial": info.Serial, "holds": holds(held[0])}, nil)
}

// holds names a container without naming a person.
func holds(c service.Container) string {
	if cert, err := sm.ParseCertificate(c.Sign); err == nil && len(c.Sign) > 0 {
		return sm.SerialText(cert.Serial)
	}
	return c.Name
}

func kb(n int64) string { return strconv.FormatInt((n+1023)/1024, 10) + " KB" }

func roomText(info service.TokenInfo, zh, en string) (string, string) {
	if info.Free < 0 {
		return zh, en
	}
	return zh + "，可用空间 " + kb(info.Free), en + ", " + kb(info.Free) + " free"
}

// keepJobSecret draws the secret that the job's PIN follows from; a repeat keeps the one it has.
func keepJobSecret(j *flow.Job) error {
	if j.Out[JobSecret] != "" {
		j.Put(JobSecret, j.Out[JobSecret])
		return nil
	}
	b := make([]byte, 32)
	defer clear(b)
	if _, err := io.ReadFull(j.Desk.Env.Rand, b); err != nil {
		return service.E(service.Internal, "steps.keepJobSecret", nil, err)
	}
	j.Put(JobSecret, hex.EncodeToString(b))
	return nil
}
