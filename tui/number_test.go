package tui_test

import (
	"testing"
	"time"

	"certdesk/tui"
	"certdesk/tui/tuitest"
)

func TestNumbersNeverRepeat(t *testing.T) {
	number := tui.Numbers()
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{0, "E-261121-094200"}, {300 * time.Millisecond, "E-261121-094200-02"}, {time.Second, "E-261121-094201"},
		{0, "E-261121-094200-03"}, // the clock was set back
	} {
		if got := number(tuitest.Start.Add(c.after)); got != c.want {
			t.Errorf("after %v: %s, want %s", c.after, got, c.want)
		}
	}
}
