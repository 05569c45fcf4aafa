package demo_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
	"certdesk/service/catalog"
	"certdesk/service/fee"
)

func load(t *testing.T) *catalog.Catalog {
	t.Helper()
	for _, err := range catalog.Check(demo.CatalogTOML()) {
		t.Error(err)
	}
	c, err := catalog.Load(demo.CatalogTOML())
	if err != nil {
		t.FailNow()
	}
	return c
}

// Whoever comes, in whatever project: there is a product for him, it costs something, and the papers are named.
func TestEveryCustomerIsServed(t *testing.T) {
	c := load(t)
	if len(c.Projects) != 3 {
		t.Fatalf("%d projects", len(c.Projects))
	}
	for _, p := range c.Projects {
		for _, who := range []service.CustomerType{service.Organisation, service.StaffOf, service.Individual} {
			if len(p.For(who)) == 0 {
				t.Errorf("%s has no product for %s", p.Name, who)
			}
			for _, d := range p.For(who) {
				served(t, c, p, d)
			}
			if ms := p.Service(service.KindUnlock).MaterialsFor(who); len(ms) < 3 {
				t.Errorf("%s: unlock asks %s for %+v", p.Name, who, ms)
			}
		}
	}
}

func served(t *testing.T, c *catalog.Catalog, p catalog.Project, d catalog.Product) {
	t.Helper()
	for _, years := range append([]int{0}, d.Years...) {
		one := &service.Case{Kind: service.KindIssue, Project: p.Code, Product: d.Code, Years: years}
		if lines, err := fee.Lines(c, one); err != nil || fee.Total(lines) < 5_000 {
			t.Errorf("%s %s, %d years: %v, %v", p.Name, d.Name, years, lines, err)
		}
	}
	vital := 0
	for _, m := range d.MaterialsFor(service.KindIssue) {
		if m.Vital {
			vital++
		}
	}
	if vital < 2 {
		t.Errorf("%s %s: %d vital papers", p.Name, d.Name, vital)
	}
}

func TestServices(t *testing.T) {
	c := load(t)
	for code, want := range map[string]struct {
		price  service.Money
		review bool
	}{"01": {0, false}, "02": {2_000, true}, "03": {0, false}} {
		p, err := c.Project(code)
		if err != nil {
			t.Fatal(err)
		}
		if s := p.Service(service.KindUnlock); s.Price != want.price || s.Review != want.review {
			t.Errorf("%s: unlock %s, review %v", code, s.Price, s.Review)
		}
		if s := p.Service(service.KindChangePIN); s.Price != 0 || s.Review {
			t.Errorf("%s: change of PIN %+v", code, s)
		}
	}
}

func TestShortLived(t *testing.T) {
	p, err := load(t).Project("01")
	if err != nil {
		t.Fatal(err)
	}
	if d, err := p.Product("91"); err != nil || d.Days != 3 || len(d.Years) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestAgreements(t *testing.T) {
	for _, p := range load(t).Projects {
		if n := utf8.RuneCountInString(p.Agreement); n < 600 || n > 1100 {
			t.Errorf("%s: %d characters", p.Name, n)
		}
		for _, article := range []string{"第一条", "第十一条", "身份真实", "口令保管", "挂失", "责任限制", "个人信息", "证书失效后五年"} {
			if !strings.Contains(p.Agreement, article) {
				t.Errorf("%s lacks %s", p.Name, article)
			}
		}
	}
}

func TestCopy(t *testing.T) {
	demo.CatalogTOML()[0] = 'X'
	if demo.CatalogTOML()[0] == 'X' {
		t.Error("the embedded file can be written to")
	}
}
