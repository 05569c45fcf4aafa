package db_test

import (
	"fmt"
	"testing"

	"certdesk/service"
	"certdesk/service/audit"
)

func TestOutbox(t *testing.T) {
	s := open(t)
	for i := 1; i <= 3; i++ {
		act(t, s, func(tx *service.Tx) error {
			body := []byte(fmt.Sprintf(`{"n":%d,"holder":"尉迟敬德"}`, i))
			return firstError(tx.Outbox.Append("a", body), tx.Outbox.Append("b", nil))
		})
	}
	_ = try(s, func(tx *service.Tx) error {
		return firstError(tx.Outbox.Append("lost", nil), fmt.Errorf("stop"))
	})
	var events []service.Event
	read(t, s, func(v service.View) (err error) {
		n, err2 := v.Outbox.Count()
		same(t, "count", n, 6)
		events, err = v.Outbox.Pending(0)
		return firstError(err, err2)
	})
	prev := audit.Start()
	for i, e := range events {
		if e.Epoch != 1 || e.Seq != int64(i+1) {
			t.Errorf("event %d is %d/%d", i, e.Epoch, e.Seq)
		}
		if err := audit.CheckEvent(s.AuditKey(), prev, e); err != nil {
			t.Error(err)
		}
		prev = e.Hash
	}
	changed := events[2]
	changed.Body = []byte("{}")
	wantCode(t, audit.CheckEvent(s.AuditKey(), events[1].Hash, changed), service.AuditBroken)
	wantCode(t, audit.CheckEvent(s.AuditKey(), events[0].Hash, events[2]), service.AuditBroken)
	for i := 0; i < 2; i++ {
		act(t, s, func(tx *service.Tx) error { return tx.Outbox.Acknowledge(1, 4) })
	}
	read(t, s, func(v service.View) error {
		left, err := v.Outbox.Pending(1)
		same(t, "left", left, events[4:5])
		return err
	})
	wantCode(t, try(s, func(tx *service.Tx) error { return tx.Outbox.Acknowledge(1, 7) }), service.NotFound)
}
