package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
)

// condition answers [mounts]: whether this user may mount a file system that nobody else sees. Containers without the right to do so
// cannot show a full or read-only disk.
func condition(cond string) (bool, error) {
	if cond != "mounts" {
		return false, fmt.Errorf("no condition %q", cond)
	}
	return exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt").Run() == nil, nil
}

// seize FILE COMMAND ARG… runs a program while another one, this, holds the database for itself.
func seize(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 2, "seize FILE PROGRAM ARG…")
	d, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer d.Close()
	c, err := d.Conn(context.Background())
	ts.Check(err)
	defer c.Close()
	_, err = c.ExecContext(context.Background(), "BEGIN EXCLUSIVE")
	ts.Check(err)
	start := time.Now()
	err = ts.Exec(args[1], args[2:]...)
	if (err != nil) != neg {
		ts.Fatalf("%v: %v", args[1:], err)
	}
	if took := time.Since(start); took > 20*time.Second {
		ts.Fatalf("%v waited %s", args[1:], took)
	}
}

// spoil FILE TABLE writes rubbish over the first page of a table, as a dying disk does.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "spoil FILE TABLE")
	path := ts.MkAbs(args[0])
	page, err := strconv.Atoi(query(ts, path, "SELECT rootpage FROM sqlite_schema WHERE name = '"+args[1]+"'")[0])
	ts.Check(err)
	size, err := strconv.Atoi(query(ts, path, "PRAGMA page_size")[0])
	ts.Check(err)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	ts.Check(err)
	rubbish := make([]byte, size)
	for i := range rubbish {
		rubbish[i] = byte(i*7 + 3)
	}
	_, err = f.WriteAt(rubbish, int64(page-1)*int64(size))
	ts.Check(err)
	ts.Check(f.Close())
}

// foundat DIR AHEAD founds a demo hall on a machine whose clock is set wrong by AHEAD, such as 48h.
func foundAt(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "foundat DIR AHEAD")
	ahead, err := time.ParseDuration(args[1])
	ts.Check(err)
	env := app.RealEnv()
	env.Now = func() time.Time { return time.Now().Add(ahead) }
	hall, err := demo.Open(context.Background(), app.Options{Dir: ts.MkAbs(args[0]), Env: env}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ts.Check(err)
	ts.Check(hall.Close())
}
