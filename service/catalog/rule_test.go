package catalog_test

import (
	"strconv"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/catalog"
)

// Each row replaces the first old by new in the sample: exactly one error must come, at exactly this line.
var breaks = []struct {
	old, new string
	line     int
	reason   string
}{
	{`title = "目录"`, ``, 1, `missing "title"`},
	{`title = "目录"`, `title = " "`, 1, `empty "title"`},
	{`title = "目录"`, `title = 7`, 1, `not a text "title"`},
	{`title = "目录"`, `titel = "目录"`, 1, `unknown key "titel"`},
	{`title = "目录"`, `title = "目\u202e录"`, 1, `unprintable character in "title"`},
	{`title = "目录"`, `title = "` + strings.Repeat("目", 61) + `"`, 1, `too long "title"`},
	{`place = {`, `place = "湖南省" # {`, 2, `not a table "place"`},
	{`city = "长沙市" }`, `town = "长沙市" }`, 2, `unknown key "town"`},
	{`, city = "长沙市"`, ``, 2, `missing "city"`},
	{`code = "01"`, `code = "1"`, 5, `bad code "1"`},
	{`code = "01"`, `code = ""`, 5, `empty "code"`},
	{`code = "01"`, ``, 4, `missing "code"`},
	{`name = "公共资源交易"`, `"na me" = "公共资源交易"`, 6, `unknown key "na me"`},
	{`name = "公共资源交易"`, `name = "公共\n资源"`, 6, `unprintable character in "name"`},
	{`"before-fee"`, `"never"`, 7, `unknown review order "never"`},
	{"agreement = \"\"\"\n第一条", "agreement = \"\"\"\n第\\u001b一条", 8, `unprintable character in "agreement"`},
	{`agreement = `, `agreemint = `, 8, `unknown key "agreemint"`},
	{"code = \"11\"\n", "", 13, `missing "code"`},
	{`code = "91"`, `code = "11"`, 47, `given twice "11"`},
	{`customer = "organisation"`, `customer = "firm"`, 16, `unknown customer type "firm"`},
	{`customer = "organisation"`, ``, 13, `missing "customer"`},
	{`"org-sm2"`, `"Org SM2"`, 17, `bad profile name "Org SM2"`},
	{`alg = "sm2"`, `alg = "sm3"`, 18, `unknown algorithm "sm3"`},
	{`years = [1, 2, 3]`, `years = []`, 19, `neither years nor days`},
	{"days = 3\n", "", 46, `neither years nor days`},
	{`years = [1, 2, 3]`, "years = [1]\ndays = 9", 20, `both years and days`},
	{`years = [1, 2, 3]`, "years = [\n1,\n1, 3]", 21, `bad years "1"`},
	{`years = [1, 2, 3]`, "years = [0, 1]", 19, `bad years "0"`},
	{`years = [1, 2, 3]`, "years = [11]", 19, `bad years "11"`},
	{`years = [1, 2, 3]`, `years = ["1"]`, 19, `not a whole number "years"`},
	{`years = [1, 2, 3]`, `years = 1`, 19, `not a list "years"`},
	{"\ndays = 3", "\ndays = 367", 52, `out of range "367"`},
	{"\ndays = 3", "\ndays = 0", 52, `out of range "0"`},
	{`warranty_days = 365`, `warranty_days = -1`, 20, `out of range "-1"`},
	{`fee = [{`, `fee = [] # `, 53, `empty "fee"`},
	{`fee = [{`, `# `, 46, `missing "fee"`},
	{`kind = "1001", item`, `kind = "1009", item`, 22, `unknown kind "1009"`},
	{`"1002+1004"`, `"1004+1002"`, 23, `unknown kind "1004+1002"`},
	{`"1002+1004"`, `"1002+1007"`, 23, `unknown kind "1002+1007"`},
	{`"1002+1004"`, `"1001"`, 23, `given twice "1001 service"`},
	{`price = "200.00"`, `price = 20000`, 22, `not an amount in yuan "price"`},
	{`price = "200.00"`, `price = "2OO"`, 22, `not an amount in yuan "2OO"`},
	{`price = "1,200.5"`, `price = "-1,200.5"`, 23, `negative price "-1,200.5"`},
	{`, price = "1,200.5"`, ``, 23, `missing "price"`},
	{`per_year = true`, `per_year = "yes"`, 22, `not true or false "per_year"`},
	{`price = "80" }`, `price = "80", per_year = true }`, 53, `yearly fee without years "medium"`},
	{"kind = \"1001\"\ncode = \"licence\"", `code = "licence"`, 31, `missing "kind"`},
	{`code = "licence"`, `code = "form"`, 33, `given twice "1001 form"`},
	{`code = "licence"`, `code = "Form"`, 33, `bad code "Form"`},
	{`code = "licence"`, "code = \"licence\"\ncustomer = \"staff\"", 34, `unknown key "customer"`},
	{`copies = 2`, `copies = 21`, 28, `out of range "21"`},
	{`label.en = "Licence"`, ``, 34, `wording lacks a language "en"`},
	{`{ zh = "等级", en = "Grade" }`, `{ zh = "", en = "Grade" }`, 40, `empty "zh"`},
	{`label = { zh = "备注", en = "Note" }`, ``, 41, `missing "label"`},
	{`["甲级", "乙级"]`, "[\n\"甲级\",\n\"甲级\"]", 41, `given twice "甲级"`},
	{`["甲级", "乙级"]`, `["甲级", ""]`, 39, `empty "choices"`},
	{`max = 20`, ``, 41, `missing "max"`},
	{`max = 20`, `max = 0`, 43, `out of range "0"`},
	{`name = "note"`, `name = "grade"`, 42, `given twice "grade"`},
	{`kind = "2001"`, `kind = "1001"`, 56, `not a kind of service "1001"`},
	{`kind = "2002"`, `kind = "2001"`, 70, `given twice "2001"`},
	{"item = \"unlock\"\n", "", 55, `missing "item"`},
	{"label = \"解锁\"\n", "", 55, `missing "label"`},
	{`price = "0"`, ``, 69, `missing "price"`},
	{`customer = "staff"`, `customer = "Staff"`, 67, `unknown customer type "Staff"`},
	{`customer = "staff"`, `customer = "person"`, 66, `given twice "person id"`},
	{`customer = "staff"`, `kind = "2002"`, 67, `unknown kind "2002"`},
}

