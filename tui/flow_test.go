package tui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/tuitest"
)

const no = "B0430-261121-0018"

func run(t *testing.T, fn func(d *tuitest.Driver)) { tuitest.Run(t, tuitest.Options{}, fn) }

// A customer goes from identity to a finished token, with keys alone.
func TestWholeCase(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toReport(d)
		d.Press("enter")
		d.Sees("已完成", "请归还客户证件")
		c := d.World.Open(no)
		if c.Status != service.Completed || c.Values["agent.name"] != "孙𠅤" || c.Values["method"] != "cash" || c.Token != tuitest.Blank.Serial {
			t.Errorf("the case came to %+v", c)
		}
		if len(d.World.Secrets) != 1 || d.World.Secrets[0] != "860214" {
			t.Errorf("secrets %v", d.World.Secrets)
		}
		if strings.Contains(d.Screen(), "860214") {
			t.Error("the PIN is on the screen")
		}
		d.Press("enter")
		d.Sees("办理业务")
	})
}

// A repeated F10 never submits twice.
func TestSubmitOnce(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toFee(d)
		d.World.Pause = time.Second
		before := d.World.Answers["fee"]
		d.Post(tuitest.Key("f10"))
		d.Post(tuitest.Key("f10"))
		d.Post(tuitest.Key("ctrl+s"))
		d.Sees("正在提交")
		d.Pass(5 * time.Second)
		if n := d.World.Answers["fee"] - before; n != 1 {
			t.Errorf("the fee was submitted %d times", n)
		}
		if n := d.World.Answers["review"]; n != 0 {
			t.Errorf("a key went on to the next prompt: %d", n)
		}
	})
}

func slow(d *tuitest.Driver, names ...string) {
	for _, n := range names {
		d.Post(tuitest.Key(n))
	}
	d.Pass(3 * time.Second)
}

// Keys typed while an act runs reach the next field of the same stage, and never send it.
func TestTypeAhead(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		begin(d)
		d.World.Pause = time.Second
		slow(d, "1", "9", "1", "4", "3", "enter")
		d.Sees("证件号码", "9143")
		if d.World.Answers["number"] != 0 {
			t.Error("typed-ahead Enter sent a form")
		}
	})
}

func TestTypeAheadIsDropped(t *testing.T) {
	t.Run("when the stage changed", func(t *testing.T) {
		run(t, func(d *tuitest.Driver) {
			toDetails(d)
			d.Type("单位")
			d.Press("tab", "tab", "tab")
			d.Type("孙")
			d.Press("tab")
			d.Type("13812348000")
			d.World.Pause = time.Second
			slow(d, "f10", "0", "enter")
			d.Sees("核对材料", "已丢弃", "☐ 1")
		})
	})
	t.Run("when an error came", func(t *testing.T) {
		run(t, func(d *tuitest.Driver) {
			begin(d)
			d.World.Pause = time.Second
			d.World.Fail["type"] = service.E(service.StoreBusy, "test", nil, nil)
			slow(d, "1", "9", "9")
			d.Sees("数据库正忙", "E-261121-0001")
			d.Press("enter")
			d.Sees("客户类型")
		})
	})
	t.Run("before a secret", func(t *testing.T) {
		run(t, func(d *tuitest.Driver) {
			toToken(d)
			d.World.Insert(tuitest.Blank)
			d.Settle()
			d.World.Slow = time.Second
			d.Post(tuitest.Key("enter"))
			d.Pass(2 * time.Second)
			for range 4 {
				d.Post(tuitest.Key("7"))
			}
			d.Pass(10 * time.Second)
			d.Sees("设置 PIN", "6 到 16 位", "已丢弃")
			d.SeesNot("●  ", "● ●")
		})
	})
	t.Run("before an amount", func(t *testing.T) {
		run(t, func(d *tuitest.Driver) {
			toMaterials(d)
			d.Press("0", "enter")
			d.World.Pause = time.Second
			slow(d, "f10", "1", "9", "9")
			d.Sees("450.00")
			d.SeesNot("99")
		})
	})
}

