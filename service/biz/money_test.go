package biz_test

import (
	"context"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/fee"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

func pays(method service.Method, amount, tradeNo string) func(*flow.Answer) {
	return func(a *flow.Answer) {
		a.Values["method"], a.Values["amount"], a.Values["tradeNo"] = string(method), amount, tradeNo
	}
}

// TestBadMoney: every amount that cannot be taken is refused at its field and nothing is booked.
func TestBadMoney(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	for _, b := range []struct {
		name     string
		method   service.Method
		amount   string
		trade    string
		code     service.Code
		atAmount bool
	}{
		{"zero", service.Cash, "0", "", service.FeeZero, true},
		{"zero by card", service.Card, "0.00", "T1", service.FeeZero, true},
		{"negative", service.Cash, "-280", "", service.FeeNegative, true},
		{"over by card", service.Card, "280.01", "T1", service.FeeOver, true},
		{"over by transfer", service.Transfer, "1000", "T1", service.FeeOver, true},
		{"no number", service.Mobile, "280", "", service.TradeNoNeeded, false},
		{"unknown method", "cheque", "280", "", service.InputChoice, false},
		{"letters", service.Cash, "28O", "", service.FeeFormat, true},
		{"three decimals", service.Cash, "280.001", "", service.FeeFormat, true},
		{"too much for any till", service.Cash, "99999999999999", "", service.FeeFormat, true},
		{"nothing", service.Cash, "", "", service.InputRequired, true},
		{"Chinese trade number", service.Card, "280", "号码一", service.IDCharacter, false},
		{"long trade number", service.Card, "280", strings.Repeat("9", 65), service.InputTooLong, false},
	} {
		err := v.Say(pays(b.method, b.amount, b.trade))
		if field := service.ArgsOf(err)["field"]; service.CodeOf(err) != b.code || (field == "amount") != b.atAmount {
			t.Errorf("%s: %v", b.name, err)
		}
	}
	if d := v.Detail(); d.Case.Receipt != "" || len(d.Payments) != 0 || d.Case.Status != service.Unpaid {
		t.Errorf("%s, %d payments", d.Case.Status, len(d.Payments))
	}
}

// TestSeveralMethods pays one fee by card, wallet and cash with change, out of one receipt.
func TestSeveralMethods(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	v.Must(v.Say(pays(service.Card, "100.00", "C-1")))
	if s := v.Screen(); s.Prompt.Step != "tender" {
		t.Fatalf("stands at %s", s.Prompt.Step)
	}
	v.Restart()
	v.Must(v.Say(pays(service.Mobile, "80.5", "W-2")))
	v.Must(v.Say(pays(service.Cash, "100", "ignored")))
	if !shows(v, "￥0.50") {
		t.Errorf("no change is shown: %+v", v.Screen().Prompt.Facts)
	}
	v.To("review")
	d := v.Detail()
	if len(d.Payments) != 3 || d.Payments[2].Change != 50 || d.Payments[2].Amount != 9950 || d.Payments[2].TradeNo != "" {
		t.Fatalf("%+v", d.Payments)
	}
	checkLedger(t, v.Hall)
	text := paperText(t, v, service.DocReceipt)
	for _, want := range []string{"人民币贰佰捌拾元整", "280.00", "C-1", "W-2", "非发票", "湘江第1贸易有限公司"} {
		if !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %s", want)
		}
	}
}

// checkLedger: receipts, payments and entries say the same, each entry positive, the receivable comes to nothing.
func checkLedger(t *testing.T, h *flowtest.Hall) {
	t.Helper()
	now := h.Env.Now()
	h.Read(func(v service.View) error {
		entries, err := v.Ledger.Entries(now.AddDate(0, 0, -1), now.AddDate(0, 0, 1))
		if err != nil {
			return err
		}
		paid, err := v.Ledger.PaymentsBetween(now.AddDate(0, 0, -1), now.AddDate(0, 0, 1))
		if err != nil {
			return err
		}
		sums := map[string]service.Money{}
		var taken service.Money
		for _, e := range entries {
			if e.Amount <= 0 {
				t.Errorf("entry %+v", e)
			}
			sums[e.Debit] += e.Amount
			sums[e.Credit] -= e.Amount
		}
		for _, p := range paid {
			taken += p.Amount
			sums[string(p.Method)] -= p.Amount
		}
		for account, m := range sums {
			if strings.HasPrefix(account, "fee:") {
				taken += m
			} else if m != 0 {
				t.Errorf("%s does not come to nothing: %s", account, m)
			}
		}
		if taken != 0 {
			t.Errorf("fees and payments differ by %s", taken)
		}
		return nil
	})
}

// TestFreeProduct: no fee, no stage of it, no receipt.
func TestFreeProduct(t *testing.T) {
	c := flowtest.Org(1)
	c.Product = "19"
	v := at(t, c, "review")
	for _, st := range v.Screen().Stepper {
		if st.Stage == service.StageFee {
			t.Error("the stepper shows a fee")
		}
	}
	v.To("closed")
	v.Proof()
	if d := v.Detail(); d.Case.Money != service.MoneyNone || d.Case.Receipt != "" || len(d.Payments) != 0 {
		t.Errorf("%s %s", d.Case.Money, d.Case.Receipt)
	}
}

// dearer is the catalog with another price for organisations.
func dearer() string {
	return strings.Replace(flowtest.CatalogTOML, `price = "200.00"`, `price = "260.00"`, 1)
}

