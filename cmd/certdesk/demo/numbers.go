package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"certdesk/service/idcheck"
)

// Sizes of the circles that running numbers go round. Each is walked in strides that share no factor with it, so that
// neighbours look unrelated and yet no value comes twice before all have come once.
const (
	birthDays     = 12_000      // ends of 1967 to 2000, about
	mobileNumbers = 100_000_000 // the last eight digits
	orgCodes      = 28_629_151  // 31⁵

	orgStride    = 133_493
	birthStride  = 4_877
	mobileStride = 38_196_601
	codeStride   = 11_400_713
)

func walk(start, step, stride, circle int) int { return (start + step%circle*stride) % circle }

// identity makes a number that no other j of the seed has: the date differs, or after a full circle of dates the sequence does.
func (m maker) identity(who somebody, j int) string {
	day := walk(m.birth, j, birthStride, birthDays)
	birth := time.Date(m.lastYear, time.December, 31, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -day)
	seq := (day*37 + j/birthDays) % 500 * 2
	if who.male {
		seq++
	}
	return idcheck.MakeID(who.region, birth, seq)
}

func (m maker) mobileNumber(r *rand.Rand, j int) string {
	return pick(r, mobilePrefixes) + fmt.Sprintf("%08d", walk(m.mobile, j, mobileStride, mobileNumbers))
}

// uscc is an enterprise's (91), with an organisation code of the series given out since 2015.
func (m maker) uscc(i int, h home) string {
	const digits = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100
	n, tail := walk(m.code, i, codeStride, orgCodes), make([]byte, 5)
	for k := range tail {
		tail[k], n = digits[n%len(digits)], n/len(digits)
	}
	return idcheck.MakeUSCC("91"+h.code, "MA4"+string(tail))
}

func orgNames() int {
	return len(orgPlaces) * len(orgFirst) * len(orgSecond) * len(orgTrades) * len(orgForms)
}

// orgName reads a running number as one choice from each list.
func (m maker) orgName(i int) string {
	n, name := walk(m.org, i, orgStride, orgNames()), ""
	for _, list := range [][]string{orgPlaces, orgFirst, orgSecond, orgTrades, orgForms} {
		name, n = name+list[n%len(list)], n/len(list)
	}
	return name
}

func address(r *rand.Rand, h home) string {
	return fmt.Sprintf("%s%s%d号%d栋%d室", h.name, pick(r, h.streets), 1+r.IntN(480), 1+r.IntN(12), 101+r.IntN(20)*100+r.IntN(6))
}

func landline(r *rand.Rand) string { return fmt.Sprintf("0731-8%07d", r.IntN(10_000_000)) }
