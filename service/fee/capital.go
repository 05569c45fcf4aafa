package fee

import (
	"strings"
	"time"

	"certdesk/service"
)

const (
	fenPerYuan = uint64(service.Yuan)
	tenThou    = 10_000
	hundredM   = 100_000_000
)

// Capital writes an amount in capital numerals as receipts and bills carry it (大写金额; 正确填写票据和结算凭证的基本规定, an
// annex of the central bank's payment rules): 人民币 without a gap, a run of zeros as one 零, 整 whenever there is no 分.
// A reversing amount begins with 负 after 人民币. Where the rules leave 零 free, after 万 or 元 before a filled next place, it is
// left out.
func Capital(m service.Money) string {
	fen, sign := uint64(m), ""
	if m < 0 {
		fen, sign = -fen, "负"
	}
	return "人民币" + sign + yuanPart(fen/fenPerYuan, fen%fenPerYuan == 0) + centsPart(fen/fenPerYuan, fen%fenPerYuan)
}

func yuanPart(yuan uint64, alone bool) string {
	switch {
	case yuan > 0:
		return whole(yuan) + "元"
	case alone:
		return "零元"
	}
	return ""
}

func centsPart(yuan, cents uint64) string {
	jiao, fen := cents/10, cents%10
	var b strings.Builder
	switch {
	case jiao > 0:
		b.WriteString(numeral(jiao) + "角")
	case fen > 0 && yuan > 0:
		b.WriteString("零")
	}
	if fen == 0 {
		return b.String() + "整"
	}
	return b.String() + numeral(fen) + "分"
}

// whole writes a positive number: 亿 and 万 groups, each led by 零 when its own thousands are empty.
func whole(n uint64) string {
	switch {
	case n >= hundredM:
		return whole(n/hundredM) + "亿" + rest(n%hundredM, hundredM)
	case n >= tenThou:
		return whole(n/tenThou) + "万" + rest(n%tenThou, tenThou)
	}
	units := [4]string{"", "拾", "佰", "仟"}
	var b strings.Builder
	gap := false
	for i, unit := 3, uint64(1000); i >= 0; i, unit = i-1, unit/10 {
		d := n / unit % 10
		if d == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteString("零")
			gap = false
		}
		b.WriteString(numeral(d) + units[i])
	}
	return b.String()
}

func rest(n, of uint64) string {
	switch {
	case n == 0:
		return ""
	case n < of/10:
		return "零" + whole(n)
	}
	return whole(n)
}

// CapitalDate writes a bill's date in capitals (票据日期), such as 贰零贰陆年壹拾壹月贰拾壹日: 零 before the months 壹, 贰 and 壹拾 and
// before the days 壹 to 玖, 壹拾, 贰拾 and 叁拾, so that no stroke can be added. The date is the one t's own zone shows.
func CapitalDate(t time.Time) string {
	year, month, day := t.Date()
	return yearDigits(max(year, 0)) + "年" + monthOrDay(int(month), int(month) <= 2 || month == 10) + "月" +
		monthOrDay(day, day < 10 || day%10 == 0) + "日"
}

func yearDigits(year int) string {
	var b strings.Builder
	for unit := 1000; unit > 0; unit /= 10 {
		b.WriteString(numeral(uint64(year / unit % 10)))
	}
	return b.String()
}

func monthOrDay(n int, guarded bool) string {
	if guarded {
		return "零" + whole(uint64(n))
	}
	return whole(uint64(n))
}

func numeral(d uint64) string {
	return [10]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}[d]
}
