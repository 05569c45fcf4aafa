package demo

import (
	"fmt"

	"certdesk/service"
)

// Welcome tells who can sign in at the demo.
func Welcome(lang service.Lang) []string {
	out := []string{service.T("演示大厅："+hallName+" "+window+" 号窗口。登录号与口令：", "Demo hall: "+hallName+" window "+window+". Sign in with:").In(lang)}
	for _, p := range People() {
		out = append(out, fmt.Sprintf("  %s  %s  %s %s", p.Login, p.Demo, p.Name, p.Role.Title().In(lang)))
	}
	return out
}

// Lines is the summary as text.
func (s Summary) Lines() []string {
	var out []string
	for _, c := range s.Cases {
		out = append(out, fmt.Sprintf("%s  %s  %-9s  %12s  %s", c.No, c.Kind, c.Status, service.Money(c.Fee), c.Customer))
	}
	balanced := map[bool]string{true: "平", false: "不平"}[s.Ledger.Balanced]
	return append(out, fmt.Sprintf("业务 %d  证书 %d  介质 %d  收款 %s  退费 %s  账目%s  %.1f s", s.Ledger.Cases, s.Ledger.Certificates,
		s.Ledger.Tokens, service.Money(s.Ledger.Fees), service.Money(s.Ledger.Refunds), balanced, s.Seconds))
}
