package main

import (
	"reflect"
	"strings"
	"testing"
)

const output = `goos: linux
pkg: certdesk/tui
cpu: Intel(R) Xeon(R) Processor
BenchmarkScreen/View/desk-type-2         	      20	    123009 ns/op
BenchmarkScreen/View/worst-2             	      20	        24.10 ns/op	         0.2046 view-ms
--- BENCH: BenchmarkScreen/KeyToFrame-2
    bench_test.go:174: home: 6.019676ms 963 bytes
BenchmarkScreen/KeyToFrame-2             	      10	      2666 B/key	       7.5 p99-ms	         0.9294 p50-ms
BenchmarkBroken-2	      10	      NaN ratio
BenchmarkOdd-2	      10	      1 ratio	      2
Benchmark is a word that may begin a line of a log
PASS
ok  	certdesk/tui	35.423s
`

func TestParse(t *testing.T) {
	want := []Result{
		{"./tui", "BenchmarkScreen/View/desk-type", map[string]float64{"ns/op": 123009}},
		{"./tui", "BenchmarkScreen/View/worst", map[string]float64{"ns/op": 24.1, "view-ms": 0.2046}},
		{"./tui", "BenchmarkScreen/KeyToFrame", map[string]float64{"B/key": 2666, "p99-ms": 7.5, "p50-ms": 0.9294}},
	}
	if got := Parse("./tui", output); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestBare(t *testing.T) {
	for name, want := range map[string]string{
		"BenchmarkA": "BenchmarkA", "BenchmarkA-8": "BenchmarkA", "BenchmarkA/desk-type": "BenchmarkA/desk-type", "BenchmarkA/x-1-16": "BenchmarkA/x-1",
	} {
		if got := bare(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestTable(t *testing.T) {
	ts := []target{
		{letter: "a", what: "low", pkg: "./tui", name: "BenchmarkScreen/View/worst", unit: "view-ms", bound: 1},
		{letter: "b", what: "high", pkg: "./tui", name: "BenchmarkScreen/KeyToFrame", unit: "p99-ms", bound: 6, floor: "p50-ms", beside: "p50"},
		{letter: "c", what: "bytes", pkg: "./tui", name: "BenchmarkScreen/KeyToFrame", unit: "B/key", bound: 2666, atLeast: true},
		{letter: "d", what: "few", pkg: "./tui", name: "BenchmarkScreen/KeyToFrame", unit: "B/key", bound: 3000, atLeast: true},
	}
	got, complete := Table(ts, Parse("./tui", output))
	want := `| | what | figure | target | |
|---|---|---|---|---|
| a | low | 0.205 | ≤ 1 | held |
| b | high | 7.5 (p50 0.929) | ≤ 6 | missed |
| c | bytes | 2666 | ≥ 2666 | held |
| d | few | 2666 | ≥ 3000 | missed |
`
	if got != want || !complete {
		t.Errorf("%v\n%s", complete, got)
	}
}

func TestNotMeasured(t *testing.T) {
	got, complete := Table(targets(), Parse("./printing", output)) // the right names, from another package
	if complete || strings.Count(got, "not measured") != len(targets()) {
		t.Errorf("%v\n%s", complete, got)
	}
}

// Every target has a suite that runs its benchmark.
func TestSuites(t *testing.T) {
	for _, row := range targets() {
		top, _, _ := strings.Cut(row.name, "/")
		found := false
		for _, s := range suites() {
			found = found || s.pkg == row.pkg && s.bench == "^"+top+"$"
		}
		if !found {
			t.Errorf("%s: nothing runs %s of %s", row.letter, row.name, row.pkg)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(output)
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range Parse("p", text) {
			if !strings.HasPrefix(r.Name, "Benchmark") || len(r.Figures) == 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}
