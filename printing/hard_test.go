package printing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/printing"
	"certdesk/service"
)

// hard is a paper of everything that has broken typesetting before.
func hard() service.Document {
	long := strings.Repeat("很长的说明文字，", 700)
	return service.Document{
		Kind: service.DocForm, Title: "关于𬭳与㛃的证明", Subtitle: "孙𠅤（\U0002B81F）", No: "X-1", Hall: "䶮城大厅", CopyOf: "存根联𠅤", Time: paperTime,
		Blocks: []service.Block{
			{Type: service.BlockGrid, Columns: 3, Pairs: []service.Pair{
				pair("标签特别特别特别特别特别特别长的一项", "值"), pair("", ""), pair("反\u202E转", "张\u202E三\x00\x07"),
				wide("没有的字", "甲\U0002A6D6乙\U000E0100丙\uE000丁\U0010FFFD"), wide("长值", long), pair("末", strings.Repeat("9", 300)),
			}},
			{Type: service.BlockTable, Head: []string{"甲"}, Rows: [][]string{{"一", "二", "三"}, {}, {strings.Repeat("长", 3000), "短"}}, Align: "rrrrrr", Total: []string{"㛃", "𠅤"}},
			{Type: service.BlockTable}, {Type: service.BlockGrid}, {Type: service.BlockChecks}, {Type: service.BlockSignatures},
			{Type: service.BlockAmount}, {Type: service.BlockText}, {Type: service.BlockHeading, Text: "粗体𬭳㛃" + strings.Repeat("标题", 60)},
			{Type: service.BlockAmount, Pairs: []service.Pair{pair("大写", "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分（㛃）"), pair("小写", "￥99,999,999.99")}},
			{Type: service.BlockChecks, Checks: []service.Check{{Label: strings.Repeat("材料", 90), Done: true}, {Label: ""}}},
			{Type: service.BlockSignatures, Pairs: []service.Pair{pair(strings.Repeat("签", 40), strings.Repeat("名", 60)), pair("", "")}},
			{Type: service.BlockText, Text: "\xff\xfe坏的编码\n\n（）" + strings.Repeat("（", 200)},
			{Type: service.BlockQR, Text: strings.Repeat("https://例.cn/", 30)},
		},
		Foot: []string{long[:900], ""},
	}
}

func TestHardPaper(t *testing.T) {
	path := paper(t, "hard", hard())
	tool(t, "qpdf", "--check", path)
	text := bare(tool(t, "pdftotext", "-layout", path, "-"))
	for _, want := range []string{"关于𬭳与㛃的证明", "孙𠅤（\U0002B81F）", "䶮城大厅", "张□三□□", "反□转", "甲\U0002A6D6乙丙", "丁\U0010FFFD", "粗体𬭳㛃", "□□坏的编码", "玖角玖分（㛃）"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q cannot be found in the paper's text", want)
		}
	}
	if n := strings.Count(text, "很") + strings.Count(text, "文"); n < 1400 {
		t.Errorf("a long value lost text: %d of its marks left", n)
	}
	if n := strings.Count(text, "长"); n < 3000 {
		t.Errorf("a long table cell lost text: %d of 3000", n)
	}
}

// Nothing stands outside the paper: what pdftotext finds within the page box is all there is.
func TestNothingOutsideThePage(t *testing.T) {
	for name, doc := range map[string]service.Document{"hard": hard(), "form": form(), "receipt": receipt()} {
		for _, l := range strings.Split(tool(t, "pdftotext", "-bbox", paper(t, name, doc), "-"), "\n") {
			var x0, y0, x1, y1 float64
			if n, _ := fmt.Sscanf(strings.TrimSpace(l), `<word xMin="%f" yMin="%f" xMax="%f" yMax="%f"`, &x0, &y0, &x1, &y1); n != 4 {
				continue
			}
			w, h := 595.3, 841.9
			if name == "receipt" {
				h = 396.9
			}
			if x0 < 20 || y0 < 10 || x1 > w-8 || y1 > h-10 {
				t.Errorf("%s: text at the very edge or outside: %s", name, l)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	noTime, strange, bigCode := form(), form(), form()
	noTime.Time = time.Time{}
	strange.Blocks = []service.Block{{Type: "hologram"}}
	bigCode.Blocks = []service.Block{{Type: service.BlockQR, Text: strings.Repeat("字", 3000)}}
	for want, doc := range map[service.Code]service.Document{service.InputRequired: noTime, service.PrintContent: strange} {
		if pdf, err := printing.New().PDF(doc); service.CodeOf(err) != want || pdf != nil {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := printing.New().PDF(bigCode); !service.IsCode(err, service.PrintContent) || service.ArgsOf(err)["block"] != "1" {
		t.Errorf("a QR text too long: %v", err)
	}
}

func TestEmptyPaper(t *testing.T) {
	for _, kind := range []service.DocKind{service.DocForm, service.DocReceipt, "other"} {
		tool(t, "qpdf", "--check", paper(t, "empty", service.Document{Kind: kind, Time: paperTime}))
	}
}

// Every page of a long ledger prints, in one stream of numbered pages.
func TestManyPages(t *testing.T) {
	doc := form()
	b := service.Block{Type: service.BlockTable, Head: []string{"序号", "客户", "金额"}, Align: "clr"}
	for i := range 1500 {
		b.Rows = append(b.Rows, []string{fmt.Sprint(i + 1), hardNames[i%5], "280.00"})
	}
	doc.Blocks = []service.Block{b}
	text := bare(tool(t, "pdftotext", "-layout", paper(t, "ledger", doc), "-"))
	for i, name := range hardNames {
		if n := strings.Count(text, name); n != 300 {
			t.Errorf("%s stands %d times, want 300 (%d)", name, n, i)
		}
	}
}

func FuzzPDF(f *testing.F) {
	f.Add("龙吉䶮", "孙𠅤", uint8(0))
	f.Add("\u202E\xff\x00", strings.Repeat("（", 99), uint8(3))
	types := []service.BlockType{service.BlockHeading, service.BlockGrid, service.BlockTable, service.BlockText, service.BlockChecks,
		service.BlockSignatures, service.BlockQR, service.BlockAmount, service.BlockGap}
	f.Fuzz(func(t *testing.T, a, b string, n uint8) {
		block := service.Block{Type: types[int(n)%len(types)], Text: a, Columns: int(n) % 7, Pairs: []service.Pair{{Label: a, Value: b, Wide: n&1 > 0}, {Label: b, Value: a}},
			Head: []string{a, b}, Rows: [][]string{{b}, {a, b, a}}, Align: b, Checks: []service.Check{{Label: a}, {Label: b, Done: true}}}
		doc := service.Document{Kind: service.DocReceipt, Title: a, No: b, Hall: b, CopyOf: a, Subtitle: b, Time: paperTime, Blocks: []service.Block{block}, Foot: []string{b}}
		if _, err := printing.New().PDF(doc); err != nil && !service.IsCode(err, service.PrintContent) {
			t.Fatal(err)
		}
	})
}

func TestMain(m *testing.M) {
	if dir := os.Getenv("PRINT_SAMPLES"); dir != "" {
		if err := os.MkdirAll(filepath.Clean(dir), 0o750); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
