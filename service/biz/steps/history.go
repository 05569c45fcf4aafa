package steps

import (
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
		t.Rows = append(t.Rows, []string{"证书", clip(c.Serial, 16), c.StatusAt(f.Now).Title().ZH, "至 " + service.Local(c.NotAfter).Format("2006-01-02")})
	}
	for _, c := range f.Known.Open {
		t.Rows = append(t.Rows, []string{"业务 " + string(c.Kind), c.No, c.Status.Title().ZH, service.Local(c.Created).Format("2006-01-02")})
	}
	return t
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
