package steps

import (
	"time"

	"certdesk/service"
	"certdesk/service/flow"
)

// History shows the customer's earlier certificates and open cases before anything is promised.
func History() flow.Step {
	return flow.Step{
		Name: "history", Stage: service.StageIdentity, Title: service.T("已有证书与业务", "Earlier certificates and cases"),
		When: func(f *flow.Facts) bool { return len(f.Known.Certificates)+len(f.Known.Open) > 0 },
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			return flow.Prompt{Type: flow.PromptReport, Primary: next, Table: historyTable(f),
				Note: service.T("请与客户确认是否仍要办理本业务。", "Ask the customer whether this is still what they need.")}, nil
		},
		Take: func(*service.Tx, *flow.Facts, flow.Answer) (flow.Result, error) { return flow.Next, nil },
	}
}

func historyTable(f *flow.Facts) *flow.Table {
	t := &flow.Table{
		Head:  []service.Text{service.T("类别", "What"), service.T("编号", "Number"), service.T("状态", "Status"), service.T("日期", "Date")},
		Align: "lllr",
	}
	for _, c := range f.Known.Certificates {
		t.Rows = append(t.Rows, []service.Text{service.T("证书", "certificate"), service.Same(clip(c.Serial, 16)), c.StatusAt(f.Now).Title(), until(c.NotAfter)})
	}
	for _, c := range f.Known.Open {
		t.Rows = append(t.Rows, []service.Text{service.T("业务 "+string(c.Kind), "case "+string(c.Kind)), service.Same(c.No), c.Status.Title(), service.Same(day(c.Created))})
	}
	return t
}

func day(at time.Time) string { return service.Local(at).Format("2006-01-02") }

func until(at time.Time) service.Text { return service.T("至 "+day(at), "to "+day(at)) }

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
