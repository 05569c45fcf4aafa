package steps

import (
	"encoding/base64"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

// HandoverPaper is the sheet that goes with the token: what is on it, and the customer's signature for it.
func HandoverPaper(business string) func(*flow.Facts) (service.Document, error) {
	return func(f *flow.Facts) (service.Document, error) {
		d := head(f, service.DocHandover, "数字证书交付单", business, f.Case.No)
		d.CopyOf = "客户联"
		d.Blocks = []service.Block{heading("客户"), grid(2, customerPairs(f)...)}
		d.Blocks = append(d.Blocks, peopleBlocks(f)...)
		d.Blocks = append(d.Blocks, heading("介质"), grid(2, pair("序列号", f.Case.Token), pair("PIN", "由客户本人设置")))
		if rows := certificateRows(f); len(rows) > 0 {
			d.Blocks = append(d.Blocks, heading("证书"), service.Block{Type: service.BlockTable, Head: []string{"用途", "序列号", "有效期至"}, Align: "lll", Widths: []int{2, 6, 3}, Rows: rows})
		}
		d.Blocks = append(d.Blocks, advice(), service.Block{Type: service.BlockSignatures, Pairs: []service.Pair{pair("领取人签字", ""), pair("交付人", f.Who.Name)}})
		return d, nil
	}
}

func certificateRows(f *flow.Facts) [][]string {
	var rows [][]string
	certs := []struct{ key, label string }{{"cert.sign", "签名证书"}, {"cert.encrypt", "加密证书"}}
	if alg, err := Algorithm(f); err == nil && alg.Single() {
		certs[0].label = "签名与加密证书（" + algorithms[alg].name + "）"
	}
	for _, c := range certs {
		der, err := base64.StdEncoding.DecodeString(f.Out[c.key])
		if err != nil || len(der) == 0 {
			continue
		}
		cert, err := sm.ParseCertificate(der)
		if err != nil {
			continue
		}
		rows = append(rows, []string{c.label, sm.SerialText(cert.Serial), service.Local(cert.NotAfter).Format("2006-01-02")})
	}
	return rows
}

func advice() service.Block {
	return service.Block{Type: service.BlockText, Text: "使用须知：一、介质与 PIN 分开保管，不得转借。二、PIN 连续输错 10 次介质锁死，须携带材料到受理点解锁。" +
		"三、介质遗失请立即报失，证书将被冻结。四、证书到期前 90 天内可办理更新。"}
}

// Handover asks for the customer's signature and closes the case.
func Handover() flow.Step {
	return flow.Step{
		Name: "handover", Stage: service.StageHandover, Title: service.T("交付", "Hand over"),
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			return flow.Prompt{Type: flow.PromptConfirm, Facts: handoverFacts(f), Primary: service.T("客户已签收，办结", "Signed for; close the case"),
				Note: service.T("交付介质、收据与交付单，归还证件。请客户在交付单上签字。", "Hand over token, receipt and sheet, give the papers back, have the sheet signed.")}, nil
		},
		Take: handover,
	}
}

func handoverFacts(f *flow.Facts) []flow.Fact {
	return present([]flow.Fact{
		fact("客户", "Customer", f.Customer.Name),
		fact("持证人", "Holder", f.Case.Holder.Name),
		fact("介质", "Token", f.Case.Token),
		fact("收据", "Receipt", f.Case.Receipt),
	})
}

func handover(tx *service.Tx, f *flow.Facts, _ flow.Answer) (flow.Result, error) {
	f.Case.By[service.HandedBy] = service.Stamp{Staff: tx.Who.ID, Name: tx.Who.Name, At: tx.Now}
	f.Visit.Closed = tx.Now
	if err := tx.Cases.PutVisit(*f.Visit); err != nil {
		return flow.Next, err
	}
	return flow.Next, Tell(tx, "case.completed", map[string]string{"case": f.Case.No, "kind": string(f.Case.Kind)})
}