func TestRules(t *testing.T) {
	for _, b := range breaks {
		t.Run(b.reason, func(t *testing.T) {
			if !strings.Contains(sample, b.old) {
				t.Fatalf("the sample has no %q", b.old)
			}
			errs := catalog.Check([]byte(strings.Replace(sample, b.old, b.new, 1)))
			if len(errs) != 1 {
				t.Fatalf("%d errors: %v", len(errs), errs)
			}
			a := service.ArgsOf(errs[0])
			if a["line"] != strconv.Itoa(b.line) || a["reason"] != b.reason {
				t.Errorf("line %s: %s\nwant %d: %s", a["line"], a["reason"], b.line, b.reason)
			}
		})
	}
}

// Every rule is listed for the texts, and every listed rule can occur.
func TestRulesListed(t *testing.T) {
	seen := map[string]bool{"syntax": true, "file too large": true} // TestSyntax, TestTooLarge
	for _, b := range breaks {
		for _, err := range catalog.Check([]byte(strings.Replace(sample, b.old, b.new, 1))) {
			seen[service.ArgsOf(err)["rule"]] = true
		}
	}
	for _, rule := range catalog.Rules() {
		if !seen[rule] {
			t.Errorf("no test for %q", rule)
		}
		delete(seen, rule)
	}
	for rule := range seen {
		t.Errorf("%q is not listed", rule)
	}
}

func TestEmpty(t *testing.T) {
	errs := catalog.Check(nil)
	var got []string
	for _, err := range errs {
		got = append(got, service.ArgsOf(err)["value"])
	}
	if s := strings.Join(got, " "); s != "title province city project" {
		t.Errorf("an empty file lacks: %s", s)
	}
}
