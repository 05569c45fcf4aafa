package app

import (
	"context"
	"strconv"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/service/fee"
	"certdesk/service/wire"
)

// How often the station looks at its printer and its line without being asked, and takes the centre's news.
const (
	printPause = 2 * time.Second
	linePause  = 5 * time.Second
	pullEvery  = 10 * time.Minute
)

// Run keeps papers, events and the line going in the background until ctx ends. Failures are kept where the status bar finds
// them; nothing here stops the counter.
func (a *App) Run(ctx context.Context) {
	var wait sync.WaitGroup
	wait.Go(func() { a.every(ctx, printPause, a.wake, func() { _ = a.Queue.Round(ctx) }) }) // the cause stands at the job
	wait.Go(func() { a.every(ctx, linePause, nil, func() { a.lineRound(ctx); a.clockRound(ctx) }) })
	wait.Wait()
}

// every calls fn at once, after each pause and at each wake, until ctx ends.
func (a *App) every(ctx context.Context, pause time.Duration, wake <-chan struct{}, fn func()) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		fn()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
	}
}

// spooled wakes the printer; it never waits.
func (a *App) spooled() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// lineRound looks whether the centre answers, uploads what is unsent and takes the centre's news now and then.
func (a *App) lineRound(ctx context.Context) {
	client, err := a.Line.get()
	if err != nil {
		return
	}
	a.online.Store(client.Online(ctx) == nil)
	if !a.online.Load() {
		return
	}
	_ = a.Upload(ctx)    // what was not acknowledged stays in the outbox
	_ = a.moreRange(ctx) // asked again at the next round
	if now := a.Env.Now(); now.Sub(a.pulled) > pullEvery {
		if a.Pull(ctx) == nil {
			a.pulled = now
		}
	}
}

// moreRange asks for another block of receipt numbers once the last one runs low.
func (a *App) moreRange(ctx context.Context) error {
	low, err := a.setting(ctx, fee.LowSetting)
	if service.IsCode(err, service.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	after, err := strconv.ParseInt(string(low), 10, 64)
	if err != nil {
		return service.E(service.StoreCorrupt, "app.moreRange", nil, err)
	}
	client, err := a.Line.get()
	if err != nil {
		return err
	}
	r, err := client.NextRange(ctx, after)
	if err != nil {
		return err
	}
	return a.Store.Act(ctx, service.StationActor(), func(tx *service.Tx) error { return addRange(tx, r) })
}

func addRange(tx *service.Tx, r wire.Range) error {
	have, err := tx.Read.Settings.Get(fee.RangeSetting)
	if err != nil {
		return err
	}
	more, err := fee.AddRange(have, fee.Range{Prefix: r.Prefix, From: r.From, To: r.To})
	if err != nil {
		return err
	}
	if err := tx.Settings.Set(fee.RangeSetting, more); err != nil {
		return err
	}
	if err := tx.Settings.Delete(fee.LowSetting); err != nil {
		return err
	}
	return tx.Audit.Append("receipts.range", r.Prefix, strconv.FormatInt(r.From, 10))
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
