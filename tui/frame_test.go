package tui_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui"
	"certdesk/tui/page"
	"certdesk/tui/page/find"
	"certdesk/tui/tuitest"
)

func TestSignIn(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		d.Type("1001")
		d.Press("enter")
		d.Type("no")
		d.Press("enter")
		d.Sees("还可以试 4", "次")
		d.Type("clerk-secret")
		d.SeesNot("clerk")
		d.Press("enter")
		d.Sees("王芳 受理员", "我的待办")
	})
}

func TestHomeNarrows(t *testing.T) {
	for typed, want := range map[string]string{"10": "1008", "hf": "密钥恢复", "js": "2001", "=2001": "2001", "补办": "1003", "４００１": "没有匹配", "zd": "诊断介质", "99": "没有匹配"} {
		run(t, func(d *tuitest.Driver) {
			d.SignIn()
			for i, r := range typed {
				if i == 0 && r == '=' {
					d.Press("=")
					continue
				}
				d.Type(string(r))
			}
			d.Sees(want)
		})
	}
}

// The jump leaves what is open safely and goes there.
func TestJump(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		begin(d)
		d.Press(":")
		d.Type("6002")
		d.Press("enter")
		d.Sees("业务查询", no)
		d.Press("f3")
		d.Sees("办理业务")
	})
}

func TestCommandsNotInTextFields(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toDetails(d)
		d.Type("?/:=")
		d.Sees("客户信息", "?/:=")
	})
}

func TestHelpFilters(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		begin(d)
		d.Press("?")
		d.Sees("初次办理：客户到场", "F12", "Esc -, Ctrl+X")
		d.Type("撤销")
		d.Sees("F12")
		d.SeesNot("F5 ")
		d.Press("esc")
		d.Pass(time.Second)
		d.Sees("客户类型")
	})
}

// A screen too small says so, and no key acts on it.
func TestSmall(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		begin(d)
		d.Send(tea.WindowSizeMsg{Width: 79, Height: 24})
		d.Sees("窗口太小")
		d.Press("1", "f3", "ctrl+c")
		d.Send(tea.PasteMsg{Content: "x"})
		d.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
		d.Sees("客户类型")
		if d.World.Answers["type"] != 0 || d.Ended {
			t.Error("a key acted unseen")
		}
	})
}

func TestQuitIsRefusedDuringWork(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		d.World.Slow = time.Second
		toToken(d)
		d.World.Insert(tuitest.Blank)
		d.Settle()
		d.Post(tuitest.Key("enter"))
		d.Pass(1500 * time.Millisecond)
		d.Sees("请 勿 拔 出 UKey")
		d.Press("ctrl+c")
		d.Sees("请勿拔出 UKey。")
		d.Send(tea.QuitMsg{})
		d.Send(tea.InterruptMsg{})
		if d.Ended {
			t.Fatal("the program ended while a token was written")
		}
		d.Pass(20 * time.Second)
		d.Press("ctrl+c")
		d.Sees("退出程序")
		d.Press("enter")
		if !d.Ended {
			t.Error("the program did not end")
		}
	})
}

// After ten minutes without a key the screen locks; what was typed is still there.
func TestIdleLock(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toDetails(d)
		d.Type("湖南楚禹")
		d.Pass(9 * time.Minute)
		d.Sees("湖南楚禹")
		d.Pass(70 * time.Second)
		d.Sees("已锁屏")
		d.SeesNot("湖南楚禹", no)
		d.Type("wrong")
		d.Press("enter")
		d.Sees("口令不对")
		d.Type("clerk-secret")
		d.Press("enter")
		d.Sees("客户信息", "湖南楚禹")
		d.Type("科技")
		d.Sees("湖南楚禹科技")
	})
}

// A result that nobody waits for any more is dropped.
func TestStaleResults(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		d.World.Rows = tuitest.Listing()
		d.SignIn()
		d.Press("/")
		env := page.NewEnv(context.Background(), page.Env{Files: d.World, Now: time.Now})
		other := find.New(env)
		d.Send(page.Result{To: 99, Seq: 1, Msg: []service.CaseSummary{}})
		d.Send(other.Open()())
		for seq := range 3 {
			d.Send(page.Result{To: 3, Seq: seq + 50, Msg: []service.CaseSummary{}})
		}
		d.Sees("湖南楚禹科技有限公司")
	})
}

func TestTokenPage(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		d.SignIn()
		d.Type("2003")
		d.Press("enter")
		d.Sees("没有插入介质")
		d.World.Insert(tuitest.Used)
		d.Settle()
		d.Sees("还可试 3 次，共 8 次", "3A917C00D2", "本网点发出")
		d.World.Pull()
		d.Settle()
		d.Sees("没有插入介质")
	})
}

// The five lines of the frame never move, whatever is shown.
func TestFrameStands(t *testing.T) {
	for _, s := range scenes {
		if strings.HasPrefix(s.name, "lock") || strings.HasPrefix(s.name, "signin") {
			continue
		}
		run(t, func(d *tuitest.Driver) {
			s.do(d)
			g := d.Grid()
			if !strings.HasPrefix(g[0], " certdesk  长沙市政务大厅 03 号窗口") || !strings.Contains(g[0], "王芳 受理员  2026-11-21 周六 09:4") {
				t.Errorf("%s: line 1 is %q", s.name, g[0])
			}
			if !strings.HasPrefix(g[23], " ● 在线  待上传 0") || !strings.Contains(g[23], "打印机 就绪") {
				t.Errorf("%s: the status line is %q", s.name, g[23])
			}
			if strings.TrimSpace(g[22]) == "" {
				t.Errorf("%s: there are no keys in the footer", s.name)
			}
		})
	}
}

