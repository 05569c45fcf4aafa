package steps

import (
	"strconv"

	"certdesk/service"
	"certdesk/service/fee"
	"certdesk/service/flow"
)

// receiptPaper is the receipt of one charge: capital amount, methods, and the head of the audit chain it was written under.
func receiptPaper(f *flow.Facts, r service.Receipt) service.Document {
	d := head(f, service.DocReceipt, "收款收据", "", r.No)
	d.CopyOf = "客户联"
	d.Blocks = []service.Block{
		grid(2, append(payer(f), pair("业务编号", r.Case), pair("收款日期", fee.CapitalDate(service.Local(r.By.At))))...),
		receiptTable(r),
		{Type: service.BlockAmount, Pairs: []service.Pair{pair("大写", fee.Capital(r.Total)), pair("小写", "￥"+r.Total.String())}},
		grid(2, pair("收款方式", methodsText(tenders(f))), pair("收款人", r.By.Name)),
	}
	d.Foot = []string{"本收据为收款凭证，非发票；如需发票请凭本收据在受理点申请。", "审计链 " + clip(r.AuditHead, 32)}
	return d
}

// payer names who paid; where the certificate is a person's in an organisation, that person too.
func payer(f *flow.Facts) []service.Pair {
	label := "交款单位"
	if f.Customer.Type == service.Individual {
		label = "交款人"
	}
	pairs := []service.Pair{wide(label, f.Customer.Name)}
	if f.Case.Holder.Name != "" {
		pairs = append(pairs, wide("持证人", f.Case.Holder.Name))
	}
	return pairs
}

func receiptTable(r service.Receipt) service.Block {
	b := service.Block{Type: service.BlockTable, Head: []string{"项目", "数量", "单价（元）", "金额（元）"}, Align: "lrrr", Widths: []int{5, 1, 2, 2},
		Total: []string{"合计", "", "", r.Total.String()}}
	for _, l := range r.Lines {
		b.Rows = append(b.Rows, []string{l.Label, strconv.Itoa(l.Quantity), l.Unit.String(), l.Amount.String()})
	}
	return b
}

func methodsText(ts []fee.Tender) string {
	s := ""
	for i, t := range ts {
		if i > 0 {
			s += "，"
		}
		s += t.Method.Title().ZH + " " + t.Amount.String()
		if t.TradeNo != "" {
			s += "（" + t.TradeNo + "）"
		}
	}
	return s
}
