package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// customerCase is what one customer says at the desk, typed on the number pad and in Chinese.
type customerCase struct {
	digit, number, name, address, phone string
	agentName, agentNumber, agentMobile string
}

// Two customers whose names break careless screens: Extension A and Extension B characters.
var atDesk = customerCase{
	digit: "1", number: "914403001922038216", name: "湖南楚禹㛃科技有限公司", address: "长沙市岳麓区麓谷大道 6 号", phone: "073188888888",
	agentName: "孙𠅤", agentNumber: "11010519491231002X", agentMobile: "13800138000",
}

// TestDeskAt80 types a whole 1001 case and a 2001 case, from sign-in to hand-over, on the smallest screen.
func TestDeskAt80(t *testing.T) { wholeDay(t, 80, 24, "80x24") }

// TestDeskAt120 does the same on the large one.
func TestDeskAt120(t *testing.T) { wholeDay(t, 120, 40, "120x40") }

func wholeDay(t *testing.T, cols, rows int, shots string) {
	dir := filepath.Join(t.TempDir(), "hall")
	x := openTerm(t, cols, rows, shots, dir, "demo")
	signIn(x, "01", "260101")
	serial := issueAtDesk(x, dir)
	unlockAtDesk(x, serial)
	x.key("F3")
	x.sees("退出")
}

func signIn(x *tmuxTerm, login, password string) {
	x.sees("工号", "口令")
	x.golden("01-signin")
	x.say(login)
	x.key("Enter")
	x.say(password)
	x.key("Enter")
	x.sees("交易码", "在线")
	x.golden("02-home")
}

// issueAtDesk serves 1001 and returns the serial of the token that was handed over.
func issueAtDesk(x *tmuxTerm, dir string) string {
	x.say("1001")
	x.key("Enter")
	identity(x)
	intake(x)
	pay(x)
	approve(x)
	serial := writeToken(x, dir)
	x.key("F10")
	x.sees("业务已完成")
	x.golden("19-completed")
	x.key("Enter")
	x.sees("交易码")
	return serial
}

func identity(x *tmuxTerm) {
	x.sees("客户类型")
	x.golden("03-type")
	x.say(atDesk.digit)
	x.sees("统一社会信用代码")
	x.say("914403001922038217") // a slip of the last character
	x.key("Enter")
	x.golden("04-wrong-check")
	for range atDesk.number {
		x.key("BSpace")
	}
	x.say(atDesk.number)
	x.key("Enter")
	x.sees("单位名称")
	x.say(atDesk.name)
	x.cursorBehind(atDesk.name)
	x.golden("05-name")
	x.key("Enter")
	x.say(atDesk.address)
	x.key("Enter")
	x.say(atDesk.phone)
	x.key("Enter")
	x.say(atDesk.agentName)
	x.cursorBehind(atDesk.agentName)
	x.key("Enter")
	x.say(atDesk.agentNumber)
	x.say(atDesk.agentMobile)
	x.sees(atDesk.agentMobile)
	x.golden("06-details")
	x.key("Enter")
}

func intake(x *tmuxTerm) { intakeOf(x, "1") }

// intakeOf chooses the product by its digit.
func intakeOf(x *tmuxTerm, product string) {
	x.sees("应用项目", "公共资源交易")
	x.golden("07-project")
	x.say("1")
	x.sees("证书产品")
	x.say(product)
	x.sees("服务年限")
	x.golden("08-years")
	x.say("2")
	x.sees("验证问题")
	x.key("Enter")
	x.say("岳阳楼")
	x.cursorBehind("岳阳楼")
	x.key("Enter")
	x.sees("核对材料")
	x.say("0")
	x.sees("☑ 4")
	x.golden("09-materials")
	x.key("Enter")
	x.sees("服务协议", "第一条")
	x.golden("10-agreement")
	x.key("End")
	x.sees("F10 客户已阅读并同意")
	x.key("F10")
	x.sees("申请表签署")
	x.say("1")
}

// pay takes a card for part and cash for the rest, with change.
func pay(x *tmuxTerm) {
	x.sees("收款方式")
	x.golden("11-fee")
	x.say("2")
	for range "480.00" {
		x.key("BSpace")
	}
	x.say("200")
	x.key("Enter")
	x.say("8812")
	x.key("Enter")
	x.sees("￥280.00")
	x.golden("12-fee-rest")
	x.say("1")
	for range "280.00" {
		x.key("BSpace")
	}
	x.say("300")
	x.key("Enter")
	x.key("Enter")
	x.sees("找零", "￥20.00")
	x.golden("13-settle")
	x.key("F10")
}