// TestStalePrice: money shown under an old price is refused, the new one is put to the customer, and what he accepts is charged.
func TestStalePrice(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	shown := v.Screen()
	v.NewCatalog(dearer())
	a := v.Answer(shown.Prompt)
	a.Version = shown.Version
	err := v.Engine.Answer(context.Background(), flowtest.Clerk, v.No, a)
	v.Wants(err, service.TariffStale)
	if args := service.ArgsOf(err); args["old"] != "280.00" || args["new"] != "340.00" {
		t.Errorf("%v", args)
	}
	if s := v.Screen(); s.Prompt.Step != "reprice" || s.Status != service.Unpaid {
		t.Fatalf("stands at %s", s.Prompt.Step)
	}
	v.To("closed")
	v.Proof()
	if c := v.Case(); c.Fee != 34000 || c.Catalog != v.Catalog.Version {
		t.Errorf("fee %s", c.Fee)
	}
	checkLedger(t, v.Hall)
}

// TestPriceOnTheTable: once the first money lies there the price of the opening holds; a customer may refuse a new one.
func TestPriceOnTheTable(t *testing.T) {
	v := at(t, flowtest.Org(1), "tender")
	v.Must(v.Say(pays(service.Card, "100", "C-1")))
	v.NewCatalog(dearer())
	v.To("review")
	if c := v.Case(); c.Fee != 28000 {
		t.Errorf("fee %s", c.Fee)
	}
	w := at(t, flowtest.Org(2), "tender")
	w.NewCatalog(dearer())
	w.Must(w.Say(func(a *flow.Answer) { a.Refused = true }))
	if c := w.Case(); c.Status != service.CancelledS || c.Money != service.MoneyNone {
		t.Errorf("%s, money %s", c.Status, c.Money)
	}
}

// TestRepricedAfterReview: project 02 reviews first; a price that changed after it is reviewed again before making.
func TestRepricedAfterReview(t *testing.T) {
	c := flowtest.Org(1)
	c.Project, c.Product = "02", "21"
	v := at(t, c, "tender")
	v.NewCatalog(strings.Replace(flowtest.CatalogTOML, `price = "300.00"`, `price = "310.00"`, 1))
	v.To("work")
	v.Wants(v.Work(), service.DigestChanged)
	if at := v.Step(); at != "review-first" {
		t.Fatalf("stands at %s", at)
	}
	v.To("closed")
	v.Proof()
	if d := v.Detail(); len(d.Payments) != 1 || d.Payments[0].Amount != 31000 {
		t.Errorf("%+v", d.Payments)
	}
}

// TestUnknownTariff: a project or catalog version that is gone is an error of its own, and the case stands as it stood.
func TestUnknownTariff(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	h.NewCatalog(strings.Replace(flowtest.CatalogTOML, `code = "01"`, `code = "09"`, 1))
	v := h.Begin(service.KindUnlock, c)
	v.To("identify")
	v.Wants(v.Say(nil), service.TariffUnknown)
	v.Status(service.Draft)
	h.Must(h.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, ""))
	_, err := fee.Lines(h.Catalog, &service.Case{Project: "02", Product: "99", Kind: service.KindIssue})
	h.Wants(err, service.TariffUnknown)
	_, err = fee.Lines(h.Catalog, &service.Case{Project: "02", Product: "21", Kind: "1003"})
	h.Wants(err, service.TariffUnknown)
}

// TestReceiptsGapless: numbers follow each other over acts that failed, and end with the range.
func TestReceiptsGapless(t *testing.T) {
	h := flowtest.New(t)
	h.Set(fee.RangeSetting, []fee.Range{{Prefix: "R-0430-", From: 8, To: 10}})
	var got []string
	for n := range 4 {
		v := h.Begin(service.KindIssue, flowtest.Org(n+1))
		v.To("settle")
		if n == 3 {
			h.Wants(v.Say(nil), service.ReceiptsOut)
			v.Status(service.Unpaid)
			break
		}
		h.Wants(failingSettle(v), service.StoreFailed)
		v.To("review")
		got = append(got, v.Case().Receipt)
	}
	if strings.Join(got, " ") != "R-0430-000008 R-0430-000009 R-0430-000010" {
		t.Errorf("%v", got)
	}
	checkLedger(t, h)
}

// failingSettle books the money in an act that fails at its very end.
func failingSettle(v *flowtest.Visit) error {
	s := v.Screen()
	broken := &flowtest.Broken{Store: v.Station}
	a := v.Answer(s.Prompt)
	return v.EngineOn(broken).Answer(context.Background(), flowtest.Clerk, v.No, a)
}

// TestPaidIsPaid: pricing again charges nothing again.
func TestPaidIsPaid(t *testing.T) {
	c := service.Case{Kind: service.KindIssue, Project: "gone", Receipt: "R-0430-000001", Fee: 28000, Money: service.MoneyPaid}
	if err := steps.Price().Commit(nil, &flow.Facts{Case: &c}); err != nil || c.Money != service.MoneyPaid || c.Fee != 28000 {
		t.Errorf("%+v, %v", c, err)
	}
}

// paperText is all the text of the newest paper of a kind.
func paperText(t *testing.T, v *flowtest.Visit, kind service.DocKind) string {
	t.Helper()
	text := ""
	for _, p := range v.Detail().Papers {
		if p.Kind == kind {
			text = docText(p.Doc)
		}
	}
	if text == "" {
		t.Fatalf("no %s", kind)
	}
	return text
}

func docText(d service.Document) string {
	parts := append([]string{d.Title, d.Subtitle, d.No, d.CopyOf}, d.Foot...)
	for _, b := range d.Blocks {
		parts = append(parts, b.Text)
		for _, p := range b.Pairs {
			parts = append(parts, p.Label, p.Value)
		}
		for _, r := range append(b.Rows, b.Head, b.Total) {
			parts = append(parts, r...)
		}
		for _, c := range b.Checks {
			parts = append(parts, c.Label)
		}
	}
	return strings.Join(parts, "\n")
}
