package demo_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
)

type caseReport = app.CaseReport

// killSeed is of the moments and of the customers; CERTDESK_SEED tries others.
const killSeed = 20261121

// plan is how hard a test tries: a dozen customers and kills, or as CERTDESK_CUSTOMERS and CERTDESK_KILLS say:
//
//	CERTDESK_CUSTOMERS=200 CERTDESK_KILLS=50 go test -run TestKilled -timeout 2h ./cmd/certdesk/demo
type plan struct {
	seed             uint64
	customers, kills int
}

func planned(t *testing.T) plan {
	t.Helper()
	return plan{seed: uint64(number(t, "CERTDESK_SEED", killSeed)), customers: number(t, "CERTDESK_CUSTOMERS", 12), kills: number(t, "CERTDESK_KILLS", 12)}
}

func number(t *testing.T, name string, fallback int) int {
	t.Helper()
	text, ok := os.LookupEnv(name)
	if !ok {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is no count", name, text)
	}
	return n
}

// moments are the lengths of the audit chain at which the plug is pulled, spread over those that an undisturbed run went through.
func (p plan) moments(r *rand.Rand, rows, kills int) []int {
	at := make([]int, kills)
	for i := range at {
		at[i] = 1 + r.IntN(max(1, rows*19/20))
	}
	slices.Sort(at)
	return at
}

// TestKilled pulls the plug at random moments of a run, some of them while the hall is founded, and goes on each time: one clean
// restart serves everybody once, as in a hall where nothing happened, and all books say so.
func TestKilled(t *testing.T) {
	p, program := planned(t), build(t, "certdesk")
	calm, dir := filepath.Join(t.TempDir(), "calm"), filepath.Join(t.TempDir(), "hall")
	want := finish(t, p.demo(t, program, calm))
	r := rand.New(rand.NewPCG(p.seed, 1))
	founding := min(3, p.kills)
	for i := range founding { // an undisturbed run takes some 100 ms until the first customer
		if !strike(t, p.demo(t, program, dir), dir, 0, time.Duration(1+r.IntN(40*(i+1)))*time.Millisecond) {
			t.Fatal("the run was over while the hall was founded")
		}
	}
	for i, row := range p.moments(r, rows(t, calm), p.kills-founding) {
		if !strike(t, p.demo(t, program, dir), dir, row, later(r, rows(t, dir) >= row)) {
			t.Fatalf("the run was over after %d kills", founding+i)
		}
		t.Logf("killed at row %d", rows(t, dir))
	}
	got := finish(t, p.demo(t, program, dir))
	books{dir: dir, centre: filepath.Join(dir, "centre.db")}.check(t, program, got, want)
	t.Logf("%d customers, %d kills, %d audit rows, undisturbed %d", p.customers, p.kills, rows(t, dir), rows(t, calm))
}

// later is how long after its moment the blow falls: within an act, or while the program starts where the moment is past.
func later(r *rand.Rand, past bool) time.Duration {
	if past {
		return time.Duration(r.IntN(200)) * time.Millisecond
	}
	return time.Duration(r.IntN(4000)) * time.Microsecond
}

// build makes a program of the module, under more of an environment, and gives its path.
func build(t *testing.T, name string, environ ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, "certdesk/cmd/"+name)
	cmd.Env = append(os.Environ(), environ...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

func (p plan) demo(t *testing.T, program, dir string) *exec.Cmd {
	return exec.CommandContext(t.Context(), program, "demo", "--auto", fmt.Sprint(p.customers), "--seed", fmt.Sprint(p.seed), "--json", "--data", dir)
}

// strike starts a run and kills it some time after its audit chain has a length. False where it ended before.
func strike(t *testing.T, cmd *exec.Cmd, dir string, row int, later time.Duration) bool {
	t.Helper()
	var words bytes.Buffer
	cmd.Stderr = &words
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if err, over := reach(t, dir, row, ended); over {
		if err != nil {
			t.Fatalf("the run failed by itself: %v\n%s", err, &words)
		}
		return false
	}
	time.Sleep(later)
	_ = cmd.Process.Kill() // SIGKILL; it may have ended this very moment
	<-ended
	if words.Len() > 0 {
		t.Fatalf("the run failed by itself:\n%s", &words)
	}
	return true
}

// reach waits until the audit chain has a length; over where the run ended first.
func reach(t *testing.T, dir string, row int, ended <-chan error) (err error, over bool) {
	t.Helper()
	for rows(t, dir) < row {
		select {
		case err := <-ended:
			return err, true
		case <-time.After(3 * time.Millisecond):
		}
	}
	return nil, false
}

// rows is the length of the audit chain, as a bystander sees it; 0 before there is one. It keeps no connection: who starts next is
// alone with the files that the killed one left.
func rows(t *testing.T, dir string) int {
	t.Helper()
	path := filepath.Join(dir, "station.db")
	if _, err := os.Stat(path); err != nil {
		return 0
	}
	d, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(2000)")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	n := 0
	if err := d.QueryRowContext(t.Context(), "SELECT coalesce(max(seq), 0) FROM audit").Scan(&n); err != nil {
		return 0 // founded only in part
	}
	return n
}

func finish(t *testing.T, cmd *exec.Cmd) (s demo.Summary) {
	t.Helper()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	return s
}