// payWhole takes the whole sum in cash.
func payWhole(x *tmuxTerm) {
	x.sees("收款方式")
	x.say("1")
	x.key("Enter")
	x.key("Enter")
	x.sees("F10 确认收款并出收据")
	x.key("F10")
}

func approve(x *tmuxTerm) {
	x.sees("现在由另一人在本机登录办理")
	x.golden("14-other")
	x.say("1")
	x.sees("第二人登录")
	x.say("02")
	x.key("Enter")
	x.say("260202")
	x.key("Enter")
	x.sees("请对照原件逐项核对")
	x.golden("15-review")
	x.key("End")
	x.sees("F10 审核通过", "验证问题")
	x.key("F10")
	x.sees("客户确认无误")
	x.golden("16-confirm")
	x.key("F10")
}

// writeToken plugs a fresh soft UKey in, has it written, and lets the customer set a PIN.
func writeToken(x *tmuxTerm, dir string) string {
	x.sees("请插入介质")
	serial := ""
	if x.shots == "120x40" {
		serial = fromDrawer(x, dir)
	} else {
		serial = plug(x.t, dir)
	}
	x.sees("已读到介质", serial)
	x.golden("17-token")
	x.key("Enter")
	x.sees("请客户输入", "6 到 16 位")
	x.say("123456") // a run: refused, and nothing is lost
	x.key("Enter")
	x.say("123456")
	x.key("Enter")
	x.sees("✗")
	setPIN(x, "73519264")
	x.sees("客户已签收")
	x.golden("18-handover")
	return serial
}

func setPIN(x *tmuxTerm, pin string) {
	for range 2 {
		x.say(pin)
		x.key("Enter")
	}
}

// plug takes a blank soft UKey from the drawer and inserts it, as a hand would.
func plug(t *testing.T, dir string) string {
	t.Helper()
	out, err := exec.Command(built(t, "certdesk"), "token", "new", "--data", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("token new: %v\n%s", err, out)
	}
	serial := strings.TrimSpace(string(out))
	if out, err := exec.Command(built(t, "certdesk"), "token", "insert", serial, "--data", dir).CombinedOutput(); err != nil {
		t.Fatalf("token insert: %v\n%s", err, out)
	}
	return serial
}

// fromDrawer takes a blank soft UKey with the screen's own drawer.
func fromDrawer(x *tmuxTerm, dir string) string {
	x.key("F4")
	x.sees("取一枚空白的")
	x.golden("17-drawer")
	x.say("0")
	x.sees("已读到介质")
	out, err := exec.Command(built(x.t, "certdesk"), "token", "list", "--data", dir).Output()
	if err != nil {
		x.t.Fatal(err)
	}
	return strings.Fields(string(out))[0]
}

// unlockAtDesk serves 2001 for the customer who forgot the PIN of the token that is still in.
func unlockAtDesk(x *tmuxTerm, serial string) {
	x.say("2001")
	x.key("Enter")
	x.sees("请插入客户要解锁的介质", serial)
	x.key("Enter")
	unlockRead(x)
}

// unlockRead goes on once the token is chosen.
func unlockRead(x *tmuxTerm) {
	x.sees("核对身份", atDesk.name)
	x.golden("21-identify")
	x.say(atDesk.number)
	x.key("Enter")
	for _, v := range []string{atDesk.agentName} {
		x.say(v)
		x.key("Enter")
	}
	x.say(atDesk.agentNumber)
	x.say(atDesk.agentMobile)
	x.key("Enter")
	x.sees("核对材料")
	x.say("0")
	x.key("Enter")
	x.sees("申请表签署")
	x.say("1")
	x.sees("请客户输入", "6 到 16 位")
	x.golden("22-new-pin")
	setPIN(x, "86420975")
	x.sees("客户已签收")
	x.golden("23-unlock-handover")
	x.key("F10")
	x.sees("业务已完成")
	x.key("Enter")
	x.sees("交易码")
	x.golden("24-home-after")
}
