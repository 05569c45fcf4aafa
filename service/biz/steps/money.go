package steps

import (
	"strconv"

	"certdesk/service"
	"certdesk/service/fee"
	"certdesk/service/flow"
)

func due(f *flow.Facts) bool { return f.Case.Money == service.MoneyDue }

// Reprice tells the clerk that the tariff changed since the case was opened, before any money is taken.
func Reprice() flow.Step {
	return flow.Step{
		Name: "reprice", Stage: service.StageFee, Title: service.T("资费已变更", "The tariff changed"),
		When: func(f *flow.Facts) bool {
			_, changed := newPrice(f)
			return due(f) && changed && len(tenders(f)) == 0
		},
		Stale: func(f *flow.Facts) error {
			now, _ := newPrice(f)
			return service.E(service.TariffStale, "steps.Reprice", service.Args{"old": f.Case.Fee.String(), "new": now.String()}, nil)
		},
		Ask: askReprice, Take: takeReprice,
	}
}

func askReprice(f *flow.Facts) (flow.Prompt, error) {
	now, _ := newPrice(f)
	return flow.Prompt{Type: flow.PromptConfirm, Primary: service.T("客户同意按新资费办理", "The customer accepts the new price"),
		Refuse: service.T("撤销业务", "Cancel the case"),
		Facts: []flow.Fact{
			{Label: service.T("受理时", "When opened"), Value: service.Same("￥" + f.Case.Fee.String())},
			{Label: service.T("现行", "Now"), Value: service.Same("￥" + now.String()), Mark: "!"},
		}}, nil
}

func takeReprice(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
	if a.Refused {
		return flow.Stop, nil
	}
	f.Case.Catalog, f.Catalog = f.Current.Version, f.Current
	return flow.Next, price(f)
}

// newPrice is today's price, and whether it differs from the one the case was opened under.
func newPrice(f *flow.Facts) (service.Money, bool) {
	if f.Current == nil || f.Case.Project == "" || f.Current.Version == f.Case.Catalog {
		return f.Case.Fee, false
	}
	lines, err := fee.Lines(f.Current, f.Case)
	if err != nil {
		return f.Case.Fee, false
	}
	return fee.Total(lines), fee.Total(lines) != f.Case.Fee
}

// Tender takes money by one method after another until nothing is due. Nothing is booked before Settle.
func Tender() flow.Step {
	return flow.Step{Name: "tender", Stage: service.StageFee, Title: service.T("收费", "Fee"), When: due, Ask: askTender, Take: takeTender}
}

// open is what was given and what is still to be given; Untender stands in front of a list that is complete.
func open(f *flow.Facts) ([]fee.Tender, service.Money) {
	ts := tenders(f)
	return ts, f.Case.Fee - fee.Given(ts)
}

func askTender(f *flow.Facts) (flow.Prompt, error) {
	ts, left := open(f)
	table, err := feeTable(f)
	var facts []flow.Fact
	for _, t := range ts {
		facts = append(facts, flow.Fact{Label: t.Method.Title(), Value: service.Same(t.Amount.String()), Mark: "✓"})
	}
	facts = append(facts, flow.Fact{Label: service.T("还应收", "Still due"), Value: service.Same("￥" + left.String())})
	return flow.Prompt{Type: flow.PromptForm, Table: table, Facts: facts, Fields: tenderFields(left), Primary: service.T("收下这一笔", "Take it")}, err
}

func tenderFields(left service.Money) []flow.Field {
	var ms []flow.Choice
	for _, m := range service.Methods() {
		ms = append(ms, flow.Choice{Value: string(m), Label: m.Title()})
	}
	return []flow.Field{
		{Name: "method", Label: service.T("收款方式", "Method"), Type: flow.FieldChoice, Required: true, Choices: numbered(ms), Value: string(service.Cash)},
		{Name: "amount", Label: service.T("实收金额", "Amount"), Type: flow.FieldMoney, Required: true, Max: 14, Value: left.Plain(), Check: moneyCheck},
		{Name: "tradeNo", Label: service.T("交易号", "Trade number"), Type: flow.FieldNumber, Max: 64, Hint: service.T("现金不填", "not for cash")},
	}
}

