// Package spool carries queued papers to the printer. The queue is the store's: a paper is queued in the act that made it, so that
// a power cut between case and printer loses nothing. Printing the same job twice gives the same bytes under the same name.
package spool

import (
	"context"
	"sync"

	"certdesk/service"
)

// Renderer draws a document.
type Renderer interface {
	PDF(service.Document) ([]byte, error)
}

// Printer takes pages. Printing the same name and bytes again is harmless.
type Printer interface {
	Print(ctx context.Context, name string, pdf []byte) error
}

// Queue is the print queue of a store.
type Queue struct {
	store   service.Store
	draw    Renderer
	printer Printer
	mu      sync.Mutex
	rest    map[string]pause // of failed jobs, for Round
}

// pause is how many rounds a failed job still rests, and how long the next rest is.
type pause struct{ left, next int }

// longest rest of a failed job, in rounds.
const longest = 128

// New builds a queue.
func New(store service.Store, draw Renderer, printer Printer) *Queue {
	return &Queue{store: store, draw: draw, printer: printer, rest: map[string]pause{}}
}

// Drain prints everything that waits, failed jobs included, and returns the first failure. One drain runs at a time.
func (q *Queue) Drain(ctx context.Context) error {
	return q.drain(ctx, func(service.SpoolJob) bool { return true })
}

// Round is Drain for the background: a job that failed rests longer and longer between tries, so that a broken printer fills
// neither the processor nor the audit.
func (q *Queue) Round(ctx context.Context) error { return q.drain(ctx, q.due) }

// due reports whether a job is to be tried in this round. The queue is locked.
func (q *Queue) due(j service.SpoolJob) bool {
	p := q.rest[j.ID]
	if j.State != service.SpoolFailed || p.left == 0 {
		return true
	}
	q.rest[j.ID] = pause{left: p.left - 1, next: p.next}
	return false
}

func (q *Queue) drain(ctx context.Context, due func(service.SpoolJob) bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	var jobs []service.SpoolJob
	err := q.store.Read(ctx, func(v service.View) (err error) {
		jobs, err = v.Papers.Jobs(service.SpoolQueued, service.SpoolFailed)
		return err
	})
	for _, j := range jobs {
		if !due(j) {
			continue
		}
		if e := q.one(ctx, j); e != nil && err == nil {
			err = e
		}
	}
	return err
}

// one prints a job and notes the outcome; a failure keeps its cause for the status bar and is tried again at the next drain.
func (q *Queue) one(ctx context.Context, j service.SpoolJob) error {
	cause := q.print(ctx, j)
	was := j
	j.Tries++
	j.State, j.Cause = service.SpoolDone, ""
	if cause == nil {
		delete(q.rest, j.ID)
	} else {
		j.State, j.Cause = service.SpoolFailed, service.CodeOf(cause)
		next := min(longest, max(1, 2*q.rest[j.ID].next))
		q.rest[j.ID] = pause{left: next, next: next}
	}
	if was.State == j.State && was.Cause == j.Cause {
		return cause // nothing new to write down
	}
	err := q.store.Act(ctx, service.StationActor(), func(tx *service.Tx) error {
		if err := tx.Spool.PutJob(j); err != nil {
			return err
		}
		return tx.Audit.Append("print."+string(j.State), j.ID, string(j.Cause))
	})
	if cause != nil {
		return cause
	}
	return err
}

func (q *Queue) print(ctx context.Context, j service.SpoolJob) error {
	var p service.Paper
	err := q.store.Read(ctx, func(v service.View) (err error) {
		p, err = v.Papers.Paper(j.Paper)
		return err
	})
	if err != nil {
		return err
	}
	pdf, err := q.draw.PDF(p.Doc)
	if err != nil {
		return err
	}
	return q.printer.Print(ctx, j.Name, pdf)
}
