package steps

import (
	"encoding/json"
	"strconv"
	"strings"

	"certdesk/service"
	"certdesk/service/fee"
	"certdesk/service/flow"
)

// Fields that keep the money on the table: the tenders, what they were given for, and their sum for the engine.
const (
	tenderField    = "tenders"
	tenderForField = "tenders.for"
)

func tenders(f *flow.Facts) []fee.Tender {
	var ts []fee.Tender
	if json.Unmarshal([]byte(f.Get(tenderField)), &ts) != nil {
		return nil
	}
	return ts
}

// setTenders keeps the tenders, with their sum in step (flow.OnTableField: fen, in decimal).
func setTenders(f *flow.Facts, ts []fee.Tender) error {
	if len(ts) == 0 {
		for _, name := range []string{tenderField, tenderForField, flow.OnTableField} {
			f.Set(name, "")
		}
		return nil
	}
	b, err := json.Marshal(ts)
	if err != nil {
		return service.E(service.Internal, "steps.setTenders", nil, err)
	}
	f.Set(tenderField, string(b))
	f.Set(tenderForField, tenderFor(f))
	f.Set(flow.OnTableField, strconv.FormatInt(int64(fee.Given(ts)), 10))
	return nil
}

// tenderFor is what money is given for; where it becomes another thing, the money is not simply taken over.
func tenderFor(f *flow.Facts) string {
	c := f.Case
	return strings.Join([]string{c.Project, c.Product, strconv.Itoa(c.Years), c.Fee.Plain()}, "/")
}

// OnTable is the money that was taken and stands in no receipt yet; zero once it is booked.
func OnTable(f *flow.Facts) service.Money {
	if f.Case.Receipt != "" {
		return 0
	}
	return fee.Given(tenders(f))
}

// Untender gives the money on the table back before it is asked for anew: the tenders were complete and the clerk came back, or they
// were given for something else. It never counts as done, so that it comes up as often as that happens.
func Untender() flow.Step {
	return flow.Step{
		Name: "untender", Stage: service.StageFee, Title: service.T("退还已收款项", "Give the money back"),
		When: mustReturn, Ask: askUntender, Take: takeUntender,
	}
}

func mustReturn(f *flow.Facts) bool {
	on := OnTable(f)
	return on > 0 && (on >= f.Case.Fee || f.Get(tenderForField) != tenderFor(f))
}

func askUntender(f *flow.Facts) (flow.Prompt, error) {
	on := OnTable(f).String()
	return flow.Prompt{
		Type: flow.PromptConfirm, Facts: settleFacts(f), Primary: service.T("已将款项退还客户", "The money is back with the customer"),
		Warning: service.T("已收 ￥"+on+"，请先退还客户，再重新收款。", "￥"+on+" was taken: give it back to the customer, then take the fee anew."),
	}, nil
}

func takeUntender(tx *service.Tx, f *flow.Facts, _ flow.Answer) (flow.Result, error) {
	detail := OnTable(f).Plain()
	for _, t := range tenders(f) {
		detail += " " + string(t.Method) + " " + t.Amount.Plain()
	}
	if err := setTenders(f, nil); err != nil {
		return flow.Again, err
	}
	return flow.Again, tx.Audit.Append("tender.returned", f.Case.No, detail)
}
