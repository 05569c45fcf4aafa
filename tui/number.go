package tui

import (
	"fmt"
	"time"

	"certdesk/service"
)

// Numbers gives numbers of faults that never repeat within a run: E-yymmdd-hhmmss in local time, with -02, -03 … where that second
// has had one. Not for use by several goroutines at once.
func Numbers() func(now time.Time) string {
	seen := map[string]int{}
	return func(now time.Time) string {
		id := "E-" + service.Local(now).Format("060102-150405")
		seen[id]++
		if n := seen[id]; n > 1 {
			return fmt.Sprintf("%s-%02d", id, n)
		}
		return id
	}
}
