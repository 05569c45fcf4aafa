package main

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

// alter FILE SQL… changes a database behind the program's back; every statement must hit something.
func alter(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "alter FILE SQL…")
	d, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer d.Close()
	for _, statement := range args[1:] {
		r, err := d.Exec(statement)
		ts.Check(err)
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			ts.Fatalf("%s: %d rows, %v", statement, n, err)
		}
	}
}

// lines FILE SQL WANT compares the first column of a query, joined by spaces.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "lines FILE SQL WANT")
	if have := strings.Join(query(ts, ts.MkAbs(args[0]), args[1]), " "); have != args[2] {
		ts.Fatalf("%s: %s", args[1], have)
	}
}

// waitcases FILE N waits until a running station has closed so many cases.
func waitCases(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "waitcases FILE N")
	path := ts.MkAbs(args[0])
	await(ts, path, func() bool {
		d, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(1000)")
		ts.Check(err)
		defer d.Close()
		var n int
		err = d.QueryRow("SELECT count(*) FROM cases WHERE status = 'completed'").Scan(&n) // fails before the store is there
		return err == nil && strconv.Itoa(n) >= args[1] && len(strconv.Itoa(n)) >= len(args[1])
	})
}

// refused runs one of the programs and holds it to an exit code, and to what every refusal must keep: the problem on stderr, nothing
// on stdout, and no word of a driver or of the language it is written in.
func refused(code int) command {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		need(ts, neg, args, 1, "failed PROGRAM ARG…")
		err := ts.Exec(args[0], args[1:]...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != code {
			ts.Fatalf("%v: %v, want exit code %d", args, err, code)
		}
		if out := ts.ReadFile("stdout"); out != "" {
			ts.Fatalf("a refusal wrote to stdout: %s", out)
		}
		if words := ts.ReadFile("stderr"); words == "" || internals.MatchString(words) {
			ts.Fatalf("not words for a person: %q", words)
		}
	}
}

var internals = regexp.MustCompile(`(?i)\[internal\]|sql:|sqlite3|sql logic|goroutine|panic|strconv|no such file|errno|0x[0-9a-f]{6}|\.go:[0-9]|<nil>|%!|syscall`)

// copyEach GOOD DB TABLE SEQ changes each column of one row in turn and expects the chain to be found broken at it.
func copyEach(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 4, "copyeach GOOD DB TABLE SEQ")
	good, path := []byte(ts.ReadFile(args[0])), ts.MkAbs(args[1])
	for _, column := range columns(ts, path, args[2]) {
		alter(ts, false, []string{path, "UPDATE " + args[2] + " SET " + column + " = " + another(column) + " WHERE seq = " + args[3]})
		refused(1)(ts, false, []string{"certdesk", "audit", "verify", "--data", filepath.Dir(path)})
		words := ts.ReadFile("stderr")
		if !strings.Contains(words, "[audit.broken]") || column != "seq" && !strings.Contains(words, args[3]) {
			ts.Fatalf("%s changed in row %s: %s", column, args[3], words)
		}
		ts.Check(os.WriteFile(path, good, 0o600))
	}
}

// another value of the column's own type, whatever stands there.
func another(column string) string {
	return "CASE typeof(" + column + ") WHEN 'integer' THEN " + column + " + 1000000 WHEN 'blob' THEN zeroblob(length(" + column + ")) ELSE " + column + " || 'x' END"
}

func columns(ts *testscript.TestScript, path, table string) []string {
	names := query(ts, path, "SELECT name FROM pragma_table_info('"+table+"')")
	if len(names) < 5 {
		ts.Fatalf("%s has only %v", table, names)
	}
	return names
}

func query(ts *testscript.TestScript, path, statement string) []string {
	d, err := sql.Open("sqlite", path)
	ts.Check(err)
	defer d.Close()
	rows, err := d.Query(statement)
	ts.Check(err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var value string
		ts.Check(rows.Scan(&value))
		out = append(out, value)
	}
	ts.Check(rows.Err())
	return out
}
