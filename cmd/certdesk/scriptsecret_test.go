package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
	"certdesk/db"
	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
)

// secrets DIR SEED N FILE… looks for every PIN, password, SO PIN, job secret and data key of a demo run in all files below DIR and
// in FILE…, byte by byte.
func secrets(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "secrets DIR SEED N FILE…")
	dir := ts.MkAbs(args[0])
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	hidden := map[string][]byte{}
	for i := range n {
		hidden["PIN of "+strconv.Itoa(i)] = demo.PIN(seed, i, false)
		hidden["second PIN of "+strconv.Itoa(i)] = demo.PIN(seed, i, true)
	}
	for _, p := range demo.People() {
		hidden["password of "+p.Login] = []byte(p.Demo)
	}
	stored(ts, dir, hidden)
	files := filesBelow(ts, dir)
	for _, f := range args[3:] {
		files[f] = []byte(ts.ReadFile(f))
	}
	search(ts, files, hidden)
}

// stored adds what the store holds under seal.
func stored(ts *testscript.TestScript, dir string, hidden map[string][]byte) {
	o := app.Options{Dir: dir, Env: app.RealEnv()}
	for _, file := range []string{o.Key(), dir + ".centre.key"} {
		key, err := db.LoadOrCreateKey(file, o.Env.Rand, false)
		ts.Check(err)
		name := filepath.Base(file)
		hidden[name] = key
		hidden[name+" in base64"] = base64.StdEncoding.AppendEncode(nil, key)
	}
	a, err := app.Beside(context.Background(), o)
	ts.Check(err)
	defer a.Close()
	ts.Check(a.Store.Read(context.Background(), func(v service.View) error {
		names, err := v.Settings.Names("sopin/")
		for _, name := range names {
			value, err := v.Settings.Get(name)
			if err != nil {
				return err
			}
			if filepath.Base(name) != "current" {
				hidden[name] = value
			}
		}
		if err != nil {
			return err
		}
		return jobs(v, hidden)
	}))
}

func jobs(v service.View, hidden map[string][]byte) error {
	cases, err := v.Cases.Find(service.CaseQuery{Kind: service.KindIssue, Limit: 1000})
	if err != nil {
		return err
	}
	for _, s := range cases {
		c, err := v.Cases.Case(s.No)
		if err != nil {
			return err
		}
		entries, err := v.Journal.Entries(s.No)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if secret := e.Data[steps.JobSecret]; secret != "" {
				pin, err := steps.JobPIN(&flow.Facts{Case: &c, Out: e.Data}, service.PINRule{Max: 16})
				if err != nil {
					return err
				}
				raw, err := hex.DecodeString(secret)
				if err != nil {
					return err
				}
				hidden["job PIN of "+s.No], hidden["job secret of "+s.No], hidden["job secret, raw, of "+s.No] = pin, []byte(secret), raw
			}
		}
	}
	return nil
}

func filesBelow(ts *testscript.TestScript, dir string) map[string][]byte {
	files := map[string][]byte{}
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files[path], err = os.ReadFile(path)
		}
		return err
	}))
	return files
}

func search(ts *testscript.TestScript, files, hidden map[string][]byte) {
	public := false // a search that finds nothing must be able to find something
	for name, content := range files {
		public = public || bytes.Contains(content, []byte("B0430-"))
		for what, secret := range hidden {
			if len(secret) < 6 {
				ts.Fatalf("%s is too short to look for", what)
			}
			if bytes.Contains(content, secret) {
				ts.Fatalf("%s stands in %s", what, name)
			}
		}
	}
	ts.Logf("%d secrets looked for in %d files", len(hidden), len(files))
	if !public {
		ts.Fatalf("not even a case number was found: nothing was searched")
	}
}