// What is typed and not submitted is kept: after a pause, on leaving, on locking. The answer is then given under the new version.
func TestDraft(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toDetails(d)
		d.Type("湖南楚禹")
		d.Pass(3 * time.Second)
		if got := d.World.Open(no).Drafts["details"]["name"]; got != "湖南楚禹" {
			t.Fatalf("after a pause the draft is %q", got)
		}
		d.Type("科技")
		d.Press("esc")
		d.Pass(time.Second)
		d.Sees("办理业务")
		if got := d.World.Open(no).Drafts["details"]["name"]; got != "湖南楚禹科技" {
			t.Fatalf("after leaving the draft is %q", got)
		}
		d.Press("/", "enter", "enter")
		d.Sees("客户信息", "湖南楚禹科技")
		d.Type("孙") // the focus is on the first required field that is empty
		d.Press("enter")
		d.Type("13812348000")
		d.Pass(3 * time.Second)
		d.Press("f10")
		d.Sees("核对材料")
	})
}

// A number that fails its check passes on a supervisor's word, with a reason, and the supervisor sees what it is about.
func TestOverride(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		begin(d)
		d.Press("1", "f8")
		d.Sees("没有需要放行的号码")
		d.Type("91430104MA4L1234X0")
		d.Sees("校验位不对")
		d.Press("f8")
		d.Sees("主管放行", "91430104MA4L1234X0", "应为 K")
		d.Type("1001")
		d.Press("enter")
		d.Type("clerk-secret")
		d.Press("enter")
		d.Type("x")
		d.Press("enter")
		d.Sees("您没有这项权限")
		d.Press("ctrl+u")
		d.Type("1009")
		d.Press("enter")
		d.Type("supervisor-secret")
		d.Press("enter")
		d.Press("ctrl+u")
		d.Type("执照原件核对无误")
		d.Press("enter")
		d.Sees("! 主管放行：赵强")
		d.Press("f10")
		d.Sees("客户信息", "王芳 受理员")
		if o := d.World.Open(no).Passed["number"]; o.By.ID != "s9" || o.Reason != "执照原件核对无误" {
			t.Errorf("override %+v", o)
		}
	})
}

// The reviewer signs in for one step only, sees what is approved, and is gone when the screen was locked.
func TestSecondPerson(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toReview(d)
		d.Press("1")
		d.Type("1001")
		d.Press("enter")
		d.Type("clerk-secret")
		d.Press("enter")
		d.Sees("您没有这项权限")
		d.Press("esc")
		d.Pass(time.Second)
		second(d)
		d.Sees("李娜 审核员 办理这一步", "孙𠅤", "王芳 受理员")
		d.Press("ctrl+l")
		d.Type("clerk-secret")
		d.Press("enter")
		d.Sees("这一步由“审核员”岗位办理")
		second(d)
		d.Press("f10")
		d.Sees("插入介质")
		d.SeesNot("李娜")
	})
}

func TestLeaveInQueue(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toReview(d)
		d.Press("2")
		d.Sees("办理业务")
	})
}

// Work that stops says what is safe and how to go on; the number on the screen is in the log.
func TestFault(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		fault(d)
		d.Sees("介质在办理中被拔出", "没有丢失", "E-261121-0001")
		if len(d.Log) != 1 || !strings.HasPrefix(d.Log[0], "E-261121-0001 ") {
			t.Errorf("log %v", d.Log)
		}
		d.Press("esc")
		d.Pass(time.Second)
		d.Sees("必须选择其一", "介质在办理中被拔出")
		d.Press("1")
		d.Sees("设置 PIN")
	})
}

func TestReplace(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		fault(d)
		d.Press("3")
		d.Type("1009")
		d.Press("enter")
		d.Type("supervisor-secret")
		d.Press("enter")
		d.Type("坏了")
		d.Press("enter")
		d.Sees("插入介质")
		if d.World.Open(no).Token != "" {
			t.Error("the token is still pinned")
		}
	})
}

