package fee_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certdesk/service"
	"certdesk/service/fee"
)

func TestCapital(t *testing.T) {
	for fen, want := range map[service.Money]string{
		0:                 "人民币零元整",
		1:                 "人民币壹分",
		5:                 "人民币伍分",
		10:                "人民币壹角整",
		50:                "人民币伍角整",
		75:                "人民币柒角伍分",
		100:               "人民币壹元整",
		1000:              "人民币壹拾元整",
		1001:              "人民币壹拾元零壹分",
		1050:              "人民币壹拾元伍角整",
		5000:              "人民币伍拾元整",
		32504:             "人民币叁佰贰拾伍元零肆分",
		36000:             "人民币叁佰陆拾元整",
		101001:            "人民币壹仟零壹拾元零壹分",
		100100:            "人民币壹仟零壹元整",
		140950:            "人民币壹仟肆佰零玖元伍角整",
		168032:            "人民币壹仟陆佰捌拾元叁角贰分",
		600714:            "人民币陆仟零柒元壹角肆分",
		1000000:           "人民币壹万元整",
		1000500:           "人民币壹万零伍元整",
		1640902:           "人民币壹万陆仟肆佰零玖元零贰分",
		10050000:          "人民币壹拾万零伍佰元整",
		10700053:          "人民币壹拾万柒仟元伍角叁分",
		100000000:         "人民币壹佰万元整",
		1000000000:        "人民币壹仟万元整",
		1050010000:        "人民币壹仟零伍拾万零壹佰元整",
		10000000000:       "人民币壹亿元整",
		10000500000:       "人民币壹亿零伍仟元整",
		10050000000:       "人民币壹亿零伍拾万元整",
		100000000000000:   "人民币壹万亿元整",
		service.MaxMoney:  "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
		-5000:             "人民币负伍拾元整",
		-5:                "人民币负伍分",
		math.MinInt64 + 8: "人民币负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元整",
	} {
		if got := fee.Capital(fen); got != want {
			t.Errorf("Capital(%s) = %s, want %s", fen.Plain(), got, want)
		}
	}
}

func TestCapitalReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := service.Money(rapid.OneOf(rapid.Int64Range(0, int64(service.MaxMoney)), sparse()).Draw(t, "fen"))
		s := fee.Capital(m)
		if got, err := readCapital(s); err != nil || got != m {
			t.Fatalf("%d: %s reads back as %d, %v", m, s, got, err)
		}
		for _, bad := range []string{"零零", "零万", "零亿", "零角", "零分", "亿万"} {
			if strings.Contains(s, bad) {
				t.Fatalf("%d: %s has %s", m, s, bad)
			}
		}
		if ends := strings.HasSuffix(s, "整"); ends == (m%10 != 0) {
			t.Fatalf("%d: %s: 整 must stand exactly where there is no 分", m, s)
		}
	})
}

// sparse draws amounts that are mostly zeros, where the 零 rules live.
func sparse() *rapid.Generator[int64] {
	return rapid.Custom(func(t *rapid.T) int64 {
		var n int64
		for i := 0; i < 10; i++ {
			n = n*10 + rapid.SampledFrom([]int64{0, 0, 0, 1, 9}).Draw(t, "digit")
		}
		return n
	})
}

// readCapital is the other direction written another way: a stack of units, no table shared with the code under test.
func readCapital(s string) (service.Money, error) {
	s, ok := strings.CutPrefix(s, "人民币")
	if !ok {
		return 0, fmt.Errorf("no 人民币")
	}
	var total, section, digit int64
	for _, r := range s {
		if d := strings.IndexRune("零壹贰叁肆伍陆柒捌玖", r); d >= 0 {
			digit = int64(d / len("零"))
			continue
		}
		switch r {
		case '拾', '佰', '仟':
			section += digit * map[rune]int64{'拾': 10, '佰': 100, '仟': 1000}[r]
		case '万', '亿':
			unit := map[rune]int64{'万': 10_000, '亿': 100_000_000}[r]
			total, section = total+(section+digit)*unit, 0
		case '元':
			total, section = (total+section+digit)*100, 0
		case '角':
			total += digit * 10
		case '分':
			total += digit
		case '整':
		default:
			return 0, fmt.Errorf("unknown %c", r)
		}
		digit = 0
	}
	return service.Money(total), nil
}

func TestCapitalDate(t *testing.T) {
	for date, want := range map[string]string{
		"2026-11-21": "贰零贰陆年壹拾壹月贰拾壹日",
		"2026-01-15": "贰零贰陆年零壹月壹拾伍日",
		"2026-02-09": "贰零贰陆年零贰月零玖日",
		"2026-03-01": "贰零贰陆年叁月零壹日",
		"2026-10-20": "贰零贰陆年零壹拾月零贰拾日",
		"2026-12-10": "贰零贰陆年壹拾贰月零壹拾日",
		"2030-09-30": "贰零叁零年玖月零叁拾日",
		"2028-02-29": "贰零贰捌年零贰月贰拾玖日",
		"2026-05-31": "贰零贰陆年伍月叁拾壹日",
		"2026-06-11": "贰零贰陆年陆月壹拾壹日",
	} {
		d, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		if got := fee.CapitalDate(d); got != want {
			t.Errorf("CapitalDate(%s) = %s, want %s", date, got, want)
		}
	}
}

func TestCapitalDateFollowsTheZone(t *testing.T) {
	utc := time.Date(2026, 12, 31, 16, 30, 0, 0, time.UTC)
	if got := fee.CapitalDate(utc.In(time.FixedZone("CST", 8*3600))); got != "贰零贰柒年零壹月零壹日" {
		t.Error(got)
	}
	if got := fee.CapitalDate(utc); got != "贰零贰陆年壹拾贰月叁拾壹日" {
		t.Error(got)
	}
}