// Random forms in Chinese: every drawn line has exactly the terminal's width, and the cursor stays on the screen.
func TestWidthOfAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, size := range [][2]int{{80, 24}, {120, 40}, {97, 31}} {
		tuitest.Run(t, tuitest.Options{W: size[0], H: size[1], World: tuitest.NewWorld()}, func(d *tuitest.Driver) {
			d.World.Form = func() flow.Prompt { return randomForm(rng) }
			begin(d)
			for range 40 {
				d.Press("1", "f5")
				for range 6 {
					d.Type(cjk(rng, 1+rng.IntN(20)))
					d.Press([]string{"tab", "up", "left", "home", "enter"}[rng.IntN(5)])
					exact(t, d)
				}
			}
		})
	}
}

func exact(t *testing.T, d *tuitest.Driver) {
	t.Helper()
	lines := strings.Split(d.M.View().Content, "\n")
	if len(lines) != d.H {
		t.Fatalf("%d lines on a screen of %d", len(lines), d.H)
	}
	for y, l := range lines {
		if w := ansi.StringWidth(l); w != d.W {
			t.Fatalf("line %d is %d wide: %q", y, w, ansi.Strip(l))
		}
	}
	if x, y, ok := d.Cursor(); ok && (x < 0 || y < 0 || x >= d.W || y >= d.H) {
		t.Fatalf("the cursor stands at %d,%d", x, y)
	}
}

func cjk(rng *rand.Rand, n int) string {
	pool := []rune("湖南楚禹科技有限公司䶮𠅤（）·…—“”①●￥ab1é阿依古丽,.。，：\u0301\u200d𬭳☰")
	var b strings.Builder
	for range n {
		b.WriteRune(pool[rng.IntN(len(pool))])
	}
	return b.String()
}

func randomForm(rng *rand.Rand) flow.Prompt {
	types := []flow.FieldType{flow.FieldText, flow.FieldNumber, flow.FieldDigits, flow.FieldMoney, flow.FieldChoice}
	text := func(n int) service.Text { return service.Same(cjk(rng, rng.IntN(n))) }
	pr := flow.Prompt{Type: flow.PromptForm, Title: text(60), Note: text(120), Warning: text(90), Primary: text(30)}
	for i := range 1 + rng.IntN(14) {
		f := flow.Field{Name: fmt.Sprint(i), Label: text(24), Hint: text(40), Type: types[rng.IntN(len(types))], Max: rng.IntN(60), Required: rng.IntN(2) == 0, Value: cjk(rng, rng.IntN(50))}
		if f.Type == flow.FieldChoice {
			for k := range 1 + rng.IntN(6) {
				f.Choices = append(f.Choices, flow.Choice{Key: fmt.Sprint(k + 1), Value: fmt.Sprint(k), Label: text(20), Note: text(20)})
			}
		}
		pr.Fields = append(pr.Fields, f)
	}
	if rng.IntN(2) == 0 {
		pr.Facts = []flow.Fact{{Label: text(20), Value: text(90), Mark: "!"}}
		pr.Table = &flow.Table{Head: []service.Text{text(9), text(9)}, Rows: [][]service.Text{flow.Row(cjk(rng, 30), cjk(rng, 9))}, Align: "lr", Total: flow.Row("合计", "1")}
	}
	return pr
}

// The cursor stands behind the last Chinese character, at both sizes.
func TestCursorInForm(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		tuitest.Run(t, tuitest.Options{W: size[0], H: size[1]}, func(d *tuitest.Driver) {
			toDetails(d)
			x0, y0, _ := d.Cursor()
			for i, r := range []rune("欧阳修远孙𠅤") {
				d.Type(string(r))
				if x, y, ok := d.Cursor(); !ok || x != x0+2*(i+1) || y != y0 {
					t.Fatalf("after %d characters the cursor is at %d,%d, not %d,%d", i+1, x, y, x0+2*(i+1), y0)
				}
			}
			row := []rune(d.Grid()[y0])
			if !strings.Contains(string(row), "欧阳修远孙𠅤") {
				t.Errorf("the row reads %q", string(row))
			}
		})
	}
}

func TestPlain(t *testing.T) {
	tuitest.Run(t, tuitest.Options{Plain: true}, func(d *tuitest.Driver) {
		d.SignIn()
		if s := d.Screen(); strings.ContainsAny(s, "╭─│▸●▁") {
			t.Errorf("the plain screen shows\n%s", s)
		}
		d.Sees("+- ", "> 1001")
	})
}

func BenchmarkView(b *testing.B) {
	w := tuitest.NewWorld()
	w.Rows = tuitest.Listing()
	for range 5 {
		w.Rows = append(w.Rows, w.Rows...)
	}
	m := tui.New(b.Context(), tui.Config{Desk: w, Files: w, People: w, Tokens: w, Now: func() time.Time { return tuitest.Start }, Station: flow.Station{Hall: "长沙市政务大厅", Window: "03"}})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.SignedIn(service.Actor{ID: "s1", Name: "王芳", Role: service.RoleClerk})
	f := find.New(page.NewEnv(b.Context(), page.Env{Files: w, Now: time.Now, Shell: m}))
	m.Go(f)
	f.Result(w.Rows)
	b.ReportAllocs()
	for b.Loop() {
		m.View()
	}
}
