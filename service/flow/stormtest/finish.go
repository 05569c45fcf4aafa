package stormtest

import (
	"context"
	"fmt"
	"time"

	"certdesk/service"
)

// finish is one clean restart: no more faults; what is late arrives, all open cases are brought to an end, events go up, papers come
// out, and the centre sweeps up what nobody ever confirmed.
func (d *desk) finish(ctx context.Context) error {
	d.Board.calm(true)
	d.disks.heal()
	if err := d.Restart(ctx); err != nil {
		return fmt.Errorf("the clean restart: %w", err)
	}
	d.script.often = mood{}
	for _, c := range d.cases {
		if err := d.end(ctx, c); err != nil {
			return err
		}
	}
	if err := d.orphans(ctx); err != nil {
		return err
	}
	d.wire.deliver()
	if err := d.upload(ctx); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	if err := d.queue.Drain(ctx); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	d.late.Add(int64(80 * time.Hour))
	_, err := d.Svc.SweepUnconfirmed(ctx, 72*time.Hour)
	return err
}

// end brings one case to its end.
func (d *desk) end(ctx context.Context, c *work) error {
	c.stuck = 0
	for range 120 {
		if c.closed {
			return nil
		}
		if err := d.round(ctx, c); err != nil {
			return err
		}
	}
	s, err := d.Engine.Screen(ctx, clerk, c.no)
	at := "work"
	if s.Prompt != nil {
		at = s.Prompt.Step
	}
	return fmt.Errorf("%w: %s at %s in %s, read %v %v", errStuck, c.no, at, s.Status, d.seen, err)
}

// orphans are cases that were begun without anybody hearing of it: the clerk finds them in the list and cancels them.
func (d *desk) orphans(ctx context.Context) error {
	var open []service.CaseSummary
	err := d.books.Read(ctx, func(v service.View) (err error) {
		open, err = v.Cases.Find(service.CaseQuery{})
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.Status.Closed() {
			continue
		}
		if err := d.Engine.Cancel(ctx, clerk, o.No, "无人办理"); err != nil {
			return fmt.Errorf("orphan %s in %s: %w", o.No, o.Status, err)
		}
	}
	return nil
}

// upload sends what the centre has not acknowledged, in order.
func (d *desk) upload(ctx context.Context) error {
	for {
		var events []service.Event
		err := d.books.Read(ctx, func(v service.View) (err error) {
			events, err = v.Outbox.Pending(100)
			return err
		})
		if err != nil || len(events) == 0 {
			return err
		}
		acked, err := d.client.SendEvents(ctx, events)
		if err != nil {
			return err
		}
		err = d.books.Act(ctx, service.StationActor(), func(tx *service.Tx) error {
			if err := tx.Outbox.Acknowledge(events[0].Epoch, acked); err != nil {
				return err
			}
			return tx.Audit.Append("outbox.acknowledged", "centre", "")
		})
		if err != nil || acked < events[len(events)-1].Seq {
			return err
		}
	}
}
