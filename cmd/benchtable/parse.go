package main

import (
	"math"
	"strconv"
	"strings"
)

// Result is one line of a benchmark's output.
type Result struct {
	Package string
	Name    string             // without the number of processors: BenchmarkScreen/View/worst
	Figures map[string]float64 // by unit
}

// Parse reads what `go test -bench` prints for a package (golang.org/design/14313-benchmark-format): a name, the number of rounds, then
// pairs of figure and unit. Lines of another shape are passed over.
func Parse(pkg, text string) (all []Result) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || len(fields)%2 != 0 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.ParseUint(fields[1], 10, 63); err != nil {
			continue
		}
		if figures, ok := pairs(fields[2:]); ok {
			all = append(all, Result{Package: pkg, Name: bare(fields[0]), Figures: figures})
		}
	}
	return all
}

func pairs(fields []string) (map[string]float64, bool) {
	out := map[string]float64{}
	for i := 0; i+1 < len(fields); i += 2 {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
		out[fields[i+1]] = v
	}
	return out, true
}

// bare is a benchmark's name without the -8 that tells the processors.
func bare(name string) string {
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return name
	}
	if _, err := strconv.ParseUint(name[i+1:], 10, 31); err != nil {
		return name
	}
	return name[:i]
}
