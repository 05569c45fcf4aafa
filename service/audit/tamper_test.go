package audit_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
)

// TestRandomTampering changes, deletes, inserts, swaps and cuts in 2,000 copies of a good chain. Every change must be found, and
// the first bad row named.
func TestRandomTampering(t *testing.T) {
	key := newKey(t)
	good, head := chain(t, key, 10, "状态")
	spare, _ := chain(t, key, 11, "别的") // by the same key; from row 3 on another chain
	found := map[string]int{}
	for try := uint64(0); try < 2000; try++ {
		r := rand.New(rand.NewPCG(1, try))
		rows := make([]service.AuditRow, len(good))
		for i, g := range good {
			g.Prev, g.Hash, g.Signature = bytes.Clone(g.Prev), bytes.Clone(g.Hash), bytes.Clone(g.Signature)
			rows[i] = g
		}
		how, rows, seq := tamper(r, rows, spare)
		_, err := audit.Verify(each(rows), head, key.PublicKey())
		args := service.ArgsOf(err)
		if service.CodeOf(err) != service.AuditBroken || args["seq"] != fmt.Sprint(seq) {
			t.Fatalf("try %d, %s: %v, want seq %d", try, how, err, seq)
		}
		found[how]++
	}
	if len(found) != 13 {
		t.Errorf("not every way was tried: %v", found)
	}
}

// tamper makes one change and says which row is the first bad one.
func tamper(r *rand.Rand, rows, spare []service.AuditRow) (how string, changed []service.AuditRow, seq int64) {
	i := r.IntN(len(rows))
	n := int64(i + 1)
	switch r.IntN(6) {
	case 0:
		return "deleted", slices.Delete(rows, i, i+1), n
	case 1:
		return "inserted", slices.Insert(rows, i, spare[2+r.IntN(len(spare)-2)]), n
	case 2:
		return "cut", rows[:i], n
	case 3:
		j := (i + 1 + r.IntN(len(rows)-1)) % len(rows)
		rows[i], rows[j] = rows[j], rows[i]
		return "swapped", rows, int64(min(i, j) + 1)
	}
	return column(r, &rows[i]), rows, n
}

func column(r *rand.Rand, row *service.AuditRow) string {
	text := func(s *string) {
		if b := []byte(*s); len(b) > 0 && r.IntN(2) == 0 {
			flip(r, b)
			*s = string(b)
			return
		}
		*s += "x"
	}
	names := []string{"seq", "at", "actor", "act", "subject", "detail", "prev", "hash", "signature"}
	c := r.IntN(len(names))
	switch c {
	case 0:
		row.Seq += 1 + r.Int64N(20)
	case 1:
		row.At = row.At.Add(time.Duration(1+r.IntN(1000)) * time.Microsecond)
	case 2:
		text(&row.Actor)
	case 3:
		text(&row.Act)
	case 4:
		text(&row.Subject)
	case 5:
		text(&row.Detail)
	case 6:
		flip(r, row.Prev)
	case 7:
		flip(r, row.Hash)
	case 8:
		flip(r, row.Signature)
	}
	return names[c]
}

func flip(r *rand.Rand, b []byte) { b[r.IntN(len(b))] ^= 1 << r.IntN(8) }
