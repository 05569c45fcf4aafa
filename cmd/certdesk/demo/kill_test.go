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
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"certdesk/cmd/certdesk/demo"
)

const (
	killSeed  = 20261121 // of the moments and of the customers: change it and other moments are tried
	customers = 12
	kills     = 12
)

// TestKilled pulls the plug at a dozen moments of a run, some of them while the hall is founded, and goes on each time: at the end
// everybody was served once, as in a hall where nothing happened, and both books say so.
func TestKilled(t *testing.T) {
	program := build(t)
	dir := filepath.Join(t.TempDir(), "hall")
	r := rand.New(rand.NewPCG(killSeed, 1))
	founding := 3
	for i := range founding { // an undisturbed run takes some 250 ms until the first customer
		strike(t, program, dir, func() bool { return true }, time.Duration(1+r.IntN(80*(i+1)))*time.Millisecond)
	}
	hits := founding
	for row := 0; hits < kills; hits++ {
		row = rows(dir) + 1 + r.IntN(70) // a customer takes some 75 audit rows
		if !strike(t, program, dir, func() bool { return rows(dir) >= row }, time.Duration(r.IntN(3000))*time.Microsecond) {
			break
		}
		t.Logf("killed at row %d", rows(dir))
	}
	if hits < 8 {
		t.Fatalf("the run was over after %d kills", hits)
	}
	got, want := finish(t, program, dir), finish(t, program, filepath.Join(t.TempDir(), "calm"))
	compare(t, got, want)
	station(t, filepath.Join(dir, "station.db"))
	centre(t, filepath.Join(dir, "centre.db"))
	if out, err := exec.CommandContext(t.Context(), program, "audit", "verify", "--data", dir).CombinedOutput(); err != nil {
		t.Errorf("audit verify: %v\n%s", err, out)
	}
}

func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "certdesk")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "certdesk/cmd/certdesk").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

func command(t *testing.T, program, dir string) *exec.Cmd {
	return exec.CommandContext(t.Context(), program, "demo", "--auto", fmt.Sprint(customers), "--seed", fmt.Sprint(killSeed), "--json", "--data", dir)
}

// strike starts the program and kills it some time after the moment has come. False where it ended before.
func strike(t *testing.T, program, dir string, come func() bool, later time.Duration) bool {
	t.Helper()
	var words bytes.Buffer
	cmd := command(t, program, dir)
	cmd.Stderr = &words
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for !come() {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the run failed by itself: %v\n%s", err, &words)
			}
			return false
		case <-time.After(time.Millisecond):
		}
	}
	time.Sleep(later)
	_ = cmd.Process.Kill() // SIGKILL; it may have ended this very moment
	<-ended
	if words.Len() > 0 {
		t.Fatalf("the run failed by itself:\n%s", &words)
	}
	return true
}

// rows is the length of the audit chain, as a bystander sees it; 0 before there is one.
func rows(dir string) int {
	path := filepath.Join(dir, "station.db")
	if _, err := os.Stat(path); err != nil {
		return 0
	}
	d, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(2000)")
	if err != nil {
		return 0
	}
	defer d.Close()
	n := 0
	if err := d.QueryRow("SELECT count(*) FROM audit").Scan(&n); err != nil {
		return 0
	}
	return n
}

func finish(t *testing.T, program, dir string) demo.Summary {
	t.Helper()
	cmd := command(t, program, dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var s demo.Summary
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// compare holds a run that was killed against one that was not: the same people, businesses, sums and papers.
func compare(t *testing.T, got, want demo.Summary) {
	t.Helper()
	if got.Ledger != want.Ledger || !got.Ledger.Balanced || got.Ledger.Cases != customers {
		t.Errorf("ledger %+v, want %+v", got.Ledger, want.Ledger)
	}
	for i, g := range got.Cases {
		w := want.Cases[i]
		if g.Status != "completed" || g.Kind != w.Kind || g.Customer != w.Customer || g.Fee != w.Fee || g.Receipt != w.Receipt {
			t.Errorf("case %d: %+v, want as %+v", i, g, w)
		}
		if len(g.Documents) != len(w.Documents) || len(g.Certificates) != len(w.Certificates) {
			t.Errorf("case %d: %v %v", i, g.Documents, g.Certificates)
		}
		for _, d := range g.Documents {
			if info, err := os.Stat(d); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", d, err)
			}
		}
	}
}

// station asks the station's own books, apart from the program that wrote them.
func station(t *testing.T, path string) {
	t.Helper()
	for question, want := range map[string]string{
		"SELECT count(*) FROM cases":                             fmt.Sprint(customers), // nobody's case was left behind
		"SELECT count(*) FROM cases WHERE status <> 'completed'": "0",
		"SELECT count(*) FROM (SELECT 1 FROM certificates WHERE status = 'valid' GROUP BY line, usage HAVING count(*) > 1)": "0",
		"SELECT count(*) FROM certificates":                                                                          "18",
		"SELECT count(DISTINCT line || token) FROM certificates WHERE token <> ''":                                   "9",
		"SELECT group_concat(substr(no, -6), ' ') FROM (SELECT no FROM receipts ORDER BY no)":                        "000001 000002 000003 000004 000005 000006 000007 000008 000009",
		"SELECT count(*) FROM receipts r WHERE total <> (SELECT sum(amount) FROM payments p WHERE p.receipt = r.no)": "0",
		"SELECT count(*) FROM (SELECT 1 FROM receipts GROUP BY case_no HAVING count(*) > 1)":                         "0",
		"SELECT (SELECT sum(amount) FROM payments) - (SELECT sum(total) FROM receipts)":                              "0",
		"SELECT count(*) FROM outbox WHERE acknowledged = 0":                                                         "0",
	} {
		ask(t, path, question, want)
	}
}

// centre asks the centre: it issued no pair that no station knows.
func centre(t *testing.T, path string) {
	t.Helper()
	ask(t, path, "SELECT count(*) FROM pair", "9")
	ask(t, path, "SELECT count(*) FROM revocation", "0")
}

func ask(t *testing.T, path, question, want string) {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var have string
	if err := d.QueryRow(question).Scan(&have); err != nil {
		t.Errorf("%s: %v", question, err)
	}
	if strings.TrimSpace(have) != want {
		t.Errorf("%s: %s, want %s", question, have, want)
	}
}
