package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
	"certdesk/token/softkey"
)

// apartDir, set in its environment, makes the test program a station that serves on this joined folder: no command serves
// customers by itself at a real centre.
const apartDir = "CERTDESK_TEST_STATION"

func TestMain(m *testing.M) {
	dir, ok := os.LookupEnv(apartDir)
	if !ok {
		os.Exit(m.Run())
	}
	if err := servesApart(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// apartPeople are known to the centre in its own process under these passwords.
func apartPeople() []demo.Person {
	return []demo.Person{
		{Staff: service.Staff{Login: "01", Name: "王芳", Role: service.RoleClerk}, Demo: "correct horse 01"},
		{Staff: service.Staff{Login: "02", Name: "周凯", Role: service.RoleReviewer}, Demo: "correct horse 02"},
	}
}

// servesApart serves the customers of the environment; while the centre does not answer, the case at the desk waits and goes on.
func servesApart(ctx context.Context, dir string) error {
	seed, err := strconv.ParseUint(os.Getenv("CERTDESK_SEED"), 10, 64)
	if err != nil {
		return err
	}
	customers, err := strconv.Atoi(os.Getenv("CERTDESK_CUSTOMERS"))
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Env: app.RealEnv(), Soft: []softkey.Option{demo.LightKDF()}})
	if err != nil {
		return err
	}
	defer a.Close()
	auto, err := demo.NewAuto(ctx, a, apartPeople(), seed, customers)
	if err != nil {
		return err
	}
	for {
		s, err := auto.Run(ctx)
		if err == nil {
			return json.NewEncoder(os.Stdout).Encode(s)
		}
		if !service.IsCode(err, service.CAUnreachable, service.CASlow) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestKilledApart kills a station and a centre in a process of its own, one or the other, at random moments of a run. Each starts
// again; when nobody is killed any more everybody has been served once, and the books of both and the tokens agree.
func TestKilledApart(t *testing.T) {
	p := planned(t)
	desk, centre := build(t, "certdesk"), founded(t)
	calm := filepath.Join(t.TempDir(), "calm")
	want := finish(t, p.demo(t, desk, calm))
	dir := filepath.Join(t.TempDir(), "station")
	centre.start(t)
	command(t, desk, "", "join", "--code-file", centre.invite(t), "--data", dir)
	r := rand.New(rand.NewPCG(p.seed, 2))
	station := p.apart(t, dir)
	station.start(t)
	fallen := map[bool]int{}
	for _, row := range p.moments(r, rows(t, calm), p.kills) {
		past := rows(t, dir) >= row
		if err, over := reach(t, dir, row, station.ended); over {
			t.Fatalf("the station ended after %v kills: %v\n%s", fallen, err, &station.words)
		}
		time.Sleep(later(r, past))
		victim := station
		if r.IntN(2) == 0 {
			victim = &centre.process
		}
		victim.kill(t)
		time.Sleep(time.Duration(r.IntN(150)) * time.Millisecond) // the other one goes on meanwhile, as far as it can
		victim.start(t)
		fallen[victim == station]++
	}
	if fallen[true] == 0 || fallen[false] == 0 {
		t.Fatalf("only one was ever killed: %v", fallen)
	}
	if err := <-station.ended; err != nil {
		t.Fatalf("%v\n%s", err, &station.words)
	}
	var got demo.Summary
	if err := json.Unmarshal(station.out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	centre.kill(t)
	books{dir: dir, centre: centre.store}.check(t, desk, got, want)
	t.Logf("%d customers, station killed %d times, centre %d times, %d audit rows", p.customers, fallen[true], fallen[false], rows(t, dir))
}

// process is a program that is started again after each kill.
type process struct {
	make  func() *exec.Cmd
	cmd   *exec.Cmd
	ended chan error
	out   bytes.Buffer
	words bytes.Buffer
}

func (p *process) start(t *testing.T) {
	t.Helper()
	p.out.Reset()
	p.cmd, p.ended = p.make(), make(chan error, 1)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.words
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func(cmd *exec.Cmd, ended chan error) { ended <- cmd.Wait() }(p.cmd, p.ended)
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	select {
	case err := <-p.ended:
		t.Fatalf("%s ended by itself: %v\n%s", filepath.Base(p.cmd.Path), err, &p.words)
	default:
	}
	_ = p.cmd.Process.Kill() // SIGKILL
	<-p.ended
}

// apart is a station that serves automatically at whatever centre its folder has joined.
func (p plan) apart(t *testing.T, dir string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &process{make: func() *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), apartDir+"="+dir, fmt.Sprintf("CERTDESK_SEED=%d", p.seed), fmt.Sprintf("CERTDESK_CUSTOMERS=%d", p.customers))
		return cmd
	}}
}

// outer is a centre in a process of its own.
type outer struct {
	process
	program, store, address string
}

// founded founds a centre as an administrator does, with the demo's catalog.
func founded(t *testing.T) *outer {
	t.Helper()
	dir := t.TempDir()
	c := &outer{program: build(t, "certdesk-ca"), store: filepath.Join(dir, "centre.db"), address: freeAddress(t)}
	c.run(t, "", "init", "--name", "测试认证中心", "--host", "127.0.0.1")
	for _, who := range apartPeople() {
		c.run(t, who.Demo+"\n", "user", "add", "--login", who.Login, "--name", who.Name, "--role", string(who.Role))
	}
	catalog := filepath.Join(dir, "catalog.toml")
	if err := os.WriteFile(catalog, demo.CatalogTOML(), 0o600); err != nil {
		t.Fatal(err)
	}
	c.run(t, "", "catalog", "apply", catalog)
	c.make = func() *exec.Cmd {
		return exec.CommandContext(t.Context(), c.program, "serve", "--db", "sqlite:"+c.store, "--listen", c.address)
	}
	return c
}

func (c *outer) run(t *testing.T, stdin string, args ...string) {
	t.Helper()
	command(t, c.program, stdin, append(args, "--db", "sqlite:"+c.store)...)
}

// invite writes a join code for a station and waits until the centre listens.
func (c *outer) invite(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "join.txt")
	c.run(t, "", "station", "add", "--id", "0430", "--hall", "长沙市政务大厅", "--window", "03", "--address", c.address, "--out", file)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		line, err := net.DialTimeout("tcp", c.address, time.Second)
		if err == nil {
			_ = line.Close()
			return file
		}
		if time.Now().After(deadline) {
			t.Fatalf("the centre does not listen: %v\n%s", err, &c.words)
		}
	}
}

func command(t *testing.T, program, stdin string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
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
