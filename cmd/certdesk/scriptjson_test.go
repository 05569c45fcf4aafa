package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
	"certdesk/service/fee"
)

// jsonGet FILE PATH WANT compares every value at PATH. A path names fields and indices, "*" for all, "len" for how many, and "k=v"
// for the objects whose k is v: cases.*.certificates.usage=sign.pem. WANT after "~" is a regular expression.
func jsonGet(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 3, "jsonget FILE PATH WANT")
	found := at(ts, args[0], args[1])
	if len(found) == 0 && !neg {
		ts.Fatalf("%s: nothing at %s", args[0], args[1])
	}
	for _, v := range found {
		if same(ts, v, args[2]) == neg {
			ts.Fatalf("%s: %s is %q", args[0], args[1], v)
		}
	}
}

func same(ts *testscript.TestScript, have, want string) bool {
	expression, isExpression := strings.CutPrefix(want, "~")
	if !isExpression {
		return have == want
	}
	re, err := regexp.Compile(expression)
	ts.Check(err)
	return re.MatchString(have)
}

// jsonEnv NAME FILE PATH puts the first value into an environment variable.
func jsonEnv(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "jsonenv NAME FILE PATH")
	found := at(ts, args[1], args[2])
	if len(found) == 0 {
		ts.Fatalf("%s: nothing at %s", args[1], args[2])
	}
	ts.Setenv(args[0], found[0])
}

// jsonKeys FILE PATH KEY,KEY… checks that every object at PATH has exactly these keys; "." is the whole.
func jsonKeys(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "jsonkeys FILE PATH KEY,KEY")
	values := walk(load(ts, args[0]), parts(args[1]))
	if len(values) == 0 {
		ts.Fatalf("%s: nothing at %s", args[0], args[1])
	}
	want := strings.Split(args[2], ",")
	sort.Strings(want)
	for _, v := range values {
		var have []string
		for k := range v.(map[string]any) {
			have = append(have, k)
		}
		sort.Strings(have)
		if strings.Join(have, ",") != strings.Join(want, ",") {
			ts.Fatalf("%s: %s has %v", args[0], args[1], have)
		}
	}
}

// each FILE PATH [-want REGEXP]… COMMAND ARG… runs a command for every value at PATH, which stands in for {}.
func each(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "each FILE PATH [-want REGEXP] COMMAND…")
	values, rest := at(ts, args[0], args[1]), args[2:]
	var wants []string
	for len(rest) > 1 && rest[0] == "-want" {
		wants, rest = append(wants, rest[1]), rest[2:]
	}
	if len(values) == 0 {
		ts.Fatalf("%s: nothing at %s", args[0], args[1])
	}
	for _, v := range values {
		var line []string
		for _, a := range rest {
			line = append(line, strings.ReplaceAll(a, "{}", v))
		}
		ts.Check(ts.Exec(line[0], line[1:]...))
		out := ts.ReadFile("stdout")
		for _, w := range wants {
			if !same(ts, out, "~"+w) {
				ts.Fatalf("%s: no %s in\n%s", v, w, out)
			}
		}
	}
}

// receipts FILE reads every receipt of a run with pdftotext: customer, receipt number, sum in figures and in words, and that it is
// no invoice.
func receipts(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "receipts FILE")
	var s demo.Summary
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &s))
	n := 0
	for _, c := range s.Cases {
		if c.Receipt == "" {
			continue
		}
		n++
		ts.Check(ts.Exec("pdftotext", "-layout", receiptOf(c.Documents), "-"))
		out := strings.Join(strings.Fields(ts.ReadFile("stdout")), "")
		for _, want := range []string{c.Customer, c.Receipt, c.No, service.Money(c.Fee).String(), fee.Capital(service.Money(c.Fee)), "非发票"} {
			if !strings.Contains(out, strings.Join(strings.Fields(want), "")) {
				ts.Fatalf("receipt of %s: no %q in\n%s", c.No, want, out)
			}
		}
	}
	ts.Logf("%d receipts read", n)
	if n == 0 {
		ts.Fatalf("no receipt at all")
	}
}

func receiptOf(documents []string) string {
	for _, d := range documents {
		if strings.HasSuffix(d, "-receipt.pdf") {
			return d
		}
	}
	return "no-receipt.pdf"
}

func load(ts *testscript.TestScript, file string) any {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(file)))
	d.UseNumber()
	var v any
	ts.Check(d.Decode(&v))
	if d.More() {
		ts.Fatalf("%s: more than one JSON value", file)
	}
	return v
}

func parts(path string) []string {
	if path == "." {
		return nil
	}
	return strings.Split(path, ".")
}

func at(ts *testscript.TestScript, file, path string) []string {
	var out []string
	for _, v := range walk(load(ts, file), parts(path)) {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

func walk(v any, path []string) []any {
	if len(path) == 0 {
		return []any{v}
	}
	step, rest := path[0], path[1:]
	switch v := v.(type) {
	case map[string]any:
		if inner, ok := v[step]; ok {
			return walk(inner, rest)
		}
	case []any:
		if step == "len" {
			return walk(len(v), rest)
		}
		var out []any
		for i, inner := range v {
			if chosen(step, i, inner) {
				out = append(out, walk(inner, rest)...)
			}
		}
		return out
	}
	return nil
}

func chosen(step string, i int, v any) bool {
	if key, want, ok := strings.Cut(step, "="); ok {
		object, isObject := v.(map[string]any)
		return isObject && fmt.Sprint(object[key]) == want
	}
	return step == "*" || step == strconv.Itoa(i)
}
