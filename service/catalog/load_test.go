package catalog_test

import (
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/catalog"
	"certdesk/service/sm"
)

// sample is right in every rule. The other tests break it at one place each, so its lines are counted: keep them.
const sample = `title = "目录"
place = { province = "湖南省", city = "长沙市" }

[[project]]
code = "01"
name = "公共资源交易"
review = "before-fee"
agreement = """
第一条
[[project]] stands here as text
"""

[[project.product]]
code = "11"
name = "机构证书"
customer = "organisation"
profile = "org-sm2"
alg = "sm2"
years = [1, 2, 3]
warranty_days = 365
fee = [
  { kind = "1001", item = "service", label = "服务年费", price = "200.00", per_year = true },
  { kind = "1002+1004", item = "service", label = "服务年费", price = "1,200.5" },
]
[[project.product.material]]
kind = "1001"
code = "form"
copies = 2
vital = true
label = { zh = "申请表", en = "Form" }
[[project.product.material]]
kind = "1001"
code = "licence"
label.zh = "执照"
label.en = "Licence"
[[project.product.field]]
name = "grade"
required = true
choices = ["甲级", "乙级"]
label = { zh = "等级", en = "Grade" }
[[project.product.field]]
name = "note"
max = 20
label = { zh = "备注", en = "Note" }

[[project.product]]
code = "91"
name = "体验证书"
customer = "person"
profile = "person-sm2"
alg = "p256"
days = 3
fee = [{ kind = "1001", item = "medium", label = "介质费", price = "80" }]

[[project.service]]
kind = "2001"
item = "unlock"
label = "解锁"
price = "20"
review = true
[[project.service.material]]
code = "id"
customer = "person"
label = { zh = "身份证", en = "ID" }
[[project.service.material]]
code = "id"
customer = "staff"
label = { zh = "身份证", en = "ID" }
[[project.service]]
kind = "2002"
price = "0"
`

func TestLoad(t *testing.T) {
	c, err := catalog.Load([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	sum := sm.Sum([]byte(sample))
	if c.Version != hex.EncodeToString(sum[:]) {
		t.Errorf("version %s", c.Version)
	}
	if c.Province.City != "长沙市" || c.Projects[0].ReviewWhen != catalog.ReviewBeforeFee {
		t.Errorf("got %+v", c)
	}
	p, err := c.Project("01")
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Product("11")
	if err != nil {
		t.Fatal(err)
	}
	if d.Fees[0].Price != 20_000 || !d.Fees[0].PerYear || d.Fees[1].Price != 120_050 || d.Fees[1].Kind != "1002+1004" {
		t.Errorf("fees %+v", d.Fees)
	}
	if m := d.MaterialsFor(service.KindIssue); len(m) != 2 || m[0].Copies != 2 || !m[0].Vital || m[1].Label != service.T("执照", "Licence") {
		t.Errorf("materials %+v", m)
	}
	if f := d.Fields; len(f) != 2 || !f[0].Required || f[0].Choices[1] != "乙级" || f[1].Max != 20 {
		t.Errorf("fields %+v", f)
	}
}

func TestLookups(t *testing.T) {
	c, err := catalog.Load([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := c.Project("01")
	if ds := p.For(service.Individual); len(ds) != 1 || ds[0].Days != 3 {
		t.Errorf("for a person: %+v", ds)
	}
	s := p.Service(service.KindUnlock)
	if s.Price != 2_000 || !s.Review {
		t.Errorf("service %+v", s)
	}
	if ms := s.MaterialsFor(service.StaffOf); len(ms) != 1 || ms[0].CustomerType != service.StaffOf {
		t.Errorf("materials for staff: %+v", ms)
	}
	if ms := s.MaterialsFor(service.Organisation); len(ms) != 0 {
		t.Errorf("materials for an organisation: %+v", ms)
	}
	if s := p.Service("2004"); s.Price != 0 || s.Review || s.Kind != "2004" {
		t.Errorf("a service without words: %+v", s)
	}
	if _, err := c.Project("77"); !service.IsCode(err, service.NotFound) {
		t.Errorf("project 77: %v", err)
	}
	if _, err := p.Product("77"); !service.IsCode(err, service.NotFound) {
		t.Errorf("product 77: %v", err)
	}
}

func TestSyntax(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"open text":      {"title = \"a\nplace = 1\n", 1},
		"cut header":     {"[place\ncity = \"a\"\n", 1},
		"cut value":      {"title = \"a\"\r\nplace =\r\n", 2},
		"no value":       {"title = \"a\"\n\nplace =\n", 3},
		"open header":    {"title = \"a\"\n[[project]\ncode = \"01\"\n", 2},
		"key twice":      {"title = \"a\"\n\n\ntitle = \"b\"\n", 4},
		"not UTF-8":      {"title = \"a\"\nplace = \"\xff\"\n", 2},
		"key in element": {strings.Replace(sample, "days = 3\n", "days = 3\ndays = 4\n", 1), 53},
		"table twice":    {"[place]\ncity = \"a\"\n[place]\ncity = \"b\"\n", 3},
	} {
		t.Run(name, func(t *testing.T) {
			errs := catalog.Check([]byte(c.text))
			if len(errs) != 1 || service.ArgsOf(errs[0])["rule"] != "syntax" {
				t.Fatalf("got %v", errs)
			}
			if got := service.ArgsOf(errs[0])["line"]; got != strconv.Itoa(c.line) {
				t.Errorf("line %s, want %d: %v", got, c.line, errs[0])
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	errs := catalog.Check([]byte(sample + "#" + strings.Repeat("x", 1<<20)))
	if len(errs) != 1 || service.ArgsOf(errs[0])["rule"] != "file too large" {
		t.Errorf("got %v", errs)
	}
}

// All errors come at once and in the order of the lines; a windows file counts the same.
func TestAll(t *testing.T) {
	text := strings.NewReplacer(`title = "目录"`, `title = ""`, `alg = "p256"`, `alg = "sm9"`, `code = "01"`, `code = "1"`,
		`price = "80"`, `price = "-80"`).Replace(sample)
	for _, text := range []string{text, strings.ReplaceAll(text, "\n", "\r\n"), "\ufeff" + text} {
		var got []string
		for _, err := range catalog.Check([]byte(text)) {
			a := service.ArgsOf(err)
			got = append(got, a["line"]+" "+a["reason"])
		}
		want := `1 empty "title", 5 bad code "1", 51 unknown algorithm "sm9", 53 negative price "-80"`
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("got  %s\nwant %s", s, want)
		}
		_, err := catalog.Load([]byte(text))
		if service.ArgsOf(err)["line"] != "1" || !service.IsCode(err, service.CatalogBad) {
			t.Errorf("Load: %v", err)
		}
	}
}
