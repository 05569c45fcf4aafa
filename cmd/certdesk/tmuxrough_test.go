package main

import (
	"path/filepath"
	"testing"
	"time"
)

// TestTerminalTreatedRoughly makes the window too small, large again, and closes it in the middle of a form: what was typed is
// there when the program comes back.
func TestTerminalTreatedRoughly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hall")
	x := openTerm(t, 80, 24, "rough", dir, "demo")
	x.sees("工号")
	x.say("01")
	x.key("Enter")
	x.say("260101")
	x.key("Enter")
	x.sees("交易码", "在线")
	x.say("1001")
	x.key("Enter")
	x.sees("客户类型")
	x.say("3")
	x.sees("证件号码")
	x.say("440524188001010014")
	x.key("Enter")
	x.sees("✗") // born in 1880
	for range "440524188001010014" {
		x.key("BSpace")
	}
	x.say("11010519491231002X")
	x.sees("11010519491231002X")
	x.tmux("resize-window", "-t", "desk", "-x", "72", "-y", "20")
	x.sees("窗口太小")
	x.golden("01-too-small")
	x.key("Enter") // must not act on what cannot be seen
	x.tmux("resize-window", "-t", "desk", "-x", "80", "-y", "24")
	x.sees("证件号码", "11010519491231002X")
	x.key("Enter")
	x.sees("姓名")
	x.say("欧阳𬭳")
	x.cursorBehind("欧阳𬭳")
	x.key("Enter")
	x.say("138")
	x.sees("138")
	time.Sleep(2 * time.Second) // the draft is kept a moment after the last key
	x.hangUp()

	y := openTerm(t, 80, 24, "rough", dir, "demo")
	y.sees("工号")
	y.say("01")
	y.key("Enter")
	y.say("260101")
	y.key("Enter")
	y.sees("交易码", "在线")
	y.say("6002")
	y.key("Enter")
	y.sees("0001")
	y.key("Enter")
	y.sees("继续办理")
	y.key("Enter")
	y.sees("欧阳𬭳", "138")
	y.golden("02-taken-up-again")
}
