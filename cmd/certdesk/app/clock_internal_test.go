package app

import (
	"testing"
	"time"

	"certdesk/service"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// What the station knows of its clock, step by step.
func TestJudge(t *testing.T) {
	var tm timing
	check := func(name string, now, last time.Time, want service.Code) {
		t.Helper()
		if err := tm.judge(now, last); service.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	check("a fresh station", noon, noon.Add(-time.Hour), "")
	check("a little back, as time servers do", noon.Add(-4*time.Minute), noon.Add(-time.Hour), "")
	check("set back while running, though the last act is older", noon.Add(-30*time.Minute), noon.Add(-time.Hour), service.ClockBack)
	check("an act at the wrong time does not make it right", noon.Add(-30*time.Minute), noon.Add(-30*time.Minute), service.ClockBack)
	tm.heard(noon.Add(-30*time.Minute), noon.Add(-29*time.Minute))
	check("the centre says that it is right", noon.Add(-30*time.Minute), noon, "")
	tm.heard(noon, time.Time{})
	check("and it stays so when the line is gone", noon.Add(-29*time.Minute), noon.Add(-30*time.Minute), "")
	tm.heard(noon.Add(6*time.Minute), noon)
	check("ahead of the centre", noon, noon, service.CAClock)
	tm.heard(noon.Add(-6*time.Minute), noon)
	check("behind the centre", noon, noon, service.CAClock)
}

func TestJudgeNames(t *testing.T) {
	err := before(noon, noon.Add(time.Hour))
	if a := service.ArgsOf(err); a["now"] != "2026-11-22 20:00:00" || a["last"] != "2026-11-22 21:00:00" {
		t.Errorf("%v", err)
	}
	for ahead, want := range map[time.Duration]service.Args{
		20 * time.Minute: {"minutes": "20", "reason": "fast"}, -90*time.Minute + 10*time.Second: {"minutes": "90", "reason": "slow"},
	} {
		if a := service.ArgsOf(apart(ahead)); a["minutes"] != want["minutes"] || a["reason"] != want["reason"] {
			t.Errorf("%s: %v", ahead, a)
		}
	}
}
