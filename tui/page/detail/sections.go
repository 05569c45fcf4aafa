package detail

import (
	"fmt"
	"strings"

	"certdesk/service"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// section is a heading with rows of label, value and a word at the right.
type section struct {
	title string
	rows  []row
}

type row struct{ label, value, right string }

func (p *Page) sections() (left, right []section) {
	in := p.env.In
	left = []section{
		{in(text.DetailCase), p.caseRows()}, {in(text.ColCustomer), p.customerRows()}, {in(text.DetailCerts), p.certRows()},
	}
	right = []section{
		{in(text.DetailPeople), p.peopleRows()}, {in(text.DetailMoney), p.moneyRows()}, {in(text.DetailPapers), p.paperRows()},
		{in(text.DetailHistory), p.historyRows()},
	}
	return left, right
}

// present leaves out rows without a value.
func present(rs ...row) []row {
	var out []row
	for _, r := range rs {
		if strings.TrimSpace(r.value) != "" {
			out = append(out, r)
		}
	}
	return out
}

func (p *Page) caseRows() []row {
	in, c := p.env.In, p.detail.Case
	return present(
		row{in(text.ColStatus), in(c.Status.Title()), page.Stamp(c.Updated)},
		row{in(text.ColFee), "￥" + c.Fee.String(), in(c.Money.Title())},
		row{in(text.DetailReceipt), c.Receipt, ""},
		row{in(text.Token), c.Token, ""},
		row{in(text.DetailReject), c.Rejection, ""},
	)
}

func (p *Page) customerRows() []row {
	in, d := p.env.In, p.detail
	return present(
		row{in(text.ColCustomer), d.Customer.Name, in(d.Case.CustomerType.Title())},
		row{in(text.DetailNumber), service.Mask(d.Customer.Number), ""},
		row{in(text.DetailMobile), service.Mask(d.Customer.Mobile), ""},
		row{in(text.DetailHolder), d.Case.Holder.Name, masked(d.Case.Holder.Mobile)},
		row{in(text.DetailAgent), d.Visit.Agent.Name, masked(d.Visit.Agent.Mobile)},
	)
}

func masked(s string) string {
	if s == "" {
		return ""
	}
	return service.Mask(s)
}

func (p *Page) certRows() []row {
	in := p.env.In
	var out []row
	for _, c := range p.detail.Certificates {
		until := service.Local(c.NotAfter).Format("2006-01-02")
		out = append(out, row{in(usage(c.Usage)), c.Serial, in(c.StatusAt(p.env.Now()).Title()) + " " + fmt.Sprintf(in(text.DetailUntil), until)})
	}
	return out
}

func usage(u service.KeyUsage) service.Text {
	switch u {
	case service.UsageSign:
		return text.UsageSign
	case service.UsageEncrypt:
		return text.UsageEncrypt
	}
	return text.UsageBoth
}

func (p *Page) peopleRows() []row {
	var out []row
	for _, d := range []service.Duty{service.EnteredBy, service.PaidBy, service.ReviewedBy, service.MadeBy, service.HandedBy} {
		if by, ok := p.detail.Case.By[d]; ok {
			out = append(out, row{p.env.In(d.Title()), by.Name, page.Stamp(by.At)})
		}
	}
	return present(out...)
}

func (p *Page) moneyRows() []row {
	var out []row
	for _, m := range p.detail.Payments {
		out = append(out, row{p.env.In(m.Method.Title()), "￥" + m.Amount.String() + "  " + m.TradeNo, m.Receipt})
	}
	return out
}

func (p *Page) paperRows() []row {
	var out []row
	for _, d := range p.detail.Papers {
		right := page.Stamp(d.At)
		if d.Reprint > 0 {
			right = fmt.Sprintf(p.env.In(text.DetailReprint), d.Reprint) + "  " + right
		}
		out = append(out, row{d.No, d.Doc.Title, right})
	}
	return out
}

func (p *Page) historyRows() []row {
	var out []row
	for _, h := range p.detail.History {
		out = append(out, row{page.Stamp(h.At), p.env.In(h.Text), h.By})
	}
	return out
}
