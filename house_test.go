// Package house holds the whole repository to the rules of its own house: which folder may import which, and how long files and
// functions are. The rules stand in docs/ARCHITECTURE.md; a change of them is a change there and here.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const module = "certdesk/"

// source is one Go file, parsed.
type source struct {
	path string // slash-separated, from the top
	dir  string
	file *ast.File
	set  *token.FileSet
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s source) imports() []string {
	var out []string
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err == nil {
			out = append(out, p)
		}
	}
	return out
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(path)
		out = append(out, source{path: slash, dir: filepath.ToSlash(filepath.Dir(path)), file: f, set: set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("only %d files found: this test must run at the top of the repository", len(out))
	}
	return out
}

// room is a folder with what it may import of the house and what of the outside it may not reach. Rooms are matched longest first.
type room struct {
	dir   string
	may   []string // folders, each with everything below it; "=" in front: that folder alone
	never []string // import path prefixes of other modules or the standard library
}

var screenAndDevices = []string{"charm.land/", "database/sql", "github.com/miekg/pkcs11", "github.com/jung-kurt/gofpdf", "modernc.org/"}

// leaves are the packages of service that adapters may import beside its root.
var leaves = []string{"=service", "=service/sm", "=service/wire", "=service/cmp", "=service/audit"}

func rooms() []room {
	inner := func(may ...string) []string { return append([]string{"=service", "=service/sm"}, may...) }
	return []room{
		{dir: "service", may: nil, never: append([]string{"net/http"}, screenAndDevices...)},
		{dir: "service/sm", may: []string{"=service"}, never: screenAndDevices},
		{dir: "service/idcheck", may: []string{"=service"}, never: screenAndDevices},
		{dir: "service/audit", may: inner(), never: screenAndDevices},
		{dir: "service/catalog", may: inner(), never: screenAndDevices},
		{dir: "service/fee", may: inner("=service/catalog"), never: screenAndDevices},
		{dir: "service/staff", may: inner(), never: screenAndDevices},
		{dir: "service/flow", may: inner("=service/catalog"), never: append([]string{"net/http"}, screenAndDevices...)},
		{dir: "service/flow/flowtest", may: []string{"service", "db", "token"}},
		{dir: "service/flow/stormtest", may: []string{"service", "db", "token", "printing"}},
		{dir: "service/biz", may: inner("service/biz", "=service/flow", "=service/catalog", "=service/fee", "=service/idcheck"), never: append([]string{"net/http"}, screenAndDevices...)},
		{dir: "service/cmp", may: inner(), never: screenAndDevices},
		{dir: "service/wire", may: inner(), never: screenAndDevices},
		{dir: "service/central", may: leaves, never: screenAndDevices},
		{dir: "service/ca", may: inner("=service/audit"), never: append([]string{"net/http"}, screenAndDevices...)},
		{dir: "service/ca/server", may: append([]string{"=service/ca"}, leaves...), never: screenAndDevices},
		{dir: "token", may: append([]string{"token"}, leaves...), never: []string{"charm.land/", "database/sql", "net/http"}},
		{dir: "printing", may: append([]string{"printing"}, leaves...), never: []string{"charm.land/", "database/sql"}},
		{dir: "db", may: append([]string{"=db/migrations", "=db/rescode"}, leaves...), never: []string{"charm.land/", "net/http"}},
		{dir: "db/rescode", may: []string{"=service"}, never: []string{"charm.land/", "net/http"}},
		{dir: "db/cadb", may: append([]string{"=service/ca", "=db/rescode", "db/cadb"}, leaves...), never: []string{"charm.land/", "net/http"}},
		{dir: "tui", may: append([]string{"tui", "=service/flow", "=service/idcheck"}, leaves...), never: []string{"database/sql", "github.com/jung-kurt/gofpdf", "net/http"}},
		{dir: "cmd", may: []string{"cmd", "service", "db", "token", "printing", "tui"}},
	}
}

// roomOf finds the longest matching room; every folder of the house has one.
func roomOf(dir string) (room, bool) {
	var best room
	for _, r := range rooms() {
		if (dir == r.dir || strings.HasPrefix(dir, r.dir+"/")) && len(r.dir) > len(best.dir) {
			best = r
		}
	}
	return best, best.dir != ""
}

func (r room) allows(dir string) bool {
	for _, m := range r.may {
		exact := strings.TrimPrefix(m, "=")
		if dir == exact || !strings.HasPrefix(m, "=") && strings.HasPrefix(dir, exact+"/") {
			return true
		}
	}
	return dir == r.dir
}

func (r room) forbids(path string) bool {
	for _, n := range r.never {
		if strings.HasPrefix(path, n) {
			return true
		}
	}
	return false
}

// TestArrows fails on an import that runs backwards. Tests may look further than the code they test.
func TestArrows(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || s.dir == "." {
			continue
		}
		r, ok := roomOf(s.dir)
		if !ok {
			t.Errorf("%s stands in no room of the house", s.path)
			continue
		}
		for _, p := range s.imports() {
			inside, ours := strings.CutPrefix(p, module)
			if ours && !r.allows(inside) || !ours && r.forbids(p) {
				t.Errorf("%s imports %s: room %s may not", s.path, p, r.dir)
			}
		}
	}
}

// TestFileLength keeps every file a page that can be read: at most 400 lines.
func TestFileLength(t *testing.T) {
	for _, s := range sources(t) {
		if n := s.set.Position(s.file.End()).Line; n > 400 {
			t.Errorf("%s has %d lines", s.path, n)
		}
	}
}

// TestFunctionLength keeps the median function of the code at 12 lines or less, and none above 60.
func TestFunctionLength(t *testing.T) {
	var lengths []int
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
			lengths = append(lengths, n)
			if n > 60 {
				t.Errorf("%s: %s has %d lines", s.path, f.Name.Name, n)
			}
		}
	}
	sort.Ints(lengths)
	median := lengths[len(lengths)/2]
	t.Logf("%d functions, median %d lines, longest %d", len(lengths), median, lengths[len(lengths)-1])
	if median > 12 {
		t.Errorf("median function has %d lines", median)
	}
}

// TestNoInitMagic: nothing happens by being imported.
func TestNoInitMagic(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
		}
	}
}

// TestInjected: clock and randomness come in through service.Env; only cmd takes them from the machine.
func TestInjected(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || strings.HasPrefix(s.dir, "cmd") || support(s.dir) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if ok && pkg.Obj == nil && banned(pkg.Name+"."+sel.Sel.Name) {
				t.Errorf("%s uses %s.%s", s.set.Position(sel.Pos()), pkg.Name, sel.Sel.Name)
			}
			return true
		})
	}
}

// support tells a folder that serves tests: its name says so, or that of one above it.
func support(dir string) bool {
	for name := range strings.SplitSeq(dir, "/") {
		if strings.HasSuffix(name, "test") {
			return true
		}
	}
	return dir == "db/faultdisk" || dir == "db/manycases"
}

// TestSupportServesTests: what breaks disks and loses messages is in no program.
func TestSupportServesTests(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || support(s.dir) {
			continue
		}
		for _, p := range s.imports() {
			if inside, ours := strings.CutPrefix(p, module); ours && support(inside) {
				t.Errorf("%s imports %s, which is for tests", s.path, p)
			}
		}
	}
}

func banned(name string) bool {
	switch name {
	case "time.Now", "time.Since", "time.Until", "rand.Read", "rand.Reader", "os.Exit":
		return true
	}
	return false
}
