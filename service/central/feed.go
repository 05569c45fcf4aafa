package central

import (
	"context"
	"encoding/base64"
	"net/http"

	"certdesk/service"
	"certdesk/service/wire"
)

// Withdraw implements service.CertificateAuthority.
func (c *Client) Withdraw(ctx context.Context, key [32]byte) (issued bool, err error) {
	var a wire.Withdrawn
	err = c.json(ctx, "Withdraw", wire.PathRecall, &wire.WithdrawRequest{Key: key[:]}, &a)
	return a.Issued, err
}

// Ticket implements service.TicketOffice. The caller wipes the PIN.
func (c *Client) Ticket(ctx context.Context, serial string, generation int) (service.Ticket, error) {
	var t wire.Ticket
	if err := c.json(ctx, "Ticket", wire.PathTicket, &wire.TicketRequest{Serial: serial, Generation: generation}, &t); err != nil {
		return service.Ticket{}, err
	}
	if t.Serial != serial || t.Generation != generation {
		clear(t.PIN)
		return service.Ticket{}, mismatch("Ticket", "token")
	}
	return service.Ticket{Serial: t.Serial, Generation: t.Generation, PIN: t.PIN}, nil
}

// Feed pulls what the centre wants the station to know. Its CRLs are verified under the pinned issuing CA and under the hierarchies
// that the pinned root endorses.
func (c *Client) Feed(ctx context.Context) (wire.Feed, error) {
	var f wire.Feed
	if err := c.json(ctx, "Feed", wire.PathFeed, &wire.FeedRequest{}, &f); err != nil {
		return wire.Feed{}, err
	}
	if f.Station.ID != c.station {
		return wire.Feed{}, mismatch("Feed", "station")
	}
	if !c.ours(f.Range) {
		return wire.Feed{}, mismatch("Feed", "range")
	}
	if len(f.CRL) > 0 {
		if err := c.trust.crl("Feed", f.CRL, c.env.Now()); err != nil {
			return wire.Feed{}, err
		}
	}
	if err := c.feedOthers(f.Others); err != nil {
		return wire.Feed{}, err
	}
	return f, nil
}

// NextRange asks for the receipt range behind the one that ends at after. Repeats get the same range.
func (c *Client) NextRange(ctx context.Context, after int64) (wire.Range, error) {
	var r wire.Range
	err := c.json(ctx, "NextRange", wire.PathRange, &wire.RangeRequest{After: after}, &r)
	if err != nil {
		return wire.Range{}, err
	}
	if r.From <= after || !c.ours(r) {
		return wire.Range{}, mismatch("NextRange", "range")
	}
	return r, nil
}

// ours: receipt numbers of a range name the station that alone may use them; two stations never print one number. The zero Range
// is none.
func (c *Client) ours(r wire.Range) bool {
	return r == wire.Range{} || r.From > 0 && r.Prefix == "R-"+c.station+"-"
}

// CRL fetches the current revocation list, DER, verified under the pinned issuing CA and in force.
func (c *Client) CRL(ctx context.Context) ([]byte, error) {
	der, err := c.list(ctx, wire.PathCRL)
	if err != nil {
		return nil, err
	}
	if err := c.trust.crl("CRL", der, c.env.Now()); err != nil {
		return nil, err
	}
	return der, nil
}

// list fetches a revocation list; it is not verified yet.
func (c *Client) list(ctx context.Context, path string) ([]byte, error) {
	a, err := c.call(ctx, "CRL", http.MethodGet, path, "", wire.MaxReply, noBody)
	if err != nil {
		return nil, err
	}
	if err := a.refusal("CRL"); err != nil {
		return nil, err
	}
	if a.kind != wire.TypeCRL {
		return nil, garbage("CRL", nil)
	}
	return a.body, nil
}

// SendEvents sends consecutive events of one epoch, oldest first, and returns the highest sequence number the centre holds.
// It sends as many as one request takes (wire.MaxBatch, wire.MaxRequest): the caller goes on behind the number returned.
// Repeats change nothing at the centre. EventGap, EventFork and AuditBroken are the centre's verdict on the chain.
func (c *Client) SendEvents(ctx context.Context, events []service.Event) (int64, error) {
	var a wire.Acknowledged
	if err := c.json(ctx, "SendEvents", wire.PathEvents, &wire.EventBatch{Events: fitting(events)}, &a); err != nil {
		return 0, err
	}
	// The centre may hold more than the caller knows of, after a restore; what was not handed over here is never taken as sent.
	return min(a.Seq, events[len(events)-1].Seq), nil
}

// eventFrame is more than an event takes in JSON beside its body and type.
const eventFrame = 1 << 10

// fitting is the longest prefix that one request takes, and never empty where events is not.
func fitting(events []service.Event) []service.Event {
	room := wire.MaxRequest - eventFrame
	for i, e := range events {
		room -= base64.StdEncoding.EncodedLen(len(e.Body)) + eventFrame
		if i > 0 && room < 0 || i == wire.MaxBatch {
			return events[:i]
		}
	}
	return events
}

// Online asks the centre for a sign of life over the authenticated line; nil where there is one.
func (c *Client) Online(ctx context.Context) error {
	a, err := c.call(ctx, "Online", http.MethodGet, wire.PathHealth, "", wire.MaxSmall, noBody)
	if err != nil {
		return err
	}
	var h wire.Health
	if err := a.message("Online", &h); err != nil {
		return err
	}
	if !h.OK {
		return service.E(service.CASlow, "central.Online", nil, nil)
	}
	return nil
}
