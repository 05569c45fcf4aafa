package printing_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"

	"certdesk/printing"
	"certdesk/printing/font"
	"certdesk/service"
)

const benchText = "本单位承诺所提交的资料真实、准确、完整，已阅读并同意电子认证服务协议及个人信息处理授权书，知悉证书、私钥及口令由持证人妥善保管。" +
	"发生遗失、损坏或者信息变更的，应当及时到受理点办理补办、冻结或者变更手续，因怠于办理造成的损失由本单位承担。"

func benchRows() (rows [][]string) {
	for i := range 30 {
		rows = append(rows, []string{fmt.Sprint(i + 1), "湖北省公共资源电子交易平台机构证书", hardNames[i%2], "2026-11-21", "280.00"})
	}
	return rows
}

func benchDoc() service.Document {
	return service.Document{Kind: service.DocForm, Title: "数字证书业务申请表", No: "HB01-1", Hall: "湖北省数字证书服务大厅", Time: paperTime, Blocks: []service.Block{
		{Type: service.BlockTable, Head: []string{"序号", "应用项目", "持证人", "日期", "金额"}, Align: "clccr", Rows: benchRows()},
		{Type: service.BlockText, Text: benchText},
	}}
}

// wholeFont is the font as a TrueType file of all its characters, as a program without subsetting would hand it over.
func wholeFont(b *testing.B) []byte {
	f, err := font.Load(font.Regular)
	if err != nil {
		b.Fatal(err)
	}
	var all []rune
	for r := rune(' '); r < 0xFFFF; r++ {
		if f.Has(r) {
			all = append(all, r)
		}
	}
	return f.Subset(all)
}

// plainPage sets the same rows and text with the library alone.
func plainPage(b *testing.B, ttf []byte) {
	pdf := gofpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("f", "", ttf)
	pdf.AddPage()
	pdf.SetFont("f", "", 10)
	for _, r := range benchRows() {
		for i, w := range []float64{12, 80, 30, 30, 25} {
			pdf.CellFormat(w, 6.5, r[i], "1", 0, "L", false, 0, "")
		}
		pdf.Ln(-1)
	}
	pdf.MultiCell(0, 6, benchText, "", "L", false)
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRatioPage compares a page of ours with one of the library alone and the whole font, in the same run.
func BenchmarkRatioPage(b *testing.B) {
	ttf, doc, r := wholeFont(b), benchDoc(), printing.New()
	var ours, plain time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := r.PDF(doc); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		start = time.Now()
		plainPage(b, ttf)
		plain += time.Since(start)
	}
	b.ReportMetric(float64(ours.Microseconds())/1000/float64(b.N), "ms/page")
	b.ReportMetric(float64(plain.Microseconds())/1000/float64(b.N), "plain-ms/page")
	b.ReportMetric(float64(ours)/float64(plain), "ratio")
}

// BenchmarkPapers is the papers of a case, each by itself.
func BenchmarkPapers(b *testing.B) {
	for _, name := range []string{"form", "receipt", "handover", "notice"} {
		doc, r := samples()[name], printing.New()
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.PDF(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
