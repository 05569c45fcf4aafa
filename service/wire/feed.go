package wire

import (
	"time"

	"certdesk/service"
)

// FeedRequest is the body of PathFeed. Cursor is what the station holds; 0 asks for everything.
type FeedRequest struct {
	Cursor int64 `json:"cursor"`
}

// Check implements Message.
func (r *FeedRequest) Check() error { return inRange("cursor", r.Cursor, 0, 1<<62) }

// Feed is what the centre wants the station to know now.
type Feed struct {
	Cursor  int64           `json:"cursor"`
	Station StationInfo     `json:"station"`
	Staff   []service.Staff `json:"staff"`
	Catalog []byte          `json:"catalog"` // TOML
	Range   Range           `json:"range"`
	CRL     []byte          `json:"crl,omitempty"`
	Others  []OtherCA       `json:"others,omitempty"` // each with its CRL
	At      time.Time       `json:"at"`
}

// Check implements Message.
func (f *Feed) Check() error {
	if len(f.Staff) > 1000 {
		return tooLong("staff", 1000)
	}
	for _, s := range f.Staff {
		if err := firstOf(needText("staff.id", s.ID, 64), needText("staff.login", s.Login, 32),
			capText("staff.name", s.Name, 200), capText("staff.password", s.Password, 256)); err != nil {
			return err
		}
	}
	return firstOf(f.Station.check(), f.Range.Check(), inRange("cursor", f.Cursor, 0, 1<<62), checkOthers(f.Others))
}

// Range is a run of receipt numbers allotted to the station, both ends included. The zero Range is none.
type Range struct {
	Prefix string `json:"prefix"` // R-0043-
	From   int64  `json:"from"`
	To     int64  `json:"to"`
}

// Check implements Message.
func (r *Range) Check() error {
	if r.From < 0 || r.To < r.From {
		return invalid("range", nil)
	}
	return capText("range.prefix", r.Prefix, 32)
}

// RangeRequest is the body of PathRange: it asks for the range behind the one that ends at After. Repeats get the same range.
type RangeRequest struct {
	After int64 `json:"after"`
}

// Check implements Message.
func (r *RangeRequest) Check() error { return inRange("after", r.After, 1, 1<<62) }

// TicketRequest is the body of PathTicket.
type TicketRequest struct {
	Serial     string `json:"serial"`
	Generation int    `json:"generation"`
}

// Check implements Message.
func (r *TicketRequest) Check() error {
	return firstOf(needText("serial", r.Serial, 64), inRange("generation", int64(r.Generation), 0, 1<<20))
}

// Ticket answers it with the token's SO PIN at that generation. Whoever reads it wipes PIN.
type Ticket struct {
	Serial     string `json:"serial"`
	Generation int    `json:"generation"`
	PIN        []byte `json:"pin"`
}

// Check implements Message.
func (t *Ticket) Check() error {
	return firstOf(needText("serial", t.Serial, 64), inRange("generation", int64(t.Generation), 0, 1<<20),
		needBytes("pin", t.PIN, 64))
}

// WithdrawRequest is the body of PathRecall: a request for certificates is taken back by its idempotency key.
type WithdrawRequest struct {
	Key []byte `json:"key"` // 32 bytes
}

// Check implements Message.
func (r *WithdrawRequest) Check() error {
	if len(r.Key) != 32 {
		return needBytes("key", nil, 32)
	}
	return nil
}

// Withdrawn answers it.
type Withdrawn struct {
	Issued bool `json:"issued"` // there was a pair; it is revoked
}

// Check implements Message.
func (w *Withdrawn) Check() error { return nil }

// EventBatch is the body of PathEvents: consecutive events of one epoch, oldest first.
type EventBatch struct {
	Events []service.Event `json:"events"`
}

// Check implements Message. What the chain and the signatures say is the centre's to judge.
func (b *EventBatch) Check() error {
	switch {
	case len(b.Events) == 0:
		return required("events")
	case len(b.Events) > MaxBatch:
		return tooLong("events", MaxBatch)
	}
	for _, e := range b.Events {
		if err := firstOf(needText("event.type", e.Type, 64), inRange("event.epoch", int64(e.Epoch), 0, 1<<31),
			inRange("event.seq", e.Seq, 1, 1<<62), needBytes("event.hash", e.Hash, 64),
			needBytes("event.signature", e.Signature, 256)); err != nil {
			return err
		}
	}
	return nil
}

// Acknowledged answers it: the highest sequence number the centre holds without a gap.
type Acknowledged struct {
	Seq int64 `json:"seq"`
}

// Check implements Message.
func (a *Acknowledged) Check() error { return inRange("seq", a.Seq, 0, 1<<62) }

// Health is the reply of PathHealth.
type Health struct {
	OK bool `json:"ok"`
}

// Check implements Message.
func (h *Health) Check() error { return nil }
