package part

import (
	"fmt"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/look"
)

// Progress draws machine steps: sign, title, what it did, how long it took. It returns the row after them.
func Progress(a look.Area, y int, steps []flow.WorkStep, lang service.Lang) int {
	tw := 12
	for _, s := range steps {
		tw = max(tw, min(28, look.Width(s.Title.In(lang))))
	}
	for _, s := range steps {
		sign, st := workSign(s.State)
		a.Text(0, y, st, sign)
		title := look.Normal
		if s.State == flow.WorkRunning {
			title = look.Accent
		} else if s.State == flow.WorkTodo {
			title = look.Dim
		}
		a.Clip(2, y, tw, title, s.Title.In(lang))
		a.Clip(tw+5, y, a.W-tw-14, look.Dim, s.Note.In(lang))
		if s.Took > 0 {
			a.Right(a.W, y, look.Dim, Seconds(s.Took))
		}
		y++
	}
	return y
}

// Seconds writes a duration with one decimal: 1.9 s.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func workSign(s flow.WorkState) (string, look.Style) {
	switch s {
	case flow.WorkDone:
		return "✓", look.Good
	case flow.WorkRunning:
		return "●", look.Accent
	case flow.WorkFailed:
		return "✗", look.Bad
	}
	return "○", look.Dim
}

// Meter draws how much is done of all in w cells.
func Meter(a look.Area, x, y, w, done, all int) {
	full := 0
	if all > 0 {
		full = w * done / all
	}
	for i := 0; i < w; i++ {
		if i < full {
			a.Text(x+i, y, look.Accent, "▓")
		} else {
			a.Text(x+i, y, look.Dim, "░")
		}
	}
}
