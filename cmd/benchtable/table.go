package main

import (
	"fmt"
	"strconv"
	"strings"
)

// target is one row: what is measured, where its figure comes from, and what it is held to.
type target struct {
	letter, what  string
	pkg, name     string
	unit          string
	bound         float64
	atLeast       bool
	floor, beside string // a unit shown beside the figure, with its words
}

func targets() []target {
	return []target{
		{letter: "a", what: "software of a 1001 case against its bare operations, without paper", pkg: "./cmd/certdesk/demo", name: "BenchmarkRatioCase", unit: "ratio", bound: 1.5},
		{letter: "b", what: "View of the slowest page, 120×40, 100,000 cases behind, ms", pkg: "./tui", name: "BenchmarkScreen/View/worst", unit: "view-ms", bound: 1},
		{letter: "b", what: "key to frame, p99, 120×40, 100,000 cases behind, ms", pkg: "./tui", name: "BenchmarkScreen/KeyToFrame", unit: "p99-ms", bound: 6, floor: "p50-ms", beside: "p50"},
		{letter: "c", what: "start to sign-in frame, 100,000 cases, ms", pkg: "./cmd/certdesk", name: "BenchmarkStart/online", unit: "start-ms", bound: 200, floor: "floor-ms", beside: "floor"},
		{letter: "c", what: "the same with the line gone, ms", pkg: "./cmd/certdesk", name: "BenchmarkStart/offline", unit: "start-ms", bound: 200, floor: "floor-ms", beside: "floor"},
		{letter: "d", what: "a page of paper against plain gofpdf with the same font", pkg: "./printing", name: "BenchmarkRatioPage", unit: "ratio", bound: 0.4},
		{letter: "e", what: "commit of one act against a bare commit of the same rows", pkg: "./db", name: "BenchmarkRatioAct", unit: "ratio", bound: 1.5},
		{letter: "f", what: "demo --auto, cases per second with all papers", pkg: "./cmd/certdesk/demo", name: "BenchmarkAuto", unit: "cases/s", bound: 10, atLeast: true},
		{letter: "g", what: "Info through the helper process, added ms", pkg: "./token/host", name: "BenchmarkAdded/Info", unit: "added-ms", bound: 0.3, floor: "direct-ms", beside: "direct"},
		{letter: "g", what: "PublicKey through the helper process, added ms", pkg: "./token/host", name: "BenchmarkAdded/PublicKey", unit: "added-ms", bound: 0.3, floor: "direct-ms", beside: "direct"},
		{letter: "g", what: "Sign through the helper process, added ms", pkg: "./token/host", name: "BenchmarkAdded/Sign", unit: "added-ms", bound: 0.3, floor: "direct-ms", beside: "direct"},
		{letter: "g", what: "Login through the helper process, added ms", pkg: "./token/host", name: "BenchmarkAdded/Login", unit: "added-ms", bound: 0.3, floor: "direct-ms", beside: "direct"},
		{letter: "g", what: "ReadCertificate through the helper process, added ms", pkg: "./token/host", name: "BenchmarkAdded/ReadCertificate", unit: "added-ms", bound: 0.3, floor: "direct-ms", beside: "direct"},
		{letter: "h", what: "a personalisation over an SKF library against the soft UKey itself", pkg: "./token/skf", name: "BenchmarkRatioPersonalise/real", unit: "ratio", bound: 1.3},
		{letter: "h", what: "the same with PINs that cost nothing to derive", pkg: "./token/skf", name: "BenchmarkRatioPersonalise/light", unit: "ratio", bound: 1.3},
	}
}

// Table holds results against targets, as Markdown. It is complete where every target has a figure.
func Table(ts []target, all []Result) (table string, complete bool) {
	var b strings.Builder
	b.WriteString("| | what | figure | target | |\n|---|---|---|---|---|\n")
	complete = true
	for _, t := range ts {
		figure, verdict := "–", "not measured"
		if f, ok := t.find(all); ok {
			figure, verdict = t.shown(f), t.verdict(f[t.unit])
		} else {
			complete = false
		}
		sign := "≤"
		if t.atLeast {
			sign = "≥"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s %s | %s |\n", t.letter, t.what, figure, sign, short(t.bound), verdict)
	}
	return b.String(), complete
}

func (t target) find(all []Result) (map[string]float64, bool) {
	for _, r := range all {
		if _, has := r.Figures[t.unit]; has && r.Package == t.pkg && r.Name == t.name {
			return r.Figures, true
		}
	}
	return nil, false
}

func (t target) verdict(figure float64) string {
	if t.atLeast && figure < t.bound || !t.atLeast && figure > t.bound {
		return "missed"
	}
	return "held"
}

func (t target) shown(f map[string]float64) string {
	s := short(f[t.unit])
	if v, ok := f[t.floor]; ok {
		s += " (" + t.beside + " " + short(v) + ")"
	}
	return s
}

// short is a figure with three digits that count.
func short(v float64) string {
	if v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
