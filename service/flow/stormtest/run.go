package stormtest

import (
	"context"
	"fmt"
	"os"
)

// Run plays one schedule in a folder of its own and gives its ending and the points it passed, in order. An error is a schedule that
// could not be brought to an end; it names the faults that struck.
func Run(ctx context.Context, t *Template, s *Script) (*Ending, []Point, error) {
	dir, err := os.MkdirTemp("", "storm")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	w, err := t.Open(ctx, dir, s.Seed, s.Plan)
	if err != nil {
		return nil, nil, err
	}
	e, err := w.Play(ctx, s)
	if err != nil {
		_ = w.Close() // the first error is the one that tells
		return nil, w.Board.Passed, fmt.Errorf("%w; struck %v", err, w.Board.Struck)
	}
	return e, w.Board.Passed, w.Close()
}
