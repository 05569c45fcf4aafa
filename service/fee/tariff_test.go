package fee_test

import (
	"testing"

	"certdesk/service"
	"certdesk/service/catalog"
	"certdesk/service/fee"
)

func tariff() *catalog.Catalog {
	return &catalog.Catalog{Projects: []catalog.Project{{
		Code: "01",
		Products: []catalog.Product{{Code: "11", Fees: []catalog.Fee{
			{Kind: "1001", Item: "service", Label: "服务费", Price: 20000, PerYear: true},
			{Kind: "1001", Item: "medium", Label: "介质费", Price: 8000},
			{Kind: "1003", Item: "reissue", Label: "补办费", Price: 5000},
		}}},
		Services: []catalog.ServiceFee{{Kind: "2001", Item: "unlock", Label: "解锁费", Price: 2000}},
	}}}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		kind             service.Kind
		project, product string
		years, lines     int
		total            service.Money
		want             service.Code
	}{
		{"1001", "01", "11", 1, 2, 28000, ""},
		{"1001", "01", "11", 3, 2, 68000, ""},
		{"1001", "01", "11", 0, 2, 28000, ""},
		{"1003", "01", "11", 3, 1, 5000, ""},
		{"2001", "01", "", 0, 1, 2000, ""},
		{"2002", "01", "", 0, 0, 0, ""},
		{"1002", "01", "11", 1, 0, 0, service.TariffUnknown},
		{"1001", "01", "99", 1, 0, 0, service.TariffUnknown},
		{"1001", "99", "11", 1, 0, 0, service.TariffUnknown},
	} {
		got, err := fee.Lines(tariff(), &service.Case{Kind: c.kind, Project: c.project, Product: c.product, Years: c.years})
		if service.CodeOf(err) != c.want || len(got) != c.lines || fee.Total(got) != c.total {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
		for _, l := range got {
			if l.Amount != l.Unit*service.Money(l.Quantity) || l.Label == "" {
				t.Errorf("%+v", l)
			}
		}
		if err != nil && service.ArgsOf(err)["kind"] != string(c.kind) {
			t.Errorf("%v", err)
		}
	}
}
