package printing_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/printing"
	"certdesk/service"
)

// debianPackage names where a tool comes from.
var debianPackage = map[string]string{
	"pdftotext": "poppler-utils", "pdffonts": "poppler-utils", "pdftoppm": "poppler-utils", "pdfinfo": "poppler-utils",
	"qpdf": "qpdf", "zbarimg": "zbar-tools",
}

// tool runs a real reader of PDF; its absence fails the test, since nothing else would notice a broken page.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("this test needs %s: install Debian package %s", name, debianPackage[name])
	}
	var out, problems bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out.String(), problems.String())
	}
	return out.String()
}

// paper renders doc into a file; PRINT_SAMPLES keeps the files in a folder for looking at.
func paper(t testing.TB, name string, doc service.Document) string {
	t.Helper()
	pdf, err := printing.New().PDF(doc)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	dir := os.Getenv("PRINT_SAMPLES")
	if dir == "" {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, name+".pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bare drops all white space: where lines break is layout, not text.
func bare(s string) string { return strings.Join(strings.Fields(s), "") }

func TestPapersExtractAsText(t *testing.T) {
	wants := map[string][]string{
		"form":     {"42010619880312042X", "91420100MA4KX3J27B", "1,320.00", "《电子认证服务协议》", "☑营业执照复印件", "☐电子印章采集表", "第1页"},
		"receipt":  {"人民币壹仟叁佰贰拾伍元零肆分", "￥1,325.04", "非发票", "66c7f0f4", "补打1"},
		"handover": {"5F3C0A77B19E2D4466A0C1D2E3F40511", "3A91F00C27D4", "☑证书已写入介质", "存根联"},
		"notice":   {"补充材料第46项", "1.补正期限为15个工作日", "被告知人"},
	}
	for name, doc := range samples() {
		t.Run(name, func(t *testing.T) {
			raw := tool(t, "pdftotext", paper(t, name, doc), "-")
			for _, whole := range []string{doc.Title, doc.Hall, doc.No, hardNames[0], hardNames[3]} {
				if !strings.Contains(raw, whole) {
					t.Errorf("%q is not one piece in the paper's text", whole)
				}
			}
			text := bare(raw)
			for _, want := range append(append(wants[name], hardNames...), doc.Title, doc.Hall, doc.No, doc.Subtitle, "2026年11月21日") {
				if !strings.Contains(text, bare(want)) {
					t.Errorf("%q cannot be found in the paper's text", want)
				}
			}
		})
	}
}

func TestPapersAreSoundPDF(t *testing.T) {
	for name, doc := range samples() {
		t.Run(name, func(t *testing.T) {
			path := paper(t, name, doc)
			if out := tool(t, "qpdf", "--check", path); strings.Contains(out, "WARNING") {
				t.Error(out)
			}
			for _, l := range strings.Split(strings.TrimSpace(tool(t, "pdffonts", path)), "\n")[2:] {
				if f := strings.Fields(l); f[len(f)-5] != "yes" || f[len(f)-3] != "yes" {
					t.Errorf("font not embedded or without Unicode map: %s", l)
				}
			}
		})
	}
}

func TestPaperSizes(t *testing.T) {
	for name, want := range map[string]string{"form": "595.28 x 841.89", "receipt": "595.28 x 396.85"} {
		if info := tool(t, "pdfinfo", paper(t, name, samples()[name])); !strings.Contains(info, want) {
			t.Errorf("%s: want %s in\n%s", name, want, info)
		}
	}
	wide := form()
	wide.Blocks = []service.Block{{Type: service.BlockTable, Head: strings.Split("一二三四五六七八九十", "")}}
	if info := tool(t, "pdfinfo", paper(t, "wide", wide)); !strings.Contains(info, "841.89 x 595.28") {
		t.Errorf("a table of ten columns is not set on landscape paper:\n%s", info)
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	for name, doc := range samples() {
		first, err := printing.New().PDF(doc)
		if err != nil {
			t.Fatal(err)
		}
		doc.Time = doc.Time.In(time.FixedZone("elsewhere", -5*3600))
		for range 3 {
			again, err := printing.New().PDF(doc)
			if err != nil || !bytes.Equal(first, again) {
				t.Fatalf("%s: the same document gave other bytes (%v)", name, err)
			}
		}
		doc.No += "1"
		if other, _ := printing.New().PDF(doc); bytes.Equal(first, other) {
			t.Errorf("%s: another number gave the same bytes", name)
		}
	}
}

// One renderer serves several stations' seats at once; papers do not mix.
func TestConcurrentPapers(t *testing.T) {
	r := printing.New()
	for name, doc := range samples() {
		want, err := r.PDF(doc)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if got, err := r.PDF(doc); err != nil || !bytes.Equal(got, want) {
					t.Errorf("another paper came out (%v)", err)
				}
			})
		}
	}
}

func TestCodesReadBack(t *testing.T) {
	path := paper(t, "handover", handover())
	base := filepath.Join(t.TempDir(), "page")
	tool(t, "pdftoppm", "-r", "150", "-png", "-singlefile", path, base)
	got := tool(t, "zbarimg", "--quiet", "--raw", base+".png")
	for _, want := range []string{"HB01-20261121-0057\n", "https://ca.example.cn/q?no=HB01-20261121-0057&c=7Q4K\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("code %q not read, got %q", want, got)
		}
	}
}

func TestTableHeadRepeats(t *testing.T) {
	path := paper(t, "notice", notice())
	if info := tool(t, "pdfinfo", path); !strings.Contains(info, "Pages:           ") || strings.Contains(info, "Pages:           1\n") {
		t.Fatalf("expected several pages:\n%s", info)
	}
	second := bare(tool(t, "pdftotext", "-f", "2", "-l", "2", "-layout", path, "-"))
	for _, want := range []string{"材料名称及要求", "一次性告知书（续）", "HB01-20261121-0063", "第2页"} {
		if !strings.Contains(second, want) {
			t.Errorf("page 2 lacks %q", want)
		}
	}
}
