package manycases

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

// filler makes the rows. Batches are made beside the writing of the ones before.
type filler struct {
	Spec
	sealer    *sm.Sealer
	templates []template
	entries   int64 // last sequence number of the ledger's entries
	head      audit.Head
}

// chunk is how many cases one batch holds.
const chunk = 250

func (f *filler) begin(ctx context.Context, pool *sql.DB) error {
	err := pool.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM entries`).Scan(&f.entries)
	if err != nil {
		return err
	}
	return pool.QueryRowContext(ctx, `SELECT seq, hash FROM audit_head`).Scan(&f.head.Seq, &f.head.Hash)
}

func (f *filler) fill(ctx context.Context, pool *sql.DB) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := without(ctx, tx, func() error { return f.rows(ctx, tx) }); err != nil {
		return err
	}
	if err := f.signHead(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

func (f *filler) rows(ctx context.Context, tx *sql.Tx) error {
	w, err := newWriter(ctx, tx)
	if err != nil {
		return err
	}
	ready, stop := make(chan made, 2), make(chan struct{})
	var making sync.WaitGroup
	defer making.Wait()
	defer close(stop)
	making.Go(func() {
		defer close(ready)
		for from := 0; from < f.Cases; from += chunk {
			b, err := f.batch(from, min(from+chunk, f.Cases))
			select {
			case ready <- made{b, err}:
			case <-stop:
				return
			}
		}
	})
	for m := range ready {
		if m.err != nil {
			return m.err
		}
		if err := w.write(ctx, m.batch); err != nil {
			return err
		}
	}
	return nil
}

type made struct {
	batch *batch
	err   error
}

func (f *filler) batch(from, to int) (*batch, error) {
	b := &batch{args: make([][]any, len(tables()))}
	for i := from; i < to; i++ {
		if err := f.add(b, i); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (f *filler) signHead(ctx context.Context, tx *sql.Tx) error {
	head, err := audit.SignHead(f.Rand, f.Store.EventsKey(), f.head.Seq, f.head.Hash)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE audit_head SET seq = ?, hash = ?, signature = ?`, head.Seq, head.Hash, head.Signature)
	return err
}

// created is when case i was opened: PerDay on a day, spread over today until now and over the opening hours of every day before.
func (f *filler) created(i int) time.Time {
	back, turn := (f.Cases-1-i)/PerDay, (f.Cases-1-i)%PerDay
	today := service.Midnight(f.Now)
	if back == 0 {
		return f.Now.Add(-f.Now.Sub(today) * time.Duration(turn) / PerDay).Truncate(time.Microsecond)
	}
	return today.AddDate(0, 0, -back).Add(17*time.Hour - time.Duration(turn)*200*time.Second)
}