// Cancelling needs the end of the case's number.
func TestCancel(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toFee(d)
		d.Press("f12", "2")
		d.Type("0017")
		d.Sees("不符")
		d.Press("ctrl+u")
		d.Type("0018")
		d.Press("enter")
		d.Sees("已撤销")
		if c := d.World.Open(no); c.Gone != "录入错误" {
			t.Errorf("cancelled for %q", c.Gone)
		}
	})
}

func TestSecretRules(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toPIN(d)
		d.Send(tea.PasteMsg{Content: "860214"})
		d.Type("123")
		d.Press("enter")
		d.Sees("位数不够")
		d.Press("ctrl+u")
		d.Type("123456")
		d.Press("enter")
		d.Type("123457")
		d.Press("enter")
		d.Sees("两次输入不一样")
		d.Type("123456")
		d.Press("enter")
		d.Type("123456")
		d.Press("enter")
		d.Sees("不能全部相同")
		if n := len(d.World.Secrets); n != 1 {
			t.Errorf("%d secrets arrived", n)
		}
	})
}

// Tokens: none, one, several; a guess is never made.
func TestTokenChoice(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toToken(d)
		d.Press("enter")
		d.Sees("! 请插入介质")
		d.World.Insert(tuitest.Blank, tuitest.Used)
		d.Settle()
		d.Press("enter")
		d.Sees("插着几枚介质")
		if d.World.Answers["token"] != 0 {
			t.Fatal("a token was guessed")
		}
		d.Press("2", "enter")
		if got := d.World.Open(no).Token; got != tuitest.Used.Serial {
			t.Errorf("token %s", got)
		}
	})
}

func TestRepeatLast(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toDetails(d)
		d.Press("f9")
		d.Sees("没有上次的值")
		d.Type("湖南楚禹科技有限公司")
		d.Press("tab")
		d.Type("长沙市岳麓区")
		d.Press("tab", "tab")
		d.Type("孙𠅤")
		d.Press("enter")
		d.Type("13812348000")
		d.Press("f10", "esc")
		d.Pass(time.Second)
		toDetailsAgain(d)
		d.Press("ctrl+d")
		d.Sees("没有上次的值")
		d.Press("tab", "f9")
		d.Sees("长沙市岳麓区")
		d.SeesNot("湖南楚禹科技有限公司", "孙𠅤", "13812348000")
		d.Press("tab", "tab", "f9") // the agent's name belongs to one customer
		d.Sees("没有上次的值")
	})
}

func toDetailsAgain(d *tuitest.Driver) {
	d.Type("1001")
	d.Press("enter", "1")
	d.Type("91430104MA4L1234XK")
	d.Press("enter")
}

// A fault of the program in machine work becomes an error on the screen; the case goes on from where it stood.
func TestPanicInWork(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		d.World.Crash = "key"
		toWork(d)
		d.Sees("系统内部错误", "E-261121-0001")
		d.SeesNot("a fault in")
		if len(d.Log) != 1 || !strings.Contains(d.Log[0], "a fault in key") {
			t.Errorf("log %v", d.Log)
		}
		d.Press("enter", "/", "enter", "enter")
		d.Sees("制证", "F10 继续")
		d.Press("f10")
		d.Sees("设置 PIN")
	})
}

// What somebody else changed meanwhile is shown, not overwritten.
func TestChangedMeanwhile(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toDetails(d)
		d.Type("湖南")
		d.Pass(3 * time.Second)
		c := d.World.Open(no)
		c.Version++
		c.Drafts["details"] = map[string]string{"name": "别人填的"}
		d.Press("enter")
		d.Type("孙")
		d.Press("tab")
		d.Press("tab")
		d.Type("孙")
		d.Press("enter")
		d.Type("13812348000")
		d.Press("f10")
		d.Sees("业务刚被别人改动过")
		d.Press("enter")
		d.Sees("别人填的")
	})
}
