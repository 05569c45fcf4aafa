package issue

import (
	"context"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
)

// verify reads everything back from the token and proves it, by both implementations, before anything is handed over.
func verify() flow.Step {
	return flow.Step{
		Name: "verify", Stage: service.StageMake, Title: service.T("回读并验证", "Read back and verify"), KeepIn: true,
		Do: func(ctx context.Context, j *flow.Job) error {
			s, err := loggedIn(ctx, j)
			if err != nil {
				return err
			}
			reply := replyOf(&j.Facts)
			if steps.Dual(&j.Facts) == (reply.Encrypt == nil) {
				return service.E(service.StoreCorrupt, "issue.verify", nil, nil) // a damaged pair must not pass for a single certificate
			}
			if err := steps.ReadBack(ctx, s, steps.Job(j.Case), reply); err != nil {
				return err
			}
			subject, err := confirmed(&j.Facts)
			if err != nil {
				return err
			}
			if err := steps.ProvePair(ctx, j, s, steps.Job(j.Case), reply, subject); err != nil {
				return err
			}
			if steps.Dual(&j.Facts) {
				j.Say("签名、解密、证书链、第二实现", "signature, decryption, chain, second implementation")
			} else {
				j.Say("签名、证书链、第二实现", "signature, chain, second implementation")
			}
			return nil
		},
		Commit: onToken,
	}
}

// onToken books the token out and notes where the certificates are.
func onToken(tx *service.Tx, f *flow.Facts) error {
	for _, k := range certKeys(f) {
		serial, err := steps.SerialOf(decode(f.Out[k.out]))
		if err != nil {
			return err
		}
		c, err := tx.Read.Certificates.Certificate(serial)
		if err != nil {
			return err
		}
		c.Token = f.Case.Token
		if err := tx.Certs.PutCertificate(c); err != nil {
			return err
		}
	}
	return tx.Stock.PutItem(service.StockItem{Serial: f.Case.Token, State: service.StockIssued, Case: f.Case.No, At: tx.Now})
}

// setPIN is the customer's own act, and the last on the token. Where the outcome of an earlier try is unknown, the SO PIN sets a
// fresh one.
func setPIN() flow.Step {
	return flow.Step{
		Name: "pin", Stage: service.StageMake, Title: service.T("客户设置 PIN", "The customer sets the PIN"), KeepIn: true,
		Ask: func(f *flow.Facts) (flow.Prompt, error) { return steps.NewPIN(steps.Rule(f)), nil },
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			return flow.Next, steps.CheckPIN(a.Secrets["new"], steps.Rule(f))
		},
		Do: func(ctx context.Context, j *flow.Job) error {
			if err := changeFromJobPIN(ctx, j); err != nil {
				return err
			}
			j.Say("由客户本人设置", "set by the customer")
			return nil
		},
	}
}

func changeFromJobPIN(ctx context.Context, j *flow.Job) error {
	s, err := j.Token(ctx)
	if err != nil {
		return err
	}
	pin, err := steps.JobPIN(&j.Facts, steps.Rule(&j.Facts))
	if err != nil {
		return err
	}
	defer clear(pin)
	err = s.ChangePIN(ctx, pin, j.Secrets["new"])
	if service.IsCode(err, service.PINWrong, service.PINLocked) {
		return steps.Unblock(ctx, j, s)
	}
	if err != nil {
		return err
	}
	return s.Login(ctx, j.Secrets["new"])
}

// report leaves the event "on token" for the centre.
func report() flow.Step {
	return flow.Step{
		Name: "on-token", Stage: service.StageMake, Title: service.T("登记介质", "Book the token"),
		Commit: func(tx *service.Tx, f *flow.Facts) error {
			return steps.Tell(tx, "on-token", map[string]string{"case": f.Case.No, "serial": f.Out[flow.IssuedKey], "token": f.Case.Token})
		},
	}
}
