package tuitest

import (
	"context"
	"strings"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
)

// Blank is a token as it comes from the box; Used one with certificates.
var (
	Blank = service.TokenInfo{Serial: "2F4011870093", Model: "ePass3000GM", Manufacturer: "飞天", Total: 65536, Free: 49152,
		User: service.PINState{Max: 8, Left: 8, Known: true, Default: true, Set: true}, SO: service.PINState{Max: 8, Left: 8, Known: true, Default: true, Set: true}}
	Used = service.TokenInfo{Serial: "2F4011870121", Label: "B0430-250302-0018-1", Model: "ePass3000GM", Manufacturer: "飞天", Initialised: true, Total: 65536, Free: 40960,
		User: service.PINState{Max: 8, Left: 3, Known: true, Set: true}, SO: service.PINState{Max: 8, Left: 8, Known: true, Set: true}}
)

// Listing gives rows for lists of cases.
func Listing() []service.CaseSummary {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 21, h-8, m, 0, 0, time.UTC) }
	row := func(no string, k service.Kind, s service.Status, customer, by string, fee service.Money, when time.Time) service.CaseSummary {
		return service.CaseSummary{No: no, Kind: k, Status: s, Customer: customer, By: by, Fee: fee, Created: when, Updated: when}
	}
	return []service.CaseSummary{
		row("B0430-261121-0017", "1003", service.Review, "湖南楚禹科技有限公司", "王芳", 5000, at(9, 31)),
		row("B0430-261121-0016", "1001", service.Review, "长沙市雨花区䶮𠅤文化传播有限责任公司（普通合伙）", "周凯", 45000, at(9, 12)),
		row("B0430-261121-0015", "2001", service.Completed, "龙吉䶮", "王芳", 0, at(9, 5)),
		row("B0430-261121-0014", "1001", service.Approved, "怀化市通道县人民医院 孙𠅤", "王芳", 45000, at(8, 58)),
		row("B0430-261121-0013", "1001", service.Unfinished, "湘潭市公共资源交易中心", "周凯", 45000, at(8, 41)),
		row("B0430-261121-0012", "1001", service.Failed, "岳阳市洞庭湖生态保护协会", "王芳", 45000, at(8, 33)),
		row("B0430-261121-0011", "2001", service.CancelledS, "阿依古丽·买买提", "王芳", 0, at(8, 32)),
	}
}

// Find lists cases.
func (w *World) Find(_ context.Context, _ service.Actor, q service.CaseQuery) ([]service.CaseSummary, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []service.CaseSummary
	for _, r := range append(w.served(), w.Rows...) {
		if matches(r, q) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (w *World) served() []service.CaseSummary {
	var out []service.CaseSummary
	for i := len(w.order) - 1; i >= 0; i-- {
		c := w.cases[w.order[i]]
		out = append(out, service.CaseSummary{No: c.No, Kind: c.Kind, Status: c.Status, Customer: c.Values["name"], By: "王芳", Updated: Start})
	}
	return out
}

func matches(r service.CaseSummary, q service.CaseQuery) bool {
	ok := len(q.Statuses) == 0
	for _, s := range q.Statuses {
		ok = ok || s == r.Status
	}
	return ok && (strings.HasPrefix(r.No, q.Text) || strings.HasPrefix(r.Customer, q.Text))
}

// Detail shows a case of the list.
func (w *World) Detail(_ context.Context, _ service.Actor, no string) (flow.Detail, error) {
	at := time.Date(2026, 11, 21, 1, 12, 0, 0, time.UTC)
	by := func(name string, m time.Duration) service.Stamp {
		return service.Stamp{Name: name, At: at.Add(m * time.Minute)}
	}
	d := flow.Detail{
		Title: t("1001 初次办理 · 机构", "1001 First issue · Organisation"),
		Case: service.Case{No: no, Kind: "1001", Status: service.Produced, Money: service.MoneyPaid, Fee: 45000, Receipt: "R-0430-000217", Token: Blank.Serial, CustomerType: service.Organisation,
			Updated: at.Add(20 * time.Minute), By: map[service.Duty]service.Stamp{service.EnteredBy: by("王芳", 0), service.PaidBy: by("王芳", 6), service.ReviewedBy: by("李娜", 11), service.MadeBy: by("王芳", 15)}},
		Customer: service.Customer{Name: "长沙市雨花区䶮𠅤文化传播有限责任公司（普通合伙）", Type: service.Organisation, Number: "91430104MA4L1234XK", Mobile: "073188880000"},
		Visit:    service.Visit{Agent: service.Person{Name: "孙𠅤", Mobile: "13812348000"}},
		Certificates: []service.Certificate{
			{Serial: "3A917C00D2", Usage: service.UsageSign, Status: service.CertValid, NotAfter: at.AddDate(2, 0, 0)},
			{Serial: "3A917D00D2", Usage: service.UsageEncrypt, Status: service.CertValid, NotAfter: at.AddDate(2, 0, 0)},
		},
		Payments: []service.Payment{{Method: service.Mobile, Amount: 45000, TradeNo: "4200001234202611210", Receipt: "R-0430-000217"}},
		Papers: []service.Paper{
			{No: no, Kind: service.DocForm, Doc: service.Document{Title: "数字证书业务申请表"}, At: at.Add(4 * time.Minute)},
			{No: "R-0430-000217", Kind: service.DocReceipt, Doc: service.Document{Title: "收据"}, At: at.Add(6 * time.Minute), Reprint: 1},
		},
		History: []flow.Event{
			{At: at, Text: t("客户类型", "Customer type"), By: "王芳"}, {At: at.Add(6 * time.Minute), Text: t("收费", "Fee"), By: "王芳"},
			{At: at.Add(11 * time.Minute), Text: t("审核", "Review"), By: "李娜"}, {At: at.Add(15 * time.Minute), Text: t("写入证书", "Write certificates"), By: "王芳"},
		},
	}
	return d, nil
}

func (w *World) aside(c *Case) []flow.Panel {
	line := func(l, r string) flow.PanelLine { return flow.PanelLine{Left: service.Same(l), Right: service.Same(r)} }
	name := c.Values["name"]
	if name == "" {
		return nil
	}
	return []flow.Panel{
		{Title: t("客户", "Customer"), Lines: []flow.PanelLine{line(name, ""), line(service.Mask(c.Values["number"]), ""), line("经办人 "+c.Values["agent.name"], service.Mask(c.Values["agent.mobile"]))}},
		{Title: t("经过", "So far"), Lines: []flow.PanelLine{line("09:42 客户类型", "王芳"), line("09:43 证件号码", "王芳"), line("09:44 客户信息", "王芳")}},
	}
}
