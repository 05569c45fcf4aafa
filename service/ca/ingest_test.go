package ca_test

import (
	"crypto/rand"
	"strconv"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

// chain makes n events of an epoch as a station does.
func chain(t *testing.T, key sm.Signer, epoch, n int) []service.Event {
	t.Helper()
	prev := audit.Start()
	var all []service.Event
	for i := range n {
		e, err := audit.LinkEvent(rand.Reader, key, prev, service.Event{Epoch: epoch, Seq: int64(i + 1), Type: "receipt",
			Body: []byte(`{"no":` + strconv.Itoa(i) + `}`), At: time.Date(2026, 11, 21, 1, 0, i, 345678000, time.UTC)})
		ok(t, err)
		all, prev = append(all, e), e.Hash
	}
	return all
}

func (c *centre) send(events []service.Event, want int64) {
	c.t.Helper()
	acked, err := c.Ingest(c.ctx(), "0430", events)
	if err != nil || acked != want {
		c.t.Fatalf("acknowledged %d, %v; want %d", acked, err, want)
	}
}

func TestIngestExactlyOnce(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	all := chain(t, m.events, 1, 6)
	c.send(nil, 0)
	c.send(all[:3], 3)
	c.send(all[:3], 3)  // resent
	c.send(all[1:5], 5) // overlapping
	c.send(all[5:], 6)
	c.send(all, 6)
	c.send(nil, 6)
}

func TestIngestRefuses(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	all := chain(t, m.events, 1, 6)
	c.send(all[:2], 2)
	strange := chain(t, smKey(t), 1, 6)
	other := chain(t, m.events, 1, 2) // same places, other events: times and signatures differ below
	other[1].At = other[1].At.Add(time.Hour)
	other[1], _ = audit.LinkEvent(rand.Reader, m.events, other[0].Hash, other[1])
	bent := append([]service.Event(nil), all...)
	bent[3].Body = []byte(`{"no":99}`)
	for name, tc := range map[string]struct {
		events []service.Event
		code   service.Code
	}{
		"gap":            {all[3:], service.EventGap},
		"out of order":   {[]service.Event{all[3], all[2]}, service.EventGap},
		"body changed":   {bent[2:], service.AuditBroken},
		"another's key":  {strange[2:], service.AuditBroken},
		"fork":           {other, service.EventFork},
		"epoch too late": {chain(t, m.events, 2, 3)[1:], service.EventGap},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Ingest(c.ctx(), "0430", tc.events)
			wants(t, err, tc.code, "")
			c.send(nil, 2) // all of the batch or none
		})
	}
	_, err := c.Ingest(c.ctx(), "9", all)
	wants(t, err, service.StationUnknown, "")
	c.send(all[2:], 6)
}

func TestIngestEpochs(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	first, second := chain(t, m.events, 1, 4), chain(t, m.events, 2, 2)
	c.send(first[:3], 3)
	c.send(second, 2)
	c.send(first[:3], 2) // stored already: harmless
	_, err := c.Ingest(c.ctx(), "0430", first[3:])
	wants(t, err, service.EventFork, "") // the epoch has ended
}
