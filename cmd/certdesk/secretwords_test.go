package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certdesk/cmd/certdesk/demo"
)

// telling are the parts of a flag's name, or of a variable's, that would mean a secret is given there.
var telling = regexp.MustCompile(`(?i)pin|passw|passphrase|secret|puk|code|token|key`)

// allowed flags name files that hold a key or a code; the value is a path.
var allowed = []string{"--key-file", "--code-file"}

// No command of either program takes a PIN, a password or a key as an argument or from the environment: others on the machine can
// read both. The commands are found as a user finds them, through their help.
func TestNoFlagTakesASecret(t *testing.T) {
	for _, program := range []string{"certdesk", "certdesk-ca"} {
		seen := 0
		for _, words := range commandsOf(t, program, nil) {
			help := helpOf(t, program, words)
			for _, flag := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(flagsIn(help), -1) {
				seen++
				if telling.MatchString(flag) && !slices.Contains(allowed, flag) {
					t.Errorf("%s %v takes %s", program, words, flag)
				}
			}
			usage := regexp.MustCompile(`(?m)^  ` + program + ` .*$`).FindString(help)
			for _, word := range []string{"PIN", "PASSWORD", "SECRET", "KEY"} {
				if slices.Contains(strings.Fields(strings.Trim(usage, "[]")), word) {
					t.Errorf("%q asks for a secret as an argument", usage)
				}
			}
		}
		if seen < 10 {
			t.Errorf("%s: only %d flags found", program, seen)
		}
	}
}

// commandsOf lists every command with its subcommands, the program itself first.
func commandsOf(t *testing.T, program string, words []string) [][]string {
	t.Helper()
	all := [][]string{words}
	_, list, _ := strings.Cut(helpOf(t, program, words), "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(list, -1) {
		if m[1] != "help" && m[1] != "completion" {
			all = append(all, commandsOf(t, program, append(slices.Clone(words), m[1]))...)
		}
	}
	return all
}

func helpOf(t *testing.T, program string, words []string) string {
	t.Helper()
	out, err := exec.Command(built(t, program), append(words, "--help")...).Output()
	if err != nil {
		t.Fatalf("%s %v --help: %v", program, words, err)
	}
	return string(out)
}

// flagsIn is the part of a help that declares flags: examples and prose may mention others.
func flagsIn(help string) string {
	var out []string
	for line := range strings.Lines(help) {
		if f := strings.Fields(line); len(f) > 0 && strings.HasPrefix(f[0], "-") {
			out = append(out, strings.Join(f[:min(2, len(f))], " "))
		}
	}
	return strings.Join(out, "\n")
}

// environment is every variable that the programs read. Each names a file, a folder or a way of drawing; none holds a secret.
var environment = []string{"CERTDESK_DATA", "CERTDESK_KEY_FILE", "CERTDESK_DEBUG", "CERTDESK_DRIVER", "CERTDESK_MODULE", "CERTDESK_PROFILE", "NO_COLOR", "XDG_DATA_HOME", "HOME", "TERM", "LANG",
	"several, in cmd/certdesk/doctor.go",
	// What a helper process inherits, what a library of the tests is built under, and where the contract's results go.
	"several, in token/host/process.go", "several, in token/skf/skftest/skftest.go", "several, in token/tokentest/run.go"}

// Every call of os.Getenv and its like names a variable that was looked at.
func TestNoVariableHoldsASecret(t *testing.T) {
	seen := 0
	eachCall(t, func(path string, call *ast.CallExpr, name string) {
		if name != "os.Getenv" && name != "os.LookupEnv" && name != "os.Environ" && name != "syscall.Getenv" {
			return
		}
		seen++
		variable := literal(call.Args...)
		if variable == "" {
			variable = "several, in " + path
		}
		if !slices.Contains(environment, variable) {
			t.Errorf("%s: %s(%q) is not among the variables that were looked at", path, name, variable)
		}
	})
	if seen < 3 {
		t.Errorf("only %d readings found", seen)
	}
}

// eachCall visits the calls of package functions in every source file of the repository but tests.
func eachCall(t *testing.T, visit func(path string, call *ast.CallExpr, name string)) {
	t.Helper()
	eachFile(t, "../..", func(path string, f *ast.File) {
		path = filepath.ToSlash(strings.TrimPrefix(path, "../../"))
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "tui/tuitest/") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if s, ok := call.Fun.(*ast.SelectorExpr); ok {
					if pkg, ok := s.X.(*ast.Ident); ok {
						visit(path, call, pkg.Name+"."+s.Sel.Name)
					}
				}
			}
			return true
		})
	})
}

func eachFile(t *testing.T, root string, visit func(path string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err == nil {
			visit(path, f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// literal is the text of a first expression that is a string literal; "" for anything else.
func literal(es ...ast.Expr) string {
	if len(es) == 0 {
		return ""
	}
	if l, ok := es[0].(*ast.BasicLit); ok && l.Kind == token.STRING {
		if s, err := strconv.Unquote(l.Value); err == nil {
			return s
		}
	}
	return ""
}

// typers are the helpers of the screens' tests by which a PIN or a password is typed, with the place of the secret among the arguments.
var typers = map[string]int{"setPIN": 1, "signIn": 2}

// The kept screens show no PIN and no password that any test types. Those of the demo's staff are left out: the demo shows them under
// its sign-in form, which is what they are for.
func TestGoldensShowNoSecret(t *testing.T) {
	h := typedToday()
	for _, word := range []string{"clerk-secret", "reviewer-secret", "supervisor-secret", "123457", "654321", "open-sesame-7"} {
		h[word] = []byte(word)
	}
	eachFile(t, ".", func(path string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id, ok := call.Fun.(*ast.Ident); ok && len(call.Args) > typers[id.Name] && typers[id.Name] > 0 {
					if word := literal(call.Args[typers[id.Name]]); word != "" {
						h[word] = []byte(word)
					}
				}
			}
			return true
		})
	})
	for _, p := range demo.People() {
		delete(h, p.Demo)
	}
	contents, err := filesBelow("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	report(t, search(contents, h))
	if len(contents) < 100 || len(h) < 12 || !holds(contents, "交易码") {
		t.Errorf("%d secrets, %d goldens: nothing was searched", len(h), len(contents))
	}
}
