package app

import (
	"context"
	"time"

	"certdesk/service"
)

// pause between two looks at the line, the print queue and the outbox.
const pause = 5 * time.Second

// Run keeps papers, events and the line going in the background until ctx ends. Failures are kept where the status bar finds
// them; nothing here stops the counter.
func (a *App) Run(ctx context.Context) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		a.Round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Round does one round of background work: prints what is queued, uploads what is unsent, looks whether the centre answers.
func (a *App) Round(ctx context.Context) {
	_ = a.Queue.Drain(ctx) // the cause stands at the job
	if client, err := a.Line.get(); err == nil {
		a.online.Store(client.Online(ctx) == nil)
	}
	if a.online.Load() {
		_ = a.Upload(ctx) // what was not acknowledged stays in the outbox
	}
}

// Upload sends unsent events in order until none is left. Errors: the line's.
func (a *App) Upload(ctx context.Context) error {
	client, err := a.Line.get()
	if err != nil {
		return err
	}
	for {
		events, err := a.pending(ctx)
		if err != nil || len(events) == 0 {
			return err
		}
		acked, err := client.SendEvents(ctx, events)
		if err != nil {
			return err
		}
		if err := a.acknowledge(ctx, events[0].Epoch, acked); err != nil {
			return err
		}
		if acked < events[len(events)-1].Seq {
			return nil
		}
	}
}

func (a *App) pending(ctx context.Context) ([]service.Event, error) {
	var events []service.Event
	err := a.Store.Read(ctx, func(v service.View) (err error) {
		events, err = v.Outbox.Pending(100)
		return err
	})
	return events, err
}

func (a *App) acknowledge(ctx context.Context, epoch int, seq int64) error {
	return a.Store.Act(ctx, service.StationActor(), func(tx *service.Tx) error {
		if err := tx.Outbox.Acknowledge(epoch, seq); err != nil {
			return err
		}
		return tx.Audit.Append("outbox.acknowledged", "centre", "")
	})
}
