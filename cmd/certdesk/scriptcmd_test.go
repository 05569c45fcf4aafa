package main

import (
	"encoding/pem"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/cmd/certdesk/demo"
)

type command = func(*testscript.TestScript, bool, []string)

// commands are what the scripts need beside testscript's own.
func commands() map[string]command {
	return map[string]command{
		"jsonget": jsonGet, "jsonenv": jsonEnv, "jsonkeys": jsonKeys, "each": each, "receipts": receipts, "alter": alter, "pin": pin,
		"freeport": freePort, "waitport": waitPort, "waitfile": waitFile, "secrets": secrets, "mode": mode, "replace": replaceIn, "split": split,
		"failed": refused(1), "usage": refused(2), "copyeach": copyEach, "tamper": tamper, "lines": lines, "waitcases": waitCases,
		"seize": seize, "spoil": spoil, "foundat": foundAt,
	}
}

// pin FILE SEED INDEX writes the PIN of one of the demo's customers, as he would type it.
func pin(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "pin FILE SEED INDEX")
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	index, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(demo.PIN(seed, index, false), '\n'), 0o600))
}

// freeport NAME finds a port nobody listens on, as 127.0.0.1:PORT.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "freeport NAME")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

const patience = time.Minute

func waitPort(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "waitport ADDRESS")
	await(ts, args[0], func() bool {
		c, err := net.Dial("tcp", args[0])
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func waitFile(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "waitfile FILE")
	await(ts, args[0], func() bool {
		_, err := os.Stat(ts.MkAbs(args[0]))
		return err == nil
	})
}

func await(ts *testscript.TestScript, what string, there func() bool) {
	for end := time.Now().Add(patience); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s: nothing after %s", what, patience)
		}
	}
}

// mode WANT FILE… compares permission bits, in octal.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "mode WANT FILE…")
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if have := strconv.FormatUint(uint64(info.Mode().Perm()), 8); have != args[0] {
			ts.Fatalf("%s has mode %s", name, have)
		}
	}
}

// replace FILE REGEXP NEW changes a text file; the expression must hit.
func replaceIn(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "replace FILE REGEXP NEW")
	re, err := regexp.Compile(args[1])
	ts.Check(err)
	text := ts.ReadFile(args[0])
	if !re.MatchString(text) {
		ts.Fatalf("%s: no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(re.ReplaceAllString(text, args[2])), 0o600))
}

func need(ts *testscript.TestScript, neg bool, args []string, n int, form string) {
	if neg || len(args) < n || len(args) > n && !strings.Contains(form, "…") {
		ts.Fatalf("usage: %s", form)
	}
}

// split FILE NAME… writes the PEM blocks of a file apart; there must be as many as names.
func split(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "split FILE NAME…")
	rest := []byte(ts.ReadFile(args[0]))
	for _, name := range args[1:] {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			ts.Fatalf("%s has fewer than %d blocks", args[0], len(args)-1)
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), pem.EncodeToMemory(block), 0o600))
	}
	if block, _ := pem.Decode(rest); block != nil {
		ts.Fatalf("%s has more than %d blocks", args[0], len(args)-1)
	}
}

// tamper FILE changes one character of a join code.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "tamper FILE")
	code := []byte(ts.ReadFile(args[0]))
	at := strings.IndexByte(string(code), '-') + 2
	if code[at] = code[at] + 1; code[at] == ':' || code[at] > 'Z' {
		code[at] = '0'
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), code, 0o600))
}