func moneyCheck(v string) (string, error) {
	m, err := service.ParseMoney(v)
	if err == nil && m == 0 {
		err = service.E(service.FeeZero, "steps.moneyCheck", nil, nil)
	}
	return m.Plain(), err
}

// feeTable is the charge as the customer reads it.
func feeTable(f *flow.Facts) (*flow.Table, error) {
	lines, err := fee.Lines(f.Catalog, f.Case)
	t := &flow.Table{
		Head:  []service.Text{service.T("费用", "Fee"), service.T("数量", "Qty"), service.T("单价", "Unit"), service.T("金额", "Amount")},
		Align: "lrrr", Total: append([]service.Text{service.T("应收合计", "Total due")}, flow.Row("", "", fee.Total(lines).String())...),
	}
	for _, l := range lines {
		t.Rows = append(t.Rows, flow.Row(l.Label, strconv.Itoa(l.Quantity), l.Unit.String(), l.Amount.String()))
	}
	return t, err
}

func takeTender(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
	ts, left := open(f)
	v, err := Accept(tx, f, tenderFields(left), a)
	if err != nil {
		return flow.Next, err
	}
	given, err := service.ParseMoney(v["amount"])
	if err != nil {
		return flow.Next, err
	}
	t, err := fee.Offer(service.Method(v["method"]), given, left, v["tradeNo"])
	if err != nil {
		return flow.Next, atField(err, flow.Field{Name: offerField(err)})
	}
	if err := setTenders(f, append(ts, t)); err != nil {
		return flow.Next, err
	}
	if t.Amount < left {
		return flow.Again, nil
	}
	return flow.Next, nil
}

func offerField(err error) string {
	switch service.CodeOf(err) {
	case service.TradeNoNeeded:
		return "tradeNo"
	case service.MethodUnknown:
		return "method"
	}
	return "amount"
}

// Settle books the money: receipt, payments, entries and paper in one act.
func Settle() flow.Step {
	return flow.Step{Name: "settle", Stage: service.StageFee, Title: service.T("确认收款", "Confirm payment"), When: due, Final: true,
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			table, err := feeTable(f)
			return flow.Prompt{Type: flow.PromptConfirm, Table: table, Facts: settleFacts(f), Primary: service.T("确认收款并出收据", "Confirm and write the receipt")}, err
		},
		Take: func(tx *service.Tx, f *flow.Facts, _ flow.Answer) (flow.Result, error) {
			return flow.Next, settle(tx, f)
		},
	}
}

func settleFacts(f *flow.Facts) []flow.Fact {
	var out []flow.Fact
	for _, t := range tenders(f) {
		out = append(out, flow.Fact{Label: t.Method.Title(), Value: service.Same(t.Given.String()), Mark: "✓"})
		if t.Change() > 0 {
			out = append(out, flow.Fact{Label: service.T("找零", "Change"), Value: service.Same("￥" + t.Change().String()), Mark: "!"})
		}
	}
	return out
}

func settle(tx *service.Tx, f *flow.Facts) error {
	lines, err := fee.Lines(f.Catalog, f.Case)
	if err != nil {
		return err
	}
	by := service.Stamp{Staff: tx.Who.ID, Name: tx.Who.Name, At: tx.Now}
	r, err := fee.Charge(fee.BookOf(tx), f.Case.No, lines, tenders(f), by)
	if err != nil {
		return err
	}
	f.Case.Receipt, f.Case.Money, f.Case.By[service.PaidBy] = r.No, service.MoneyPaid, by
	f.Set(flow.OnTableField, "")
	if err := tx.Audit.Append("receipt", r.No, f.Case.No+" "+r.Total.Plain()); err != nil {
		return err
	}
	if err := Tell(tx, "receipt", r); err != nil {
		return err
	}
	return queue(tx, f, receiptPaper(f, r))
}
