package steps

import (
	"context"

	"certdesk/service"
	"certdesk/service/flow"
)

// soLocked is the output that says of a token that its SO PIN is locked.
const soLocked = "so.locked"

// LookSO is Look for a business that needs the SO PIN: a dead token is known before anybody pays.
func LookSO() flow.Step {
	s := Look()
	read := s.Do
	s.Do = func(ctx context.Context, j *flow.Job) error {
		if err := read(ctx, j); err != nil {
			return err
		}
		t, err := j.Token(ctx)
		if err != nil {
			return err
		}
		info, err := t.Info(ctx)
		if err == nil && info.SO.Locked {
			j.Put(soLocked, "1")
		}
		return err
	}
	return s
}

// DeadOnSight is the end of a case whose token was found dead when it was read.
func DeadOnSight() flow.Step {
	return dead("dead", service.StageIdentity, func(f *flow.Facts) bool { return f.Out[soLocked] != "" })
}

// Dead is the end of a case whose token died under it, or was given up by a supervisor.
func Dead() flow.Step {
	return dead("dead-making", service.StageMake, func(f *flow.Facts) bool {
		return f.Get(soDead) != "" || stopped(f, "pin", service.SOPINLocked)
	})
}

// dead is the prompt by which a token whose SO PIN nobody can use any more is booked out: the clerk tells the customer, a notice goes
// with the token, the case ends, and what was paid is to be given back.
func dead(name string, stage service.Stage, when func(*flow.Facts) bool) flow.Step {
	return flow.Step{
		Name: name, Stage: stage, Title: service.T("介质已报废", "The token is dead"), When: when,
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			p := flow.Prompt{
				Type: flow.PromptConfirm, Facts: deadFacts(f), Primary: service.T("已告知客户，登记报废并打印告知书", "The customer knows: book it out, print the notice"),
				Warning: service.T("管理 PIN 已不可用，谁也不能再为这枚介质设置 PIN。请客户改办 1003 补办。",
					"Its SO PIN is of no more use; nobody can set a PIN on this token. The customer needs a reissue (1003)."),
			}
			if f.Get(soDead) != "" && f.Stopped["pin"] != service.SOPINLocked {
				p.Refuse = service.T("不报废，返回", "Not yet; go back")
			}
			return p, nil
		},
		Take: takeDead,
	}
}

func deadFacts(f *flow.Facts) []flow.Fact {
	refund := ""
	if f.Case.Money == service.MoneyPaid {
		refund = "￥" + f.Case.Fee.String()
	}
	return present([]flow.Fact{
		fact("客户", "Customer", f.Customer.Name), fact("持证人", "Holder", f.Case.Holder.Name), fact("介质", "Token", f.Case.Token),
		fact("证书", "Certificate", clip(f.Out["held"], 20)), fact("应退", "To be refunded", refund),
	})
}

func takeDead(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
	if a.Refused {
		f.Set(soDead, "")
		return flow.Again, nil
	}
	if err := tx.Stock.PutItem(service.StockItem{Serial: f.Case.Token, State: service.StockDead, Case: f.Case.No, At: tx.Now}); err != nil {
		return flow.Stop, err
	}
	if err := queue(tx, f, deadNotice(f)); err != nil {
		return flow.Stop, err
	}
	if err := tx.Audit.Append("token.dead", f.Case.No, f.Case.Token); err != nil {
		return flow.Stop, err
	}
	return flow.Stop, Tell(tx, "token-dead", map[string]string{"case": f.Case.No, "token": f.Case.Token})
}

// deadNotice tells the customer in writing what became of the token and what is to be done.
func deadNotice(f *flow.Facts) service.Document {
	d := head(f, service.DocNotice, "介质报废告知书", "证书解锁", f.Case.No)
	d.CopyOf = "客户联"
	d.Blocks = []service.Block{heading("客户"), grid(2, customerPairs(f)...)}
	d.Blocks = append(d.Blocks, peopleBlocks(f)...)
	d.Blocks = append(d.Blocks,
		heading("介质"), grid(2, pair("序列号", f.Case.Token), pair("状态", "报废"), wide("证书", f.Out["held"])),
		service.Block{Type: service.BlockText, Text: "该介质的管理 PIN 已不可用，任何受理点和中心都不能再为它解锁或设置 PIN，介质已登记报废。" +
			"介质上的密钥和证书没有泄露；需要继续使用证书的，请凭本告知书办理补办（业务 1003，损坏）。"})
	if f.Case.Money == service.MoneyPaid {
		d.Blocks = append(d.Blocks, service.Block{Type: service.BlockText, Text: "本次业务已收 ￥" + f.Case.Fee.String() + "（收据 " + f.Case.Receipt + "），按原收款方式退还。"})
	}
	d.Blocks = append(d.Blocks, service.Block{Type: service.BlockSignatures, Pairs: []service.Pair{pair("客户签字", ""), pair("受理员", f.Who.Name)}})
	return d
}
