package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certdesk/service"
)

// documented is a code as the sources declare it: its value, and the arguments that its comment promises.
type documented struct {
	code     service.Code
	args     []string
	optional bool // the comment of the whole group names them: each applies where it applies
}

var argList = regexp.MustCompile(`args: (.*)`)

// declared reads every service.Code constant of the sources.
func declared(t *testing.T) []documented {
	t.Helper()
	files, err := filepath.Glob("../../service/codes*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no sources", err)
	}
	var out []documented
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				out = append(out, group(t, g)...)
			}
		}
	}
	return out
}

func group(t *testing.T, g *ast.GenDecl) []documented {
	var shared []string
	if m := argList.FindStringSubmatch(strings.ReplaceAll(g.Doc.Text(), "\n", " ")); m != nil {
		shared = names(m[1])
	}
	var out []documented
	for _, s := range g.Specs {
		v := s.(*ast.ValueSpec)
		if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Code" {
			continue
		}
		value, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		d := documented{code: service.Code(value), args: shared, optional: true}
		if m := argList.FindStringSubmatch(v.Comment.Text()); m != nil {
			d.args, d.optional = names(m[1]), false
		}
		out = append(out, d)
	}
	return out
}

// names reads "a, b (words), c where they apply": the first word of every part, remarks in brackets left out.
func names(s string) []string {
	s = regexp.MustCompile(`\([^)]*\)?`).ReplaceAllString(s, "")
	if i := strings.IndexAny(s, ".;"); i >= 0 {
		s = s[:i]
	}
	var out []string
	for _, part := range strings.Split(s, ",") {
		if w := strings.Fields(part); len(w) > 0 {
			out = append(out, w[0])
		}
	}
	return out
}

func TestEveryCodeHasItsTexts(t *testing.T) {
	codes := declared(t)
	if len(codes) < 120 {
		t.Fatalf("only %d codes were found in the sources", len(codes))
	}
	known := map[service.Code]bool{}
	for _, d := range codes {
		known[d.code] = true
		e, ok := lookup(d.code)
		if !ok {
			t.Errorf("%s has no texts", d.code)
			continue
		}
		for _, lang := range []service.Lang{service.ZH, service.EN} {
			inLang(t, d, e, lang)
		}
	}
	for _, table := range tables {
		for code := range table {
			if !known[code] {
				t.Errorf("%s has texts but no source declares it", code)
			}
		}
	}
}

func inLang(t *testing.T, d documented, e entry, lang service.Lang) {
	all := ""
	for what, txt := range map[string]service.Text{"title": e.title, "cause": e.cause, "next step": e.next} {
		s := txt.ZH
		if lang == service.EN {
			s = txt.EN
		}
		if strings.TrimSpace(s) == "" {
			t.Errorf("%s has no %s in %s", d.code, what, lang)
		}
		all += s
	}
	used := placeholders(all)
	for _, a := range d.args {
		if !d.optional && !slices.Contains(used, a) {
			t.Errorf("%s in %s does not use its argument {%s}", d.code, lang, a)
		}
	}
	for _, u := range used {
		if !slices.Contains(d.args, u) {
			t.Errorf("%s in %s uses {%s}, which its source does not promise", d.code, lang, u)
		}
	}
}

// No text may be left with a brace, a bracket or a hole when its arguments are missing or given.
func TestTextsAreWhole(t *testing.T) {
	for _, d := range declared(t) {
		args := service.Args{}
		for _, a := range d.args {
			args[a] = "7"
		}
		for _, given := range []service.Args{nil, args} {
			for _, lang := range []service.Lang{service.ZH, service.EN} {
				x := Explain(service.E(d.code, "op", given, nil), lang)
				for _, s := range []string{x.Title, x.Cause, x.Next} {
					if strings.ContainsAny(s, "{}[]") || strings.TrimSpace(s) == "" {
						t.Errorf("%s with %v in %s reads %q", d.code, given, lang, s)
					}
				}
			}
		}
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		lang service.Lang
		want string
	}{
		{"arguments are filled in", service.E(service.PINWrong, "", service.Args{"left": "3"}, nil), service.ZH, "PIN 不对，还可以试 3 次"},
		{"a missing one leaves its part out", service.E(service.SignInFailed, "", nil, nil), service.ZH, "工号或口令不对"},
		{"terms are put into words", service.E(service.NotPermitted, "", service.Args{"permission": "review"}, nil), service.EN, "You may not do this: reviewing"},
		{"an uncoded error is internal", errPlain("boom"), service.ZH, "系统内部错误"},
		{"an unknown field is not named", service.E(service.InputRequired, "", service.Args{"field": "agent.x"}, nil), service.ZH, "必须填写"},
		{"braces in a value stay", service.E(service.CARefused, "", service.Args{"reason": "x {reason} [y]"}, nil), service.ZH, "中心拒绝了申请"},
	} {
		if got := Explain(c.err, c.lang); got.Title != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.Title, c.want)
		}
	}
	if got := Explain(errPlain("secret internals"), service.EN); strings.Contains(got.Title+got.Cause+got.Next, "secret") {
		t.Error("internals reached the clerk")
	}
	if got := Explain(service.E(service.CARefused, "", service.Args{"reason": "x {reason} [y]"}, nil), service.ZH).Cause; got != "x {reason} [y]" {
		t.Errorf("cause %q", got)
	}
}

type errPlain string

func (e errPlain) Error() string { return string(e) }
