package main

import (
	"bufio"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// centreProcess is `certdesk-ca serve` in a process of its own.
type centreProcess struct {
	t    *testing.T
	bin  string
	db   string
	addr string
	cmd  *exec.Cmd
}

// run runs a command of the centre and returns what it printed.
func (c *centreProcess) run(stdin string, args ...string) string {
	c.t.Helper()
	cmd := exec.Command(c.bin, append(args, "--db", "sqlite:"+c.db)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("certdesk-ca %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (c *centreProcess) start() {
	c.t.Helper()
	c.cmd = exec.Command(c.bin, "serve", "--db", "sqlite:"+c.db, "--listen", c.addr)
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	if !bufio.NewScanner(out).Scan() {
		c.t.Fatal("certdesk-ca serve said nothing")
	}
}

// stop ends the centre as a power cut would.
func (c *centreProcess) stop() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		c.t.Fatal(err)
	}
	_ = c.cmd.Wait() // killed: its error says so
}

func foundCentre(t *testing.T, dir string) *centreProcess {
	t.Helper()
	c := &centreProcess{t: t, bin: built(t, "certdesk-ca"), db: filepath.Join(dir, "centre.db"), addr: freeAddress(t)}
	c.run("", "init", "--name", "怀化数字证书认证中心", "--host", "127.0.0.1")
	c.run("73129084\n", "user", "add", "--login", "11", "--name", "杨志远", "--role", "clerk")
	c.run("40861537\n", "user", "add", "--login", "12", "--name", "周凯", "--role", "reviewer")
	c.run("", "catalog", "apply", filepath.Join("demo", "catalog.toml"))
	c.run("", "station", "add", "--id", "0431", "--hall", "怀化市通道县受理点", "--window", "01", "--address", c.addr, "--out", filepath.Join(dir, "join.txt"))
	return c
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestTwoTerminals serves a customer at a station that joined a centre in another process. The centre is killed in the middle of
// the case and comes back: the case goes on from the step that it stopped at.
func TestTwoTerminals(t *testing.T) {
	dir := t.TempDir()
	centre := foundCentre(t, dir)
	centre.start()
	data := filepath.Join(dir, "station")
	if out, err := exec.Command(built(t, "certdesk"), "join", "--code-file", filepath.Join(dir, "join.txt"), "--data", data).CombinedOutput(); err != nil {
		t.Fatalf("join: %v\n%s", err, out)
	}
	x := openTerm(t, 80, 24, "two", data)
	x.sees("工号")
	x.say("11")
	x.key("Enter")
	x.say("73129084")
	x.key("Enter")
	x.sees("交易码", "在线")
	personUpToToken(x)
	centre.stop()
	x.sees("已读到介质")
	x.key("Enter")
	x.sees("需要处理", "中心暂时无法连接", "离线")
	x.golden("01-centre-down")
	centre.start()
	defer centre.stop()
	time.Sleep(200 * time.Millisecond)
	x.say("1")
	x.sees("请客户输入", "6 到 16 位")
	setPIN(x, "73519264")
	x.sees("客户已签收")
	x.key("F10")
	x.sees("业务已完成")
}

// personUpToToken serves a natural person as far as the blank token.
func personUpToToken(x *tmuxTerm) {
	x.say("1001")
	x.key("Enter")
	x.sees("客户类型")
	x.say("3")
	x.sees("证件号码")
	x.say("11010519491231002X")
	x.key("Enter")
	x.sees("姓名")
	x.say("龙吉䶮")
	x.cursorBehind("龙吉䶮")
	x.key("Enter")
	x.say("13800138000")
	x.key("F10")
	x.sees("应用项目")
	x.say("1")
	x.sees("证书产品")
	x.say("1")
	x.sees("服务年限")
	x.say("1")
	x.sees("验证问题")
	x.key("Enter")
	x.say("岳麓山")
	x.key("Enter")
	x.sees("核对材料")
	x.say("0")
	x.key("Enter")
	x.sees("服务协议")
	x.key("End")
	x.sees("F10 客户已阅读并同意")
	x.key("F10")
	x.sees("申请表签署")
	x.say("1")
	x.sees("收款方式")
	x.key("F10")
	x.sees("确认收款")
	x.key("F10")
	x.sees("现在由另一人在本机登录办理")
	x.say("1")
	x.sees("第二人登录")
	x.say("12")
	x.key("Enter")
	x.say("40861537")
	x.key("Enter")
	x.sees("请对照原件逐项核对")
	x.key("End")
	x.sees("F10 审核通过")
	x.key("F10")
	x.sees("客户确认无误")
	x.key("F10")
	x.sees("请插入介质")
	plug(x.t, x.dir)
}
