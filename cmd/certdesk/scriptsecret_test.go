package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"certdesk/cmd/certdesk/demo"
)

// secrets DIR SEED N FILE… looks for every PIN, password, SO PIN, job secret, private key and data key of a demo run in all files
// below DIR, PDFs unpacked, and in FILE…, byte by byte and in the usual encodings.
func secrets(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "secrets DIR SEED N FILE…")
	dir := ts.MkAbs(args[0])
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	h, err := ofDemo(dir, seed, n)
	ts.Check(err)
	files, err := filesBelow(dir)
	ts.Check(err)
	for _, f := range args[3:] {
		files[f] = []byte(ts.ReadFile(f))
	}
	for _, what := range search(files, h) {
		ts.Logf("%s", what)
		err = fs.ErrInvalid
	}
	ts.Logf("%d secrets looked for in %d files", len(h), len(files))
	if err != nil {
		ts.Fatalf("secrets were found")
	}
	if !holds(files, "B0430-") {
		ts.Fatalf("not even a case number was found: nothing was searched")
	}
}

// ofDemo is everything secret that a demo run used: the first n customers' PINs, the staff's passwords, and what station, centre and
// tokens made.
func ofDemo(dir string, seed uint64, n int) (hidden, error) {
	h := hidden{}
	for i := range n {
		h["PIN of "+strconv.Itoa(i)] = demo.PIN(seed, i, false)
		h["second PIN of "+strconv.Itoa(i)] = demo.PIN(seed, i, true)
	}
	for _, p := range demo.People() {
		h["password of "+p.Login] = []byte(p.Demo)
	}
	if err := h.madeAt(dir); err != nil {
		return nil, err
	}
	return h, h.madeAtCentre(filepath.Join(dir, "centre.db"), dir+".centre.key")
}

func filesBelow(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	return files, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if files[path], err = os.ReadFile(path); err != nil || filepath.Ext(path) != ".pdf" {
			return err
		}
		files[path+", unpacked"], err = unpacked(path)
		return err
	})
}
