package part

import (
	"strings"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/look"
)

// Stepper draws the stages of a case in one row: ✓ done, ● now, ○ still to come. Lines between them shrink with the room; where even
// that is too long, only the open stage keeps its name.
func Stepper(a look.Area, x, y int, stages []flow.StageState, lang service.Lang) {
	lines := []string{" ─ ", "  "}
	if a.W >= 100 {
		lines = []string{" ──── ", " ─ ", "  "}
	}
	for _, line := range lines {
		if stepperWidth(stages, lang, line) <= a.W-x-1 {
			stepper(a, x, y, stages, lang, line, false)
			return
		}
	}
	stepper(a, x, y, stages, lang, " ─ ", true)
}

func stepperWidth(stages []flow.StageState, lang service.Lang, line string) int {
	n := 0
	for _, s := range stages {
		n += 2 + look.Width(s.Stage.Title().In(lang))
	}
	return n + max(0, len(stages)-1)*look.Width(line)
}

func stepper(a look.Area, x, y int, stages []flow.StageState, lang service.Lang, line string, short bool) {
	for i, s := range stages {
		if i > 0 {
			x = a.Text(x, y, look.Border, line)
		}
		sign, st := stageSign(s.State)
		x = a.Text(x, y, st, sign)
		if short && s.State != "now" {
			continue
		}
		if st == look.Good {
			st = look.Normal
		}
		x = a.Text(x+1, y, st, s.Stage.Title().In(lang))
	}
}

func stageSign(state string) (string, look.Style) {
	switch state {
	case "done":
		return "✓", look.Good
	case "now":
		return "●", look.Accent
	}
	return "○", look.Dim
}

var bars = []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}

// Spark draws counts as a row of bars, one cell each; zero is the lowest.
func Spark(counts []int) string {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range counts {
		i := 0
		if most > 0 && n > 0 {
			i = max(1, n*(len(bars)-1)/most)
		}
		b.WriteString(bars[i])
	}
	return b.String()
}
