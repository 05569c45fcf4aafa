// Command benchtable runs the benchmarks that hold a target and prints them as one table. Each ratio is of one run: both sides of it are
// measured side by side, so that the machine does not matter. Run it at the top of the repository, on a machine that has nothing else to do.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() { os.Exit(run(os.Stdout, os.Stderr)) }

// run prints the table and gives the exit code: 1 where a figure could not be had. A missed target is a finding, not a failure.
func run(out, problems io.Writer) int {
	var all []Result
	for _, s := range suites() {
		text, err := s.measure(problems)
		if err != nil {
			fmt.Fprintf(problems, "%s: %v\n", s.pkg, err)
		}
		all = append(all, Parse(s.pkg, text)...)
	}
	table, complete := Table(targets(), all)
	fmt.Fprint(out, table)
	if !complete {
		return 1
	}
	return 0
}

// suite is the benchmarks of one package, and how often they are repeated.
type suite struct{ pkg, bench, times string }

func suites() []suite {
	return []suite{
		{"./cmd/certdesk/demo", "^BenchmarkRatioCase$", "30x"},
		{"./cmd/certdesk/demo", "^BenchmarkAuto$", "1x"},
		{"./tui", "^BenchmarkScreen$", "20x"},
		{"./cmd/certdesk", "^BenchmarkStart$", "15x"},
		{"./printing", "^BenchmarkRatioPage$", "100x"},
		{"./db", "^BenchmarkRatioAct$", "300x"},
		{"./token/host", "^BenchmarkAdded$", "100x"},
		{"./token/skf", "^BenchmarkRatioPersonalise$", "12x"},
	}
}

// measure runs the suite alone; what it prints is shown as it comes, so that a long run is seen to live.
func (s suite) measure(progress io.Writer) (string, error) {
	var text bytes.Buffer
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", s.bench, "-benchtime", s.times, "-timeout", "20m", s.pkg)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&text, progress), progress
	err := cmd.Run()
	return text.String(), err
}
