package catalog_test

import (
	"strconv"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/catalog"
)

func FuzzCheck(f *testing.F) {
	f.Add(sample)
	f.Add("[[project]]\n[[project.product]]\nfee = [{ price = \"-1\" }]\n")
	f.Add("place = [1, {a = 2}]\nproject = { code = 1 }\n")
	f.Fuzz(func(t *testing.T, text string) {
		errs := catalog.Check([]byte(text))
		c, err := catalog.Load([]byte(text))
		if (err == nil) != (len(errs) == 0) || (c == nil) != (err != nil) {
			t.Fatalf("Load %v, Check %v", err, errs)
		}
		for _, err := range errs {
			line, bad := strconv.Atoi(service.ArgsOf(err)["line"])
			if bad != nil || line < 1 || line > 1+strings.Count(text, "\n") || service.ArgsOf(err)["reason"] == "" {
				t.Fatalf("a file of %d lines: %v", strings.Count(text, "\n"), err)
			}
		}
	})
}
