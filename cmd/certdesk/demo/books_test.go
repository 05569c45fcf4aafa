package demo_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"certdesk/cmd/certdesk/demo"
	"certdesk/service/sm"
)

// books are the records of a hall, asked apart from the programs that wrote them.
type books struct {
	dir    string // the station's data folder
	centre string // the centre's store
}

// check holds the books of a hall where processes were killed against what an undisturbed one came to.
func (b books) check(t *testing.T, program string, got, want demo.Summary) {
	t.Helper()
	compare(t, got, want)
	b.station(t, want)
	b.both(t)
	b.tokens(t)
	if out, err := exec.CommandContext(t.Context(), program, "audit", "verify", "--data", b.dir).CombinedOutput(); err != nil {
		t.Errorf("audit verify: %v\n%s", err, out)
	}
}

// compare wants the same people, businesses, sums and papers.
func compare(t *testing.T, got, want demo.Summary) {
	t.Helper()
	if got.Ledger != want.Ledger || !got.Ledger.Balanced || len(got.Cases) != len(want.Cases) {
		t.Fatalf("ledger %+v of %d, want %+v of %d", got.Ledger, len(got.Cases), want.Ledger, len(want.Cases))
	}
	for i, g := range got.Cases {
		w := want.Cases[i]
		if g.Status != "completed" || g.Kind != w.Kind || g.Customer != w.Customer || g.Fee != w.Fee || (g.Receipt == "") != (w.Receipt == "") {
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

// station asks the station's own books.
func (b books) station(t *testing.T, want demo.Summary) {
	t.Helper()
	d := opened(t, filepath.Join(b.dir, "station.db"))
	receipts := len(slices.DeleteFunc(slices.Clone(want.Cases), func(c caseReport) bool { return c.Receipt == "" }))
	for question, answer := range map[string]int{
		"SELECT count(*) FROM cases":                             len(want.Cases), // nobody's case was left behind
		"SELECT count(*) FROM cases WHERE status <> 'completed'": 0,
		"SELECT count(*) FROM (SELECT 1 FROM certificates WHERE status = 'valid' GROUP BY line, usage HAVING count(*) > 1)": 0,
		"SELECT count(*) FROM certificates WHERE status = 'valid'":                                                          want.Ledger.Certificates,
		"SELECT count(DISTINCT line || token) FROM certificates WHERE token <> ''":                                          want.Ledger.Tokens,
		"SELECT count(*) FROM receipts":                                                                              receipts,
		"SELECT coalesce(min(CAST(substr(no, -6) AS INTEGER)), 1) FROM receipts":                                     1,
		"SELECT coalesce(max(CAST(substr(no, -6) AS INTEGER)), 0) FROM receipts":                                     receipts, // no gap
		"SELECT count(*) FROM receipts r WHERE total <> (SELECT sum(amount) FROM payments p WHERE p.receipt = r.no)": 0,
		"SELECT count(*) FROM (SELECT 1 FROM receipts GROUP BY case_no HAVING count(*) > 1)":                         0,
		"SELECT coalesce((SELECT sum(amount) FROM payments), 0) - coalesce((SELECT sum(total) FROM receipts), 0)":    0,
		"SELECT coalesce((SELECT sum(amount) FROM payments), 0)":                                                     int(want.Ledger.Fees),
		"SELECT count(*) FROM outbox WHERE acknowledged = 0":                                                         0,
		"SELECT count(*) FROM spool WHERE state <> 'done'":                                                           0,
	} {
		if have := ask(t, d, question); !slices.Equal(have, []string{fmt.Sprint(answer)}) {
			t.Errorf("%s: %s, want %d", question, have, answer)
		}
	}
}

// both holds the station's books against the centre's: the same events, the same pairs with the same verdict, each confirmed.
func (b books) both(t *testing.T) {
	t.Helper()
	s, c := opened(t, filepath.Join(b.dir, "station.db")), opened(t, b.centre)
	for what, questions := range map[string][2]string{
		"events": {
			"SELECT epoch || '/' || seq || ' ' || type || ' ' || hex(hash) FROM outbox ORDER BY epoch, seq",
			"SELECT epoch || '/' || seq || ' ' || type || ' ' || hex(hash) FROM event ORDER BY epoch, seq",
		},
		"certificates": {
			"SELECT upper(serial) || ' ' || (status = 'revoked') FROM certificates ORDER BY 1",
			`SELECT upper(sign_serial) || ' ' || (status = 'revoked') FROM pair
				UNION SELECT upper(encrypt_serial) || ' ' || (status = 'revoked') FROM pair ORDER BY 1`,
		},
	} {
		have, want := ask(t, s, questions[0]), ask(t, c, questions[1])
		if !slices.Equal(have, want) || len(have) == 0 {
			t.Errorf("%s: the station has %d, the centre %d\n%s\n%s", what, len(have), len(want), have, want)
		}
	}
	if have := ask(t, c, "SELECT count(*) FROM pair WHERE status = 'issued'"); have[0] != "0" {
		t.Errorf("%s pairs that nobody confirmed", have[0])
	}
}

// tokens looks for every pair of the centre that is not revoked in the token files, and for nothing else there.
func (b books) tokens(t *testing.T) {
	t.Helper()
	written := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(b.dir, "ukeys", "*.ukey"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, der := range certificates(t, file) {
			c, err := sm.ParseCertificate(der)
			if err != nil {
				t.Fatal(file, err)
			}
			written[strings.ToUpper(sm.SerialText(c.Serial))] = true
		}
	}
	issued := ask(t, opened(t, b.centre), `SELECT upper(sign_serial) FROM pair WHERE status <> 'revoked'
		UNION SELECT upper(encrypt_serial) FROM pair WHERE status <> 'revoked' ORDER BY 1`)
	if have := slices.Sorted(maps.Keys(written)); !slices.Equal(have, issued) {
		t.Errorf("on tokens %d certificates, issued and not revoked %d\n%s\n%s", len(have), len(issued), have, issued)
	}
}

// certificates are those in a soft UKey's file.
func certificates(t *testing.T, file string) (ders [][]byte) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var image struct {
		Boxes []struct{ SignCert, EncCert []byte }
	}
	if err := json.Unmarshal(text, &image); err != nil {
		t.Fatal(file, err)
	}
	for _, box := range image.Boxes {
		ders = append(ders, box.SignCert, box.EncCert)
	}
	return slices.DeleteFunc(ders, func(der []byte) bool { return len(der) == 0 })
}

func opened(t *testing.T, path string) *sql.DB {
	t.Helper()
	d, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(2000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// ask gives the only column of every row.
func ask(t *testing.T, d *sql.DB, question string) (out []string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), question)
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatalf("%s: %v", question, err)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return out
}
